"""A person's own data as files to take along: JSON for machines, PDF to read and print."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from unicodedata import category

from flask_babel import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from lms.base import clock
from lms.base.formats import format_date, format_datetime, format_decimal
from lms.people.personal_data import Section

FONTS = Path(__file__).parent / "fonts"
FAMILY = "DejaVu"
SIGNS = "Signs"
"""The face for what the first has not: other Latin letters, Greek, Cyrillic, signs."""
UNKNOWN = "□"
MARGIN = 18
GREEN = (11, 90, 74)
GREY = (90, 90, 90)


def spelled(value: Any) -> str:
    """A value as people here write it; '–' for nothing."""
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        return format_datetime(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, float):
        return format_decimal(value, 2)
    if isinstance(value, list):
        return "\n".join(spelled(one) for one in value) or "–"
    return str(value)


def as_json(sections: Iterable[Section]) -> bytes:
    """UTF-8, indented; moments in UTC (ISO 8601). An item is a list of pairs: labels may recur."""
    content = {
        "made_at": clock.now().isoformat(),
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "items": [
                    [{"label": label, "value": value} for label, value in item]
                    for item in section.items
                ],
            }
            for section in sections
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2, default=_plain).encode()


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value)} has no place in an export")


class _Paper(FPDF):
    """A4 with numbered pages, in a face that has every letter of Vietnamese. What no face here
    has is shown as a box: a sign that something stands there is better than none."""

    def __init__(self) -> None:
        super().__init__()
        self.add_font(FAMILY, "", FONTS / "DejaVuSans-Viet.ttf")
        self.add_font(FAMILY, "B", FONTS / "DejaVuSans-Bold-Viet.ttf")
        self.add_font(SIGNS, "", FONTS / "DejaVuSans-Signs.ttf")
        self.set_fallback_fonts([SIGNS], exact_match=False)
        self._known = {
            code for font in self.fonts.values() if isinstance(font, TTFFont) for code in font.cmap
        }
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, MARGIN + 4)
        self.set_lang("vi")

    def footer(self) -> None:
        self.set_y(-MARGIN)
        self.set_font(FAMILY, "", 8)
        self.set_text_color(*GREY)
        self.cell(0, 8, _("Trang %(number)s", number=self.page_no()), align="C")

    def line_of_text(self, text: str, size: float, style: str = "") -> None:
        self.set_font(FAMILY, style, size)
        self.multi_cell(
            0, size * 0.52, self._shown(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )

    def _shown(self, text: str) -> str:
        """The text with a box for what no face has; marks that are never seen are left out."""
        return "".join(
            letter if ord(letter) in self._known or letter == "\n" else UNKNOWN
            for letter in text
            if letter == "\n" or (category(letter) not in ("Cc", "Cf") and not _is_selector(letter))
        )


def _is_selector(letter: str) -> bool:
    return "\ufe00" <= letter <= "\ufe0f"


def as_pdf(name: str, sections: Iterable[Section]) -> bytes:
    """Everything, section by section, as a document."""
    paper = _Paper()
    title = _("Dữ liệu của %(name)s", name=name)
    paper.set_title(title)
    paper.add_page()
    paper.set_text_color(*GREEN)
    paper.line_of_text(title, 17, "B")
    paper.set_text_color(*GREY)
    paper.line_of_text(_("Xuất lúc %(moment)s", moment=format_datetime(clock.now())), 9)
    for section in sections:
        paper.ln(5)
        paper.set_text_color(*GREEN)
        paper.line_of_text(section.title, 13, "B")
        for item in section.items:
            paper.ln(1.5)
            paper.set_text_color(0, 0, 0)
            for label, value in item:
                text = spelled(value)
                if text != "–":
                    paper.line_of_text(f"{label}: {text}", 10)
    return bytes(paper.output())
