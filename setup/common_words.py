"""Makes lms/people/common/words.bin: what guessers try first, as hashes, four bytes each, in order.

Run by hand when the list is to be renewed, with the package zxcvbn installed (MIT; its frequency
lists are all that is used): python -m setup.common_words
"""

from __future__ import annotations

import importlib
from array import array
from typing import Any

from lms.base.vietnamese import fold
from lms.people.common_words import FILE, hash_of
from setup.console import say

MOST_WORDS = 12_000
"""Of each list of words, the most frequent ones; of the passwords, all."""
LEAST_LENGTH = 4


def main() -> None:
    lists: Any = importlib.import_module("zxcvbn.frequency_lists").FREQUENCY_LISTS
    wanted: set[str] = set()
    for name, words in lists.items():
        chosen = list(words) if name == "passwords" else list(words)[:MOST_WORDS]
        for word in chosen:
            plain = fold(word).replace(" ", "")
            if len(plain) >= (LEAST_LENGTH if plain.isalpha() else 8):
                wanted.add(plain)
    hashes = array("I", sorted({hash_of(word) for word in wanted}))
    FILE.write_bytes(hashes.tobytes())
    long = sum(len(word) >= 8 for word in wanted)
    say(f"{len(wanted)} words, {long} of eight letters or more: {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
