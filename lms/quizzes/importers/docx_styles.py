"""How a Word run really looks: direct formatting over character style over paragraph style.

Reads styles.xml. Nothing here knows what a mark means.
"""

from typing import Any, NamedTuple

from docx.oxml.ns import qn

from lms.quizzes.importers.marked_text import Look

# An lxml element; the library carries no types.
Element = Any

_OFF = frozenset({"0", "false", "off"})
_DARK = 0x40
_MAX_DEPTH = 20
_TITLES = ("heading", "title", "subtitle", "tiêu đề")


class _Props(NamedTuple):
    """Run properties as written; None where nothing is said."""

    bold: bool | None = None
    italic: bool | None = None
    underline: bool | None = None
    colour: str | None = None
    shade: str | None = None
    hidden: bool | None = None

    def over(self, below: "_Props") -> "_Props":
        return below._replace(
            **{name: value for name, value in self._asdict().items() if value is not None}
        )


_NOTHING = _Props()


class Styles:
    """The styles of one document."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._default_paragraph = ""
        self._defaults = _NOTHING
        self._props: dict[str, _Props] = {}
        if root is None:
            return
        for style in root.iter(qn("w:style")):
            identity = style.get(qn("w:styleId")) or ""
            self._styles[identity] = style
            is_default = (style.get(qn("w:default")) or "0") not in _OFF
            if is_default and style.get(qn("w:type")) == "paragraph":
                self._default_paragraph = identity
        defaults = root.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
        self._defaults = _props(defaults)

    def look(self, run: Element | None, paragraph: Element | None) -> tuple[Look, bool]:
        """The look of a run (its w:rPr) in a paragraph (its w:pPr), and whether it is hidden."""
        base = self._of_style(self.paragraph_style(paragraph))
        character = self._of_style(_value(run, "w:rStyle"))
        # Bold in both styles cancels out: that is how Word reads "toggle" properties.
        toggled = character._replace(
            bold=_toggle(character.bold, base.bold), italic=_toggle(character.italic, base.italic)
        )
        props = _props(run).over(toggled).over(base).over(self._defaults)
        shade = props.shade or _shade(paragraph)
        look = Look(
            bool(props.bold),
            bool(props.italic),
            bool(props.underline),
            props.colour or "",
            shade or "",
        )
        return look, bool(props.hidden)

    def paragraph_style(self, paragraph: Element | None) -> str:
        """The id of the paragraph's style."""
        return _value(paragraph, "w:pStyle") or self._default_paragraph

    def is_title(self, paragraph: Element | None) -> bool:
        """Whether the paragraph is a heading or stands in the middle of the page."""
        if paragraph is None:
            return False
        style = self._styles.get(self.paragraph_style(paragraph))
        name = (_value(style, "w:name") or "").lower()
        return name.startswith(_TITLES) or _value(paragraph, "w:jc") == "center"

    def numbering(self, paragraph: Element | None) -> tuple[str, int] | None:
        """The list (numId) and level of the paragraph, its own or its style's; None without."""
        number, level = _numbering(paragraph)
        style = self._styles.get(self.paragraph_style(paragraph))
        for _ in range(_MAX_DEPTH):
            if style is None or (number is not None and level is not None):
                break
            inherited, depth = _numbering(style.find(qn("w:pPr")))
            number = inherited if number is None else number
            level = depth if level is None else level
            style = self._styles.get(_value(style, "w:basedOn"))
        if number is None or number == "0":
            return None
        return number, level or 0

    def _of_style(self, identity: str) -> _Props:
        if identity not in self._props:
            chain: list[_Props] = []
            style = self._styles.get(identity)
            while style is not None and len(chain) < _MAX_DEPTH:
                chain.append(_props(style.find(qn("w:rPr"))))
                style = self._styles.get(_value(style, "w:basedOn"))
            merged = _NOTHING
            for props in reversed(chain):
                merged = props.over(merged)
            self._props[identity] = merged
        return self._props[identity]


def _toggle(character: bool | None, paragraph: bool | None) -> bool | None:
    return False if character and paragraph else character


def _value(parent: Element | None, tag: str) -> str:
    child = None if parent is None else parent.find(qn(tag))
    return "" if child is None else child.get(qn("w:val")) or ""


def _switch(parent: Element, tag: str) -> bool | None:
    child = parent.find(qn(tag))
    if child is None:
        return None
    return (child.get(qn("w:val")) or "1").lower() not in _OFF


def _props(run: Element | None) -> _Props:
    if run is None:
        return _NOTHING
    underline = run.find(qn("w:u"))
    return _Props(
        bold=_switch(run, "w:b"),
        italic=_switch(run, "w:i"),
        underline=None if underline is None else underline.get(qn("w:val")) not in (None, "none"),
        colour=_colour(run),
        shade=_shade(run),
        hidden=_switch(run, "w:vanish"),
    )


def _colour(run: Element) -> str | None:
    colour = run.find(qn("w:color"))
    if colour is None:
        return None
    theme = colour.get(qn("w:themeColor")) or ""
    if theme in ("text1", "dark1"):
        return ""
    return visible_colour(colour.get(qn("w:val")) or "") or theme


def visible_colour(rgb: str) -> str:
    """The colour in capitals, "" for black, the automatic one, or one as dark as black."""
    try:
        channels = bytes.fromhex(rgb[-6:])
    except ValueError:
        return ""
    return rgb[-6:].upper() if channels and max(channels) >= _DARK else ""


def visible_shade(rgb: str) -> str:
    """The background in capitals, "" for white or none."""
    return "" if rgb.lower() in ("", "none", "auto", "white", "ffffff") else rgb.upper()


def _shade(props: Element | None) -> str | None:
    if props is None:
        return None
    highlight = props.find(qn("w:highlight"))
    if highlight is not None:
        return visible_shade(highlight.get(qn("w:val")) or "")
    shading = props.find(qn("w:shd"))
    return None if shading is None else visible_shade(shading.get(qn("w:fill")) or "")


def _numbering(paragraph: Element | None) -> tuple[str | None, int | None]:
    numbering = None if paragraph is None else paragraph.find(qn("w:numPr"))
    if numbering is None:
        return None, None
    level = _value(numbering, "w:ilvl")
    return _value(numbering, "w:numId") or None, int(level) if level.isdigit() else None
