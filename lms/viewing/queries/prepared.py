"""Statements compiled once and sent as they are, and the values that go and come with them.

For the hottest path alone: it does by hand what the column types do elsewhere, and a test compares
the two.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy.engine import Connection, Dialect

from lms.viewing.coverage import Interval


class Prepared:
    """One statement for one database. Values are handed over as the driver takes them."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._text = str(compiled)
        self._order: Sequence[str] | None = compiled.positiontup
        parameters = compiled.construct_params(_check=False)
        # Constants of the statement go along each time.
        self._constants = {k: value for k, value in parameters.items() if value is not None}

    def read(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Any]:
        """Send it and fetch all rows."""
        return connection.exec_driver_sql(self._text, self._given(values)).fetchall()

    def write(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Send it for each of the rows."""
        connection.exec_driver_sql(self._text, [self._given(row) for row in rows])

    def _given(self, values: Mapping[str, Any]) -> Any:
        if self._order is None:
            return {**self._constants, **values} if self._constants else values
        constants = self._constants
        return tuple(values[name] if name in values else constants[name] for name in self._order)


def bind_moment(dialect: Dialect, moment: datetime) -> Any:
    """A moment as the driver stores it."""
    if dialect.name == "sqlite":
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return moment


def as_moment(stored: Any) -> datetime:
    """A stored moment, aware, in UTC."""
    if isinstance(stored, str):
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)
    found: datetime = stored
    return found.astimezone(UTC)


def bind_json(value: Any) -> str:
    """A list as it is stored."""
    return orjson.dumps(value).decode()


def as_list(stored: Any) -> list[Any]:
    """A stored list: SQLite gives text, PostgreSQL's driver has read it already."""
    found: list[Any] = orjson.loads(stored) if isinstance(stored, str) else stored
    return found


def as_pairs(stored: Any) -> list[Interval]:
    """Stored intervals, as pairs again."""
    return [(start, end) for start, end in as_list(stored)]
