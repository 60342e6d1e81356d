"""`python -m tests.bench [--seconds 4] [--rounds 3] [--database sqlite] [scenario …]`.

In each round the reference runs first and every scenario after it, so that a noisy machine slows
both; the table shows the medians of the rounds.
"""

from __future__ import annotations

import argparse
import http.client
from collections.abc import Sequence
from contextlib import ExitStack

from tests.bench import beacons
from tests.bench.load import Call, Timing, measure
from tests.bench.product import Product, prepared
from tests.bench.report import Row, disk_flush_p99, table
from tests.bench.scenarios import SCENARIOS, Scenario
from tests.support.servers import HOST, ROOT, Server, granian, gunicorn, running

KINDS = ("sqlite", "postgresql")
BARE = "tests.bench.reference:app"


def main() -> int:
    """Run the benchmark; 0 if every goal is reached."""
    options = _options()
    chosen = [s for s in SCENARIOS if not options.scenarios or s.name in options.scenarios]
    (ROOT / "instance").mkdir(exist_ok=True)
    flush = disk_flush_p99(ROOT / "instance")
    rows: list[Row] = []
    if not options.scenarios or beacons.NAME in options.scenarios:
        print("==> Beacons: each layer on one server", flush=True)
        layers = beacons.rows(options.database, options.seconds, options.rounds)
        print(table(layers), flush=True)
        rows += layers
        if options.scenarios == [beacons.NAME]:
            print(f"This disk keeps 4 kB in {flush:.1f} ms (p99).")
            return 0 if all(row.is_good for row in rows) else 1
    with ExitStack() as stack:
        reference = stack.enter_context(running("bare view, gunicorn 2×4", gunicorn(BARE)))
        bare = stack.enter_context(running("bare view, granian", granian(BARE)))
        for kind in options.database:
            print(f"==> Preparing the product on {kind} with demo data", flush=True)
            with prepared(kind) as product:
                rows += _on_one_database(product, reference, bare, chosen, options)
    print()
    print(table(rows))
    print()
    print("Ratio: to the bare view on gunicorn, in the same round. Times in ms, CPU per request.")
    print(f"This disk keeps 4 kB in {flush:.1f} ms (p99).")
    return 0 if all(row.is_good for row in rows) else 1


def _on_one_database(
    product: Product,
    reference: Server,
    bare: Server,
    scenarios: Sequence[Scenario],
    options: argparse.Namespace,
) -> list[Row]:
    with product.app.app_context():
        calls = {scenario.name: list(scenario.prepare(product)) for scenario in scenarios}
    statements = {name: product.statements(made) for name, made in calls.items()}
    for made in calls.values():
        _must_answer(product.server, made[0])
    index = [Call("/")]
    references: list[Timing] = []
    on_granian: list[Timing] = []
    timings: dict[str, list[Timing]] = {scenario.name: [] for scenario in scenarios}
    for number in range(1, options.rounds + 1):
        print(f"    round {number} of {options.rounds}", flush=True)
        references.append(measure(reference, index, options.seconds))
        on_granian.append(measure(bare, index, options.seconds))
        for scenario in scenarios:
            _advance(calls, scenario.name, measure(product.server, calls[scenario.name], 1))
            timing = measure(product.server, calls[scenario.name], options.seconds)
            _advance(calls, scenario.name, timing)
            timings[scenario.name].append(timing)
    return [
        Row(f"{product.kind}: {reference.name}", references, references),
        Row(f"{product.kind}: {bare.name}", on_granian, references),
        *(
            Row(
                f"{product.kind}: {scenario.name}",
                timings[scenario.name],
                references,
                scenario.least_ratio,
                statements[scenario.name],
                scenario.most_statements,
            )
            for scenario in scenarios
        ),
    ]


def _advance(calls: dict[str, list[Call]], name: str, timing: Timing) -> None:
    """Go on with the calls after those that were sent, so that writing work stays new."""
    sent = timing.requests % len(calls[name])
    calls[name] = calls[name][sent:] + calls[name][:sent]


def _must_answer(server: Server, call: Call) -> None:
    """A benchmark of error pages or of redirects to the sign-in page would measure nothing."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=10)
    connection.request(call.method, call.path, call.body.encode() or None, call.headers)
    answer = connection.getresponse()
    words = answer.read()[:300]
    connection.close()
    location = answer.getheader("Location") or ""
    if answer.status >= 400 or "/sign-in" in location:
        raise RuntimeError(f"{call.method} {call.path}: {answer.status} {location} {words!r}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("scenarios", nargs="*", help="names of scenarios; all of them without")
    parser.add_argument("--seconds", type=float, default=4, help="length of one run")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is repeated")
    parser.add_argument("--database", nargs="+", choices=KINDS, default=list(KINDS))
    options = parser.parse_args()
    unknown = set(options.scenarios) - {scenario.name for scenario in SCENARIOS} - {beacons.NAME}
    if unknown:
        names = ", ".join([beacons.NAME, *(scenario.name for scenario in SCENARIOS)])
        parser.error(f"no scenario {', '.join(sorted(unknown))}; there are: {names}")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
