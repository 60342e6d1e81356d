"""What an importer hands back: questions as found, and every doubt about them.

Plain data. How a doubt is worded lives in doubts.py; how a file is read, in its own reader.
"""

from dataclasses import dataclass, field
from typing import TypedDict


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something the author has to decide. `message` is for the author (a lazy translation)."""

    kind: str
    message: str


@dataclass(slots=True)
class ImportedQuestion:
    """One question; `correct`: indexes into `options`, or None where the file leaves it open."""

    stem: str
    options: list[str]
    correct: list[int] | None
    doubts: list[Doubt] = field(default_factory=list)


class DoubtJson(TypedDict):
    kind: str
    message: str


class QuestionJson(TypedDict):
    stem: str
    options: list[str]
    correct: list[int] | None
    doubts: list[DoubtJson]


class FileJson(TypedDict):
    questions: list[QuestionJson]


@dataclass(slots=True)
class ImportedFile:
    """All questions in the order of the file; `doubts` are those about the file as a whole."""

    questions: list[ImportedQuestion]
    doubts: list[Doubt] = field(default_factory=list)

    def as_json(self) -> FileJson:
        """Plain values, ready for a JSON writer, messages in the language of the moment."""
        return {
            "questions": [
                {
                    "stem": question.stem,
                    "options": list(question.options),
                    "correct": None if question.correct is None else list(question.correct),
                    "doubts": [
                        {"kind": doubt.kind, "message": str(doubt.message)}
                        for doubt in question.doubts
                    ],
                }
                for question in self.questions
            ]
        }
