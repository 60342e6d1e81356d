"""The Excel workbook of a unit's figures: rates per unit, per audience, and the names.

Every text is written as a string cell, so that a name beginning with '=' stays a name.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from lms.base import clock
from lms.supervision.labels import MEASURE_LABELS
from lms.supervision.measures import BY_KIND, Measure, Tally
from lms.supervision.queries import AudienceTally, UnitTally
from lms.training.models import Enrolment, Obligation

FIGURES = (
    Measure.REQUIRED,
    Measure.FULFILLED,
    Measure.LATE,
    Measure.UNFULFILLED,
    *BY_KIND.values(),
    Measure.EXCUSED,
    Measure.WITHDRAWN,
    Measure.VIEWING_ASKED,
    Measure.VIEWING_MET,
    Measure.QUIZ_ASKED,
    Measure.QUIZ_MET,
    Measure.ESSAY_ASKED,
    Measure.ESSAY_IN,
    Measure.ESSAY_LATE,
    Measure.ESSAY_RELEASED,
    Measure.VOLUNTEERS,
    Measure.VOLUNTEERS_FULFILLED,
    Measure.VOLUNTEERS_ESSAY_IN,
)

NameRow = tuple[Enrolment, Any, str, str]


def workbook(
    title: str,
    target: float,
    units: Iterable[UnitTally],
    audiences: Iterable[AudienceTally],
    names: Iterable[NameRow],
    bands: Sequence[str] = (),
    tree: str = "",
) -> bytes:
    """The workbook as bytes: sheets Đơn vị, Đối tượng, Danh sách. `tree` says in words which tree
    the figures follow."""
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
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"}),
        "rate": book.add_format({"num_format": "0.0%"}),
        "short": book.add_format({"num_format": "0.0%", "font_color": "#A8201A", "bold": True}),
    }
    _rates_sheet(
        book.add_worksheet(_("Đơn vị")),
        styles,
        title,
        target,
        _("Đơn vị"),
        [("  " * row.unit.depth + row.unit.name, row.tally) for row in units],
        bands,
        tree,
    )
    _rates_sheet(
        book.add_worksheet(_("Đối tượng")),
        styles,
        title,
        target,
        _("Đối tượng"),
        [(row.audience.name, row.tally) for row in audiences],
        bands,
        tree,
    )
    _names_sheet(book.add_worksheet(_("Danh sách")), styles, title, names, tree)
    book.close()
    return output.getvalue()


def _rates_sheet(
    sheet: Any,
    styles: dict[str, Any],
    title: str,
    target: float,
    first: str,
    rows: list[tuple[str, Tally]],
    bands: Sequence[str],
    tree: str,
) -> None:
    _head(sheet, styles, title, tree)
    labels = [first, _("Tỷ lệ tham gia"), _("Tỷ lệ bài thu hoạch")]
    labels += [str(MEASURE_LABELS[measure]) for measure in FIGURES]
    labels += [_("Bài xếp mức %(band)s", band=band) for band in bands]
    for column, label in enumerate(labels):
        sheet.write_string(3, column, label, styles["head"])
    for line, (name, tally) in enumerate(rows, start=4):
        sheet.write_string(line, 0, name)
        for column, rate in ((1, tally.participation_rate), (2, tally.essay_rate)):
            if rate is None:
                sheet.write_string(line, column, "–")
            else:
                is_short = column == 1 and rate < target
                sheet.write_number(line, column, rate, styles["short" if is_short else "rate"])
        for column, measure in enumerate(FIGURES, start=3):
            sheet.write_number(line, column, tally[measure])
        for column, band in enumerate(bands, start=3 + len(FIGURES)):
            sheet.write_number(line, column, tally.bands.get(band, 0))
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, len(labels), 13)
    sheet.freeze_panes(4, 1)


def _names_sheet(
    sheet: Any, styles: dict[str, Any], title: str, names: Iterable[NameRow], tree: str
) -> None:
    _head(sheet, styles, title, tree)
    labels = [
        _("Họ và tên"),
        _("Số thẻ"),
        _("Đơn vị"),
        _("Đối tượng"),
        _("Nghĩa vụ"),
        _("Hạn"),
        _("Đã xem"),
        _("Trắc nghiệm"),
        _("Xong lúc"),
        _("Nộp bài lúc"),
        _("Điểm"),
        _("Xếp mức"),
        _("Ghi chú"),
    ]
    for column, label in enumerate(labels):
        sheet.write_string(3, column, label, styles["head"])
    for line, (enrolment, member, unit, audience) in enumerate(names, start=4):
        texts = {
            0: member.name,
            1: member.code or "",
            2: unit,
            3: audience,
            4: _("Bắt buộc") if enrolment.obligation is Obligation.REQUIRED else _("Tự nguyện"),
            5: _day(enrolment.due_at),
            8: _day(enrolment.fulfilled_at),
            9: _day(enrolment.essay_submitted_at),
            11: (enrolment.essay_band or "") if enrolment.essay_released_at else "",
            12: enrolment.withdrawal_reason or enrolment.excuse_reason or "",
        }
        for column, text in texts.items():
            sheet.write_string(line, column, text)
        sheet.write_number(line, 6, enrolment.viewing_ratio, styles["rate"])
        if enrolment.quiz_best_ratio is not None:
            sheet.write_number(line, 7, enrolment.quiz_best_ratio, styles["rate"])
        if enrolment.essay_released_at and enrolment.essay_mark is not None:
            sheet.write_number(line, 10, enrolment.essay_mark)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 12, 16)
    sheet.freeze_panes(4, 1)


def _head(sheet: Any, styles: dict[str, Any], title: str, tree: str) -> None:
    sheet.write_string(0, 0, title, styles["title"])
    moment = clock.to_local(clock.now()).strftime("%H:%M %d/%m/%Y")
    sheet.write_string(1, 0, _("Số liệu lúc %(moment)s", moment=moment))
    sheet.write_string(2, 0, tree)


def _day(moment: Any) -> str:
    return clock.to_local(moment).strftime("%d/%m/%Y") if moment else ""
