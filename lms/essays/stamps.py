"""The stamp of a submission: SHA-256 over the canonical JSON of what was handed in.

A pure module: anybody can make the same stamp from the same text with any tool.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any


def canonical_json(sections: Sequence[Any]) -> bytes:
    """Sections as JSON without spaces, keys in order, letters as they are, in UTF-8."""
    return json.dumps(
        list(sections), ensure_ascii=False, separators=(",", ":"), sort_keys=True
    ).encode()


def stamp_of(sections: Sequence[Any]) -> str:
    """64 hex digits."""
    return hashlib.sha256(canonical_json(sections)).hexdigest()


def short_stamp(stamp: str) -> str:
    """The first sixteen digits in groups of four, to be read out and compared."""
    return " ".join(stamp[start : start + 4] for start in range(0, 16, 4)).upper()
