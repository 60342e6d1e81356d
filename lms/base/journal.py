"""What a command changed, row by row, so that it can be taken back exactly.

`recording()` listens to the session while a command works; what it noted is plain JSON. Later
`differences` says which of the rows are no longer as the command left them, and `take_back` puts
everything back. It knows tables and columns, no noun of the product. Set-based SQL is not seen:
commands that want to be taken back change rows through the session.
"""

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.extensions import db

Row = dict[str, Any]


@dataclass
class Journal:
    """Rows by table: created ones whole, changed ones as (key, old, new), deleted ones whole."""

    created: dict[str, list[Row]] = field(default_factory=dict)
    changed: dict[str, list[dict[str, Row]]] = field(default_factory=dict)
    deleted: dict[str, list[Row]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"created": self.created, "changed": self.changed, "deleted": self.deleted}

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Journal":
        return cls(kept["created"], kept["changed"], kept["deleted"])

    def note_created(self, table: sa.Table, row: Row) -> None:
        self.created.setdefault(table.name, []).append(row)

    def note_changed(self, table: sa.Table, key: Row, old: Row, new: Row) -> None:
        for row in self.created.get(table.name, []):
            if _has(row, key):
                row.update(new)
                return
        for kept in self.changed.get(table.name, []):
            if kept["key"] == key:
                kept["old"] = old | kept["old"]
                kept["new"].update(new)
                return
        self.changed.setdefault(table.name, []).append({"key": key, "old": old, "new": new})

    def note_deleted(self, table: sa.Table, row: Row, key: Row) -> None:
        made = self.created.get(table.name, [])
        if any(_has(one, key) for one in made):
            self.created[table.name] = [one for one in made if not _has(one, key)]
            return
        for kept in self.changed.get(table.name, []):
            if kept["key"] == key:
                row |= kept["old"]
                self.changed[table.name].remove(kept)
                break
        self.deleted.setdefault(table.name, []).append(row)


@contextmanager
def recording() -> Iterator[Journal]:
    """Note every row that the session writes until the block ends."""
    journal = Journal()
    session = db.session()
    session.flush()

    def note_before(flushing: Any, _context: Any, _instances: Any) -> None:
        with flushing.no_autoflush:
            for entity in flushing.dirty:
                table, keys, row = _described(entity)
                key = {name: row[name] for name in keys}
                old, new = _changes(entity, table, key)
                if new:
                    journal.note_changed(table, key, old, new)

    def note(flushed: Any, _context: Any) -> None:
        for entity in flushed.new:
            table, _keys, row = _described(entity)
            journal.note_created(table, row)
        for entity in flushed.deleted:
            table, keys, row = _described(entity)
            journal.note_deleted(table, row, {key: row[key] for key in keys})

    sa.event.listen(session, "before_flush", note_before)
    sa.event.listen(session, "after_flush", note)
    try:
        yield journal
        session.flush()
    finally:
        sa.event.remove(session, "before_flush", note_before)
        sa.event.remove(session, "after_flush", note)


def differences(journal: Journal) -> list[str]:
    """The tables in which a row is no longer as the command left it, each once, sorted."""
    found = set()
    for name, rows in journal.created.items():
        for row in rows:
            if _read(name, _key_of(name, row)) != row:
                found.add(name)
    for name, changes in journal.changed.items():
        for change in changes:
            now = _read(name, change["key"])
            if now is None or not _has(now, change["new"]):
                found.add(name)
    return sorted(found)


def references(journal: Journal, name: str, apart_from: frozenset[str]) -> list[str]:
    """The tables whose rows, other than the command's own, point to rows it created in a table."""
    ids = [row["id"] for row in journal.created.get(name, [])]
    found = set()
    for table in db.metadata.sorted_tables if ids else ():
        if table.name in apart_from:
            continue
        pointing = [
            column
            for column in table.columns
            if any(key.column.table.name == name for key in column.foreign_keys)
        ]
        if not pointing:
            continue
        own = [_key_of(table.name, row) for row in journal.created.get(table.name, [])]
        own += [change["key"] for change in journal.changed.get(table.name, [])]
        query = sa.select(*table.primary_key.columns).where(
            sa.or_(*(column.in_(ids) for column in pointing))
        )
        rows = db.session.execute(query).mappings()
        if any(_plain_row(dict(row)) not in own for row in rows):
            found.add(table.name)
    return sorted(found)


def take_back(journal: Journal) -> None:
    """Put every row back as it was before the command. Ask `differences` first."""
    db.session.flush()
    for table in reversed(db.metadata.sorted_tables):
        for row in journal.created.get(table.name, []):
            db.session.execute(sa.delete(table).where(_where(table, _key_of(table.name, row))))
        for change in journal.changed.get(table.name, []):
            db.session.execute(
                sa.update(table)
                .where(_where(table, change["key"]))
                .values(_typed(table, change["old"]))
            )
    for table in db.metadata.sorted_tables:
        for row in journal.deleted.get(table.name, []):
            db.session.execute(sa.insert(table).values(_typed(table, row)))
    db.session.expire_all()


def _has(row: Row, part: Row) -> bool:
    return all(row.get(name) == value for name, value in part.items())


def _described(entity: Any) -> tuple[sa.Table, list[str], Row]:
    mapper = sa.inspect(entity).mapper
    table = mapper.local_table
    row = {
        column.name: _plain(getattr(entity, mapper.get_property_by_column(column).key))
        for column in table.columns
    }
    return table, [column.name for column in table.primary_key.columns], row


def _changes(entity: Any, table: sa.Table, key: Row) -> tuple[Row, Row]:
    """(old, new) values of the columns that a flush is about to write.

    The old ones are read from the table: the session does not know a value it never loaded.
    """
    state = sa.inspect(entity)
    new: Row = {}
    for column in state.mapper.local_table.columns:
        history = state.attrs[state.mapper.get_property_by_column(column).key].history
        if history.has_changes():
            new[column.name] = _plain(history.added[0] if history.added else None)
    stored = (_read(table.name, key) or {}) if new else {}
    new = {name: value for name, value in new.items() if stored.get(name) != value}
    return {name: stored.get(name) for name in new}, new


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    return value.isoformat() if isinstance(value, date | datetime) else value


def _plain_row(row: Row) -> Row:
    return {name: _plain(value) for name, value in row.items()}


def _typed(table: sa.Table, row: Row) -> Row:
    return {name: _value(table.columns[name].type, value) for name, value in row.items()}


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    if isinstance(kind, sa.TypeDecorator):
        kind = kind.impl_instance
    if isinstance(kind, sa.DateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, sa.Date) else value


def _key_of(name: str, row: Row) -> Row:
    return {column.name: row[column.name] for column in db.metadata.tables[name].primary_key}


def _where(table: sa.Table, key: Row) -> sa.ColumnElement[bool]:
    return sa.and_(*(table.columns[name] == value for name, value in _typed(table, key).items()))


def _read(name: str, key: Row) -> Row | None:
    table = db.metadata.tables[name]
    row = db.session.execute(sa.select(table).where(_where(table, key))).mappings().first()
    return _plain_row(dict(row)) if row is not None else None
