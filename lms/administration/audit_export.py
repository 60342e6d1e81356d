"""The audit record as an Excel workbook. Every text is written as a string cell."""

from collections.abc import Iterable
from io import BytesIO

import xlsxwriter
from flask_babel import gettext as _

from lms.administration.audit_lines import Line
from lms.base import clock
from lms.base.formats import format_datetime

MOST_ROWS = 50_000
"""Above that a shorter span of days has to be chosen."""


def workbook(lines: Iterable[Line]) -> bytes:
    """One sheet: number, moment, who, act, about what, details."""
    output = BytesIO()
    book = xlsxwriter.Workbook(
        output,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    head = book.add_format({"bold": True, "bottom": 1})
    title = book.add_format({"bold": True, "font_size": 14})
    sheet = book.add_worksheet(_("Nhật ký"))
    sheet.set_column(0, 0, 9)
    sheet.set_column(1, 4, 26)
    sheet.set_column(5, 6, 44)
    sheet.freeze_panes(4, 0)
    sheet.write_string(0, 0, _("Nhật ký"), title)
    moment = format_datetime(clock.now())
    sheet.write_string(1, 0, _("Xuất lúc %(moment)s", moment=moment))
    heads = (_("Số"), _("Lúc"), _("Ai"), _("Việc"), _("Loại"), _("Đối với"), _("Chi tiết"))
    for column, text in enumerate(heads):
        sheet.write_string(3, column, text, head)
    for row, line in enumerate(lines, start=4):
        sheet.write_number(row, 0, line.number)
        texts = (
            format_datetime(line.moment),
            line.actor,
            line.action,
            line.kind,
            line.subject,
            "; ".join(f"{name}: {value}" for name, value in line.details)[:32_000],
        )
        for column, text in enumerate(texts, start=1):
            sheet.write_string(row, column, text)
    book.close()
    return output.getvalue()
