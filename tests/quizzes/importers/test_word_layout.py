"""Where things stand on the page: options on one line or in a table, stems of several lines …"""

import unicodedata

import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH

from tests.quizzes.importers.paper import Paper, TypedLine
from tests.quizzes.importers.reading import answers, kinds, read, read_paper, read_word, typed

FOUR = ["x", "y", "z", "t"]


@pytest.mark.parametrize(
    "lines",
    [
        ["Câu 1. Gì?", "A. x\tB. y\tC. z\tD. t"],
        ["Câu 1. Gì?", "A. x    B. y    C. z    D. t"],
        ["Câu 1. Gì?", "A. x\u00a0\u00a0B. y\u00a0\u00a0C. z\u00a0\u00a0D. t"],
        ["Câu 1. Gì?", "\tA. x\t\tB. y", "\tC. z\t\tD. t"],
        ["Câu 1. Gì?", "A. x B. y C. z D. t"],
        ["Câu 1. Gì?", "A. x B. y", "C. z D. t"],
        ["Câu 1. Gì? A. x B. y C. z D. t"],
        ["Câu 1. Gì?\tA. x\tB. y", "C. z\tD. t"],
        ["Câu 1. Gì? A. x", "B. y", "C. z", "D. t"],
        ["Câu 1. Gì?\nA. x\nB. y\nC. z\nD. t"],
        ["Câu 1. Gì?\nA. x    B. y\nC. z    D. t"],
        ["1) Gì?", "a) x\tb) y\tc) z\td) t"],
    ],
)
def test_options_on_one_line(lines: list[TypedLine]) -> None:
    assert read(*lines) == [("Gì?", FOUR, None, ["no_answer"])]


def test_marks_on_one_line() -> None:
    found = read(
        "Câu 1. Gì?", ["A. x\t", ("B", "u"), ". y\tC. z\tD. t"],
        "Câu 2. Ai?", ["A. x    B. y    C. z    ", ("D. t", "u")],
        "Câu 3. Đâu?", ["A. x    B. y\n", ("C. z", "u"), "    D. t"],
    )  # fmt: skip
    assert answers(found) == [[1], [3], [2]]


class TestTables:
    @pytest.mark.parametrize(
        "rows",
        [
            [("A. x", "B. y"), ("C. z", "D. t")],
            [("A. x", "B. y", "C. z", "D. t")],
            [("A.", "x"), ("B.", "y"), ("C.", "z"), ("D.", "t")],
            [("A", "x", "B", "y"), ("C", "z", "D", "t")],
            [("A. x\nC. z", "B. y\nD. t")],
        ],
    )
    def test_options_in_a_table(self, rows: list[tuple[str, ...]]) -> None:
        paper = Paper().lines("Câu 1. Gì?").table(*rows)

        assert read_paper(paper) == [("Gì?", FOUR, None, ["no_answer"])]

    def test_numbers_as_options_are_no_answer_table(self) -> None:
        paper = Paper().lines(*typed(1, right=0), "Câu 2. Bao nhiêu?")
        paper.table(("A", "3"), ("B", "4"), ("C", "5"))

        assert read_paper(paper)[1][:2] == ("Bao nhiêu?", ["3", "4", "5"])

    def test_nor_where_questions_are_numbered_without_a_word(self) -> None:
        paper = Paper().lines("1. Gì?", "A. x", "B. y", "2. Mấy?").table(("A", "3"), ("B", "4"))

        assert read_paper(paper)[1][:2] == ("Mấy?", ["3", "4"])

    def test_a_picture_in_a_list_of_questions(self) -> None:
        paper = Paper().table(("Câu hỏi", "A", "B", "Đáp án"), ("Gì?", "x", "y", "A"))
        paper.picture()
        picture = paper.document.paragraphs[-1].runs[0]._r
        paper.document.tables[0].cell(1, 0).paragraphs[0]._p.append(picture)

        assert read_paper(paper) == [("Gì?", ["x", "y"], [0], ["picture"])]

    def test_whole_questions_in_a_layout_table(self) -> None:
        paper = Paper().table(
            ("1", "Gì?\nA. x\nB. y"), ("2", ["Ai?\nA. x\n", ("B. y", "u"), "\nC. z"])
        )
        assert read_paper(paper) == [
            ("Gì?", ["x", "y"], None, ["no_answer"]),
            ("Ai?", ["x", "y", "z"], [1], []),
        ]

    def test_a_list_of_questions_with_a_header(self) -> None:
        paper = Paper().table(
            ("STT", "Nội dung câu hỏi", "A", "B", "C", "Đáp án"),
            ("1", "Gì?", "x", "y", "z", "B"),
            ("2", "Ai?", "x", "y", "z", ""),
            ("3", "Đâu?", "x", "y", "z", "D"),
        )
        assert read_paper(paper) == [
            ("Gì?", ["x", "y", "z"], [1], []),
            ("Ai?", ["x", "y", "z"], None, ["no_answer"]),
            ("Đâu?", ["x", "y", "z"], None, ["unknown_answer"]),
        ]

    def test_question_and_options_in_one_cell(self) -> None:
        paper = Paper().table(
            ("STT", "Câu hỏi", "Đáp án"),
            ("1", "Gì?\nA. x\nB. y", "B"),
            ("2", "Ai?\nA. x\nB. y", "A"),
        )
        assert answers(read_paper(paper)) == [[1], [0]]


class TestStems:
    def test_several_paragraphs_and_a_line_break(self) -> None:
        (question,) = read("Câu 1. Đọc đoạn sau:", "“Học để làm.”\nAi nói?", "A. x", "B. y")

        assert question[0] == "Đọc đoạn sau: “Học để làm.” Ai nói?"

    def test_a_list_keeps_its_lines(self) -> None:
        found = read(
            "Câu 1. Cho các ý:", "1. một", "2. hai", "Ý nào đúng?", "A. ý 1", "B. ý 2",
            "Câu 2. Chọn:", "a) một", "b) hai", "A. chỉ a", "B. chỉ b",
        )  # fmt: skip
        assert found[0][0] == "Cho các ý:\n1. một\n2. hai\nÝ nào đúng?"
        assert found[1][:2] == ("Chọn:\na) một\nb) hai", ["chỉ a", "chỉ b"])

    def test_a_numbered_list_inside_a_question_that_is_numbered_alike(self) -> None:
        found = read(
            "1. Cho:", "1. một", "2. hai", "3. ba", "A. x", "B. y", "2. Gì?", "A. z", "B. t"
        )
        assert [question[0] for question in found] == ["Cho:\n1. một\n2. hai\n3. ba", "Gì?"]


class TestBetweenQuestions:
    def test_titles_are_left_out_silently(self) -> None:
        paper = Paper().lines("BỘ CÂU HỎI", "Phần I. Chung", *typed(1, right=0))
        paper.lines("Phần II: Riêng", *typed(2, right=1), "II. NÂNG CAO", *typed(3, right=2))
        paper.document.add_heading("Về xây dựng Đảng", 2)
        paper.lines(*typed(4, right=0))
        paper.line("Chuyên đề bổ sung").alignment = WD_ALIGN_PARAGRAPH.CENTER
        paper.lines(*typed(5, right=1), [("Nội dung thêm", "b")], *typed(6, right=1))
        paper.lines("B. PHẦN TỰ LUẬN", "Câu 7. Trình bày?", "----- HẾT -----", "Trang 2/2")

        found = read_paper(paper)
        assert answers(found) == [[0], [1], [2], [0], [1], [1], None]
        assert [question[1][3:] for question in found[:6]] == [[f"bốn {n}"] for n in range(1, 7)]
        assert [question[3] for question in found] == [[]] * 6 + [["few_options"]]

    def test_roman_numbers_title_parts_but_are_points_inside_a_stem(self) -> None:
        stem, *options = typed(3, right=2)
        paper = Paper().lines("I. Chung", *typed(1, right=0), "II. Riêng", *typed(2, right=1))
        paper.lines("III. Khác", stem, "I. ý một", "II. ý hai", *options)
        romans = paper.new_list(("upperRoman", "%1."))
        paper.numbered(romans, 0, "Thêm")
        paper.lines(*typed(4, right=3))

        found = read_paper(paper)
        assert [question[2:] for question in found] == [([n], []) for n in range(4)]
        assert found[2][0] == "Câu hỏi thứ 3 là gì?\nI. ý một\nII. ý hai"

    def test_other_lines_are_asked_about(self) -> None:
        found = read(*typed(1, right=0), "Dòng này của ai", *typed(2, right=0))

        assert found[0][1][3] == "bốn 1"
        assert found[0][3] == ["stray_text"]

    def test_an_option_goes_on_in_the_next_paragraph(self) -> None:
        found = read(
            "Câu 1. Gì?", "A. một", "Hai ba", "B. bốn", "và năm", "Câu 2. Ai?", "A.", "x", "B. y"
        )
        assert [question[1] for question in found] == [
            ["một Hai ba", "bốn và năm"],
            ["x", "y"],
        ]
        assert found[0][3] == ["no_answer"]

    def test_a_bold_paragraph_after_a_bold_option_is_not_lost(self) -> None:
        found = read("Câu 1. Gì?", "A. x", [("B. y", "b")], [("Còn nữa", "b")], *typed(2, 1, "b"))

        assert found[0][3] == ["stray_text"]

    def test_gaps_and_repeats_in_the_numbers_are_told(self) -> None:
        found = read_word(*typed(1, right=0), *typed(3, right=0), *typed(3, right=1)[:5])

        assert kinds(found) == ["number_repeat", "number_gap"]
        assert "2" in str(found.doubts[1].message)


class TestText:
    def test_decomposed_letters_come_out_composed(self) -> None:
        stem, option = "Tỷ lệ đảng viên được học?", "Từ 96 % trở lên"
        found = read(
            unicodedata.normalize("NFD", f"Câu 1. {stem}"),
            unicodedata.normalize("NFD", f"A. {option}"),
            [(unicodedata.normalize("NFD", "B. Được"), "u")],
            unicodedata.normalize("NFD", "Đáp án: B"),
        )
        assert found == [(stem, [option, "Được"], [1], [])]

    def test_a_mark_split_from_its_letter_by_a_run(self) -> None:
        assert read("Câu 1. Gì?", ["A. ho", "\u0300a"], "B. y")[0][1][0] == "hòa"

    def test_spaces_and_invisible_characters(self) -> None:
        found = read("Câu\u00a01.\u00a0Gì \u200b  thế?", "A.\u00a0\u00adx\u2003y", "B. “y”")

        assert found == [("Gì thế?", ["x y", "“y”"], None, ["no_answer"])]


class TestBesidesText:
    def test_tracked_changes_are_read_as_accepted(self) -> None:
        paper = Paper().lines("Câu 1. Gì?", "A. x")
        paper.change(paper.line(["B. ", "cũ", "mới"]), deleted=1, inserted=2)
        paper.lines([("C. z", "u")])

        assert read_paper(paper) == [("Gì?", ["x", "mới", "z"], [2], [])]
        assert kinds(paper.read()) == ["tracked_changes"]

    def test_a_deleted_paragraph_end_joins_two_paragraphs(self) -> None:
        paper = Paper()
        paper.delete_end(paper.line("Câu 1. Gì"))
        paper.lines(" thế?", "A. x", [("B. y", "u")])

        assert read_paper(paper) == [("Gì thế?", ["x", "y"], [1], [])]

    def test_a_text_box_is_not_read_and_told(self) -> None:
        paper = Paper().lines("Câu 1. Gì?")
        paper.box(paper.line("A. x"), "B. trong hộp")
        paper.lines([("B. y", "u")])

        assert read_paper(paper) == [("Gì?", ["x", "y"], [1], ["text_box"])]
        (doubt,) = paper.read().questions[0].doubts
        assert "B. trong hộp" in str(doubt.message)

    def test_a_text_box_before_the_questions_is_told_once(self) -> None:
        paper = Paper()
        paper.box(paper.line("BỘ CÂU HỎI"), "Mật")
        paper.lines(*typed(1, right=0))

        assert read_paper(paper)[0][3] == []
        assert kinds(paper.read()) == ["text_box"]

    def test_a_picture_is_told(self) -> None:
        paper = Paper().lines("Câu 1. Hình nào?")
        paper.picture()
        paper.lines("A. x", [("B. y", "u")], *typed(2, right=0))

        found = read_paper(paper)
        assert found[0] == ("Hình nào?", ["x", "y"], [1], ["picture"])
        assert found[1][3] == []

    def test_hidden_text_is_not_read(self) -> None:
        paper = Paper().lines("Câu 1. Gì?", "A. x", "B. y")
        paper.line("Đáp án: B").runs[0].font.hidden = True

        assert read_paper(paper) == [("Gì?", ["x", "y"], None, ["no_answer"])]
        assert kinds(paper.read()) == ["hidden_text"]


def test_a_file_without_questions_says_so() -> None:
    found = read_word("Kính gửi các đồng chí", "Trân trọng")

    assert found.questions == []
    assert kinds(found) == ["no_questions"]
