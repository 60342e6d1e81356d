"""What a page sends to be saved: the shape that forms read and services keep. No rule, no table."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class DraftText:
    """What a page sends to be saved: texts by section key, and the revision they were written on.

    `page_key` names the open page and `page_sequence` counts its saves; "" where it is unknown.
    """

    texts: Mapping[str, str]
    base_revision: int = 0
    page_key: str = ""
    page_sequence: int = 0
