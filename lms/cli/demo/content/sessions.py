"""The demo's sessions and materials, with the files that ship in lms/cli/demo/files/.

Moments are given as local day and time; who stores them makes them UTC.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Literal

from lms.cli.demo.content.campaigns import CLOSED_KEY, OPEN_KEY, campaign_dates

SessionKind = Literal["recorded", "live_stream", "live_link"]

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
class RunSpec:
    """One hour of a live session, with the address of its stream or meeting."""

    held_on: date
    starts_at: time
    minutes: int
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SessionSpec:
    """A recording (video, captions, poster, duration) or a live session (its runs)."""

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
    runs: tuple[RunSpec, ...] = ()
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
    """Every session of both campaigns. The meeting was held once and is again a week from today."""
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
            runs=(
                RunSpec(
                    today - timedelta(days=2),
                    time(19, 30),
                    90,
                    "https://hop.example.org/trao-doi-chi-thi-12-luot-1",
                    "Dành cho các chi bộ khối doanh nghiệp",
                ),
                RunSpec(
                    today + timedelta(days=7),
                    time(19, 30),
                    90,
                    "https://hop.example.org/trao-doi-chi-thi-12",
                ),
            ),
        ),
        SessionSpec(
            "phat-truc-tiep",
            OPEN_KEY,
            "live_stream",
            "Phát trực tiếp: một chi bộ kể cách học tại nhà",
            "Một chi bộ kể lại cách tổ chức học tại nhà. Xem ngay trên trang này khi đến giờ; ai "
            "bận có thể xem bản ghi sau.",
            position=3,
            is_required=False,
            directive_keys=("chi-thi-12", "nghi-quyet-07"),
            speaker_key="speaker",
            published_on=dates[OPEN_KEY].opens_on,
            runs=(
                RunSpec(
                    today + timedelta(days=10),
                    time(8, 0),
                    60,
                    "https://phat.example.org/hoc-tai-nha/buoi-1.m3u8",
                ),
            ),
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
