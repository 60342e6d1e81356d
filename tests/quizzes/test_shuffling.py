"""Drawing and shuffling: everything is kept, fixed options stay, names tell nothing."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.content import complete_content
from lms.quizzes.shuffling import draw, freeze_options, shuffle_options


def options(*texts: str, right: int = 0) -> list[dict[str, object]]:
    return complete_content("Câu hỏi?", texts, {right}).stored_options()


@given(st.lists(st.booleans(), min_size=1, max_size=10), st.integers())
def test_fixed_options_stay_and_none_is_lost(fixed: list[bool], seed: int) -> None:
    given_options = [
        {"text": str(place), "is_right": place == 0, "is_fixed": is_fixed}
        for place, is_fixed in enumerate(fixed)
    ]
    shuffled = shuffle_options(given_options, Random(seed))
    assert sorted(o["text"] for o in shuffled) == sorted(o["text"] for o in given_options)
    for place, is_fixed in enumerate(fixed):
        if is_fixed:
            assert shuffled[place] == given_options[place]


def test_what_points_at_other_options_stays_with_them() -> None:
    named = options("Tổ dân phố", "Chi bộ", "Cả A và B", "Không ai")
    above = options("Một", "Hai", "Ba", "Tất cả các phương án trên")
    for seed in range(50):
        order = [o["text"] for o in shuffle_options(named, Random(seed))]
        assert order[:3] == ["Tổ dân phố", "Chi bộ", "Cả A và B"]
        assert shuffle_options(above, Random(seed))[3]["text"] == "Tất cả các phương án trên"


def test_movable_options_reach_every_place() -> None:
    given_options = options("Một", "Hai", "Ba", "Bốn")
    firsts = {shuffle_options(given_options, Random(seed))[0]["text"] for seed in range(100)}
    assert firsts == {"Một", "Hai", "Ba", "Bốn"}


@given(
    st.lists(st.integers(), unique=True, max_size=30),
    st.integers(0, 40),
    st.booleans(),
    st.integers(),
)
def test_a_draw_is_of_the_bank_and_without_repeats(
    ids: list[int], count: int, is_shuffled: bool, seed: int
) -> None:
    drawn = draw(ids, count, Random(seed), is_shuffled=is_shuffled)
    assert len(drawn) == min(count, len(ids)) == len(set(drawn))
    assert set(drawn) <= set(ids)
    if not is_shuffled:
        assert drawn == [one for one in ids if one in drawn]


def test_names_are_new_each_time_and_of_one_length() -> None:
    given_options = options("Một", "Hai", "Ba", "Bốn")
    frozen = [freeze_options(given_options) for _ in range(50)]
    names = [option["id"] for attempt in frozen for option in attempt]
    assert len(set(names)) == len(names)
    assert {len(name) for name in names} == {10}
    assert [option["text"] for option in frozen[0]] == ["Một", "Hai", "Ba", "Bốn"]
    assert [option["is_right"] for option in frozen[0]] == [True, False, False, False]
