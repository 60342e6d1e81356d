"""`flask --app wsgi privacy …`: the data map, and letting go what is past its time."""

from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from flask_babel import gettext as _

from lms.base.data_map import data_map, faults_of
from lms.config import ROOT
from lms.extensions import db
from lms.people.data_map_document import write_document
from lms.people.retention import Kept, let_go, preview, rules

DOCUMENT = ROOT / "docs" / "data-map.md"

privacy = AppGroup("privacy", help="Personal data.")


@privacy.command()
@click.option("--dry-run", is_flag=True, help="Count and change nothing.")
def retention(dry_run: bool) -> None:
    """Delete or blank what is past its time."""
    if dry_run:
        for kept in preview():
            click.echo(_line(kept, _("sẽ xóa")))
        return
    for kept in let_go():
        click.echo(_line(kept, _("đã xóa")))


@privacy.command("data-map")
@click.option("--output", type=click.Path(path_type=Path), default=DOCUMENT)
@with_appcontext
def write_data_map(output: Path) -> None:
    """Write docs/data-map.md from the models."""
    faults = faults_of(db.metadata)
    if faults:
        raise click.ClickException("\n".join(faults))
    output.write_text(write_document(db.metadata, data_map(), rules()), encoding="utf-8")
    click.echo(str(output))


def _line(kept: Kept, verb: str) -> str:
    return f"{kept.rule.table:<20} {verb} {kept.count:>8}   {kept.rule.what}"
