"""Any set of questions, written in any convention, is read back as it was written."""

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.quizzes.importers import read_questions
from tests.quizzes.importers.paper import MarkedRun, Paper, TypedLine, workbook

Question = tuple[str, list[str], int]
Writer = Callable[[list[Question], str], bytes]

SYLLABLES = (
    "đảng viên chi bộ học tập chỉ thị nghị quyết nêu gương người đứng đầu cấp ủy 2026 19/7/2019 "
    "96% quận tổ chức đến từng cơ sở (khóa XIII) “tự soi, tự sửa” được không bao nhiêu vì sao"
).split(" ")
LETTERS = "ABCDEF"


def words(least: int, most: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(SYLLABLES), min_size=least, max_size=most).map(" ".join)


@st.composite
def question_sets(draw: st.DrawFn) -> list[Question]:
    questions = []
    for number in range(draw(st.integers(1, 6))):
        stem = f"Vào dịp nào {draw(words(1, 12))} ở nơi thứ {number}?"
        options = [
            f"{letter.lower()}{index} {draw(words(1, 5))}"
            for index, letter in enumerate("xyztuv"[: draw(st.integers(2, 6))])
        ]
        questions.append((stem, options, draw(st.integers(0, len(options) - 1))))
    return questions


def marked(marks: str, *, letter: bool = True, text: bool = True) -> Writer:
    """One option per line, the right one marked on its letter, its text, or both."""

    def write(questions: list[Question], label: str) -> bytes:
        paper = Paper().lines("BỘ CÂU HỎI TRẮC NGHIỆM", "Phần I. Câu hỏi chung")
        for number, (stem, options, right) in enumerate(questions, start=1):
            paper.line(label % number + stem)
            for index, option in enumerate(options):
                on = marks if index == right else ""
                runs: list[MarkedRun] = [
                    (LETTERS[index] + ".", on if letter else ""),
                    (" " + option, on if text else ""),
                ]
                paper.line(runs)
        return paper.data()

    return write


def keyed(gap: str, *, down: bool) -> Writer:
    """All options on one line, and a table of answers at the end."""

    def write(questions: list[Question], label: str) -> bytes:
        paper = Paper()
        for number, (stem, options, _) in enumerate(questions, start=1):
            paper.line([(label % number + stem, "b")])
            paper.line(gap.join(f"{LETTERS[i]}. {text}" for i, text in enumerate(options)))
        rights = [LETTERS[right] for _, _, right in questions]
        numbers = [str(number) for number in range(1, len(questions) + 1)]
        paper.lines("HẾT", "BẢNG ĐÁP ÁN")
        rows = list(zip(numbers, rights, strict=True)) if down else [numbers, rights]
        return paper.table(*rows).data()

    return write


def said(before: str) -> Writer:
    """A line under each question that gives the letter."""

    def write(questions: list[Question], label: str) -> bytes:
        lines: list[TypedLine] = []
        for number, (stem, options, right) in enumerate(questions, start=1):
            lines.append(label % number + stem)
            lines += [f"{LETTERS[i].lower()}) {text}" for i, text in enumerate(options)]
            lines.append(before + LETTERS[right])
        return Paper().lines(*lines).data()

    return write


def starred(questions: list[Question], label: str) -> bytes:
    lines: list[TypedLine] = []
    for number, (stem, options, right) in enumerate(questions, start=1):
        lines.append(label % number + stem)
        lines += [("*" if i == right else "") + f"{LETTERS[i]}. {t}" for i, t in enumerate(options)]
    return Paper().lines(*lines).data()


def numbered_by_word(questions: list[Question], _label: str) -> bytes:
    paper = Paper()
    number = paper.new_list(("decimal", "%1."), ("upperLetter", "%2."))
    for stem, options, right in questions:
        paper.numbered(number, 0, stem)
        for index, option in enumerate(options):
            paper.numbered(number, 1, [(option, "red" if index == right else "")])
    return paper.data()


def sheet(questions: list[Question], _label: str) -> bytes:
    rows = [
        (number, stem, *options, *[None] * (6 - len(options)), LETTERS[right].lower())
        for number, (stem, options, right) in enumerate(questions, start=1)
    ]
    return workbook(("STT", "Câu hỏi", *LETTERS, "Đáp án đúng"), *rows)


WRITERS: dict[str, Writer] = {
    "letter underlined": marked("u", text=False),
    "text underlined": marked("u", letter=False),
    "bold": marked("b"),
    "red": marked("red"),
    "highlighted": marked("h", letter=False),
    "key across, spaces": keyed("    ", down=False),
    "key across, tabs": keyed("\t", down=False),
    "key down": keyed("\t\t", down=True),
    "answer lines": said("Đáp án: "),
    "answer arrows": said("=> "),
    "stars": starred,
    "numbered by Word": numbered_by_word,
    "Excel": sheet,
}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    question_sets(),
    st.sampled_from(sorted(WRITERS)),
    st.sampled_from(["Câu %d. ", "Câu %d: ", "Câu %d) ", "%d. ", "%d) "]),
)
def test_what_is_written_is_read(questions: list[Question], writer: str, label: str) -> None:
    data = WRITERS[writer](questions, label)
    found = read_questions(data, "cau-hoi.xlsx" if writer == "Excel" else "cau-hoi.docx")

    assert found.as_json() == {
        "questions": [
            {"stem": stem, "options": options, "correct": [right], "doubts": []}
            for stem, options, right in questions
        ]
    }
    assert found.doubts == []
