"""The runs of a live session: its hours, each with the address of its stream or meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from lms.base.errors import Invalid
from lms.base.formats import format_datetime
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.training.media_addresses import BadAddress, Fault, hls_address, join_address
from lms.training.models import SessionKind, SessionRun, TrainingSession
from lms.training.watching import is_attended

MOST_RUNS = 50


@dataclass(frozen=True)
class RunValues:
    """One hour of a live session. `id` names the run that it changes; a new one has none."""

    starts_at: datetime
    ends_at: datetime
    url: str
    note: str = ""
    id: int | None = None


def fill_runs(session: TrainingSession, rows: Sequence[RunValues], published_at: datetime) -> None:
    """The runs as entered: those named by id are changed, new ones added, the others dropped.

    Invalid names the field as runs-<index>-<name>, or `runs` when it concerns all of them.
    """
    if not rows:
        raise Invalid(_("Hãy đặt ít nhất một lượt, có giờ bắt đầu và giờ kết thúc."), field="runs")
    if len(rows) > MOST_RUNS:
        raise Invalid(_("Một buổi có tối đa %(most)s lượt.", most=MOST_RUNS), field="runs")
    there = {run.id: run for run in session.runs}
    addresses = [
        _check(session, there.get(row.id or 0), row, published_at, f"runs-{index}-")
        for index, row in enumerate(rows)
    ]
    left = [run for run in session.runs if run.id not in {row.id for row in rows}]
    for run in left:
        if is_attended(run.id):
            raise Invalid(
                _(
                    "Không bỏ được lượt %(at)s: đã có người dự, hoặc có điểm cầu theo lượt ấy.",
                    at=format_datetime(run.starts_at),
                ),
                field="runs",
            )
    for run in left:
        db.session.delete(run)
    runs = []
    for row, address in zip(rows, addresses, strict=True):
        run = there.get(row.id or 0) or SessionRun()
        run.starts_at, run.ends_at = row.starts_at, row.ends_at
        run.url, run.note = address, clean(row.note)
        runs.append(run)
    session.runs = runs


def _check(
    session: TrainingSession,
    run: SessionRun | None,
    row: RunValues,
    published_at: datetime,
    prefix: str,
) -> str:
    """The address of a row in the form in which it is kept; Invalid if the row cannot stand."""
    if row.ends_at <= row.starts_at:
        raise Invalid(_("Giờ kết thúc phải sau giờ bắt đầu."), field=f"{prefix}ends_at")
    if row.starts_at < published_at:
        raise Invalid(
            _("Buổi học phải được công bố trước giờ bắt đầu của mọi lượt."), field="published_at"
        )
    # Presence is kept in seconds since the start: it must stay where it was.
    if run is not None and row.starts_at != run.starts_at and is_attended(run.id):
        raise Invalid(
            _("Đã có người dự lượt này nên không đổi giờ bắt đầu được."), field=f"{prefix}starts_at"
        )
    is_stream = session.kind is SessionKind.LIVE_STREAM
    try:
        return hls_address(row.url) if is_stream else join_address(row.url)
    except BadAddress as error:
        raise Invalid(address_fault(error.fault), field=f"{prefix}url") from error


def address_fault(fault: Fault) -> str:
    """Why an address is not accepted, and what to do."""
    return {
        Fault.NOT_HTTPS: _("Hãy dán đủ địa chỉ, bắt đầu bằng https:// và không có dấu cách."),
        Fault.NOT_PUBLIC: _(
            "Địa chỉ này chỉ mở được trong một mạng riêng. Hãy dùng địa chỉ mở được từ Internet."
        ),
        Fault.NOT_HLS: _("Địa chỉ HLS phải kết thúc bằng .m3u8, ví dụ https://…/buoi-1.m3u8."),
        Fault.NOT_YOUTUBE: _(
            "Hãy dán địa chỉ của một video YouTube, ví dụ https://www.youtube.com/watch?v=…"
        ),
        Fault.NOT_VIMEO: _("Hãy dán địa chỉ của một video Vimeo, ví dụ https://vimeo.com/…"),
    }[fault]
