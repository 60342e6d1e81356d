"""`flask mark-attempts`: mark what was saved of quiz attempts whose time is over."""

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from lms.base.transactions import transaction
from lms.quizzes.services.attempts import mark_next_run_out

BATCH = 200


@click.command("mark-attempts")
@with_appcontext
def mark_attempts() -> None:
    """Mark attempts that nobody submitted and whose time, or whose campaign, is over."""
    total, last = 0, 0
    while True:
        with transaction():
            marked, last = mark_next_run_out(last, BATCH)
        total += marked
        if not last:
            break
    click.echo(_("Đã chấm %(count)s lượt hết giờ.", count=total))
