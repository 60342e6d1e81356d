"""Every column of every table is classified, and the document says what the models say."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base.data_map import data_map, faults_of
from lms.extensions import db
from lms.people.data_map_document import write_document
from lms.people.personal_data import providers
from lms.people.retention import rules

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "data-map.md"

pytestmark = pytest.mark.database("sqlite")


def test_every_column_is_classified(app: Flask) -> None:
    faults = faults_of(db.metadata)
    assert faults == [], "\n" + "\n".join(faults)


def test_the_document_is_up_to_date(app: Flask) -> None:
    expected = write_document(db.metadata, data_map(), rules())
    assert DOCUMENT.read_text(encoding="utf-8") == expected, (
        "run: flask --app wsgi privacy data-map"
    )


def test_a_table_and_a_column_that_nobody_classified_are_told_with_what_to_write(
    app: Flask,
) -> None:
    metadata = sa.MetaData()
    for table in db.metadata.tables.values():
        table.to_metadata(metadata)
    metadata.tables["member"].append_column(sa.Column("nickname", sa.Text))
    sa.Table("diary", metadata, sa.Column("id", sa.Integer), sa.Column("words", sa.Text))
    faults = faults_of(metadata)
    assert len(faults) == 2
    assert "table diary is not described" in faults[0]
    assert 'none="id words"' in faults[0]
    assert "column member.nickname is not classified" in faults[1]
    assert "lms/people/data_map.py" in faults[1]


def test_what_holds_personal_data_says_how_it_is_erased(app: Flask) -> None:
    silent = [
        name
        for name, table in data_map().items()
        if {"identity", "contact", "political", "content"}
        & {str(h) for h in table.columns.values()}
        and table.erased.startswith("Không có")
    ]
    assert silent == []


def test_rules_of_keeping_are_about_tables_that_exist(app: Flask) -> None:
    assert {rule.table for rule in rules()} <= set(db.metadata.tables)
    assert [provider.name for provider in providers()][-1] == "people", "people is erased last"
