"""The words and passwords that guessers try first, as a sorted file of short hashes. Pure.

A hash of four bytes mistakes one word in a hundred thousand for another: that costs somebody one
more try at a password. The file is made by setup/common_words.py; its licence stands beside it.
"""

import hashlib
from array import array
from bisect import bisect_left
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "common" / "words.bin"


def is_common(plain: str) -> bool:
    """Whether a folded word without spaces is in the list."""
    listed = _listed()
    wanted = hash_of(plain)
    place = bisect_left(listed, wanted)
    return place < len(listed) and listed[place] == wanted


def hash_of(plain: str) -> int:
    """Four bytes of a hash, as a number."""
    return int.from_bytes(hashlib.blake2b(plain.encode(), digest_size=4).digest(), "little")


@cache
def _listed() -> "array[int]":
    listed = array("I")
    listed.frombytes(FILE.read_bytes())
    return listed
