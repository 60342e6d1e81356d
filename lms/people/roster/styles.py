"""What number formats say about a cell: a date, or how many digits it shows."""

import re

from lms.people.roster.markup import read_whole
from lms.people.roster.package import Package

DATE = -1
"""A style that shows a number as a day."""
_BUILT_IN_DATES = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})
_MOST_STYLES = 70_000
# What stands in quotes, behind a backslash or in brackets is shown as it is, and means nothing.
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ZEROS = re.compile(r"0(?:[\s.\-]*0)+")


def meaning_of(code: str) -> int:
    """DATE, or the least digits that a format shows ('00000000' is 8); 0 when it says neither."""
    plain = _LITERAL.sub("", code.partition(";")[0]).lower()
    if plain in ("general", "standard", "@", ""):
        return 0
    if "y" in plain or "d" in plain or ("m" in plain and not re.search("[hs]", plain)):
        return DATE
    plain = plain.strip()
    return plain.count("0") if _ZEROS.fullmatch(plain) and "0.0" not in plain else 0


def read_styles(package: Package, name: str) -> list[int]:
    """By the number of a style: DATE, or the least digits that its format shows."""
    codes: dict[str, int] = {}
    styles: list[int] = []
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt" and len(codes) < _MOST_STYLES:
            codes[attributes.get("numFmtId", "")] = meaning_of(attributes.get("formatCode", ""))
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside and len(styles) < _MOST_STYLES:
            number = attributes.get("numFmtId", "0")
            is_date = number.isdecimal() and int(number) in _BUILT_IN_DATES
            styles.append(codes.get(number, DATE if is_date else 0))

    def end(tag: str) -> None:
        nonlocal inside
        inside = inside and tag != "cellXfs"

    with package.part(name) as stream:
        read_whole(stream, start, end, lambda _: None)
    return styles
