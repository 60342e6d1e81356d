"""Ready-made variants to start from, one file each: texts only, changed without touching code.

An organiser takes one into a task and edits it there; nothing refers back to these files.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lms.essays.designs import (
    CriterionDesign,
    LevelDesign,
    SectionDesign,
    VariantDesign,
)
from lms.essays.models import SectionKey

FOLDER = Path(__file__).parent
KEYS = ("unit_head", "key_cadre", "member", "exempt", "enterprise")
"""In the order in which they are offered; named after the audience each is written for."""


@dataclass(frozen=True)
class ReadyMade:
    """A ready-made variant: its key, whom it suits, and the design."""

    key: str
    suits: str
    design: VariantDesign


@cache
def list_ready_made() -> tuple[ReadyMade, ...]:
    """All of them, in the order of KEYS."""
    return tuple(_read(key) for key in KEYS)


def find_ready_made(key: str) -> ReadyMade | None:
    """The one with a key; None if there is none."""
    return next((ready for ready in list_ready_made() if ready.key == key), None)


def _read(key: str) -> ReadyMade:
    content: dict[str, Any] = tomllib.loads((FOLDER / f"{key}.toml").read_text(encoding="utf-8"))
    return ReadyMade(
        key,
        content["suits"],
        VariantDesign(
            name=content["name"],
            prompt=content["prompt"].strip(),
            least_words=content["least_words"],
            most_words=content["most_words"],
            sections=tuple(
                SectionDesign(**{**section, "key": SectionKey(section["key"])})
                for section in content["sections"]
            ),
            criteria=tuple(
                CriterionDesign(
                    criterion["title"],
                    criterion["weight"],
                    tuple(
                        LevelDesign(level[0], level[1] / 100, level[2])
                        for level in criterion["levels"]
                    ),
                    criterion["description"],
                )
                for criterion in content["criteria"]
            ),
        ),
    )
