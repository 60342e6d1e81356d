"""`python -m tests.bench.search [--members 100000] [--database sqlite]`: how long a search takes.

Invented people in 500 units under 20 wards; each search is timed as the page of people runs it, in
the whole tree, in one ward and in one unit. Prints milliseconds, the median of five.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from datetime import date

import sqlalchemy as sa

from lms.base.vietnamese import name_words, sort_key
from lms.cli.demo.content.names import full_name
from lms.extensions import db
from lms.people.models import Member, Membership, MembershipKind, Standing
from lms.people.queries import find_members
from lms.people.services import index_missing_names
from lms.units.models import UnitKind
from lms.units.queries import Scope, get_unit
from tests.factories.people import make_unit
from tests.support.databases import KINDS, Databases

SEARCHES = (
    "nguyen van hoa", "nguyễn thị hòa", "hoa", "ho", "nguyen", "nguyen tran", "n v h", "pham th qu",
    "khong co ai", "00012345", "0001", "345",
)  # fmt: skip
WARDS, UNITS, ROUNDS, BATCH = 20, 25, 5, 10_000


def main() -> None:
    """Fill each database, search, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--database", choices=[*KINDS, "both"], default="both")
    options = parser.parse_args()
    kinds = KINDS if options.database == "both" else (options.database,)
    databases = Databases()
    try:
        for kind in kinds:
            database = databases.open(kind)
            database.reset()
            with database.app.app_context():
                places = _fill(options.members)
                _report(kind, options.members, places)
    finally:
        databases.close()


def _fill(count: int) -> dict[str, Scope]:
    """So many people; where they are looked for, by name."""
    rng = random.Random(7)
    root = make_unit("Đảng bộ", kind=UnitKind.COMMITTEE)
    wards = [make_unit(f"Phường {n}", root, kind=UnitKind.BASE) for n in range(WARDS)]
    units = [make_unit(f"Chi bộ {n}", ward).id for ward in wards for n in range(UNITS)]
    db.session.commit()
    for first in range(1, count + 1, BATCH):
        ids = range(first, min(first + BATCH, count + 1))
        names = [_name(rng) for _ in ids]
        db.session.execute(
            sa.insert(Member),
            [
                {
                    "id": member_id,
                    "code": f"{member_id:08}",
                    "name": name,
                    "fold": " ".join(name_words(name)),
                    "sort_key": sort_key(name),
                    "standing": Standing.FULL,
                    "is_exempt": False,
                }
                for member_id, name in zip(ids, names, strict=True)
            ],
        )
        db.session.execute(
            sa.insert(Membership),
            [
                {
                    "member_id": member_id,
                    "unit_id": rng.choice(units),
                    "kind": MembershipKind.MAIN,
                    "valid_from": date(2020, 1, 1),
                }
                for member_id in ids
            ],
        )
        db.session.commit()
    begun, longest = time.perf_counter(), 0.0
    after: int | None = 0
    while after is not None:
        at = time.perf_counter()
        after = index_missing_names(after)
        db.session.commit()
        longest = max(longest, time.perf_counter() - at)
    print(f"words of {count}: {time.perf_counter() - begun:.1f} s, longest step {longest:.2f} s")
    db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
    whole, ward, unit = (get_unit(at).path for at in (root.id, wards[3].id, units[80]))
    return {"tree": Scope.of([whole]), "ward": Scope.of([ward]), "unit": Scope.of([unit])}


def _name(rng: random.Random) -> str:
    name = full_name(rng, rng.choice(("male", "female")), rng.choice((1950, 1990)))
    if rng.random() < 0.04:
        name = f"{name.rpartition(' ')[0]} {rng.choice(('Hòa', 'Hoà', 'Hoa'))}"
    return name


def _report(kind: str, count: int, places: dict[str, Scope]) -> None:
    print(f"{kind}, {count} people: ms in the " + ", the ".join(places))
    for text in SEARCHES:
        cells = []
        for scope in places.values():
            times = []
            for _round in range(ROUNDS):
                db.session.rollback()
                begun = time.perf_counter()
                rows = find_members(scope, text).rows
                times.append((time.perf_counter() - begun) * 1000)
            cells.append(f"{statistics.median(times):8.1f} ({len(rows):2})")
        print(f"  {text:16}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
