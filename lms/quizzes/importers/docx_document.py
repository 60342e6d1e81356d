"""A Word file as lines and tables in reading order, as it would look with all changes accepted.

Walks document.xml. What the lines mean is decided elsewhere.
"""

import io
from collections.abc import Iterator

import docx
from docx.document import Document as Package
from docx.oxml.ns import qn

from lms.quizzes.importers import errors
from lms.quizzes.importers.blocks import Cell, Document, Line, Table
from lms.quizzes.importers.docx_numbering import Numbering
from lms.quizzes.importers.docx_runs import Runs, collect_runs
from lms.quizzes.importers.docx_styles import Element, Styles, visible_shade
from lms.quizzes.importers.marked_text import PLAIN, Look, canonical

MAX_CHARACTERS = 1_000_000
MAX_PARAGRAPHS = 40_000
_MAX_COLUMNS = 60

_WRAPPERS = frozenset(
    qn(tag) for tag in ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo", "w:smartTag")
)
_REMOVED = frozenset(qn(tag) for tag in ("w:del", "w:moveFrom"))
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")


def read_document(data: bytes) -> Document:
    """The document's blocks. Raises `UnreadableFile` when the package or its XML is broken."""
    try:
        package = docx.Document(io.BytesIO(data))
        return _Walker(package).document()
    except errors.UnreadableFile:
        raise
    except Exception as error:  # the parsers raise a dozen unrelated types on hostile packages
        raise errors.damaged() from error


class _Walker:
    def __init__(self, package: Package) -> None:
        parts = {
            relation.reltype.rsplit("/", 1)[-1]: relation.target_part
            for relation in package.part.rels.values()
            if not relation.is_external
        }
        numbering = parts.get("numbering")
        self._body: Element = package.element.body
        self._styles = Styles(package.styles.element)
        self._numbering = Numbering(getattr(numbering, "element", None))
        self._document = Document()
        self._held: Runs | None = None
        self._characters = 0
        self._paragraphs = 0

    def document(self) -> Document:
        for block in self._blocks(self._body):
            self._document.blocks.append(block)
        self._document.blocks += self._flush()
        return self._document

    def _blocks(self, parent: Element, shade: str = "") -> Iterator[Line | Table]:
        for child in parent:
            if child.tag == _PARAGRAPH:
                yield from self._paragraph(child, shade)
            elif child.tag == _TABLE:
                yield from self._flush()
                yield self._table(child)
            elif child.tag in _WRAPPERS:
                yield from self._blocks(child, shade)
            elif child.tag in _REMOVED:
                self._document.seen.add("tracked_changes")

    def _table(self, table: Element) -> Table:
        return Table([self._row(row) for row in self._rows(table)])

    def _rows(self, parent: Element) -> Iterator[Element]:
        for child in parent:
            if child.tag == _ROW:
                if child.find(f"{qn('w:trPr')}/{qn('w:del')}") is None:
                    yield child
                else:
                    self._document.seen.add("tracked_changes")
            elif child.tag in _WRAPPERS:
                yield from self._rows(child)

    def _row(self, parent: Element) -> list[Cell]:
        cells: list[Cell] = []
        for child in parent:
            if child.tag == _CELL:
                cells.append(self._cell(child))
                span = child.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
                if span is not None:  # a wide cell: keep those after it in their columns
                    width = int(span.get(qn("w:val")) or 1)
                    cells += [[] for _ in range(1, min(width, _MAX_COLUMNS))]
            elif child.tag in _WRAPPERS:
                cells += self._row(child)
        return cells

    def _cell(self, cell: Element) -> Cell:
        """The lines in a cell; those of a table inside it, too. A shaded cell shades its text."""
        shading = cell.find(f"{qn('w:tcPr')}/{qn('w:shd')}")
        shade = "" if shading is None else visible_shade(shading.get(qn("w:fill")) or "")
        lines: Cell = []
        for block in [*self._blocks(cell, shade), *self._flush()]:
            if isinstance(block, Table):
                lines += [line for row in block.rows for inner in row for line in inner]
            else:
                lines.append(block)
        return lines

    def _paragraph(self, paragraph: Element, shade: str) -> Iterator[Line]:
        """The lines of one paragraph, held back when its end was deleted: it runs into the next."""
        properties = paragraph.find(qn("w:pPr"))
        mark = None if properties is None else properties.find(qn("w:rPr"))
        runs = collect_runs(paragraph, self._styles, shade)
        self._document.seen |= runs.seen
        self._characters += sum(len(text) for text, _ in runs.runs)
        self._paragraphs += 1
        if self._characters > MAX_CHARACTERS or self._paragraphs > MAX_PARAGRAPHS:
            raise errors.too_large()
        runs.title = self._styles.is_title(properties)
        numbering = self._styles.numbering(properties)
        number = self._numbering.next(*numbering) if numbering else None
        if number:
            runs.number, runs.number_kind = number
            runs.number_look, _ = self._styles.look(mark, properties)
        if self._held is not None:
            runs = self._held.followed_by(runs)
            self._held = None
        if mark is not None and mark.find(qn("w:del")) is not None:
            self._document.seen.add("tracked_changes")
            self._held = runs
            return
        yield from _lines(runs)

    def _flush(self) -> list[Line]:
        held, self._held = self._held, None
        return list(_lines(held)) if held else []


def _lines(runs: Runs) -> Iterator[Line]:
    """A paragraph's lines: a line break inside it starts a soft one."""
    label = _label(runs)
    content = canonical([*label, *runs.runs])
    if not content:
        if runs.notes:
            yield Line(content.part(0, 0), notes=tuple(runs.notes))
        return
    first = True
    for part in content.lines():
        if not part:
            continue
        yield Line(
            part,
            auto=runs.number_kind if first and label else "",
            soft=not first,
            title=runs.title,
            notes=tuple(runs.notes) if first else (),
        )
        first = False


def _label(runs: Runs) -> list[tuple[str, Look]]:
    if not runs.number_kind:
        return []
    if runs.number_kind == "bullet":
        return [("• ", PLAIN)]
    text = runs.number.strip()
    if text and text[-1].isalnum():
        text += "."
    return [(text, runs.number_look), (" ", PLAIN)] if text else []
