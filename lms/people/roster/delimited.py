"""A CSV file as a workbook of one sheet: letters and separator found out, rows one by one.

The encodings are those that Excel in Vietnam writes: UTF-8 with or without a mark, UTF-16, and
Windows-1258, whose tones follow their letters and are joined by whoever reads the text.
"""

import codecs
import csv
import io
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

from lms.people.roster import errors
from lms.people.roster.cells import MOST_TEXT, Cell, Kind, Merge, Row
from lms.people.roster.worksheet import MOST_COLUMNS

SEPARATORS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 60
_MOST_LINE = 1_000_000
_PIECE = 64 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ALLOWED_CONTROLS = frozenset(b"\t\n\r\x0b\x0c\x1a")

Score = Callable[[list[list[str]]], int]


class CsvSheet:
    """The one sheet of a CSV file."""

    is_hidden = False
    is_1904 = False

    def __init__(self, path: Path, name: str, score: Score) -> None:
        self.name = name
        self._path = path
        self._encoding = _encoding_of(path)
        self._separator, self._skips_first = self._find_separator(score)

    def merges(self) -> list[Merge]:
        return []

    def rows(self) -> Iterator[Row]:
        for number, texts in enumerate(self._records(self._separator), 1):
            cells = {
                column: Cell(Kind.FORMULA if text.startswith("=") else Kind.TEXT, text[:MOST_TEXT])
                for column, text in enumerate(texts[:MOST_COLUMNS])
                if text and not text.isspace()
            }
            if cells:
                yield Row(number, cells)

    def _records(self, separator: str) -> Iterator[list[str]]:
        with open(self._path, encoding=self._encoding, newline="") as file:
            lines = _lines(file)
            if self._skips_first:
                next(lines, None)
            reader = csv.reader(lines, delimiter=separator, strict=True)
            try:
                yield from reader
            except csv.Error as error:
                raise errors.open_quote(reader.line_num) from error
            except UnicodeError as error:
                raise errors.unknown_letters() from error

    def _find_separator(self, score: Score) -> tuple[str, bool]:
        """Excel's own first line (sep=;), or else the separator that makes most sense."""
        self._skips_first = False
        first = next(iter(self._sample("\x1f")), [""])
        told = first[0].strip().strip('"').lower() if first else ""
        if told.startswith("sep=") and len(told) == 5:
            return told[4], True
        if told == "sep=":
            return "\t", True
        samples = {separator: self._sample(separator) for separator in SEPARATORS}
        best = max(
            SEPARATORS,
            key=lambda one: (score(samples[one]), max(map(len, samples[one]), default=0)),
        )
        return best, False

    def _sample(self, separator: str) -> list[list[str]]:
        rows: list[list[str]] = []
        try:
            rows.extend(itertools.islice(self._records(separator), _SAMPLE_ROWS))
        except errors.UnreadableRoster as error:
            if error.kind != "open_quote":
                raise
        return rows


def _lines(file: io.TextIOBase) -> Iterator[str]:
    while line := file.readline(_MOST_LINE):
        if len(line) >= _MOST_LINE:
            raise errors.too_large()
        yield line.replace("\x00", "").replace("\x1a", "")


def _encoding_of(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4096)
        for mark, encoding in _MARKS:
            if head.startswith(mark):
                return encoding
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if odd > len(head) // 6 > even:
            return "utf-16-le"
        if even > len(head) // 6 > odd:
            return "utf-16-be"
        if any(byte < 32 and byte not in _ALLOWED_CONTROLS for byte in head):
            raise errors.unknown_kind()
        for encoding in ("utf-8", "cp1258"):
            file.seek(0)
            if _decodes(file, encoding):
                return encoding
    raise errors.unknown_letters()


def _decodes(file: io.BufferedReader, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        while piece := file.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True
