"""`flask questions`: what it prints equals what was agreed, without a database; imports by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.extensions import db
from lms.quizzes.models import QuizQuestion
from tests.factories.people import make_unit
from tests.factories.quizzes import make_bank

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(__file__).parent / "data"
EXPECTED: dict[str, list[dict[str, Any]]] = json.loads(
    (DATA / "cau-hoi.expected.json").read_text("utf-8")
)
FILES = [name for name in EXPECTED if (DATA / name).exists()]


def run(*arguments: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """The command as typed, with an address of a database where there is none."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "questions", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "INSTANCE_DIR": str(tmp_path / "instance"),
            "DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/nothing",
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_a_dry_run_prints_what_was_read_and_needs_no_database(tmp_path: Path) -> None:
    name = "cau-hoi-in-dam-loi.docx"
    done = run(str(DATA / name), "--dry-run", "--json", tmp_path=tmp_path)
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert set(printed) == {"questions"}
    assert all(set(q) == {"stem", "options", "correct", "doubts"} for q in printed["questions"])
    _compare(printed["questions"], EXPECTED[name])


def test_a_file_that_cannot_be_read_ends_with_one_and_the_reason(tmp_path: Path) -> None:
    broken = tmp_path / "hong.docx"
    broken.write_bytes(b"PK\x03\x04 not a package")
    done = run(str(broken), "--dry-run", "--json", tmp_path=tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Tệp bị hỏng" in done.stderr


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("name", FILES)
def test_every_sample_is_printed_as_agreed(app: Flask, name: str) -> None:
    result = app.test_cli_runner().invoke(
        args=["questions", str(DATA / name), "--dry-run", "--json"]
    )
    assert result.exit_code == 0, result.output
    _compare(json.loads(result.stdout)["questions"], EXPECTED[name])


@pytest.mark.database("sqlite")
def test_a_missing_file_says_so(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["questions", "/khong/co.docx", "--dry-run"])
    assert result.exit_code == 1
    assert "Không mở được tệp" in result.stderr


@pytest.mark.database("sqlite")
def test_it_wants_a_bank_or_a_dry_run(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["questions", str(DATA / FILES[0])])
    assert result.exit_code == 2


def test_without_a_dry_run_what_is_certain_enters_the_bank(app: Flask) -> None:
    bank = make_bank(make_unit(), 0)
    db.session.commit()
    arguments = ["questions", str(DATA / "cau-hoi-in-dam-loi.docx"), "--bank", str(bank.id)]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 0, result.output
    assert "Đã lưu 9 câu vào ngân hàng." in result.stdout
    assert "Câu 3. Tọa đàm về học tập" in result.stdout
    assert "Chưa thấy đáp án đúng." in result.stdout
    count = sa.select(sa.func.count(QuizQuestion.id)).where(QuizQuestion.bank_id == bank.id)
    assert db.session.scalar(count) == 9
    again = app.test_cli_runner().invoke(args=arguments)
    assert "Đã lưu 0 câu" in again.stdout
    assert again.stdout.count("Ngân hàng đã có câu này.") == 9
    db.session.commit()
    assert db.session.scalar(count) == 9


def test_an_unknown_bank_is_told(app: Flask) -> None:
    arguments = ["questions", str(DATA / FILES[0]), "--bank", "4711"]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 1
    assert "Không có ngân hàng câu hỏi số 4711" in result.stderr


def _compare(printed: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    assert len(printed) == len(expected)
    for question, agreed in zip(printed, expected, strict=True):
        assert question["stem"] == agreed["stem"]
        assert question["options"] == agreed["options"]
        right = None if agreed["correct"] is None else [agreed["correct"]]
        assert question["correct"] == right
        kinds = [doubt["kind"] for doubt in question["doubts"]]
        assert kinds == ([agreed["doubt"]] if agreed["doubt"] else [])
        assert all(doubt["message"] for doubt in question["doubts"])
