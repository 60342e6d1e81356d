"""Waiting calls of many threads, done together: one of the threads does the work of all.

Knows neither beacons nor a database. Whoever comes while nobody works, leads: takes all that
wait, does them as one group and hands each its answer; then one of those who came meanwhile
leads. There is no thread of its own that could die, or be missing after a fork.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST = 64
# After a group all of its callers are answered at once, and those who come back first would
# make a group of one that the others have to sit out. So a leader waits for about as many as
# came last time, for this part of what the last group took and no longer than this.
PATIENCE = 0.3
MOST_PATIENCE = 0.003


class _Call(Generic[Item]):
    """One thread's item, and the lock that it sleeps on."""

    __slots__ = ("error", "is_done", "item", "result", "wake")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.wake = threading.Lock()
        self.wake.acquire()
        self.is_done = False
        self.result: Any = None
        self.error: BaseException | None = None


class Groups(Generic[Item, Result]):
    """`do(item)` returns the item's own of the results that `work(items)` returns in order."""

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._waiting: deque[_Call[Item]] = deque()
        self._is_led = False
        self._expected = 1
        self._took = 0.0
        self._enough = threading.Lock()  # held while a leader waits for more
        self._enough.acquire()
        self._is_gathering = False

    def do(self, item: Item) -> Result:
        """Have the item done with others; raises what `work` raised for its group."""
        call = _Call(item)
        with self._lock:
            self._waiting.append(call)
            leads = not self._is_led
            self._is_led = True
            if self._is_gathering and len(self._waiting) >= self._expected:
                self._is_gathering = False
                self._enough.release()
        if not leads:
            call.wake.acquire()
        if not call.is_done:
            self._lead()
        if call.error is not None:
            raise call.error
        result: Result = call.result
        return result

    def _lead(self) -> None:
        self._gather()
        with self._lock:
            group = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        begun = time.perf_counter()
        try:
            results = self._work([call.item for call in group])
            for call, result in zip(group, results, strict=True):
                call.result = result
        except BaseException as error:
            for call in group:
                call.error = error
        self._took = time.perf_counter() - begun
        with self._lock:
            self._expected = min(MOST, len(group) + len(self._waiting))
            successor = self._waiting[0] if self._waiting else None
            self._is_led = successor is not None
        for call in group:
            call.is_done = True
            call.wake.release()
        if successor is not None:
            successor.wake.release()

    def _gather(self) -> None:
        with self._lock:
            if len(self._waiting) >= self._expected:
                return
            self._is_gathering = True
        came = self._enough.acquire(timeout=min(self._took * PATIENCE, MOST_PATIENCE))
        if not came:
            with self._lock:
                if self._is_gathering:
                    self._is_gathering = False
                    return
            self._enough.acquire()  # the last one came just now
