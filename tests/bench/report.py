"""The benchmark's table, and the plain numbers of the machine beside it."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.load import Timing

HEAD = (
    f"{'':<34}{'req/s':>8}{'ratio':>8}{'goal':>8}{'p50':>8}{'p95':>8}{'p99':>8}"
    f"{'CPU':>8}{'SQL':>5}{'most':>6}"
)


@dataclass(frozen=True)
class Row:
    """One scenario on one server over all rounds; `references` are the same rounds' reference."""

    name: str
    timings: Sequence[Timing]
    references: Sequence[Timing]
    least_ratio: float | None = None
    statements: int | None = None
    most_statements: int | None = None

    @property
    def ratio(self) -> float:
        """Median over the rounds of requests per second ÷ the reference's, each in its round."""
        pairs = zip(self.timings, self.references, strict=True)
        return statistics.median(timing.per_second / ref.per_second for timing, ref in pairs)

    @property
    def is_good(self) -> bool:
        enough = self.least_ratio is None or self.ratio >= self.least_ratio
        few = self.most_statements is None or (self.statements or 0) <= self.most_statements
        return enough and few and not any(timing.failed for timing in self.timings)

    def line(self) -> str:
        def middle(attribute: str) -> float:
            return statistics.median(getattr(timing, attribute) for timing in self.timings)

        failed = sum(timing.failed for timing in self.timings)
        goal = "" if self.least_ratio is None else f"≥{self.least_ratio:.2f}"
        sql = "" if self.statements is None else str(self.statements)
        most = "" if self.most_statements is None else f"≤{self.most_statements}"
        return (
            f"{self.name:<34}{middle('per_second'):>8.0f}{self.ratio:>8.2f}{goal:>8}"
            f"{middle('p50'):>8.1f}{middle('p95'):>8.1f}{middle('p99'):>8.1f}"
            f"{middle('cpu_ms'):>8.2f}{sql:>5}{most:>6}"
            f"{'' if self.is_good else '  below the goal'}"
            f"{f'  {failed} FAILED' if failed else ''}"
        )


def table(rows: Sequence[Row]) -> str:
    """All rows; times in milliseconds."""
    return "\n".join([HEAD, "-" * len(HEAD), *(row.line() for row in rows)])


def disk_flush_p99(folder: Path, times: int = 300) -> float:
    """What the disk itself needs to keep 4 kB, p99 in milliseconds."""
    taken = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(times):
            os.pwrite(file.fileno(), b"x" * 4096, 0)
            before = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append(1000 * (time.perf_counter() - before))
    return statistics.quantiles(taken, n=100)[98]
