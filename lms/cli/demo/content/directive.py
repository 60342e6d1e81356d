"""The two invented directives of the demo, in words of our own; their bodies are in texts/.

The bodies use h2, p, ul, ol, li and strong only. Days are given relative to the demo's today.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lms.cli.demo.content.textfiles import read_text

DirectiveKind = Literal["directive", "resolution"]


@dataclass(frozen=True, slots=True)
class DirectiveSpec:
    """One directive; `body` is HTML."""

    key: str
    kind: DirectiveKind
    issuer: str
    symbol: str
    issued_on: date
    title: str
    body: str


def directives(today: date) -> tuple[DirectiveSpec, ...]:
    """Both directives, the older first. On 23/11/2026 both were issued in 2026."""
    return (
        DirectiveSpec(
            "nghi-quyet-07",
            "resolution",
            "Ban Chấp hành Đảng bộ khu vực",
            "07-NQ/ĐU",
            today - timedelta(days=217),
            "Về nâng cao chất lượng bài thu hoạch và đưa học tập trực tuyến đến từng chi bộ",
            read_text("directive-07.html"),
        ),
        DirectiveSpec(
            "chi-thi-12",
            "directive",
            "Ban Thường vụ Đảng ủy khu vực",
            "12-CT/ĐU",
            today - timedelta(days=28),
            "Về việc học tập chỉ thị, nghị quyết tại nhà và tại cơ sở đi vào thực chất",
            read_text("directive-12.html"),
        ),
    )
