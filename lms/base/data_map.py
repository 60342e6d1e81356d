"""The map of personal data: what every column of every table holds, why, how long, how it goes.

Each package describes its own tables in its data_map.py; lms/features.py joins them. Knows no
table itself. `flask --app wsgi privacy data-map` writes docs/data-map.md from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa


class Holds(StrEnum):
    """What a column may tell about a person."""

    NONE = "none"
    IDENTITY = "identity"
    CONTACT = "contact"
    POLITICAL = "political"
    STUDY = "study"
    CONTENT = "content"
    TECHNICAL = "technical"


@dataclass(frozen=True)
class TableData:
    """One table as the map tells it. Texts are Vietnamese, for the organisation's own papers."""

    table: str
    purpose: str
    kept: str
    exported: str
    erased: str
    columns: dict[str, Holds]


def describe(
    table: str,
    *,
    purpose: str,
    kept: str,
    exported: str = "–",
    erased: str = "Không có dữ liệu cá nhân",
    none: str = "",
    identity: str = "",
    contact: str = "",
    political: str = "",
    study: str = "",
    content: str = "",
    technical: str = "",
) -> TableData:
    """Describe a table; the columns are named under what they hold, parted by spaces.

    kept: how long. exported: where it stands in a person's own export. erased: what happens to it
    when that person is erased.
    """
    columns: dict[str, Holds] = {}
    for holds, names in (
        (Holds.NONE, none),
        (Holds.IDENTITY, identity),
        (Holds.CONTACT, contact),
        (Holds.POLITICAL, political),
        (Holds.STUDY, study),
        (Holds.CONTENT, content),
        (Holds.TECHNICAL, technical),
    ):
        for name in names.split():
            if name in columns:
                raise ValueError(f"{table}.{name} is described twice")
            columns[name] = holds
    return TableData(table, purpose, kept, exported, erased, columns)


_tables: dict[str, TableData] = {}


def join_data_map(tables: Iterable[TableData]) -> None:
    """Take in the tables that a package describes."""
    for one in tables:
        _tables[one.table] = one


def data_map() -> dict[str, TableData]:
    """Every table that is described, by name."""
    return dict(sorted(_tables.items()))


def faults_of(metadata: sa.MetaData) -> list[str]:
    """What the map leaves out or tells of what is not there, each with what to write where."""
    faults = []
    homes = _homes()
    for name, table in sorted(metadata.tables.items()):
        home = homes.get(name, "lms/<the table's package>")
        if name not in _tables:
            columns = " ".join(column.name for column in table.columns)
            faults.append(
                f"table {name} is not described: add to TABLES in {home}/data_map.py\n"
                f'    describe("{name}", purpose="…", kept="…", exported="…", erased="…",\n'
                f"        # sort the columns under none= identity= contact= political= study= "
                f"content= technical=\n"
                f'        none="{columns}")'
            )
            continue
        described = _tables[name].columns
        for column in table.columns:
            if column.name not in described:
                faults.append(
                    f'column {name}.{column.name} is not classified: in describe("{name}", …) of '
                    f"{home}/data_map.py add it to one of none= identity= contact= political= "
                    "study= content= technical="
                )
        for column_name in described:
            if column_name not in table.columns:
                faults.append(f"{home}/data_map.py: {name} has no column {column_name} any more")
    for name in _tables:
        if name not in metadata.tables:
            faults.append(f"a data_map.py describes the table {name}, which is not there any more")
    return faults


def _homes() -> dict[str, str]:
    """The folder of the package that each table's model lives in."""
    from lms.base.model import Base

    return {
        mapper.local_table.name: "/".join(mapper.class_.__module__.split(".")[:2])
        for mapper in Base.registry.mappers
        if isinstance(mapper.local_table, sa.Table)
    }
