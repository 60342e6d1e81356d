"""Lengths against what is asked, and the stamp of a text."""

import hashlib

import pytest

from lms.essays.lengths import LengthState, measure_essay, measure_section
from lms.essays.stamps import canonical_json, short_stamp, stamp_of
from tests.factories.essays import DESIGN, words

UNDERSTANDING, COMMITMENT, PROPOSAL = DESIGN.sections


@pytest.mark.parametrize(
    ("number", "state", "gap"),
    [
        (0, LengthState.MISSING, 10),
        (9, LengthState.SHORT, 1),
        (10, LengthState.FITTING, 0),
        (100, LengthState.FITTING, 0),
        (101, LengthState.LONG, 1),
    ],
)
def test_a_section_is_judged_by_its_own_length(number: int, state: str, gap: int) -> None:
    found = measure_section(UNDERSTANDING, words(number))
    assert (found.state, found.gap, found.words) == (state, gap, number)


def test_a_section_without_limits_may_be_empty_or_endless() -> None:
    assert measure_section(PROPOSAL, "").gap == 0
    assert measure_section(PROPOSAL, words(5000)).state is LengthState.FITTING


def test_an_essay_sums_its_own_sections_and_ignores_others() -> None:
    texts = {"understanding": words(15), "commitment": words(4), "self_reflection": words(90)}
    found = measure_essay(DESIGN.sections, texts, least=20, most=200)
    assert found.words == 19
    assert found.missing_words == 1
    assert not found.is_long_enough
    assert [section.key for section in found.remarks] == ["commitment", "proposal"]


def test_too_long_is_a_remark_not_a_hindrance() -> None:
    found = measure_essay(DESIGN.sections, {"proposal": words(210)}, least=20, most=200)
    assert found.surplus_words == 10
    assert found.is_long_enough


def test_nothing_written_is_never_long_enough() -> None:
    assert not measure_essay(DESIGN.sections, {}, least=0, most=10).is_long_enough


def test_the_stamp_is_over_json_anybody_can_make() -> None:
    sections = [{"title": "Nhận thức", "text": "Một “câu”\nhai dòng", "key": "understanding"}]
    written = '[{"key":"understanding","text":"Một “câu”\\nhai dòng","title":"Nhận thức"}]'
    assert canonical_json(sections) == written.encode()
    assert stamp_of(sections) == hashlib.sha256(written.encode()).hexdigest()


def test_the_stamp_changes_with_one_letter_and_reads_in_groups() -> None:
    assert stamp_of([{"text": "a"}]) != stamp_of([{"text": "á"}])
    assert short_stamp("0123456789abcdef" * 4) == "0123 4567 89AB CDEF"
