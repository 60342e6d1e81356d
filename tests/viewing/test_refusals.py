"""What is remembered of parts that were not credited: the newest, until they are credited."""

from lms.viewing.refusals import MOST_KEPT, Reason, keep_refusals, refusals


def test_parts_of_less_than_a_second_are_not_worth_a_word() -> None:
    assert refusals([(0.0, 0.9), (5.0, 6.0)], Reason.CLOCK) == [(5.0, 6.0, "clock")]


def test_what_was_credited_later_is_dropped() -> None:
    kept = [[0.0, 10.0, "clock"], [20.0, 30.0, "closed"]]
    assert keep_refusals(kept, [], [(0.0, 10.0), (22.0, 29.5)]) == [(20.0, 22.0, "closed")]


def test_what_is_refused_again_stands_once_with_its_newest_reason() -> None:
    kept = [[0.0, 30.0, "clock"]]
    new = refusals([(10.0, 20.0)], Reason.CLOSED)
    assert keep_refusals(kept, new, []) == [
        (0.0, 10.0, "clock"),
        (20.0, 30.0, "clock"),
        (10.0, 20.0, "closed"),
    ]


def test_only_the_newest_are_kept() -> None:
    kept: list[tuple[float, float, str]] = []
    for number in range(50):
        new = refusals([(number * 10.0, number * 10.0 + 5)], Reason.CLOCK)
        kept = keep_refusals(kept, new, [])
    assert len(kept) == MOST_KEPT
    assert kept[-1] == (490.0, 495.0, "clock")
