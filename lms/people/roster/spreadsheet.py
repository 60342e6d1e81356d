"""An .xlsx as a workbook: its sheets, what they share, and a refusal of its look-alikes."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lms.people.roster import errors
from lms.people.roster.cells import Merge, Row
from lms.people.roster.markup import read_whole
from lms.people.roster.package import Package
from lms.people.roster.shared_strings import SharedStrings, read_shared_strings
from lms.people.roster.styles import read_styles
from lms.people.roster.worksheet import Surroundings, read_merges, read_rows

_TYPES = "[Content_Types].xml"
_MOST_TYPES = 1024 * 1024
_MOST_SHEETS = 500


@dataclass(frozen=True, slots=True)
class _Entry:
    """A sheet as the workbook lists it."""

    name: str
    target: str
    is_hidden: bool


class XlsxSheet:
    """One worksheet. `rows()` reads it from the start, each time anew."""

    def __init__(self, package: Package, entry: _Entry, around: Surroundings) -> None:
        self.name = entry.name
        self.is_hidden = entry.is_hidden
        self.is_1904 = around.is_1904
        self._package, self._part, self._around = package, entry.target, around
        self._merges: list[Merge] | None = None

    def merges(self) -> list[Merge]:
        """Merged ranges in the order of their first rows."""
        if self._merges is None:
            self._merges = read_merges(self._package, self._part)
        return self._merges

    def rows(self) -> Iterator[Row]:
        return read_rows(self._package, self._part, self._around)


class XlsxWorkbook:
    """An open .xlsx; raises UnreadableRoster for what only looks like one."""

    def __init__(self, path: Path) -> None:
        self._package = Package(path)
        try:
            self._check_kind()
            self.sheets = self._read_sheets()
        except BaseException:
            self._package.close()
            raise

    def close(self) -> None:
        self._package.close()

    def _check_kind(self) -> None:
        package = self._package
        if _TYPES not in package:
            is_open = "mimetype" in package and b"opendocument" in package.head("mimetype", 200)
            raise errors.is_really("OpenDocument (.ods)" if is_open else "ZIP")
        types = package.head(_TYPES, _MOST_TYPES)
        if b"macroEnabled" in types:
            raise errors.with_macros()
        if b"sheet.binary" in types:
            raise errors.binary_excel()
        if b"spreadsheetml" not in types:
            for mark, name in ((b"wordprocessingml", "Word"), (b"presentationml", "PowerPoint")):
                if mark in types:
                    raise errors.is_really(name)
            raise errors.unknown_kind()

    def _read_sheets(self) -> list[XlsxSheet]:
        main = next(
            (t for kind, t in _relations(self._package, "").values() if kind == "officeDocument"),
            "xl/workbook.xml",
        )
        relations = _relations(self._package, main)
        listed: list[tuple[str, str, bool]] = []
        is_1904 = False

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal is_1904
            if tag == "workbookPr":
                is_1904 = attributes.get("date1904") in ("1", "true")
            elif tag == "sheet" and len(listed) < _MOST_SHEETS:
                relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
                state = attributes.get("state", "visible")
                listed.append((attributes.get("name", ""), relation, state != "visible"))

        with self._package.part(main) as stream:
            read_whole(stream, start, lambda _: None, lambda _: None)
        targets = {kind: target for kind, target in relations.values() if target in self._package}
        around = Surroundings(
            read_shared_strings(self._package, targets["sharedStrings"])
            if "sharedStrings" in targets
            else SharedStrings(),
            read_styles(self._package, targets["styles"]) if "styles" in targets else [],
            is_1904,
        )
        return [
            XlsxSheet(self._package, _Entry(name, relations[relation][1], is_hidden), around)
            for name, relation, is_hidden in listed
            if relation in relations and relations[relation][0] == "worksheet"
        ]


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """(kind, target) by the id of a relation of a part; "" is the package itself."""
    folder, name = posixpath.split(part)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, target.lstrip("/"))

    if listing in package:
        with package.part(listing) as stream:
            read_whole(stream, start, lambda _: None, lambda _: None)
    return found
