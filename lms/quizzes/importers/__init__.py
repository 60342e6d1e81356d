"""Question files as staff write them (Word, Excel) read into questions, answers and doubts.

`read_questions` is the door. Pure: no request, no database, and never a guessed answer.
"""

from lms.quizzes.importers import doubts
from lms.quizzes.importers.container import kind_of
from lms.quizzes.importers.docx_document import read_document
from lms.quizzes.importers.errors import UnreadableFile
from lms.quizzes.importers.fixed_options import fixed_positions, is_fixed_option
from lms.quizzes.importers.questions import read_drafts
from lms.quizzes.importers.result import Doubt, ImportedFile, ImportedQuestion
from lms.quizzes.importers.verdicts import to_questions
from lms.quizzes.importers.xlsx_document import read_workbook

__all__ = [
    "Doubt",
    "ImportedFile",
    "ImportedQuestion",
    "UnreadableFile",
    "fixed_positions",
    "is_fixed_option",
    "read_questions",
]


def read_questions(data: bytes, filename: str) -> ImportedFile:
    """All questions in a .docx or .xlsx file, each with what the author still has to decide.

    Raises `UnreadableFile`, whose message says what to do, for anything that cannot be read.
    """
    kind = kind_of(data, filename)
    document = read_document(data) if kind == "docx" else read_workbook(data)
    found = to_questions(read_drafts(document))
    if "tracked_changes" in document.seen:
        found.doubts.append(doubts.tracked_changes())
    if "hidden_text" in document.seen:
        found.doubts.append(doubts.hidden_text())
    return found
