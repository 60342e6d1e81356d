"""The demo's sessions and materials, with the files that ship in lms/cli/demo/files/.

Moments are given as local day and time; who stores them makes them UTC.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Literal

from lms.cli.demo.content.campaigns import CLOSED_KEY, OPEN_KEY, campaign_dates

SessionKind = Literal["recorded", "live_link"]

FILES_FOLDER = Path(__file__).parent.parent / "files"
VIDEO = "buoi-mo-dau.mp4"
CAPTIONS = "buoi-mo-dau.vi.vtt"
POSTER = "buoi-mo-dau.webp"
SLIDES = "tai-lieu-buoi-mo-dau.pdf"
GUIDE = "huong-dan-hoc-tai-nha.docx"

VIDEO_SECONDS = 89.568
"""Duration of the recording, as its container says."""


@dataclass(frozen=True, slots=True)
class MaterialSpec:
    """A file to read for a session, and the day from which learners see it."""

    title: str
    file_name: str
    published_on: date


@dataclass(frozen=True, slots=True)
class SessionSpec:
    """A recording (video, captions, poster, duration) or a live session (start and join link)."""

    key: str
    campaign_key: str
    kind: SessionKind
    title: str
    summary: str
    position: int
    is_required: bool
    directive_keys: tuple[str, ...]
    speaker_key: str
    published_on: date
    starts_on: date | None = None
    starts_at: time | None = None
    minutes: int | None = None
    join_url: str | None = None
    video: str | None = None
    captions: str | None = None
    poster: str | None = None
    duration_seconds: float | None = None
    materials: tuple[MaterialSpec, ...] = ()


def _recording(
    key: str,
    campaign_key: str,
    title: str,
    summary: str,
    directive_keys: tuple[str, ...],
    opens_on: date,
) -> SessionSpec:
    reading_from = opens_on - timedelta(days=3)
    return SessionSpec(
        key,
        campaign_key,
        "recorded",
        title,
        summary,
        position=1,
        is_required=True,
        directive_keys=directive_keys,
        speaker_key="speaker",
        published_on=opens_on,
        video=VIDEO,
        captions=CAPTIONS,
        poster=POSTER,
        duration_seconds=VIDEO_SECONDS,
        materials=(
            MaterialSpec("Bản trình chiếu buổi mở đầu", SLIDES, reading_from),
            MaterialSpec("Hướng dẫn học tại nhà", GUIDE, reading_from),
        ),
    )


def sessions(today: date) -> tuple[SessionSpec, ...]:
    """Every session of both campaigns. The live one is a week from today."""
    dates = campaign_dates(today)
    return (
        _recording(
            "mo-dau",
            OPEN_KEY,
            "Học chỉ thị, nghị quyết tại nhà: năm việc cần làm",
            "Buổi mở đầu, khoảng một phút rưỡi: chuẩn bị, nêu gương, tự giác, báo cáo viên, kiểm "
            "tra và đánh giá.",
            ("chi-thi-12", "nghi-quyet-07"),
            dates[OPEN_KEY].opens_on,
        ),
        SessionSpec(
            "trao-doi",
            OPEN_KEY,
            "live_link",
            "Trao đổi trực tiếp với báo cáo viên",
            "Báo cáo viên trả lời câu hỏi của các chi bộ. Đồng chí chỉ cần bấm vào đường dẫn khi "
            "đến giờ.",
            position=2,
            is_required=False,
            directive_keys=("chi-thi-12",),
            speaker_key="speaker",
            published_on=dates[OPEN_KEY].opens_on,
            starts_on=today + timedelta(days=7),
            starts_at=time(19, 30),
            minutes=90,
            join_url="https://hop.example.org/trao-doi-chi-thi-12",
        ),
        _recording(
            "mo-dau-dot-truoc",
            CLOSED_KEY,
            "Buổi mở đầu: học tại nhà và viết bài thu hoạch",
            "Buổi học của đợt trước, có thể xem lại để tham khảo.",
            ("nghi-quyet-07",),
            dates[CLOSED_KEY].opens_on,
        ),
    )
