"""Sending the calls of a scenario over some connections and timing the answers.

wrk where it is installed; a small client of our own elsewhere.
"""

from __future__ import annotations

import http.client
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.servers import HOST, Server

CONNECTIONS = 8


@dataclass(frozen=True)
class Call:
    """One request, ready to be sent."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True)
class Timing:
    """What a server did in one run. Times in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p95: float
    p99: float
    failed: int
    cpu_ms: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def measure(
    server: Server, calls: Sequence[Call], seconds: float, connections: int = CONNECTIONS
) -> Timing:
    """Send the calls in turn, again and again, for a time."""
    send = _with_wrk if shutil.which("wrk") else _with_threads
    before = server.cpu_seconds()
    requests, took, p50, p95, p99, failed = send(server, calls, seconds, connections)
    cpu = server.cpu_seconds() - before
    return Timing(requests, took, p50, p95, p99, failed, 1000 * cpu / max(requests, 1))


Measured = tuple[int, float, float, float, float, int]


def _with_wrk(server: Server, calls: Sequence[Call], seconds: float, connections: int) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        requests_file, script = Path(folder) / "calls", Path(folder) / "calls.lua"
        with requests_file.open("wb") as file:
            for call in calls:
                content = raw(call)
                file.write(b"%d\n%s\n" % (len(content), content))
        script.write_text(LUA.replace("@FILE@", str(requests_file)), encoding="utf-8")
        run = subprocess.run(
            [
                *("wrk", "--threads", "1", "--connections", str(connections)),
                *("--duration", f"{max(1, round(seconds))}s", "--timeout", "10s"),
                *("--script", str(script), server.address),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    if run.returncode != 0:
        raise RuntimeError(f"wrk against {server.name}: {run.stdout}{run.stderr}")
    line = next(line for line in run.stdout.splitlines() if line.startswith("MEASURED "))
    requests, took, p50, p95, p99, failed = (float(part) for part in line.split()[1:])
    return int(requests), took / 1e6, p50 / 1e3, p95 / 1e3, p99 / 1e3, int(failed)


LUA = """
local ready, turn = {}, 0
function init()
  local file = io.open("@FILE@", "rb")
  for length in function() return file:read("*l") end do
    ready[#ready + 1] = file:read(tonumber(length))
    file:read("*l")
  end
  file:close()
end
function request()
  turn = turn % #ready + 1
  return ready[turn]
end
function done(summary, latency)
  local e = summary.errors
  print(string.format("MEASURED %d %d %d %d %d %d", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(95), latency:percentile(99),
    e.status + e.connect + e.read + e.write + e.timeout))
end
"""


def raw(call: Call) -> bytes:
    """A call as it goes over the wire."""
    body = call.body.encode()
    headers = {"Host": HOST, **call.headers}
    if body or call.method != "GET":
        headers["Content-Length"] = str(len(body))
    lines = [f"{call.method} {call.path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _with_threads(
    server: Server, calls: Sequence[Call], seconds: float, connections: int
) -> Measured:
    times: list[float] = []
    failed = 0
    turn = iter(range(10**9))
    lock = threading.Lock()
    started = time.perf_counter()
    deadline = started + seconds

    def work() -> None:
        nonlocal failed
        connection = http.client.HTTPConnection(HOST, server.port, timeout=10)
        while time.perf_counter() < deadline:
            with lock:
                call = calls[next(turn) % len(calls)]
            before = time.perf_counter()
            connection.request(call.method, call.path, call.body.encode() or None, call.headers)
            answer = connection.getresponse()
            answer.read()
            took = time.perf_counter() - before
            with lock:
                times.append(took)
                failed += answer.status >= 400
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    cuts = [1000 * cut for cut in statistics.quantiles(times, n=100)]
    return len(times), took, cuts[49], cuts[94], cuts[98], failed
