"""The table of texts that the cells of an .xlsx point to, kept as bytes in one block.

A list of str would take five times the memory on a roster of 100,000.
"""

from array import array

from lms.people.roster import errors
from lms.people.roster.cells import MOST_TEXT
from lms.people.roster.markup import read_whole
from lms.people.roster.package import Package

_MOST_BYTES = 40 * 1024 * 1024
_MOST_STRINGS = 3_000_000


class SharedStrings:
    """Texts by number."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("I")

    def add(self, text: str) -> None:
        self._bytes += text[:MOST_TEXT].encode("utf-8", "replace")
        self._ends.append(len(self._bytes))
        if len(self._bytes) > _MOST_BYTES or len(self._ends) > _MOST_STRINGS:
            raise errors.too_large()

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self._ends):
            raise errors.damaged()
        start = self._ends[number - 1] if number else 0
        return self._bytes[start : self._ends[number]].decode()


def read_shared_strings(package: Package, name: str) -> SharedStrings:
    """The table, from the part of that name."""
    strings = SharedStrings()
    gathered: list[str] = []
    length = 0
    takes = False
    aside = 0  # inside <rPh>: how to pronounce the text, no part of it

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal takes, aside, length
        if tag == "t":
            takes = not aside
        elif tag == "rPh":
            aside += 1
        elif tag == "si":
            gathered.clear()
            length = 0

    def end(tag: str) -> None:
        nonlocal takes, aside
        if tag == "t":
            takes = False
        elif tag == "rPh":
            aside -= 1
        elif tag == "si":
            strings.add("".join(gathered))

    def text(piece: str) -> None:
        nonlocal length
        if takes and length < MOST_TEXT:
            gathered.append(piece)
            length += len(piece)

    with package.part(name) as stream:
        read_whole(stream, start, end, text)
    return strings
