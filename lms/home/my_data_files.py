"""A person's own data as files to take along: JSON for machines, PDF to read and print."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from lms.base import clock
from lms.base.formats import format_date, format_datetime, format_decimal
from lms.people.personal_data import Section

FONTS = Path(__file__).parent / "fonts"
FAMILY = "DejaVu"
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
    """UTF-8, indented; moments in UTC (ISO 8601)."""
    content = {
        "made_at": clock.now().isoformat(),
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "items": [dict(item) for item in section.items],
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
    """A4 with numbered pages, in a face that has every letter of Vietnamese."""

    def __init__(self) -> None:
        super().__init__()
        self.add_font(FAMILY, "", FONTS / "DejaVuSans-Viet.ttf")
        self.add_font(FAMILY, "B", FONTS / "DejaVuSans-Bold-Viet.ttf")
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
        self.multi_cell(0, size * 0.52, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


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
