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
    offline: float = 3_600.0  # wall clock in all that a beacon kept without a connection finds


ONLINE = Limits()


class ClockState(NamedTuple):
    """A member's clock after a beacon."""

    at: datetime  # wall clock is counted up to here; never moves back but by a clock step
    unspent: float  # seconds of wall clock not yet turned into coverage
    grace: float  # seconds of recording left of the one grace
    idle: float = 0.0  # what ran over the cap: for beacons kept without a connection alone


def spend(
    clock: ClockState | None,
    now: datetime,
    wanted: float,
    *,
    started_at: datetime,
    is_offline: bool = False,
    limits: Limits = ONLINE,
) -> tuple[ClockState, float]:
    """Allow up to `wanted` seconds of new coverage at `now`; returns the new state as well.

    `started_at` is when the grant was issued. A new clock (None) starts there, and under a
    grant nothing is available that was saved up before it. So, with every beacon counted:

    * under one grant, T seconds after its issue, at most `T × rate + grace`;
    * in any T seconds at most `(T + offline) × rate + grace`, and of that by beacons that are
      not offline at most `(T + cap) × rate + grace`.

    Only what is allowed is spent, idle time first where it may be, then wall clock, then the
    grace: honest viewing at 1× uses two thirds of the clock, so late and early beacons even out.
    Seconds that were covered before are not `wanted` and cost nothing; the caps alone bound what
    idling saves up. When the server's clock steps back, nothing is gained until it has caught up.
    """
    if clock is None:
        clock = ClockState(started_at, 0.0, limits.grace)
    elapsed = (now - clock.at).total_seconds()
    if elapsed < -CLOCK_STEP:
        clock = ClockState(now, 0.0, clock.grace)
        elapsed = 0.0
    since_grant = max(0.0, (now - started_at).total_seconds())
    filled = clock.unspent + max(0.0, elapsed)
    unspent = min(filled, limits.cap, since_grant)
    saved_up = clock.idle + max(0.0, filled - limits.cap)
    idle = max(0.0, min(saved_up, min(limits.offline, since_grant) - unspent))
    budget = (unspent + (idle if is_offline else 0.0)) * limits.rate + clock.grace
    allowed = floor(min(max(0.0, wanted), budget) * 10 + EPSILON) / 10
    from_idle = min(allowed / limits.rate, idle) if is_offline else 0.0
    from_wall = min(max(0.0, allowed / limits.rate - from_idle), unspent)
    from_grace = max(0.0, allowed - (from_idle + from_wall) * limits.rate)
    state = ClockState(
        at=max(clock.at, now),
        unspent=max(0.0, unspent - from_wall),
        grace=max(0.0, clock.grace - from_grace),
        idle=max(0.0, idle - from_idle),
    )
    return state, allowed
