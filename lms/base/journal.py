"""What a command changed, row by row, so that it can be taken back exactly.

`recording()` listens to the session while a command works; what it noted is plain JSON. Later
`differences` says which of the rows are no longer as the command left them, and `take_back` puts
everything back. It knows tables and columns, no noun of the product. Set-based SQL is not seen:
commands that want to be taken back change rows through the session.
"""

import enum
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.extensions import db

Row = dict[str, Any]


BATCH = 5000
"""Rows read or deleted by one statement: their keys are its parameters, of which databases take a
limited number."""


@dataclass
class Journal:
    """Rows by table: created ones whole, changed ones as (key, old, new), deleted ones whole."""

    created: dict[str, list[Row]] = field(default_factory=dict)
    changed: dict[str, list[dict[str, Row]]] = field(default_factory=dict)
    deleted: dict[str, list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._created = _Index(self.created, _key_of)
        self._changed = _Index(self.changed, lambda _name, kept: kept["key"])

    def as_json(self) -> dict[str, Any]:
        return {"created": self.created, "changed": self.changed, "deleted": self.deleted}

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Journal":
        """A journal as it was kept. What is noted in it later leaves `kept` alone."""
        return cls(*(deepcopy(kept[part]) for part in ("created", "changed", "deleted")))

    def note_created(self, table: sa.Table, row: Row) -> None:
        self._created.add(table.name, row)

    def note_changed(self, table: sa.Table, key: Row, old: Row, new: Row) -> None:
        if row := self._created.find(table.name, key):
            row.update(new)
            return
        if kept := self._changed.find(table.name, key):
            kept["old"] = old | kept["old"]
            kept["new"].update(new)
            return
        self._changed.add(table.name, {"key": key, "old": old, "new": new})

    def note_deleted(self, table: sa.Table, row: Row, key: Row) -> None:
        if self._created.take(table.name, [key]):
            return
        for kept in self._changed.take(table.name, [key]):
            row |= kept["old"]
        self.deleted.setdefault(table.name, []).append(row)

    def note(self, later: "Journal") -> None:
        """Note what another journal noted after this one."""
        for name, rows in later.created.items():
            for row in rows:
                self.note_created(db.metadata.tables[name], row)
        for name, changes in later.changed.items():
            for one in changes:
                self.note_changed(db.metadata.tables[name], one["key"], one["old"], one["new"])
        for name, rows in later.deleted.items():
            for row in rows:
                self.note_deleted(db.metadata.tables[name], row, _key_of(name, row))

    def has_created(self, name: str, key: Any) -> bool:
        """Whether a row of a table with one key column, by its value, was noted as created."""
        [column] = db.metadata.tables[name].primary_key.columns.keys()
        return self._created.find(name, {column: key}) is not None

    def forget(self, name: str, keys: Collection[Any]) -> list[dict[str, Row]]:
        """Let go of what was noted of some rows of a table with one key column, by its values;
        returns the changes among it."""
        [column] = db.metadata.tables[name].primary_key.columns.keys()
        rows = [{column: key} for key in keys]
        self._created.take(name, rows)
        return self._changed.take(name, rows)


class _Index:
    """Finds a table's rows by their keys, in the order in which they were noted."""

    def __init__(self, rows: dict[str, list[Any]], key_of: Callable[[str, Any], Row]) -> None:
        self._rows = rows
        self._key_of = key_of
        self._by_key = {
            name: {_values(key_of(name, row)): row for row in of_table}
            for name, of_table in rows.items()
        }

    def find(self, name: str, key: Row) -> Any:
        return self._by_key.get(name, {}).get(_values(key))

    def add(self, name: str, row: Any) -> None:
        self._rows.setdefault(name, []).append(row)
        self._by_key.setdefault(name, {})[_values(self._key_of(name, row))] = row

    def take(self, name: str, keys: Iterable[Row]) -> list[Any]:
        """Let go of the rows with these keys; returns those there were."""
        of_table = self._by_key.get(name, {})
        taken = [of_table.pop(one) for one in map(_values, keys) if one in of_table]
        if taken:
            gone = {id(row) for row in taken}
            self._rows[name] = [row for row in self._rows[name] if id(row) not in gone]
        return taken


@contextmanager
def recording() -> Iterator[Journal]:
    """Note every row that the session writes until the block ends."""
    journal = Journal()
    session = db.session()
    session.flush()

    def note_before(flushing: Any, _context: Any, _instances: Any) -> None:
        with flushing.no_autoflush:
            pending: dict[str, list[tuple[Row, Row]]] = {}
            for entity in flushing.dirty:
                table, keys, row = _described(entity)
                if new := _pending(entity):
                    key = {name: row[name] for name in keys}
                    pending.setdefault(table.name, []).append((key, new))
            for name, changes in pending.items():
                stored = _read(name, [key for key, _new in changes])
                for key, new in changes:
                    was = stored.get(_values(key), {})
                    new = {column: one for column, one in new.items() if was.get(column) != one}
                    if new:
                        old = {column: was.get(column) for column in new}
                        journal.note_changed(db.metadata.tables[name], key, old, new)

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
    """The tables in which a row is no longer as the command left it, each once, sorted. A few
    statements for each table, however many rows."""
    found = set()
    for name, rows in journal.created.items():
        now = _read(name, [_key_of(name, row) for row in rows])
        if any(now.get(_values(_key_of(name, row))) != row for row in rows):
            found.add(name)
    for name, changes in journal.changed.items():
        now = _read(name, [change["key"] for change in changes])
        if any(
            not _has(now.get(_values(change["key"]), {}), change["key"] | change["new"])
            for change in changes
        ):
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
        own = {_values(_key_of(table.name, row)) for row in journal.created.get(table.name, [])} | {
            _values(change["key"]) for change in journal.changed.get(table.name, [])
        }
        query = sa.select(*table.primary_key.columns).where(
            sa.or_(*(column.in_(ids) for column in pointing))
        )
        rows = db.session.execute(query).mappings()
        if any(_values(_plain_row(dict(row))) not in own for row in rows):
            found.add(table.name)
    return sorted(found)


def take_back(journal: Journal) -> None:
    """Put every row back as it was before the command. Ask `differences` first."""
    db.session.flush()
    for table in reversed(db.metadata.sorted_tables):
        made = [_key_of(table.name, row) for row in journal.created.get(table.name, [])]
        for keys in in_batches(made):
            db.session.execute(sa.delete(table).where(_among(table, keys)))
        by_columns: dict[tuple[str, ...], list[dict[str, Row]]] = {}
        for change in journal.changed.get(table.name, []):
            by_columns.setdefault(tuple(sorted(change["old"])), []).append(change)
        for changes in by_columns.values():
            _write_back(table, changes)
    for table in db.metadata.sorted_tables:
        if rows := journal.deleted.get(table.name, []):
            db.session.execute(sa.insert(table), [_typed(table, row) for row in rows])
    db.session.expire_all()


def _write_back(table: sa.Table, changes: list[dict[str, Row]]) -> None:
    """Write the old values of changes of the same columns."""
    key, columns = changes[0]["key"], changes[0]["old"]
    statement = (
        sa.update(table)
        .where(*(table.columns[name] == sa.bindparam(f"key_{name}") for name in key))
        .values({name: sa.bindparam(f"old_{name}") for name in columns})
    )
    values = [
        {f"key_{name}": value for name, value in _typed(table, change["key"]).items()}
        | {f"old_{name}": value for name, value in _typed(table, change["old"]).items()}
        for change in changes
    ]
    db.session.connection().execute(statement, values)


def in_batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Values, so many at a time as one statement may name."""
    rest = list(values)
    for place in range(0, len(rest), BATCH):
        yield rest[place : place + BATCH]


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


def _pending(entity: Any) -> Row:
    """The values that a flush is about to write. What they replace is read from the table: the
    session does not know a value it never loaded."""
    state = sa.inspect(entity)
    new: Row = {}
    for column in state.mapper.local_table.columns:
        history = state.attrs[state.mapper.get_property_by_column(column).key].history
        if history.has_changes():
            new[column.name] = _plain(history.added[0] if history.added else None)
    return new


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


def _values(key: Row) -> tuple[Any, ...]:
    return tuple(value for _name, value in sorted(key.items()))


def _among(table: sa.Table, keys: list[Row]) -> sa.ColumnElement[bool]:
    """The condition of having one of these keys."""
    names = list(table.primary_key.columns.keys())
    rows = [_typed(table, key) for key in keys]
    if len(names) == 1:
        return table.columns[names[0]].in_([row[names[0]] for row in rows])
    columns = sa.tuple_(*(table.columns[name] for name in names))
    return columns.in_([tuple(row[name] for name in names) for row in rows])


def _read(name: str, keys: list[Row]) -> dict[tuple[Any, ...], Row]:
    """Rows as they stand, by the values of their keys."""
    table = db.metadata.tables[name]
    found = {}
    for some in in_batches(keys):
        for row in db.session.execute(sa.select(table).where(_among(table, some))).mappings():
            plain = _plain_row(dict(row))
            found[_values(_key_of(name, plain))] = plain
    return found
