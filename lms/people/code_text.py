"""One-time codes as people see and type them. Pure.

Digits alone: a phone shows its large number keys for them, and a Vietnamese keyboard does not turn
two letters into one. Twenty digits (66 bits) in groups of four, as on a prepaid card.
"""

import re
import secrets

DIGITS = 20
RECOVERY_DIGITS = 12
RECOVERY_CODES = 10

_NOT_DIGIT = re.compile(r"\D+")


def new_code() -> str:
    """A code of twenty random digits."""
    return _random_digits(DIGITS)


def new_recovery_codes() -> list[str]:
    """Ten codes of twelve digits: the first says which of the ten it is, eleven (36 bits) prove."""
    return [f"{place}{_random_digits(RECOVERY_DIGITS - 1)}" for place in range(RECOVERY_CODES)]


def only_digits(text: str) -> str:
    """What was typed without spaces, dashes and whatever else stands between the digits."""
    return _NOT_DIGIT.sub("", text)


def in_groups(code: str) -> str:
    """The code in groups of four digits."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def _random_digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _place in range(count))
