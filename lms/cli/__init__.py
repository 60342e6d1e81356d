"""Commands of the flask command line: thin, each calls a service."""

from flask import Flask

from lms.cli.attempts import mark_attempts
from lms.cli.audit import audit
from lms.cli.demo.command import demo
from lms.cli.files import sweep_files
from lms.cli.founding import found
from lms.cli.privacy import privacy
from lms.cli.questions import questions
from lms.cli.roster import roster
from lms.cli.worker import worker


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(audit)
    app.cli.add_command(demo)
    app.cli.add_command(found)
    app.cli.add_command(privacy)
    app.cli.add_command(questions)
    app.cli.add_command(mark_attempts)
    app.cli.add_command(roster)
    app.cli.add_command(sweep_files)
    app.cli.add_command(worker)
