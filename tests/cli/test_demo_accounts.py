"""The demo's sign-ins: written once the demo is in the database, for the owner's eyes alone."""

from __future__ import annotations

import stat
from types import SimpleNamespace

import pytest
from flask import Flask

from lms.base import transactions
from lms.cli.demo import build, command
from tests.factories.people import make_unit


def _small_demo(_say: object) -> SimpleNamespace:
    make_unit("Đảng bộ")
    return SimpleNamespace(
        personas={key: SimpleNamespace(display_name=role) for key, role in command.PERSONAS},
        login_of=lambda key: f"{key}@vidu.vn",
        password="mat-khau-thu",
    )


def test_only_the_owner_reads_the_sign_ins_that_are_printed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "build_demo", _small_demo)
    told = app.test_cli_runner().invoke(args=["demo"])
    assert told.exit_code == 0, told.output
    assert "member@vidu.vn" in told.output
    assert "mat-khau-thu" in told.output
    assert stat.S_IMODE(command.accounts_file().stat().st_mode) == 0o600
    again = app.test_cli_runner().invoke(args=["demo"])
    assert "member@vidu.vn" in again.output, "an existing demo's sign-ins are printed again"


def test_a_demo_that_did_not_come_to_be_has_no_sign_ins(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError

    monkeypatch.setattr(build, "build_demo", _small_demo)
    monkeypatch.setattr(transactions.db.session, "commit", fail)
    told = app.test_cli_runner().invoke(args=["demo"])
    assert isinstance(told.exception, RuntimeError)
    assert not command.accounts_file().exists()
