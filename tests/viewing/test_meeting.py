"""Which way counts when a session was met in several, and what several sessions are worth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.training.participation import ParticipationKind as Kind
from lms.viewing.meeting import Way, all_met, best_way

DUE = datetime(2026, 12, 15, 17, tzinfo=UTC)

ways = st.lists(
    st.builds(
        Way,
        st.integers(-5, 5).map(lambda hours: DUE + timedelta(hours=hours)),
        st.sampled_from(list(Kind)),
    ),
    max_size=6,
)
kinds = st.frozensets(st.sampled_from(list(Kind)))


def at(hours: int, kind: Kind) -> Way:
    return Way(DUE + timedelta(hours=hours), kind)


def best(*several: Way) -> Way | None:
    return best_way(several, DUE, lambda kind: True)


def test_in_time_the_stronger_kind_counts_even_when_it_came_later() -> None:
    assert best(at(-4, Kind.SELF_DECLARED), at(0, Kind.VERIFIED_VIEWING)) == at(
        0, Kind.VERIFIED_VIEWING
    )


def test_what_is_stronger_and_late_leaves_what_was_in_time() -> None:
    assert best(at(-4, Kind.SELF_DECLARED), at(1, Kind.VERIFIED_VIEWING)) == at(
        -4, Kind.SELF_DECLARED
    )


def test_of_late_ways_the_earlier_one_counts() -> None:
    assert best(at(3, Kind.VERIFIED_VIEWING), at(1, Kind.ATTESTED)) == at(1, Kind.ATTESTED)


def test_a_kind_that_is_not_accepted_counts_for_nothing() -> None:
    roll_call = at(-1, Kind.VENUE_ROLL_CALL)
    accepts_all_but = [kind for kind in Kind if kind is not Kind.VENUE_ROLL_CALL]
    assert best_way([roll_call], DUE, accepts_all_but.__contains__) is None
    assert best_way([roll_call], DUE, lambda kind: True) == roll_call


@given(ways, kinds, st.randoms(use_true_random=False))
def test_the_order_of_reports_changes_nothing(
    several: list[Way], accepted: frozenset[Kind], chance: st.DataObject
) -> None:
    chosen = best_way(several, DUE, accepted.__contains__)
    shuffled = [*several, *several[:2]]
    chance.shuffle(shuffled)
    assert best_way(shuffled, DUE, accepted.__contains__) == chosen


@given(ways, kinds)
def test_one_more_way_never_makes_anybody_late(
    several: list[Way], accepted: frozenset[Kind]
) -> None:
    in_time = any(way.met_at <= DUE for way in several if way.kind in accepted)
    chosen = best_way(several, DUE, accepted.__contains__)
    assert (chosen is not None and chosen.met_at <= DUE) == in_time
    if chosen and in_time:
        rivals = [way for way in several if way.kind in accepted and way.met_at <= DUE]
        assert chosen.kind.strength == max(way.kind.strength for way in rivals)


def test_a_study_is_met_with_its_last_session_and_worth_its_weakest() -> None:
    first, second = at(-3, Kind.VERIFIED_VIEWING), at(-1, Kind.VENUE_ROLL_CALL)
    assert all_met([first, second]) == at(-1, Kind.VENUE_ROLL_CALL)
    assert all_met([second, first]) == at(-1, Kind.VENUE_ROLL_CALL)
    assert all_met([first, None]) is None
    assert all_met([]) is None
