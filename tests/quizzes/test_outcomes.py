"""Marking and time: the whole set or nothing, the server's clock and one small grace."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.quizzes.outcomes import GRACE, is_in_time, is_right, least_right, seconds_left, share

OPTIONS = [
    {"id": "a", "is_right": True},
    {"id": "b", "is_right": False},
    {"id": "c", "is_right": True},
]
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (["a", "c"], True),
        (["c", "a"], True),
        (["a"], False),
        (["a", "b", "c"], False),
        (["b"], False),
        ([], False),
    ],
)
def test_only_the_whole_set_is_right(chosen: list[str], expected: bool) -> None:
    assert is_right(OPTIONS, chosen) is expected


def test_nothing_chosen_is_never_right() -> None:
    assert is_right([{"id": "a", "is_right": False}], []) is False


@pytest.mark.parametrize(
    ("ratio", "count", "expected"),
    [(0.5, 10, 5), (0.8, 10, 8), (0.6, 11, 7), (0.7, 10, 7), (0, 10, 0), (1, 7, 7), (0.5, 0, 0)],
)
def test_the_pass_mark_in_questions(ratio: float, count: int, expected: int) -> None:
    assert least_right(ratio, count) == expected


def test_every_pass_mark_agrees_with_the_comparison_that_decides() -> None:
    for count in range(1, 61):
        for percent in range(101):
            least = least_right(percent / 100, count)
            assert share(least, count) >= percent / 100
            assert least == 0 or share(least - 1, count) < percent / 100


def test_time_ends_after_the_grace_and_not_before() -> None:
    assert is_in_time(None, NOON)
    assert is_in_time(NOON, NOON + GRACE)
    assert not is_in_time(NOON, NOON + GRACE + timedelta(milliseconds=1))


def test_seconds_left_never_fall_below_zero() -> None:
    assert seconds_left(None, NOON) is None
    assert seconds_left(NOON, NOON - timedelta(seconds=59.2)) == 60
    assert seconds_left(NOON, NOON + timedelta(hours=1)) == 0
