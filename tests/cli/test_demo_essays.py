"""The demo's essays: distinct, within limits, tidy, repeatable; marks follow their quality."""

import itertools
import re

import pytest

from lms.base.vietnamese import count_words
from lms.cli.demo.content import campaigns, essay_task, essays, people, textfiles, units
from lms.cli.demo.content.essay_details import writer_details
from lms.cli.demo.content.seeds import seeded

COUNTS = {"unit_head": 70, "key_cadre": 60, "member": 160, "exempt": 40, "enterprise": 70}


@pytest.fixture(scope="module")
def written() -> dict[tuple[str, int], dict[str, str]]:
    """Four hundred essays."""
    return {
        (variant.key, index): dict(essays.essay_texts(variant.key, index))
        for variant in essay_task.VARIANTS
        for index in range(COUNTS[variant.key])
    }


class TestEssays:
    def test_four_hundred_are_all_different(
        self, written: dict[tuple[str, int], dict[str, str]]
    ) -> None:
        assert len(written) == 400
        whole = {"\n".join(sections.values()) for sections in written.values()}
        assert len(whole) == 400

    def test_each_section_keeps_its_limits(
        self, written: dict[tuple[str, int], dict[str, str]]
    ) -> None:
        for (key, _index), texts in written.items():
            variant = next(found for found in essay_task.VARIANTS if found.key == key)
            assert list(texts) == [section.key for section in variant.sections]
            for section in variant.sections:
                words = count_words(texts[section.key])
                assert section.least_words <= words <= section.most_words

    @pytest.mark.parametrize("variant_key", ["unit_head", "member"])
    def test_each_kind_of_unit_has_stories_enough(self, variant_key: campaigns.VariantKey) -> None:
        sectors: tuple[units.Sector, ...] = (
            "ward",
            "enterprise",
            "administration",
            "school",
            "armed_forces",
            "health",
        )
        for sector in sectors:
            texts = {
                tuple(essays.essay_texts(variant_key, index, sector).values())
                for index in range(12)
            }
            assert len(texts) == 12

    def test_nothing_of_the_patterns_is_left_and_all_is_tidy(
        self, written: dict[tuple[str, int], dict[str, str]]
    ) -> None:
        for texts in written.values():
            for text in texts.values():
                assert not re.search(r"[\[\]{}|@=]|\? \?|  | [.,;:]|\.\.", text)
                assert not any(found[1].islower() for found in re.finditer(r"[.?!] (\w)", text))
                for paragraph in text.split("\n\n"):
                    assert paragraph[0].isupper()
                    assert paragraph[-1] in '.?!"'

    def test_no_two_share_most_of_their_sentences(
        self, written: dict[tuple[str, int], dict[str, str]]
    ) -> None:
        members = [
            {sentence for text in texts.values() for sentence in re.split(r"(?<=[.?!])\s+", text)}
            for (key, _index), texts in written.items()
            if key == "member"
        ]
        for one, other in itertools.combinations(members, 2):
            assert len(one & other) < 0.5 * min(len(one), len(other))

    def test_the_same_pair_gives_the_same_text(
        self, written: dict[tuple[str, int], dict[str, str]]
    ) -> None:
        for (key, index), texts in itertools.islice(written.items(), 0, 400, 37):
            assert essays.essay_texts(key, index) == texts  # type: ignore[arg-type]

    def test_a_draft_is_the_beginning_of_the_essay(self) -> None:
        whole = essays.essay_texts("member", 3)
        draft = essays.draft_texts("member", 3)
        first, second, *rest = whole
        assert draft[first] == whole[first]
        assert whole[second].startswith(draft[second])
        assert 0 < len(draft[second]) < len(whole[second])
        assert all(draft[section] == "" for section in rest)

    def test_quality_marks_and_comments_agree(self) -> None:
        values: dict[str, list[float]] = {}
        for index in range(300):
            quality = essays.essay_quality("member", index)
            levels = essays.mark_levels("member", index)
            values.setdefault(quality, []).append(essays.mark_value("member", levels))
            comment = essays.reviewer_comment("member", index)
            assert comment in essays.reviewer_comments()[quality]
        assert set(values) == {"strong", "good", "fair", "weak"}
        average = {quality: sum(found) / len(found) for quality, found in values.items()}
        assert average["strong"] > average["good"] > average["fair"] > average["weak"]
        assert any(value < essay_task.PASS_MARK for value in values["weak"])

    def test_reviewers_differ_at_times(self) -> None:
        pairs = [
            (essays.mark_levels("unit_head", index, 0), essays.mark_levels("unit_head", index, 1))
            for index in range(60)
        ]
        assert any(one != other for one, other in pairs)
        for one, other in pairs:
            assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 1

    def test_there_are_forty_comments_and_reasons_of_each_kind(self) -> None:
        comments = [text for pool in essays.reviewer_comments().values() for text in pool]
        assert len(comments) == len(set(comments)) == 40
        for kind in ("excuse", "withdrawal", "extension", "attestation"):
            assert len(essays.reasons(kind)) >= 3

    def test_no_writer_is_named(self, written: dict[tuple[str, int], dict[str, str]]) -> None:
        text = "\n".join("\n".join(texts.values()) for texts in written.values())
        assert not any(person.name in text for person in people.people())


def test_every_slot_and_bracket_of_the_families_is_sound() -> None:
    slots = writer_details(seeded("any"))
    for name in essays._FILES:
        for family in textfiles.read_families(name):
            for line in family.lines:
                assert line.count("[") == line.count("]")
                assert not line.startswith(("?[", "@", "=="))
                textfiles.draw(line, seeded("line"), slots)
                for choice in re.findall(r"\[([^\[\]]*)\]", line):
                    options = choice.split("|")
                    assert len(options) == len(set(options)) > 1
                    assert all(option.strip() == option != "" for option in options)
