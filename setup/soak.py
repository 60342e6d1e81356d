"""`make soak`: the long proofs of beacons (tests/bench/soak.py), on both databases."""

from __future__ import annotations

import sys

from setup import bench

if __name__ == "__main__":
    raise SystemExit(bench.main(sys.argv[1:], "tests.bench.soak"))
