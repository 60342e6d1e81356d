"""The pure rules of a venue: what marks come to, however they arrive; how long a code is good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.viewing.claims import (
    WINDOW_SECONDS,
    BadCode,
    Check,
    Claim,
    code_of,
    issue_claim,
    read_claim,
    read_code,
    seconds_left,
    window_of,
)
from lms.viewing.roll_call import (
    Mark,
    MarkAct,
    RollCallMethod,
    RollCallState,
    fold,
    moment_on_server,
)

START = datetime(2026, 12, 15, 12, 0, tzinfo=UTC)
LIST = RollCallMethod.LIST


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def mark(
    second: float, act: MarkAct, method: RollCallMethod = LIST, key: str = "", note: str = ""
) -> Mark:
    return Mark(after(second), key or f"{second}{act}", act, method, note)


MARKS = st.lists(
    st.builds(
        Mark,
        st.integers(0, 5).map(after),
        st.uuids().map(str),
        st.sampled_from(MarkAct),
        st.sampled_from(RollCallMethod),
        st.sampled_from(["", "Ốm"]),
    ),
    max_size=12,
)


@given(MARKS, st.booleans(), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_what_marks_come_to(
    marks: list[Mark], is_expected: bool, chance: object
) -> None:
    arrived = marks + [one for one in marks if chance.random() < 0.5]  # type: ignore[attr-defined]
    chance.shuffle(arrived)  # type: ignore[attr-defined]
    result = fold(arrived, is_expected=is_expected)
    assert result == fold(marks, is_expected=is_expected)
    assert (result.entered_at is not None) == (result.state is RollCallState.PRESENT)
    assert (result.left_at is None) == (result.left_by is None)
    if not is_expected:
        assert result.state is not RollCallState.EXPECTED


def test_the_later_mark_wins() -> None:
    marks = [mark(1, MarkAct.ENTER), mark(2, MarkAct.EXCUSE, note="Ốm"), mark(3, MarkAct.ENTER)]
    assert fold(marks, is_expected=True).entered_at == after(3)
    assert fold(marks[:2], is_expected=True).excuse_reason == "Ốm"
    marks.append(mark(4, MarkAct.CLEAR))
    assert fold(marks, is_expected=True).state is RollCallState.EXPECTED


def test_a_second_tick_keeps_the_first_moment() -> None:
    marks = [mark(1, MarkAct.ENTER, RollCallMethod.QR), mark(9, MarkAct.ENTER)]
    stands = fold(marks, is_expected=True)
    assert (stands.entered_at, stands.entered_by) == (after(1), RollCallMethod.QR)


def test_who_left_before_they_entered_has_not_stayed() -> None:
    left, entered = mark(1, MarkAct.LEAVE), mark(5, MarkAct.ENTER)
    stands = fold([left, entered], is_expected=True)
    assert (stands.state, stands.left_at) == (RollCallState.PRESENT, None)
    assert fold([left, entered, mark(9, MarkAct.LEAVE)], is_expected=True).left_at == after(9)
    assert fold([left], is_expected=True).left_at == after(1)
    both = [left, mark(5, MarkAct.LEAVE, key="a"), mark(5, MarkAct.ENTER, key="b")]
    assert fold(both, is_expected=True).left_at == after(5), "put right in one stroke"


def test_the_order_in_which_paper_is_typed_in_says_nothing() -> None:
    paper = RollCallMethod.PAPER
    marks = [mark(1, MarkAct.LEAVE, paper), mark(5, MarkAct.ENTER, paper)]
    assert fold(marks, is_expected=True).left_at == after(1)


def test_who_waited_came_when_they_scanned_not_when_they_were_let_in() -> None:
    scans = [mark(1, MarkAct.ENTER, RollCallMethod.QR), mark(5, MarkAct.LEAVE, RollCallMethod.QR)]
    stands = fold([*scans, mark(9, MarkAct.ENTER)], is_expected=False)
    assert (stands.state, stands.left_at) == (RollCallState.PRESENT, after(5))


def test_somebody_unexpected_enters_by_the_secretary_s_hand_alone() -> None:
    scan = mark(1, MarkAct.ENTER, RollCallMethod.QR)
    assert fold([scan], is_expected=False).state is RollCallState.WAITING
    assert fold([scan, mark(2, MarkAct.ENTER)], is_expected=False).state is RollCallState.PRESENT
    turned_away = [scan, mark(2, MarkAct.TURN_AWAY), scan._replace(marked_at=after(3), key="again")]
    assert fold(turned_away, is_expected=False).state is RollCallState.TURNED_AWAY
    refused = fold([mark(1, MarkAct.REFUSE, RollCallMethod.QR)], is_expected=True)
    assert refused.state is RollCallState.EXPECTED


@pytest.mark.parametrize("skew", [-86_400, -600, 0, 600, 86_400])
def test_a_device_s_clock_may_be_wrong_by_anything(skew: int) -> None:
    sent = (after(300).timestamp() + skew) * 1000
    made = sent - 120_000
    moment = moment_on_server(made, sent, opened=START, received=after(300))
    assert moment == after(180)


def test_a_moment_lies_between_the_opening_and_the_receipt() -> None:
    received = after(60)
    assert moment_on_server(0, 1e13, opened=START, received=received) == START
    assert moment_on_server(1e13, 0, opened=START, received=received) == received
    for bad in (None, True, "1", -1, float("nan"), float("inf"), 1e300):
        with pytest.raises(ValueError):
            moment_on_server(bad, 1, opened=START, received=received)


@given(st.floats(0, 59.999), st.integers(1, 10**6), st.sampled_from(Check))
def test_a_code_is_good_in_its_window_and_the_next(age: float, venue: int, check: Check) -> None:
    code = code_of("bí mật", venue, check, window_of(START))
    now = after(age)
    if age < 2 * WINDOW_SECONDS:
        assert read_code(code, "bí mật", now) == (venue, check)
    else:
        with pytest.raises(BadCode):
            read_code(code, "bí mật", now)


def test_every_code_shown_is_good_for_twenty_seconds_at_least() -> None:
    shown_at = after(WINDOW_SECONDS - 0.1)
    code = code_of("k", 1, Check.ENTRY, window_of(shown_at))
    assert seconds_left(shown_at) == pytest.approx(0.1)
    assert read_code(code, "k", shown_at + timedelta(seconds=20)) == (1, Check.ENTRY)


@pytest.mark.parametrize("changed", ["venue", "check", "window", "mac", "key", "junk"])
def test_a_code_that_was_changed_is_refused(changed: str) -> None:
    code = code_of("k", 1, Check.ENTRY, window_of(START))
    venue, check, window, mac = code.split(".")
    forged = {
        "venue": f"2.{check}.{window}.{mac}",
        "check": f"{venue}.exit.{window}.{mac}",
        "window": f"{venue}.{check}.{window[:-1]}f.{mac}",
        "mac": code[:-1] + ("A" if code[-1] != "A" else "B"),
        "key": code_of("other", 1, Check.ENTRY, window_of(START)),
        "junk": "x" * 40,
    }[changed]
    with pytest.raises(BadCode):
        read_code(forged, "k", START)
    with pytest.raises(BadCode):  # nor is it a claim
        read_claim(forged, "k", START)


def test_a_claim_lives_ten_minutes() -> None:
    claim = Claim(7, Check.EXIT, "ab" * 16, START)
    text = issue_claim("k", claim)
    assert read_claim(text, "k", after(599)) == claim
    with pytest.raises(BadCode):
        read_claim(text, "k", after(601))
    with pytest.raises(BadCode):
        read_claim(text, "other", START)
