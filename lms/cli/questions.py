"""`flask questions FILE`: read a file of questions; look at it, or fill a bank with it."""

import json
import sys
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from lms.base.errors import DomainError, NotFound
from lms.base.transactions import transaction
from lms.quizzes.importers import ImportedFile, UnreadableFile, read_questions
from lms.quizzes.queries.banks import get_bank
from lms.quizzes.services.imports import import_certain

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@click.command("questions")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only read the file; needs no database.")
@click.option("--json", "as_json", is_flag=True, help="Print what was read as JSON.")
@click.option("--bank", "bank_id", type=int, help="The bank that takes questions without doubts.")
@with_appcontext
def questions(file: Path, dry_run: bool, as_json: bool, bank_id: int | None) -> None:
    """Read questions from a Word or Excel FILE.

    Without --dry-run, those without a doubt enter the bank and the others are listed.
    """
    if not dry_run and bank_id is None:
        raise click.UsageError("give --bank ID, or --dry-run to only look at the file")
    imported = _read(file)
    if as_json:
        click.echo(json.dumps(imported.as_json(), ensure_ascii=False, indent=2))
    if dry_run:
        if not as_json:
            _describe(imported)
        return
    try:
        with transaction():
            saved, left = import_certain(None, get_bank(bank_id or 0, None, locked=True), imported)
    except NotFound:
        _stop(_("Không có ngân hàng câu hỏi số %(number)s.", number=bank_id))
    except DomainError as error:
        _stop(str(error.message))
    else:
        click.echo(_("Đã lưu %(count)s câu vào ngân hàng.", count=saved), err=as_json)
        for entry in left:
            messages = " ".join(doubt["message"] for doubt in entry["doubts"])
            click.echo(_line(entry["number"], entry["stem"], messages), err=as_json)


def _read(file: Path) -> ImportedFile:
    try:
        data = file.read_bytes()
    except OSError:
        _stop(_("Không mở được tệp %(name)s. Hãy kiểm tra lại tên tệp.", name=str(file)))
    try:
        return read_questions(data, file.name)
    except UnreadableFile as error:
        _stop(str(error.message))


def _describe(imported: ImportedFile) -> None:
    """The questions for reading: the right letters, or what is in doubt."""
    for doubt in imported.doubts:
        click.echo(_("Về cả tệp: %(message)s", message=str(doubt.message)))
    for number, question in enumerate(imported.questions, 1):
        right = ", ".join(LETTERS[place] for place in question.correct or [])
        messages = " ".join(str(doubt.message) for doubt in question.doubts)
        note = messages or _("Đáp án: %(letters)s.", letters=right)
        click.echo(_line(number, question.stem, note))


def _line(number: int, stem: str, note: str) -> str:
    return _(
        "Câu %(number)s. %(stem)s\n    %(note)s",
        number=number,
        stem=" ".join(stem.split()),
        note=note,
    )


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)
