"""Drawing questions and shuffling options, with a name for each option that tells nothing.

Pure: chance is handed in, so that a test can hold it. What is stored of it belongs to services.
"""

import secrets
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

ID_BYTES = 5


def draw(ids: Sequence[int], count: int, chance: Random, *, is_shuffled: bool) -> list[int]:
    """`count` of the ids (all, if there are fewer), in their own order unless shuffled."""
    drawn = chance.sample(list(ids), min(count, len(ids)))
    return drawn if is_shuffled else [one for one in ids if one in set(drawn)]


def shuffle_options(options: Sequence[Mapping[str, Any]], chance: Random) -> list[Any]:
    """The options in a new order; the fixed ones, and no others, stay where they are."""
    movable = [place for place, option in enumerate(options) if not option.get("is_fixed")]
    targets = chance.sample(movable, len(movable))
    shuffled = list(options)
    for place, target in zip(movable, targets, strict=True):
        shuffled[target] = options[place]
    return shuffled


def freeze_options(options: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What an attempt keeps of options: text, whether it is right, and a name made by chance.

    Names are of one length, and differ between any two attempts.
    """
    names: set[str] = set()
    while len(names) < len(options):
        names.add(secrets.token_hex(ID_BYTES))
    return [
        {"id": name, "text": option["text"], "is_right": bool(option["is_right"])}
        for name, option in zip(names, options, strict=True)
    ]
