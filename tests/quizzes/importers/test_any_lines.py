"""Whatever the lines of a file are, reading ends, and says of every question what is open."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.quizzes.importers import ImportedFile, read_questions
from tests.quizzes.importers.paper import Paper, TypedLine, workbook

PIECES = (
    "Câu 1.|Câu 2:|Câu 1|1.|2)|3/|A.|B.|C.|D.|a)|b)|đ)|*C.|(A)|Đáp án: C|Đáp án|ĐÁP ÁN|"
    "BẢNG ĐÁP ÁN|1. A 2. B|1A|Phần II.|HẾT|II. CHUNG|Giải thích: vì|=> B|Cả A và B|C. Mác|"
    "19/7/2019|đảng viên|(đúng)|*|-|•|x|X|ộ|\t|    |\n|\u00a0|STT|Câu hỏi|Đáp án đúng|A|B|C|1|2|?|"
).split("|")
MARKS = ("", "", "", "u", "b", "i", "h", "red", "blue")

RUNS = st.lists(
    st.tuples(st.lists(st.sampled_from(PIECES), max_size=4).map(" ".join), st.sampled_from(MARKS)),
    max_size=4,
)


def check(found: ImportedFile) -> None:
    for question in found.questions:
        kinds = {doubt.kind for doubt in question.doubts}
        assert all(doubt.message for doubt in question.doubts)
        if question.correct is None:
            assert kinds, "an open question without a doubt"
        else:
            assert question.correct == sorted(set(question.correct))
            assert 0 < len(question.correct) <= len(question.options)
            assert 0 <= question.correct[0] <= question.correct[-1] < len(question.options)
            assert not kinds & {"no_answer", "unknown_answer", "conflicting_answer"}
        assert len(question.options) > 1 or "few_options" in kinds
        assert question.stem or "no_stem" in kinds
    found.as_json()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(RUNS, max_size=14), st.booleans())
def test_word(lines: list[TypedLine], in_table: bool) -> None:
    paper = Paper()
    if in_table and len(lines) > 3:
        paper.lines(*lines[:2]).table(lines[2:4], *([line] for line in lines[4:]))
    else:
        paper.lines(*lines)
    check(paper.read())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(st.sampled_from(PIECES) | st.integers(), max_size=7), max_size=8))
def test_excel(rows: list[list[object]]) -> None:
    check(read_questions(workbook(*rows), "cau-hoi.xlsx"))
