"""`flask sweep-files`: remove stored bytes that no row names, left behind by a crash."""

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from lms.base.transactions import transaction
from lms.files.services import sweep


@click.command("sweep-files")
@with_appcontext
def sweep_files() -> None:
    """Remove files that have had no row in the database for a day."""
    with transaction():
        swept = sweep()
    click.echo(_("Đã xóa %(count)s tệp không còn ai dùng.", count=swept))
