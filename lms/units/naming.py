"""How units are ordered by name: as read, with numbers by value (Chi bộ 2 before Chi bộ 10)."""

import re

from lms.base.vietnamese import word_keys

_NUMBER = re.compile(r"\d+")


def unit_sort_key(name: str) -> str:
    """ASCII sort key of a unit's name, at most 200 characters."""
    padded = _NUMBER.sub(lambda found: found[0].zfill(5), name)
    return " ".join(word_keys(padded.split()))[:200]
