"""`python -m tests.bench.soak [--database sqlite] [--processes 64] [--each 100] [--kills 10]`.

The long proofs of beacons: many processes on one row lose nothing, and a killed server has kept
what it acknowledged.
"""

from __future__ import annotations

import argparse

from tests.bench.crowd import crowd
from tests.bench.kills import HASTY, kill_while_sending
from tests.bench.viewers import world

KINDS = ("sqlite", "postgresql")


def main() -> int:
    """Run them on each database; 0 if nothing was lost."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--database", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--processes", type=int, default=64)
    parser.add_argument("--each", type=int, default=100, help="beacons of each process")
    parser.add_argument("--kills", type=int, default=10, help="how often the server is killed")
    options = parser.parse_args()
    is_good = True
    for kind in options.database:
        with world(kind, 1) as made:
            speed = crowd(made, options.processes, options.each)
            print(
                f"{kind}: {options.processes} processes × {options.each} beacons on one row: "
                f"0 lost, 0 errors, {speed:.0f}/s",
                flush=True,
            )
        with world(kind, 200) as made:
            answered = lost = 0
            for turn in range(options.kills):
                more = kill_while_sending(made, turn * 2_000, seconds=0.2 + turn * 0.15)
                answered, lost = answered + more[0], lost + more[1]
            print(
                f"{kind}: killed {options.kills} times: {answered} answers, {lost} lost", flush=True
            )
            control = kill_while_sending(made, options.kills * 2_000, application=HASTY)
            print(
                f"{kind}: a server that answers before the commit loses {control[1]} of "
                f"{control[0]} (the control; must not be 0)",
                flush=True,
            )
            is_good = is_good and lost == 0 and control[1] > 0
    return 0 if is_good else 1


if __name__ == "__main__":
    raise SystemExit(main())
