"""The worker: does what requests left to be done behind them."""

import click
from flask import current_app

from lms.base.background import run_worker


@click.command()
def worker() -> None:
    """Work through the background jobs until stopped."""
    run_worker(current_app._get_current_object())  # type: ignore[attr-defined]
