"""Question papers made on the fly: Word and Excel files as staff type them, for the importers.

Only writes files; what should be read back is said by each test.
"""

import base64
import io
from collections.abc import Sequence

import docx
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from openpyxl import Workbook

from lms.quizzes.importers import ImportedFile, read_questions

_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)

# A run is plain text, or text with marks: "b" bold, "i" italic, "u" underlined, "h" highlighted,
# "red", "blue" coloured.
MarkedRun = tuple[str, str]
TypedLine = str | Sequence[str | MarkedRun]


class Paper:
    """A Word document, written line by line."""

    def __init__(self) -> None:
        self.document = docx.Document()
        self._abstract = 100

    def line(self, line: TypedLine) -> Paragraph:
        paragraph = self.document.add_paragraph()
        type_runs(paragraph, line)
        return paragraph

    def lines(self, *lines: TypedLine) -> "Paper":
        for line in lines:
            self.line(line)
        return self

    def table(self, *rows: Sequence[TypedLine]) -> "Paper":
        """A table; "\\n" in a cell begins a further paragraph in it."""
        table = self.document.add_table(len(rows), max(len(row) for row in rows))
        for row, cells in zip(rows, table.rows, strict=True):
            for content, cell in zip(row, cells.cells, strict=False):
                if not isinstance(content, str):
                    type_runs(cell.paragraphs[0], content)
                    continue
                first, *others = content.split("\n")
                cell.paragraphs[0].add_run(first)
                for other in others:
                    cell.add_paragraph(other)
        return self

    def new_list(self, *levels: tuple[str, str]) -> str:
        """A numbered list; each level has a format ("upperLetter") and a text ("%1."). Its id."""
        root = self.document.part.numbering_part.element
        self._abstract += 1
        shapes = "".join(
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            f'<w:lvlText w:val="{text}"/></w:lvl>'
            for depth, (form, text) in enumerate(levels)
        )
        abstract = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{self._abstract}">{shapes}'
            "</w:abstractNum>"
        )
        root.insert(0, abstract)
        root.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{self._abstract}">'
                f'<w:abstractNumId w:val="{self._abstract}"/></w:num>'
            )
        )
        return str(self._abstract)

    def numbered(self, number: str, level: int, line: TypedLine) -> Paragraph:
        """A paragraph in a list."""
        paragraph = self.line(line)
        properties = paragraph._p.get_or_add_pPr()
        properties.append(
            parse_xml(
                f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/>'
                f'<w:numId w:val="{number}"/></w:numPr>'
            )
        )
        return paragraph

    def mark_end(self, paragraph: Paragraph, marks: str) -> None:
        """Mark the end of a paragraph, from which its automatic number takes its look."""
        run = paragraph.add_run()
        mark_run(run, marks)
        paragraph._p.get_or_add_pPr().append(run._r.rPr)
        paragraph._p.remove(run._r)

    def change(self, paragraph: Paragraph, *, deleted: int, inserted: int) -> None:
        """Make one run a tracked deletion and another a tracked insertion."""
        runs = paragraph.runs
        for index, kind in ((deleted, "del"), (inserted, "ins")):
            run = runs[index]._r
            change = OxmlElement(f"w:{kind}")
            run.addprevious(change)
            change.append(run)
        for text in runs[deleted]._r.findall(qn("w:t")):
            text.tag = qn("w:delText")

    def delete_end(self, paragraph: Paragraph) -> None:
        """Make the end of the paragraph a tracked deletion."""
        mark = parse_xml(f'<w:rPr {nsdecls("w")}><w:del w:id="1" w:author="An"/></w:rPr>')
        paragraph._p.get_or_add_pPr().append(mark)

    def box(self, paragraph: Paragraph, text: str) -> None:
        """Hang a text box on the paragraph."""
        paragraph._p.append(
            parse_xml(
                f'<w:r {nsdecls("w")}><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml">'
                f"<v:textbox><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
                "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
            )
        )

    def picture(self) -> None:
        """A picture of one pixel, in a paragraph of its own."""
        self.document.add_picture(io.BytesIO(base64.b64decode(_PIXEL)))

    def read(self) -> ImportedFile:
        return read_questions(self.data(), "cau-hoi.docx")

    def data(self) -> bytes:
        stream = io.BytesIO()
        self.document.save(stream)
        return stream.getvalue()


def type_runs(paragraph: Paragraph, line: TypedLine) -> None:
    """Add the runs of a line to a paragraph; "\\n" is a line break inside it."""
    for piece in [line] if isinstance(line, str) else line:
        text, marks = (piece, "") if isinstance(piece, str) else piece
        mark_run(paragraph.add_run(text), marks)


def mark_run(run: Run, marks: str) -> None:
    for mark in marks.split():
        match mark:
            case "b":
                run.bold = True
            case "i":
                run.italic = True
            case "u":
                run.underline = True
            case "h":
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
            case "red":
                run.font.color.rgb = RGBColor(0xFF, 0, 0)
            case "blue":
                run.font.color.rgb = RGBColor(0, 0, 0xFF)
            case _:
                raise ValueError(mark)


def word(*lines: TypedLine) -> bytes:
    """A Word file of these lines."""
    return Paper().lines(*lines).data()


def workbook(*rows: Sequence[object]) -> bytes:
    """An Excel file of these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
