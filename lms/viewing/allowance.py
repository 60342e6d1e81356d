"""How much may be credited now: one clock per member over all sessions, tabs and devices.

A bucket of wall-clock seconds that fills as time passes and is emptied by newly covered
seconds. Pure: no Flask, no database; the caller passes the server's time and stores the state.
"""

from datetime import datetime
from math import floor
from typing import NamedTuple

# A server whose clock was set back by more than this did not merely drift: the member's clock
# starts again from the new time, with nothing saved up. Up to this, it stands still.
CLOCK_STEP = 600.0
EPSILON = 1e-6


class Limits(NamedTuple):
    """How generous a clock is. Seconds, except `rate`."""

    rate: float = 1.5  # seconds of recording for one second of wall clock
    cap: float = 30.0  # wall clock that can be saved up
    grace: float = 5.0  # given once to a new clock, never again


ONLINE = Limits()


class ClockState(NamedTuple):
    """A member's clock after a beacon."""

    at: datetime  # wall clock is counted up to here; never moves back but by a clock step
    unspent: float  # seconds of wall clock not yet turned into coverage
    grace: float  # seconds of recording left of the one grace


def spend(
    clock: ClockState | None,
    now: datetime,
    wanted: float,
    *,
    started_at: datetime,
    limits: Limits = ONLINE,
) -> tuple[ClockState, float]:
    """Allow up to `wanted` seconds of new coverage at `now`; returns the new state as well.

    `started_at` is when the grant was issued. A new clock (None) starts there, and under a
    grant nothing is available that was saved up before it. So, with every beacon counted:

    * in any T seconds a member gains at most `(T + cap) × rate + grace`;
    * under one grant, T seconds after its issue, at most `T × rate + grace`.

    Only what is allowed is spent, wall clock first, then the grace: honest viewing at 1× uses
    two thirds of the clock, so late and early beacons even out. Seconds that were covered
    before are not `wanted` and cost nothing; the cap alone bounds what idling saves up.
    When the server's clock steps back, nothing is gained until it has caught up.
    """
    if clock is None:
        clock = ClockState(started_at, 0.0, limits.grace)
    elapsed = (now - clock.at).total_seconds()
    if elapsed < -CLOCK_STEP:
        clock = ClockState(now, 0.0, clock.grace)
        elapsed = 0.0
    since_grant = max(0.0, (now - started_at).total_seconds())
    unspent = min(clock.unspent + max(0.0, elapsed), limits.cap, since_grant)
    budget = unspent * limits.rate + clock.grace
    allowed = floor(min(max(0.0, wanted), budget) * 10 + EPSILON) / 10
    from_wall = min(allowed / limits.rate, unspent)
    from_grace = max(0.0, allowed - from_wall * limits.rate)
    state = ClockState(
        at=max(clock.at, now),
        unspent=max(0.0, unspent - from_wall),
        grace=max(0.0, clock.grace - from_grace),
    )
    return state, allowed
