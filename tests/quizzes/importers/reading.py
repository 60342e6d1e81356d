"""What the importer tests say about a result, in short forms that read well in a failure."""

from lms.quizzes.importers import ImportedFile, ImportedQuestion, read_questions
from tests.quizzes.importers.paper import Paper, TypedLine, word

# A question in short: stem, options, right ones (indexes, or None), kinds of doubt.
Short = tuple[str, list[str], list[int] | None, list[str]]


def short(question: ImportedQuestion) -> Short:
    kinds = [doubt.kind for doubt in question.doubts]
    return question.stem, question.options, question.correct, kinds


def read(*lines: TypedLine) -> list[Short]:
    """The questions of a Word file of these lines."""
    return [short(question) for question in read_word(*lines).questions]


def read_word(*lines: TypedLine) -> ImportedFile:
    return read_questions(word(*lines), "cau-hoi.docx")


def read_paper(paper: Paper) -> list[Short]:
    return [short(question) for question in paper.read().questions]


def answers(questions: list[Short]) -> list[list[int] | None]:
    """The right answers alone."""
    return [question[2] for question in questions]


def kinds(found: ImportedFile) -> list[str]:
    """The kinds of doubt about the file as a whole."""
    return [doubt.kind for doubt in found.doubts]


def typed(number: int, right: int | None = None, marks: str = "u") -> list[TypedLine]:
    """A plain question with four options, the letter and text of the right one marked."""
    lines: list[TypedLine] = [f"Câu {number}. Câu hỏi thứ {number} là gì?"]
    for index, option in enumerate(("một", "hai", "ba", "bốn")):
        text = f"{'ABCD'[index]}. {option} {number}"
        lines.append([(text, marks)] if index == right else text)
    return lines
