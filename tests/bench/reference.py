"""What every figure is held to: a bare Flask view, and an answer of WSGI itself; no database, no
template, no session."""

from collections.abc import Iterable
from typing import Any

from flask import Flask

app = Flask("reference")


@app.route("/", methods=["GET", "POST"])
def index() -> str:
    return "ok"


def bare(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The least that any WSGI application does."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return (b"ok",)
