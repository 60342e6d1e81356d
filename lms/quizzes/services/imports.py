"""Commands on imports: keep what was read until its author has decided, then fill the bank.

A question in doubt never enters a bank without a decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Invalid
from lms.extensions import db
from lms.people.models import Account
from lms.quizzes.content import QuestionContent, complete_content, likeness
from lms.quizzes.decisions import Decision
from lms.quizzes.importers import ImportedFile, ImportedQuestion
from lms.quizzes.models import QuestionBank, QuestionImport
from lms.quizzes.queries import banks
from lms.quizzes.services.banks import add_questions
from lms.units.queries import Scope

# A file with more questions without options than this, none complete, is no file of questions.
MOST_BARE = 20
MOST_BARE_SHARE = 0.9


@dataclass(frozen=True)
class Progress:
    """How many questions entered the bank, how many were dropped, how many still wait."""

    saved: int
    dropped: int
    waiting: int


class InvalidQuestions(Invalid):
    """Questions that were to be kept and cannot be asked. `faults`: number → what to do."""

    def __init__(self, faults: Mapping[int, str]) -> None:
        super().__init__(_("Có câu chưa lưu được. Hãy sửa những câu được đánh dấu."))
        self.faults = faults


def store_import(
    actor: Account | None, bank: QuestionBank, file_name: str, imported: ImportedFile
) -> QuestionImport:
    """Keep what was read from a file, instead of what still waits of the same file.

    Invalid when it holds no question, or nothing that looks like questions.
    """
    if not imported.questions:
        raise Invalid(_no_questions(imported), field="file")
    if _is_something_else(imported):
        raise Invalid(
            _(
                "Tệp này không giống tệp câu hỏi: không câu nào đủ nội dung và hầu hết không có"
                " phương án. Hãy xem lại mẫu."
            ),
            field="file",
        )
    db.session.execute(
        delete(QuestionImport).where(
            QuestionImport.bank_id == bank.id,
            QuestionImport.file_name == file_name[:200],
            QuestionImport.created_by_id == (actor.id if actor else None),
        )
    )
    stored = QuestionImport(
        bank_id=bank.id,
        file_name=file_name[:200],
        questions=read_entries(bank.id, imported),
        doubts=[str(doubt.message) for doubt in imported.doubts],
        created_by_id=actor.id if actor else None,
        created_at=clock.now(),
    )
    db.session.add(stored)
    db.session.flush()
    return stored


def read_entries(bank_id: int, imported: ImportedFile) -> list[dict[str, Any]]:
    """Questions as an import keeps them, with the doubts that only the bank can raise."""
    known = {likeness(stem, options) for stem, options in banks.list_contents(bank_id)}
    entries = []
    for number, question in enumerate(imported.questions, 1):
        doubts = [{"kind": d.kind, "message": str(d.message)} for d in question.doubts]
        if likeness(question.stem, question.options) in known:
            doubts.append({"kind": "in_bank", "message": _("Ngân hàng đã có câu này.")})
        if not doubts and (fault := _fault(question)):
            doubts.append({"kind": "incomplete", "message": fault})
        entries.append(
            {
                "number": number,
                "stem": question.stem,
                "options": list(question.options),
                "correct": None if question.correct is None else list(question.correct),
                "doubts": doubts,
            }
        )
    return entries


def save_decided(
    actor: Account | None, import_id: int, decisions: Mapping[int, Decision], scope: Scope
) -> Progress:
    """Put what the author keeps into the bank, drop what they drop, leave the rest waiting.

    Nothing is saved when a question to be kept cannot be asked (InvalidQuestions). The import is
    removed with its last question; saving the same decisions again does nothing more.
    """
    stored = banks.get_import(import_id, scope, locked=True)
    bank = banks.get_bank(stored.bank_id, scope, locked=True)
    contents: list[QuestionContent] = []
    waiting: list[dict[str, Any]] = []
    faults: dict[int, str] = {}
    dropped = 0
    for entry in stored.questions:
        decision = decisions.get(entry["number"])
        if decision is None or decision.keep is None:
            waiting.append(_reworded(entry, decision))
        elif not decision.keep:
            dropped += 1
        else:
            try:
                contents.append(complete_content(decision.stem, decision.options, decision.right))
            except Invalid as error:
                faults[entry["number"]] = error.message
    if faults:
        raise InvalidQuestions(faults)
    add_questions(actor, bank, contents)
    if waiting:
        stored.questions = waiting
    else:
        db.session.delete(stored)
    db.session.flush()
    return Progress(len(contents), dropped, len(waiting))


def discard_import(actor: Account | None, import_id: int, scope: Scope) -> QuestionBank:
    """Forget what is left of an import; returns its bank."""
    stored = banks.get_import(import_id, scope, locked=True)
    bank = stored.bank
    record(
        actor.id if actor else None,
        "question_import.discarded",
        f"question_bank:{bank.id}",
        file_name=stored.file_name,
        count=len(stored.questions),
    )
    db.session.delete(stored)
    db.session.flush()
    return bank


def import_certain(
    actor: Account | None, bank: QuestionBank, imported: ImportedFile
) -> tuple[int, list[dict[str, Any]]]:
    """Put every question without a doubt into the bank; (how many, the entries left out)."""
    if not imported.questions:
        raise Invalid(_no_questions(imported))
    entries = read_entries(bank.id, imported)
    certain = [entry for entry in entries if not entry["doubts"]]
    contents = [
        complete_content(entry["stem"], entry["options"], entry["correct"] or [])
        for entry in certain
    ]
    add_questions(actor, bank, contents)
    return len(contents), [entry for entry in entries if entry["doubts"]]


def _fault(question: ImportedQuestion) -> str:
    """What keeps a question without doubts from being asked, such as too many options."""
    try:
        complete_content(question.stem, question.options, question.correct or [])
    except Invalid as error:
        return error.message
    return ""


def _reworded(entry: dict[str, Any], decision: Decision | None) -> dict[str, Any]:
    """A waiting question keeps what its author typed so far."""
    if decision is None:
        return entry
    return {**entry, "stem": decision.stem, "options": _without_empty_end(decision.options)}


def _without_empty_end(options: Sequence[str]) -> list[str]:
    kept = list(options)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _is_something_else(imported: ImportedFile) -> bool:
    """Many rows, none of them complete, nearly all without options: a roster, a letter."""
    questions = imported.questions
    bare = sum(1 for question in questions if not question.options)
    return (
        bare > MOST_BARE
        and bare > MOST_BARE_SHARE * len(questions)
        and all(_fault(question) for question in questions)
    )


def _no_questions(imported: ImportedFile) -> str:
    if imported.doubts:
        return str(imported.doubts[0].message)
    return _("Không tìm thấy câu hỏi nào trong tệp. Hãy kiểm tra lại tệp.")
