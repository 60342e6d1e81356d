"""Names for essays that say nothing: K7-204. Drawn by chance, derived from nothing. Pure."""

import re
from collections.abc import Callable, Iterable, Set
from secrets import SystemRandom

_LETTERS = "ABCDEGHKLMNPRSTUVXY"
"""Letters that are not taken for digits when read aloud or copied by hand."""

_FORM = re.compile(r"[A-Z][0-9]-[0-9]{3,9}")

_chance = SystemRandom()


def is_pseudonym(text: str) -> bool:
    """Whether a text has the form of a pseudonym."""
    return _FORM.fullmatch(text) is not None


def draw_pseudonym(digits: int = 3) -> str:
    """A letter, a digit, a dash and so many digits."""
    number = _chance.randrange(10**digits)
    return f"{_chance.choice(_LETTERS)}{_chance.randrange(10)}-{number:0{digits}}"


def draw_pseudonyms(count: int, find_taken: Callable[[Iterable[str]], Set[str]]) -> list[str]:
    """So many different pseudonyms that nobody has. `find_taken` tells which of some are taken.

    Each round that leaves some to be drawn again may use one digit more: names never run out.
    """
    drawn: dict[str, None] = {}
    digits = 3
    while len(drawn) < count:
        fresh = {draw_pseudonym(digits) for _ in range(count - len(drawn))} - drawn.keys()
        drawn |= dict.fromkeys(fresh - find_taken(fresh))
        digits = min(digits + 1, 9) if len(drawn) * 2 < count else digits
    return list(drawn)


def draw_shuffle_key() -> int:
    """A place in a reviewer's queue, by chance (31 bits)."""
    return _chance.randrange(2**31)
