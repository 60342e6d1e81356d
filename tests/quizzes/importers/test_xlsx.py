"""Question lists in Excel, with the headers and answers staff use."""

import datetime

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from lms.quizzes.importers import ImportedFile, UnreadableFile, read_questions
from tests.quizzes.importers.paper import saved, workbook
from tests.quizzes.importers.reading import Short, kinds, short


def found(data: bytes) -> ImportedFile:
    return read_questions(data, "cau-hoi.xlsx")


def read(*rows: tuple[object, ...]) -> list[Short]:
    return [short(question) for question in found(workbook(*rows)).questions]


@pytest.mark.parametrize(
    "header",
    [
        ("STT", "Câu hỏi", "A", "B", "C", "Đáp án"),
        ("TT", "Nội dung câu hỏi", "Phương án A", "Phương án B", "Phương án C", "Đáp án đúng"),
        ("Câu", "NỘI DUNG", "Đáp án A", "Đáp án B", "Đáp án C", "ĐÁP ÁN"),
        ("No.", "Question", "Option A", "Option B", "Option C", "Correct answer"),
        ("Số TT", "Câu hỏi:", "A.", "B.", "C.", "Đáp án (A/B/C)"),
        (None, "Câu hỏi", "Lựa chọn A", "Lựa chọn B", "Lựa chọn C", "Trả lời"),
        ("STT", "Câu hỏi", "Phương án 1", "Phương án 2", "Phương án 3", "Đáp án đúng"),
    ],
)
def test_headers(header: tuple[object, ...]) -> None:
    assert read(("NGÂN HÀNG CÂU HỎI",), header, (1, "Gì?", "x", "y", "z", "c")) == [
        ("Gì?", ["x", "y", "z"], [2], [])
    ]


def test_header_of_two_rows() -> None:
    assert read(
        ("STT", "Câu hỏi", "Các phương án trả lời", None, "Đáp án"),
        (None, None, "A", "B", None),
        (1, "Gì?", "x", "y", "B"),
    ) == [("Gì?", ["x", "y"], [1], [])]


@pytest.mark.parametrize(
    ("answer", "correct", "doubts"),
    [
        ("B", [1], []), ("b.", [1], []), ("A,C", [0, 2], []), ("AC", [0, 2], []),
        ("A và C", [0, 2], []), ("hai", [1], []), ("B. hai", [1], []), ("Hai.", [1], []),
        (None, None, ["no_answer"]), ("?", None, ["no_answer"]),
        ("D", None, ["unknown_answer"]), ("bốn", None, ["unknown_answer"]),
        ("A. hai", None, ["conflicting_answer"]), ("2", None, ["unknown_answer"]),
    ],
)  # fmt: skip
def test_answers(answer: object, correct: list[int] | None, doubts: list[str]) -> None:
    rows = [("Câu hỏi", "A", "B", "C", "Đáp án"), ("Gì?", "một", "hai", "ba", answer)]
    other = ("Ai?", "một", "hai", "ba", "A")

    assert read(*rows, other)[0][2:] == (correct, doubts)


def test_answers_counted_in_digits_throughout() -> None:
    header = ("Câu hỏi", "A", "B", "C", "Đáp án")
    assert [
        question[2]
        for question in read(header, ("Gì?", "x", "y", "z", 2), ("Ai?", "x", "y", "z", "3"))
    ] == [[1], [2]]


def test_digits_that_are_also_options_are_left_open() -> None:
    header = ("Câu hỏi", "A", "B", "C", "Đáp án")
    (question,) = read(header, ("Mấy?", "3", "1", "2", 2))

    assert question[2:] == (None, ["conflicting_answer"])


def test_an_empty_column_at_the_end_is_no_option_and_one_between_is_a_fault() -> None:
    header = ("Câu hỏi", "A", "B", "C", "Đáp án")

    assert read(header, ("Gì?", "x", "y", None, "B"), ("Ai?", "x", None, "z", "C")) == [
        ("Gì?", ["x", "y"], [1], []),
        ("Ai?", ["x", "", "z"], [2], ["empty_option"]),
    ]


def test_question_and_options_in_one_cell() -> None:
    assert read(("STT", "Câu hỏi", "Phương án", "Đáp án"), (1, "Gì?", "A. x\nB. y", "B")) == [
        ("Gì?", ["x", "y"], [1], [])
    ]


def test_lines_as_in_word() -> None:
    assert read(("Câu 1", "Gì?"), ("A", "x"), ("B", "y"), ("Đáp án: B",)) == [
        ("Gì?", ["x", "y"], [1], [])
    ]


@pytest.mark.parametrize("mark", ["font", "fill", "bold"])
def test_marked_cells(mark: str) -> None:
    book = Workbook()
    sheet = book.active
    for row in (("Câu hỏi", "A", "B", "C"), ("Gì?", "x", "y", "z"), ("Ai?", "x", "y", "z")):
        sheet.append(row)
    for cell in (sheet["C2"], sheet["D3"]):
        if mark == "fill":
            cell.fill = PatternFill("solid", fgColor="FFFF00")
        else:
            cell.font = Font(color="FFFF0000") if mark == "font" else Font(bold=True)

    assert [question.correct for question in found(saved(book)).questions] == [[1], [2]]


def test_values_are_read_as_the_sheet_shows_them() -> None:
    book = Workbook()
    book.active.append(("Câu hỏi", "A", "B", "C", "D", "Đáp án"))
    book.active.append(("Gì?", 3.0, 0.96, 1.5, datetime.datetime(2019, 7, 19), "A"))  # noqa: DTZ001
    book.active["C2"].number_format = "0%"
    book.active["E2"].number_format = "d/m/yyyy"
    (question,) = found(saved(book)).questions

    assert question.options == ["3", "96%", "1,5", "19/7/2019"]
    assert [doubt.kind for doubt in question.doubts] == ["date_cell"]
    assert "Ô D" in str(question.doubts[0].message)


def test_every_visible_sheet_is_read() -> None:
    book = Workbook()
    header = ("Câu hỏi", "A", "B", "Đáp án")
    for title, stem in (("Phần 1", "Gì?"), ("Phần 2", "Ai?"), ("Nháp", "Bỏ")):
        sheet = book.create_sheet(title)
        sheet.append(header)
        sheet.append((stem, "x", "y", "B"))
    book["Nháp"].sheet_state = "hidden"
    result = found(saved(book))

    assert [question.stem for question in result.questions] == ["Gì?", "Ai?"]
    assert kinds(result) == ["hidden_text"]


def test_a_cell_far_away_costs_nothing() -> None:
    book = Workbook()
    book.active["XFD1048576"] = "x"

    assert kinds(found(saved(book))) == ["no_questions"]


def test_too_many_rows() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for _ in range(6100):
        sheet.append(("x",))
    with pytest.raises(UnreadableFile) as caught:
        found(saved(book))
    assert caught.value.kind == "too_large"
