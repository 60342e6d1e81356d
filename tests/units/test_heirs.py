"""What stands for an ended unit, on any day: checked against a walk by hand over random endings."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.units.heirs import Ending, heirs_of_chosen, heirs_of_units

START = date(2026, 1, 1)
UNITS = 12


def day(number: int) -> date:
    return START + timedelta(days=number)


@st.composite
def endings(draw: st.DrawFn) -> dict[int, Ending]:
    """Units end into later-numbered ones, on no earlier day than what went into them."""
    found: dict[int, Ending] = {}
    least = dict.fromkeys(range(UNITS), 0)
    for unit_id in range(UNITS - 1):
        if not draw(st.booleans()):
            continue
        on = draw(st.integers(least[unit_id], least[unit_id] + 5))
        into = draw(st.lists(st.integers(unit_id + 1, UNITS - 1), min_size=1, max_size=3))
        found[unit_id] = Ending(day(on), into[0], frozenset(into[1:]) - {into[0]})
        for one in into:
            least[one] = max(least[one], on)
    return found


def walk(unit_id: int, ends: dict[int, Ending], on: date, choices: dict[int, int]) -> int:
    while unit_id in ends and ends[unit_id].on <= on:
        unit_id = choices.get(unit_id, ends[unit_id].default)
    return unit_id


@given(endings(), st.data())
def test_on_every_day_one_unit_stands_for_each(
    ends: dict[int, Ending], data: st.DataObject
) -> None:
    choices = {
        (unit_id, key): data.draw(st.sampled_from(sorted(ending.successors)))
        for unit_id, ending in ends.items()
        for key in (1, 2)
        if data.draw(st.booleans())
    }
    whole, apart = heirs_of_units(ends), heirs_of_chosen(ends, choices)
    for number in range(70):
        on = day(number)
        for unit_id in range(UNITS):
            rows = [
                heir
                for heir in whole
                if heir.unit_id == unit_id
                and heir.valid_from <= on
                and (heir.valid_to is None or heir.valid_to > on)
            ]
            has_ended = unit_id in ends and ends[unit_id].on <= on
            defaults = [heir.heir_id for heir in rows if heir.is_default]
            expected = walk(unit_id, ends, on, {})
            assert defaults == ([expected] if has_ended else [])
            assert len({heir.heir_id for heir in rows}) == len(rows)
            for key in (1, 2):
                own = {one: to for (one, other), to in choices.items() if other == key}
                elsewhere = [
                    heir.heir_id
                    for other, heir in apart
                    if other == key
                    and heir.unit_id == unit_id
                    and heir.valid_from <= on
                    and (heir.valid_to is None or heir.valid_to > on)
                ]
                goes = walk(unit_id, ends, on, own)
                assert elsewhere == ([goes] if goes != expected else [])
                assert not has_ended or goes in {heir.heir_id for heir in rows}
