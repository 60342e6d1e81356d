"""How long a large roster takes to read, and how much memory: `python -m tests.bench.rosters`.

Writes a workbook of that many people (100,000 by default), reads it in a process of its own and
prints the seconds and the peak of memory above what the interpreter takes by itself.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.factories.rosters import invent, lay_out, with_faults, write_csv, write_xlsx

_READ = """
import json, sys, time
from pathlib import Path
import lms.people.roster as roster
def peak():  # not getrusage, which goes on from the process that started this one
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
before, start, work = peak(), time.perf_counter(), time.process_time()
rows = doubts = 0
for line in roster.open_roster(Path(sys.argv[1]), sys.argv[1]).lines():
    rows += 1
    doubts += bool(line.problems)
print(json.dumps({"rows": rows, "doubts": doubts, "seconds": round(time.perf_counter() - start, 1),
                  "processor": round(time.process_time() - work, 1),
                  "megabytes": round(peak() - before, 1), "peak": round(peak(), 1)}))
"""


def measure(path: Path) -> dict[str, float]:
    """What reading one file takes: seconds on the clock and of the processor; megabytes above the
    start, and in all."""
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    chosen = parser.parse_args()
    table = lay_out(with_faults(invent(chosen.rows), every=1000))
    with tempfile.TemporaryDirectory() as folder:
        for path in (
            write_xlsx(Path(folder) / "danh-sach.xlsx", table),
            write_csv(Path(folder) / "danh-sach.csv", table),
        ):
            size = path.stat().st_size / 1e6
            print(f"{path.name}: {size:.1f} MB", measure(path))


if __name__ == "__main__":
    main()
