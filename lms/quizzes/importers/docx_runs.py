"""The runs of one Word paragraph: its words with their looks, and what it holds besides words.

Insertions are read, deletions and text boxes are not (each is reported). Reads document.xml only.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from docx.oxml.ns import qn

from lms.base.vietnamese import clean
from lms.quizzes.importers.blocks import Note
from lms.quizzes.importers.docx_styles import Element, Styles
from lms.quizzes.importers.marked_text import PLAIN, Look

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_INSERTED = frozenset(qn(tag) for tag in ("w:ins", "w:moveTo"))
_REMOVED = frozenset(qn(tag) for tag in ("w:del", "w:moveFrom"))
_WRAPPERS = _INSERTED | frozenset(
    qn(tag)
    for tag in (
        "w:smartTag",
        "w:customXml",
        "w:sdt",
        "w:sdtContent",
        "w:fldSimple",
        "w:dir",
        "w:bdo",
        "w:hyperlink",
    )
)
_CHARACTERS = {
    qn("w:tab"): "\t",
    qn("w:ptab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
_PICTURES = tuple(
    f"{{{namespace}}}{name}"
    for namespace, name in (
        ("http://schemas.openxmlformats.org/drawingml/2006/picture", "pic"),
        ("http://schemas.openxmlformats.org/drawingml/2006/chart", "chart"),
        ("urn:schemas-microsoft-com:vml", "imagedata"),
    )
)
# Check marks of the symbol fonts, which staff put beside the right answer.
_SYMBOLS = {"F0FC": "✓", "F0FE": "✓", "F050": "✓", "F052": "✓"}


@dataclass(slots=True)
class Runs:
    """What one paragraph holds; `seen` names doubts about the file as a whole."""

    runs: list[tuple[str, Look]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    number: str = ""
    number_kind: str = ""
    number_look: Look = PLAIN
    title: bool = False

    def followed_by(self, other: "Runs") -> "Runs":
        """Both as one paragraph, under the number of the first."""
        self.runs += other.runs
        self.notes += other.notes
        self.seen |= other.seen
        return self


def collect_runs(paragraph: Element, styles: Styles, shade: str) -> Runs:
    """The runs of a w:p; `shade` is the background it stands on."""
    found = Runs()
    _walk(paragraph, paragraph.find(qn("w:pPr")), styles, shade, found, in_link=False)
    return found


def _walk(
    parent: Element,
    properties: Element | None,
    styles: Styles,
    shade: str,
    found: Runs,
    *,
    in_link: bool,
) -> None:
    for child in parent:
        if child.tag == qn("w:r"):
            look, hidden = styles.look(child.find(qn("w:rPr")), properties)
            if in_link:  # a link is blue and underlined by itself
                look = look._replace(underline=False, colour="")
            if shade and not look.shade:
                look = look._replace(shade=shade)
            text = "".join(_characters(child, found))
            if hidden and text.strip():
                found.seen.add("hidden_text")
            elif text:
                found.runs.append((text, look))
        elif child.tag in _WRAPPERS:
            if child.tag in _INSERTED:
                found.seen.add("tracked_changes")
            link = in_link or child.tag == qn("w:hyperlink")
            _walk(child, properties, styles, shade, found, in_link=link)
        elif child.tag in _REMOVED:
            found.seen.add("tracked_changes")
        elif isinstance(child.tag, str) and child.tag.startswith(_MATH):
            words = "".join(text.text or "" for text in child.iter(f"{_MATH}t"))
            found.runs.append((words, PLAIN))
            found.notes.append(Note("formula"))
        elif isinstance(child.tag, str):
            found.notes += _notes(child)


def _characters(run: Element, found: Runs) -> Iterator[str]:
    for child in run:
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[child.tag]
        elif child.tag == qn("w:sym"):
            yield _SYMBOLS.get((child.get(qn("w:char")) or "").upper(), "")
        elif isinstance(child.tag, str):
            found.notes += _notes(child)


def _notes(drawing: Element) -> Iterator[Note]:
    """Pictures and text boxes; Word writes a box twice (for old and new versions): once here."""
    boxes = (
        clean(" ".join(text.text or "" for text in box.iter(qn("w:t"))))
        for box in drawing.iter(qn("w:txbxContent"))
    )
    words = [text for text in dict.fromkeys(boxes) if text]
    yield from (Note("text_box", text) for text in words)
    if not words and next(drawing.iter(*_PICTURES), None) is not None:
        yield Note("picture")
