"""The bare Flask view that every figure is a ratio to: no database, no template, no session."""

from flask import Flask

app = Flask("reference")


@app.get("/")
def index() -> str:
    return "ok"
