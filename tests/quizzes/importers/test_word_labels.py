"""The ways staff number questions and letter options in Word."""

import pytest

from tests.quizzes.importers.paper import Paper
from tests.quizzes.importers.reading import answers, read, read_paper, typed

STEMS = ["Ai nêu gương?", "Học để làm gì?", "Bao nhiêu phần trăm?"]
OPTIONS = ["người đứng đầu", "hiểu và làm", "96 %"]


@pytest.mark.parametrize(
    "label",
    [
        "Câu %d. ", "Câu %d: ", "Câu %d) ", "Câu %d/ ", "Câu %d - ", "Câu %d – ", "Câu %d ",
        "Câu %d.", "câu %d. ", "CÂU %d. ", "Câu hỏi %d: ", "Câu số %d. ", "Câu %d (1 điểm): ",
        "Câu 0%d. ", "%d. ", "%d) ", "%d/ ", "%d: ", "%d.", "Câu\u00a0%d.\u00a0", "Câu %d:\t",
    ],
)  # fmt: skip
def test_question_labels(label: str) -> None:
    lines: list[object] = ["BỘ CÂU HỎI TRẮC NGHIỆM"]
    for number, stem in enumerate(STEMS, start=1):
        lines += [label % number + stem, "A. " + OPTIONS[0], [("B. " + OPTIONS[1], "u")]]

    assert read(*lines) == [(stem, OPTIONS[:2], [1], []) for stem in STEMS]


@pytest.mark.parametrize(
    "label", ["%s. ", "%s) ", "%s/ ", "%s: ", "%s - ", "%s.", "(%s) ", "[%s] ", "%s.\t", " %s. "]
)
@pytest.mark.parametrize("letters", ["ABC", "abc"])
def test_option_labels(label: str, letters: str) -> None:
    lines: list[object] = []
    for number, stem in enumerate(STEMS, start=1):
        lines.append(f"Câu {number}. {stem}")
        for letter, option in zip(letters, OPTIONS, strict=True):
            text = label % letter + option
            lines.append([(text, "b")] if letter in "bB" else text)

    assert read(*lines) == [(stem, OPTIONS, [1], []) for stem in STEMS]


def test_number_and_stem_on_separate_lines() -> None:
    assert read("Câu 1", STEMS[0], "A. x", [("B. y", "u")]) == [(STEMS[0], ["x", "y"], [1], [])]


def test_numbers_inside_a_stem_are_no_labels() -> None:
    found = read(
        "1. 19/7/2019 là ngày gì?", "A. x", [("B. y", "u")],
        "2. 30% là bao nhiêu?", [("A. 1.5", "u")], "B. 2.000 người",
    )  # fmt: skip
    assert [question[0] for question in found] == ["19/7/2019 là ngày gì?", "30% là bao nhiêu?"]
    assert found[1][1] == ["1.5", "2.000 người"]


def test_letter_dd_of_vietnamese_lists() -> None:
    (question,) = read("Câu 1. Gì?", "a) x", "b) y", "c) z", "d) t", [("đ) u", "u")], "e) v")
    assert question == ("Gì?", ["x", "y", "z", "t", "u", "v"], [4], [])


def test_names_that_look_like_labels() -> None:
    found = read(
        "Câu 1. C. Mác là ai?", "A. C. Mác B. V.I. Lênin C. Ph. Ăngghen D. B. Brecht",
        "Câu 2. Ai?", "A. Nguyễn Văn B. người Hà Nội", "B. C. Mác", "C. D. Hồ",
    )  # fmt: skip
    assert found[0][:2] == ("C. Mác là ai?", ["C. Mác", "V.I. Lênin", "Ph. Ăngghen", "B. Brecht"])
    assert found[1][1] == ["Nguyễn Văn B. người Hà Nội", "C. Mác", "D. Hồ"]


class TestAutomaticNumbers:
    """Numbers that Word shows but does not store in the text."""

    def test_one_list_of_two_levels(self) -> None:
        paper = Paper()
        number = paper.new_list(("decimal", "Câu %1."), ("upperLetter", "%2."))
        for stem in STEMS:
            paper.numbered(number, 0, stem)
            for index, option in enumerate(OPTIONS):
                paper.numbered(number, 1, [(option, "u" if index == 2 else "")])

        assert read_paper(paper) == [(stem, OPTIONS, [2], []) for stem in STEMS]

    @pytest.mark.parametrize("text", ["%1.", "%1)", "%1"])
    def test_letters_that_run_on_through_the_file(self, text: str) -> None:
        paper = Paper()
        number = paper.new_list(("upperLetter", text))
        for place, stem in enumerate(STEMS, start=1):
            paper.line(f"Câu {place}. {stem}")
            for index, option in enumerate(OPTIONS):
                paper.numbered(number, 0, [(option, "b" if index == 0 else "")])

        assert read_paper(paper) == [(stem, OPTIONS, [0], []) for stem in STEMS]

    def test_letters_that_run_on_meet_the_answer_table_by_place(self) -> None:
        paper = Paper()
        number = paper.new_list(("upperLetter", "%1."))
        for place, stem in enumerate(STEMS, start=1):
            paper.line(f"Câu {place}. {stem}")
            for option in OPTIONS:
                paper.numbered(number, 0, option)
        paper.lines("ĐÁP ÁN", "1. A  2. C  3. B")

        assert answers(read_paper(paper)) == [[0], [2], [1]]

    def test_numbered_stems_and_typed_options(self) -> None:
        paper = Paper()
        for stem in STEMS:
            paper.document.add_paragraph(stem, style="List Number")
            paper.lines("A. x", [("B. y", "u")])

        assert read_paper(paper) == [(stem, ["x", "y"], [1], []) for stem in STEMS]

    def test_marked_number_alone(self) -> None:
        """Who underlines an automatic letter marks the end of the paragraph, not the text."""
        paper = Paper().lines("Câu 1. Gì?")
        number = paper.new_list(("upperLetter", "%1."))
        for option in OPTIONS:
            paragraph = paper.numbered(number, 0, option)
            if option == OPTIONS[1]:
                paper.mark_end(paragraph, "u")

        assert read_paper(paper) == [("Gì?", OPTIONS, [1], [])]

    def test_bullets_are_options_with_a_doubt(self) -> None:
        paper = Paper().lines("Câu 1. Gì?")
        for option in OPTIONS:
            paper.document.add_paragraph(option, style="List Bullet")

        assert read_paper(paper) == [("Gì?", OPTIONS, None, ["no_answer", "unlettered_options"])]


class TestNoNumbers:
    def test_stems_without_numbers(self) -> None:
        assert read(
            "BỘ CÂU HỎI", STEMS[0], "A. x", [("B. y", "u")], STEMS[1], [("A. z", "u")], "B. t"
        ) == [(STEMS[0], ["x", "y"], [1], []), (STEMS[1], ["z", "t"], [0], [])]

    def test_one_without_a_number_among_numbered_ones(self) -> None:
        found = read(*typed(1, right=0), STEMS[1], "A. x", [("B. y", "u")], *typed(3, right=2))

        assert found[1] == (STEMS[1], ["x", "y"], [1], ["no_number"])
        assert answers(found) == [[0], [1], [2]]

    def test_options_without_any_stem(self) -> None:
        found = read(*typed(1, right=0), "A. x", [("B. y", "u")], *typed(3, right=2))

        assert found[1] == ("", ["x", "y"], [1], ["no_number", "no_stem"])
