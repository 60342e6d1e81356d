"""How staff say which option is right: marks, answer lines, answer tables; and contradictions."""

import pytest

from tests.quizzes.importers.paper import Paper, TypedLine
from tests.quizzes.importers.reading import answers, kinds, read, read_paper, read_word, typed


def lettered(number: int, rights: set[int], marks: str, *, on: str = "both") -> list[TypedLine]:
    """A question whose right options are marked on the letter, on the text, or on both."""
    lines: list[TypedLine] = [f"Câu {number}. Câu hỏi thứ {number} là gì?"]
    for index, option in enumerate(("một", "hai", "ba", "bốn")):
        letter = marks if index in rights and on != "text" else ""
        text = marks if index in rights and on != "letter" else ""
        lines.append([("ABCD"[index] + ".", letter), (" " + option, text)])
    return lines


class TestMarks:
    @pytest.mark.parametrize("marks", ["u", "b", "h", "red", "blue", "i", "b u red"])
    @pytest.mark.parametrize("on", ["letter", "text", "both"])
    def test_every_mark_on_letter_or_text(self, marks: str, on: str) -> None:
        found = read(*lettered(1, {2}, marks, on=on), *lettered(2, {0}, marks, on=on))

        assert answers(found) == [[2], [0]]
        assert [question[3] for question in found] == [[], []]

    @pytest.mark.parametrize(
        "right", ["*B. y", "B*. y", "B. *y", "B. y*", "B. y (*)", "✓ B. y", "B. y (đúng)", "*B) y"]
    )
    def test_ticks_are_marks_and_no_text(self, right: str) -> None:
        assert read("Câu 1. Gì?", "A. x", right, "C. z") == [("Gì?", ["x", "y", "z"], [1], [])]

    def test_what_all_options_wear_says_nothing(self) -> None:
        found = read(
            [("Câu 1. Gì?", "b")], [("A. x", "b")], [("B. y", "b")],
            [("Câu 2. Ai?", "b")], [("A. x", "b")], [("B. y", "b")],
        )  # fmt: skip
        assert found[0] == ("Gì?", ["x", "y"], None, ["no_answer"])

    def test_letters_bold_throughout_and_one_text_bold(self) -> None:
        found = read(
            "Câu 1. Gì?", [("A.", "b"), " x"], [("B. y", "b")],
            "Câu 2. Ai?", [("A. x", "b")], [("B.", "b"), " y"],
        )  # fmt: skip
        assert answers(found) == [[1], [0]]

    def test_all_underlined_where_others_have_one(self) -> None:
        found = read(*lettered(1, {0}, "u"), *lettered(2, {0, 1, 2, 3}, "u"))

        assert found[1][2:] == (None, ["many_answers"])

    def test_red_among_blue_options(self) -> None:
        found = read(
            "Câu 1. Gì?", [("A. x", "red")], [("B. y", "blue")], [("C. z", "blue")],
            "Câu 2. Ai?", [("A. x", "blue")], [("B. y", "blue")], [("C. z", "red")],
        )  # fmt: skip
        assert answers(found) == [[0], [2]]

    def test_half_red_half_black_is_no_riddle(self) -> None:
        found = read(
            "Câu 1. Gì?", [("A. Đúng", "red")], "B. Sai",
            "Câu 2. Ai?", "A. Đúng", [("B. Sai", "red")],
        )  # fmt: skip
        assert answers(found) == [[0], [1]]

    def test_half_red_half_blue_is_one(self) -> None:
        found = read(
            "Câu 1. Gì?", [("A. Đúng", "red")], [("B. Sai", "blue")],
            "Câu 2. Ai?", [("A. Đúng", "blue")], [("B. Sai", "red")],
        )  # fmt: skip
        assert answers(found) == [None, None]

    def test_a_mark_on_one_word_is_emphasis(self) -> None:
        found = read(*lettered(1, {0}, "b"), "Câu 2. Gì?", ["A. ", ("không", "b"), " x"], "B. y")

        assert found[1][2:] == (None, ["no_answer"])

    def test_bold_where_all_others_are_underlined(self) -> None:
        found = read(*typed(1, 0), *typed(2, 1), *typed(3, 2), *typed(4, 3, marks="b"))

        assert found[3][2:] == (None, ["unusual_mark"])

    def test_two_ways_of_marking_at_odds(self) -> None:
        lines = lettered(2, {0}, "u")
        lines[3] = [("C. ba", "h")]

        assert read(*lettered(1, {0}, "u"), *lines)[1][2:] == (None, ["conflicting_answer"])

    def test_paragraph_and_character_styles(self) -> None:
        paper = Paper()
        paper.document.styles.add_style("Dap an dung", 1).font.bold = True
        for number in (1, 2):
            paper.lines(f"Câu {number}. Gì {number}?", "A. x")
            paper.line("B. y").style = "Dap an dung" if number == 1 else "Normal"
            paper.line("C. z").runs[0].style = "Strong" if number == 2 else None

        assert answers(read_paper(paper)) == [[1], [2]]


class TestSeveralRightAnswers:
    def test_where_the_stem_asks_for_several(self) -> None:
        lines = lettered(2, {0, 2}, "u")
        lines[0] = "Câu 2. Những nội dung nào sau đây là đúng?"

        assert read(*lettered(1, {0}, "u"), *lines)[1][2:] == ([0, 2], [])

    def test_where_it_is_the_custom_of_the_file(self) -> None:
        found = read(*lettered(1, {0, 1}, "u"), *lettered(2, {1, 2}, "u"), *lettered(3, {1}, "u"))

        assert [question[2:] for question in found] == [([0, 1], []), ([1, 2], []), ([1], [])]

    def test_once_only_is_asked_about(self) -> None:
        found = read(*lettered(1, {0}, "u"), *lettered(2, {1, 2}, "u"), *lettered(3, {1}, "u"))

        assert found[1][2:] == ([1, 2], ["many_answers"])

    def test_all_of_the_above_and_another_is_left_open(self) -> None:
        found = read(
            *lettered(1, {0}, "u"),
            "Câu 2. Gì?", [("A. x", "u")], "B. y", [("C. Cả A và B", "u")],
        )  # fmt: skip
        assert found[1][2:] == (None, ["many_answers"])


class TestAnswerLines:
    @pytest.mark.parametrize(
        "line",
        [
            "Đáp án: B", "ĐÁP ÁN: B", "Đáp án B", "Đáp án đúng: B.", "Đáp án đúng là B", "ĐA: B",
            "Đ/A: b", "Trả lời: B. y", "Chọn B", "Chọn đáp án B", "=> B", "→ B", "(Đáp án: B)",
            "ANSWER: B", "Đáp án: y", "Đáp án: B) y",
        ],
    )  # fmt: skip
    def test_after_the_options(self, line: str) -> None:
        found = read("Câu 1. Gì?", "A. x", "B. y", line, "Câu 2. Ai?", "A. x", "B. y", "Đáp án: A")

        assert found == [("Gì?", ["x", "y"], [1], []), ("Ai?", ["x", "y"], [0], [])]

    def test_where_questions_have_no_numbers(self) -> None:
        found = read("Gì?", "A. x", "B. y", "Đáp án: B", "Ai?", "A. x", "B. y", "Đáp án: A")

        assert found == [("Gì?", ["x", "y"], [1], []), ("Ai?", ["x", "y"], [0], [])]

    def test_at_the_end_of_a_line(self) -> None:
        found = read(
            "Câu 1. Gì? (Đáp án: B)", "A. x", "B. y", "Câu 2. Ai?", "A. x    B. y    Đáp án: A"
        )
        assert found == [("Gì?", ["x", "y"], [1], []), ("Ai?", ["x", "y"], [0], [])]

    def test_explanations_are_counted_and_left_out(self) -> None:
        found = read_word(
            "Câu 1. Gì?", "A. x", "B. y", "Đáp án: B", "Giải thích: vì thế.", "Và thế nữa.",
            "Câu 2. Ai?", "A. x", "B. y", "Đáp án: A",
        )  # fmt: skip
        assert [question.options for question in found.questions] == [["x", "y"]] * 2
        assert kinds(found) == ["explanations"]
        assert "2" in str(found.doubts[0].message)

    @pytest.mark.parametrize(
        ("line", "kind"),
        [
            ("Đáp án: E", "unknown_answer"),
            ("Đáp án: không rõ", "unknown_answer"),
            ("Đáp án: A. y", "conflicting_answer"),
            ("Đáp án: ?", "no_answer"),
        ],
    )
    def test_answers_that_do_not_fit(self, line: str, kind: str) -> None:
        (question,) = read("Câu 1. Gì?", "A. x", "B. y", line)

        assert question[2] is None
        assert kind in question[3]

    def test_questions_about_answers_are_no_answers(self) -> None:
        found = read(
            "Câu 1. Đáp án nào sau đây đúng?", [("A. x", "u")], "B. Không có đáp án nào đúng",
            "Câu 2. Theo đồng chí,", "đáp án nào sai?", "A. x", [("B. y", "u")],
        )  # fmt: skip
        assert [question[0] for question in found] == [
            "Đáp án nào sau đây đúng?",
            "Theo đồng chí, đáp án nào sai?",
        ]

    def test_against_a_mark(self) -> None:
        found = read(*typed(1, 1), "Đáp án: A", *typed(2, 1), "Đáp án: B")

        assert [question[2:] for question in found] == [
            (None, ["conflicting_answer"]),
            ([1], []),
        ]


def four_questions() -> list[TypedLine]:
    return [line for number in (1, 2, 3, 4) for line in typed(number)]


class TestAnswerKeys:
    WANTED = [[0], [1], None, [3]]

    @pytest.mark.parametrize(
        "lines",
        [
            ["BẢNG ĐÁP ÁN", "1. A  2. B  4. D"],
            ["ĐÁP ÁN", "1A 2B 4D"],
            ["Đáp án:", "1-A, 2-B, 4-D"],
            ["Đáp án:", "1 - A; 2 - B; 4 - D."],
            ["ĐÁP ÁN BỘ CÂU HỎI", "Câu 1: A", "Câu 2: B", "Câu 4: D"],
            ["HƯỚNG DẪN ĐÁP ÁN", "Câu 1. Đáp án A", "Câu 2. Chọn B", "4) d"],
            ["ĐÁP ÁN", "Câu\t1\t2\t4", "Đáp án\tA\tB\tD"],
            ["--- HẾT ---", "ĐÁP ÁN", "Mỗi câu đúng được 1 điểm", "1. A", "2. B", "4. D. bốn 4"],
            ["1. A  2. B  4. D"],
            ["Câu 1: A", "Câu 2: B", "Câu 4: D"],
        ],
    )
    def test_lines(self, lines: list[str]) -> None:
        assert answers(read(*four_questions(), *lines)) == self.WANTED

    @pytest.mark.parametrize(
        "rows",
        [
            [("1", "2", "3", "4"), ("A", "B", "", "D")],
            [("Câu", "1", "2", "3", "4"), ("Đáp án", "A", "B", "", "D")],
            [("Câu", "1", "2"), ("ĐA", "A", "B"), ("Câu", "3", "4"), ("ĐA", "", "D")],
            [("1", "A"), ("2", "B"), ("3", ""), ("4", "D")],
            [("Câu", "Đáp án"), ("1", "A"), ("2", "B"), ("3", "-"), ("4", "D")],
            [("Câu", "Đáp án", "Giải thích"), ("1", "A", "vì x"), ("2", "B", ""), ("4", "D", "y")],
            [("Câu", "ĐA", "Câu", "ĐA"), ("1", "A", "3", ""), ("2", "B", "4", "D")],
            [("1. A", "2. B"), ("", "4. D")],
            [("BẢNG ĐÁP ÁN", ""), ("1", "A"), ("2", "B"), ("4", "D")],
            [("Câu 1", "A"), ("Câu 2", "B"), ("Câu 4", "D")],
        ],
    )
    @pytest.mark.parametrize("title", [["BẢNG ĐÁP ÁN"], []])
    def test_tables(self, rows: list[tuple[str, ...]], title: list[str]) -> None:
        paper = Paper().lines(*four_questions(), *title).table(*rows)
        found = read_paper(paper)

        assert answers(found) == self.WANTED
        assert [question[3] for question in found] == [[], [], ["no_answer"], []]

    def test_a_row_that_has_lost_a_letter_is_not_believed(self) -> None:
        found = read(*four_questions(), "ĐÁP ÁN", "1\t2\t3\t4", "A\tB\tD")

        assert answers(found) == [None] * 4

    def test_several_letters(self) -> None:
        found = read(*four_questions(), "ĐÁP ÁN", "1. A, C", "2. BD", "3. A và B", "4. D")

        assert answers(found) == [[0, 2], [1, 3], [0, 1], [3]]

    def test_faults(self) -> None:
        found = read_word(*four_questions(), "ĐÁP ÁN", "1. A  2. E  3. B  3. C  4. D  9. A")
        shorts = [(q.correct, [d.kind for d in q.doubts]) for q in found.questions]

        assert shorts == [
            ([0], []),
            (None, ["unknown_answer"]),
            (None, ["conflicting_answer"]),
            ([3], []),
        ]
        assert kinds(found) == ["key_without_question"]

    def test_numbers_used_twice_are_left_open(self) -> None:
        found = read(*typed(1), *typed(2), *typed(2), *typed(4), "ĐÁP ÁN", "1. A  2. B  3. C  4. D")
        assert answers(found) == [[0], None, None, [3]]
        assert found[1][3] == ["ambiguous_number"]

    def test_questions_without_numbers_are_counted(self) -> None:
        found = read("Gì?", "A. x", "B. y", "Ai?", "A. x", "B. y", "ĐÁP ÁN", "1. B", "2. A")

        assert answers(found) == [[1], [0]]

    def test_against_marks(self) -> None:
        found = read(*typed(1, 0), *typed(2, 0), "ĐÁP ÁN", "1. A", "2. B")

        assert [question[2:] for question in found] == [([0], []), (None, ["conflicting_answer"])]

    def test_italics_do_not_speak_against_a_key(self) -> None:
        found = read(*typed(1, 3, "i"), *typed(2, 3, "i"), "ĐÁP ÁN", "1. A", "2. B")

        assert answers(found) == [[0], [1]]

    PARTS: list[TypedLine] = ["Phần I", *typed(1), *typed(2), "Phần II", *typed(1), *typed(2)]

    def test_parts_numbered_anew_with_a_key_in_parts(self) -> None:
        found = read(*self.PARTS, "ĐÁP ÁN", "Phần I", "1. A  2. B", "Phần II", "1. C  2. D")

        assert answers(found) == [[0], [1], [2], [3]]

    def test_parts_each_with_its_key(self) -> None:
        half = len(self.PARTS) // 2
        found = read(
            *self.PARTS[:half], "ĐÁP ÁN", "1. A  2. B", *self.PARTS[half:], "ĐÁP ÁN", "1. C  2. D"
        )
        assert answers(found) == [[0], [1], [2], [3]]

    def test_parts_with_one_key_for_who_knows_which(self) -> None:
        found = read(*self.PARTS, "ĐÁP ÁN", "1. A  2. B")

        assert answers(found) == [None] * 4
        assert all("ambiguous_number" in question[3] for question in found)
