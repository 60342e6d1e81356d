"""Composes the demo's essays from the families in texts/, and says how good each one is.

An essay is named by its variant and an index: the same pair always gives the same text, other
indexes give others. What reviewers say and how they mark follows the same quality.
"""

import random
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

from lms.base.vietnamese import count_words
from lms.cli.demo.content.campaigns import VariantKey
from lms.cli.demo.content.essay_details import writer_details
from lms.cli.demo.content.essay_task import VARIANTS_BY_KEY, SectionKey, SectionSpec
from lms.cli.demo.content.seeds import seeded
from lms.cli.demo.content.textfiles import Family, draw_paragraph, plain_lines, read_families
from lms.cli.demo.content.units import Sector

Quality = Literal["strong", "good", "fair", "weak"]

_FILES = (
    "understanding.txt",
    "reflection-leaders.txt",
    "reflection-members.txt",
    "commitment.txt",
    "proposal.txt",
    "enterprise.txt",
    "exempt.txt",
)
_SETTINGS: tuple[Sector, ...] = (
    "ward",
    "ward",
    "ward",
    "school",
    "administration",
    "armed_forces",
    "health",
)
_SHARE_OF_RANGE: dict[Quality, tuple[float, float]] = {
    "strong": (0.40, 0.80),
    "good": (0.25, 0.65),
    "fair": (0.10, 0.40),
    "weak": (0.02, 0.15),
}
"""Where between the least and the most words an essay of each quality ends up."""

_SHORT_LETTER = (0.05, 0.35)
"""The same for the exempt, whose words are few however good they are."""

_MARGIN = 0.03
_TRIES = 80


@cache
def _pool(
    variant: VariantKey, section: SectionKey, part: str, setting: str | None
) -> tuple[Family, ...]:
    """The families for one part of a section; with a setting, those of that setting alone."""
    return tuple(
        family
        for name in _FILES
        for family in read_families(name)
        if variant in family.heading[0]
        and family.heading[1] == (section,)
        and family.heading[2] == (part,)
        and (
            len(family.heading) == 3
            if setting is None
            else len(family.heading) == 4 and setting in family.heading[3]
        )
    )


def essay_quality(variant_key: VariantKey, index: int) -> Quality:
    """How good an essay is: one in five strong, one in ten weak. Exempt writers write well."""
    chance = seeded("quality", variant_key, index).random()
    if variant_key == "exempt":
        return "strong" if chance < 0.35 else "good"
    if chance < 0.20:
        return "strong"
    if chance < 0.62:
        return "good"
    return "fair" if chance < 0.90 else "weak"


def _vague_count(quality: Quality, section: SectionKey, rng: random.Random) -> int:
    """How many empty paragraphs a writer of this quality puts in a section."""
    if section == "commitment":
        return {"strong": 0, "good": 0, "fair": rng.randint(0, 1), "weak": 2}[quality]
    if section == "self_reflection":
        return {"strong": 0, "good": 0, "fair": rng.randint(0, 1), "weak": 3}[quality]
    return 0


def _bodies(
    variant: VariantKey, section: SectionKey, setting: str, quality: Quality, rng: random.Random
) -> list[Family]:
    """The families in the order in which they are tried: empty ones, the setting's, the common."""
    vague = list(_pool(variant, section, "vague", None))
    own = list(_pool(variant, section, "body", setting))
    common = list(_pool(variant, section, "body", None))
    for families in (vague, own, common):
        rng.shuffle(families)
    first = vague[: _vague_count(quality, section, rng)]
    return first + own[:2] + common + own[2:]


def _section_text(
    variant: VariantKey,
    section: SectionSpec,
    setting: str,
    quality: Quality,
    rng: random.Random,
    slots: Mapping[str, str],
) -> str:
    """One section within its limits. Raises LookupError when the families cannot fill it."""
    span = section.most_words - section.least_words
    low = section.least_words + _MARGIN * span
    high = section.most_words - _MARGIN * span
    for _attempt in range(_TRIES):
        share = _SHORT_LETTER if variant == "exempt" else _SHARE_OF_RANGE[quality]
        wanted = section.least_words + span * rng.uniform(*share)
        opening = draw_paragraph(rng.choice(_pool(variant, section.key, "open", None)), rng, slots)
        chosen: list[str] = []
        words = count_words(opening)
        for family in _bodies(variant, section.key, setting, quality, rng):
            if words >= max(low, wanted):
                break
            paragraph = draw_paragraph(family, rng, slots)
            if words + count_words(paragraph) <= high:
                chosen.append(paragraph)
                words += count_words(paragraph)
        if low <= words <= high:
            rng.shuffle(chosen)
            return "\n\n".join([opening, *chosen])
    raise LookupError(f"no text of {low:.0f}–{high:.0f} words for {variant}/{section.key}")


def essay_texts(
    variant_key: VariantKey, index: int, sector: Sector | None = None
) -> dict[SectionKey, str]:
    """The text of each section, in the variant's order, within its lengths.

    `sector` is that of the writer's unit and chooses the stories; without it the index does.
    """
    rng = seeded("essay", variant_key, index)
    slots = writer_details(rng)
    setting: str = sector or rng.choice(_SETTINGS)
    quality = essay_quality(variant_key, index)
    return {
        section.key: _section_text(variant_key, section, setting, quality, rng, slots)
        for section in VARIANTS_BY_KEY[variant_key].sections
    }


def draft_texts(
    variant_key: VariantKey, index: int, sector: Sector | None = None
) -> dict[SectionKey, str]:
    """An essay half written: the first section whole, the second broken off, the rest empty."""
    rng = seeded("draft", variant_key, index)
    whole = essay_texts(variant_key, index, sector)
    first, second, *rest = whole
    words = whole[second].split(" ")
    begun = " ".join(words[: rng.randint(12, len(words) * 2 // 3)])
    return {first: whole[first], second: begun, **dict.fromkeys(rest, "")}


def mark_levels(variant_key: VariantKey, index: int, reviewer: int = 0) -> tuple[int, ...]:
    """The level (0–3) that a reviewer gives each criterion, in the rubric's order.

    Reviewers differ by a step now and then; the essay's quality decides the rest.
    """
    centre = {"strong": 2.75, "good": 2.1, "fair": 1.35, "weak": 0.45}[
        essay_quality(variant_key, index)
    ]
    own = seeded("merit", variant_key, index)
    eye = seeded("eye", variant_key, index, reviewer)
    return tuple(
        min(3, max(0, round(centre + own.uniform(-0.55, 0.55) + eye.uniform(-0.35, 0.35))))
        for _criterion in VARIANTS_BY_KEY[variant_key].criteria
    )


def mark_value(variant_key: VariantKey, levels: Sequence[int]) -> float:
    """The mark on the scale of 10 that the levels earn, to one decimal."""
    criteria = VARIANTS_BY_KEY[variant_key].criteria
    earned = sum(
        criterion.weight * criterion.levels[level].share
        for criterion, level in zip(criteria, levels, strict=True)
    )
    return round(earned / 10, 1)


def reviewer_comments() -> dict[Quality, tuple[str, ...]]:
    """Every ready comment, by the quality of the essay it speaks of."""
    found = plain_lines("comments.txt")
    return {
        "strong": found["strong"],
        "good": found["good"],
        "fair": found["fair"],
        "weak": found["weak"],
    }


def reviewer_comment(variant_key: VariantKey, index: int, reviewer: int = 0) -> str:
    """What a reviewer writes to the writer of an essay."""
    pool = reviewer_comments()[essay_quality(variant_key, index)]
    return seeded("comment", variant_key, index, reviewer).choice(pool)


def reasons(kind: Literal["excuse", "withdrawal", "extension", "attestation"]) -> tuple[str, ...]:
    """Short reasons as a secretary types them."""
    return plain_lines("reasons.txt")[kind]
