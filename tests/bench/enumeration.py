"""`python -m tests.bench.enumeration [--rounds 100] [--database sqlite]`: how alike a known and an
unknown name are at sign-in, activation and reset.

Prints processor time per try (median), and the gap by the median of the paired differences, by the
medians, and by the quickest tenth. Ends with 1 when a paired gap reaches 5 % of the median, or when
the control, a hash that is skipped for an unknown name, does not.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from unittest import mock

from flask import Flask

from lms.people import passwords
from tests.support.databases import KINDS, Databases
from tests.support.doors import CASES, DOORS, Comparison, Visitor, make_people

BOUND = 0.05


class _Hasty:
    """A hasher that spares itself the hash of nobody."""

    def __init__(self) -> None:
        self._verify = passwords._hasher.verify

    def verify(self, stored: str, typed: str) -> bool:
        return stored != passwords._NOBODY and self._verify(stored, typed)


def main() -> int:
    """Measure every case on each database, then the control."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--database", choices=[*KINDS, "both"], default="both")
    options = parser.parse_args()
    databases, is_fine = Databases(), True
    try:
        for kind in KINDS if options.database == "both" else (options.database,):
            database = databases.open(kind)
            database.reset()
            with database.app.app_context():
                make_people(database.app)
                is_fine &= _measure(database.app, kind, options.rounds)
    finally:
        databases.close()
    return 0 if is_fine else 1


def _measure(app: Flask, kind: str, rounds: int) -> bool:
    is_fine = True
    print(f"{kind}, {rounds} rounds of four: processor time; gap paired, of medians, of quickest")
    for case in CASES:
        is_fine &= abs(_tell(app, case, rounds, "")) < BOUND
    with mock.patch.object(passwords, "_hasher", _Hasty()):
        control = _tell(app, CASES[0], max(5, rounds // 10), " (control)")
    return is_fine and control > BOUND


def _tell(app: Flask, case: tuple[str, str, str], rounds: int, remark: str) -> float:
    door, known, unknown = case
    times = Visitor(app, DOORS[door]).compare(known, unknown, rounds, Comparison())
    print(
        f"  {door:10} {known:10} {statistics.median(times.unknown) * 1000:7.1f} ms"
        f"  {times.gap:+7.1%}  {times.gap_of_medians:+7.1%}  {times.gap_of_quickest:+7.1%}{remark}",
        flush=True,
    )
    return times.gap


if __name__ == "__main__":
    sys.exit(main())
