"""The workbook of a roster's doubtful lines. Every text is a string cell: '=' stays a letter."""

from collections.abc import Iterable
from io import BytesIO

import xlsxwriter
from flask_babel import gettext as _

from lms.administration.roster_rows import described_problems
from lms.people.models import StagedLine


def problems_workbook(file_name: str, lines: Iterable[StagedLine]) -> BytesIO:
    """One row for each problem: sheet, row, card number, name, column, value, what to do."""
    output = BytesIO()
    book = xlsxwriter.Workbook(
        output,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(_("Cần sửa"))
    sheet.write_string(0, 0, _("Các dòng cần sửa của tệp %(name)s", name=file_name))
    heads = (
        *(_("Trang tính"), _("Dòng"), _("Số thẻ"), _("Họ và tên")),
        *(_("Cột"), _("Nội dung ô"), _("Cần làm gì")),
    )
    for column, (text, width) in enumerate(zip(heads, (16, 8, 14, 28, 20, 28, 60), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, text, head)
    at = 3
    for line in lines:
        for label, value, reason in described_problems(line.problems):
            sheet.write_string(at, 0, line.sheet)
            sheet.write_number(at, 1, line.row)
            for column, text in enumerate((line.code or "", line.name, label, value, reason), 2):
                sheet.write_string(at, column, text, wrapped)
            at += 1
    sheet.freeze_panes(3, 0)
    book.close()
    output.seek(0)
    return output
