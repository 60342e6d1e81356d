"""The demo's two campaigns, one in full run and one closed, and what each asks of whom.

All days follow from `today`: on 23/11/2026 they are those of the real plan (16/11 to 20/12/2026,
and June before it). Sessions are in sessions.py.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lms.cli.demo.content.people import AudienceKey

Obligation = Literal["required", "voluntary", "not_asked"]
VariantKey = Literal["unit_head", "key_cadre", "member", "exempt", "enterprise"]

OPEN_KEY = "dang-mo"
CLOSED_KEY = "da-dong"

REFERENCE_DAY = date(2026, 11, 23)
"""The day on which the demo's dates are those named in its texts."""


@dataclass(frozen=True, slots=True)
class AudienceSpec:
    """A group of learners by one rule; groups are tried in order, the first match holds."""

    key: AudienceKey
    name: str
    post_ranks: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    is_exempt: bool | None = None


AUDIENCES: tuple[AudienceSpec, ...] = (
    AudienceSpec("unit_head", "Người đứng đầu", post_ranks=("unit_head",)),
    AudienceSpec("key_cadre", "Cán bộ chủ chốt", post_ranks=("key_cadre",)),
    AudienceSpec("exempt", "Đảng viên được miễn công tác và sinh hoạt", is_exempt=True),
    AudienceSpec("probationary", "Đảng viên dự bị", standings=("probationary",)),
    AudienceSpec("enterprise", "Đảng viên khối doanh nghiệp", sectors=("enterprise",)),
    AudienceSpec("member", "Đảng viên"),
)


@dataclass(frozen=True, slots=True)
class CampaignDates:
    """The days of a campaign, each counted in Vietnam; due days end at midnight."""

    opens_on: date
    heads_due_on: date
    due_on: date
    closes_on: date


@dataclass(frozen=True, slots=True)
class RequirementSpec:
    """What a campaign asks of one audience. Ratios are 0–1."""

    audience: AudienceKey
    obligation: Obligation
    least_coverage: float
    asks_quiz: bool
    quiz_pass_ratio: float
    asks_essay: bool
    essay_variant: VariantKey | None
    accepts_self_declared: bool
    due_on: date


@dataclass(frozen=True, slots=True)
class CampaignSpec:
    """A campaign with its requirements in the order of the audiences."""

    key: str
    name: str
    summary: str
    is_closed: bool
    directive_keys: tuple[str, ...]
    dates: CampaignDates
    requirements: tuple[RequirementSpec, ...]

    def requirement(self, audience: AudienceKey) -> RequirementSpec:
        """What is asked of an audience."""
        return next(found for found in self.requirements if found.audience == audience)


def campaign_dates(today: date) -> dict[str, CampaignDates]:
    """The days of both campaigns, by campaign key.

    The open one was opened 7 days ago and is due in 22; the other was closed 146 days ago.
    """
    return {
        OPEN_KEY: CampaignDates(
            opens_on=today - timedelta(days=7),
            heads_due_on=today + timedelta(days=15),
            due_on=today + timedelta(days=22),
            closes_on=today + timedelta(days=27),
        ),
        CLOSED_KEY: CampaignDates(
            opens_on=today - timedelta(days=175),
            heads_due_on=today - timedelta(days=156),
            due_on=today - timedelta(days=149),
            closes_on=today - timedelta(days=146),
        ),
    }


@dataclass(frozen=True, slots=True)
class _Ask:
    """What both campaigns ask of an audience, without the days."""

    audience: AudienceKey
    variant: VariantKey
    obligation: Obligation = "required"
    least_coverage: float = 0.8
    asks_quiz: bool = True
    quiz_pass_ratio: float = 0.6
    accepts_self_declared: bool = False
    is_due_early: bool = False


_ASKS: tuple[_Ask, ...] = (
    _Ask("unit_head", "unit_head", least_coverage=0.9, quiz_pass_ratio=0.8, is_due_early=True),
    _Ask("key_cadre", "key_cadre", quiz_pass_ratio=0.8, is_due_early=True),
    _Ask(
        "exempt",
        "exempt",
        obligation="voluntary",
        asks_quiz=False,
        quiz_pass_ratio=0.5,
        accepts_self_declared=True,
    ),
    _Ask("probationary", "member"),
    _Ask("enterprise", "enterprise", accepts_self_declared=True),
    _Ask("member", "member", accepts_self_declared=True),
)


def _requirements(
    dates: CampaignDates, without_essay: tuple[AudienceKey, ...] = ()
) -> tuple[RequirementSpec, ...]:
    return tuple(
        RequirementSpec(
            audience=ask.audience,
            obligation=ask.obligation,
            least_coverage=ask.least_coverage,
            asks_quiz=ask.asks_quiz,
            quiz_pass_ratio=ask.quiz_pass_ratio,
            asks_essay=ask.audience not in without_essay,
            essay_variant=None if ask.audience in without_essay else ask.variant,
            accepts_self_declared=ask.accepts_self_declared,
            due_on=dates.heads_due_on if ask.is_due_early else dates.due_on,
        )
        for ask in _ASKS
    )


def campaigns(today: date) -> tuple[CampaignSpec, ...]:
    """Both campaigns, the running one first. Their names carry the month in which they are due."""
    dates = campaign_dates(today)
    running, closed = dates[OPEN_KEY], dates[CLOSED_KEY]
    return (
        CampaignSpec(
            OPEN_KEY,
            f"Đợt học tập tháng {running.due_on.month}/{running.due_on.year}",
            "Học chỉ thị và nghị quyết của Đảng bộ khu vực về đổi mới cách học tại nhà, tại cơ sở. "
            "Mỗi đồng chí xem buổi học, trả lời câu hỏi và viết bài thu hoạch theo đề dành cho "
            "mình.",
            False,
            ("chi-thi-12", "nghi-quyet-07"),
            running,
            _requirements(running),
        ),
        CampaignSpec(
            CLOSED_KEY,
            f"Đợt học tập tháng {closed.due_on.month}/{closed.due_on.year}",
            "Học nghị quyết về nâng cao chất lượng bài thu hoạch. Đợt học đầu tiên được tổ chức "
            "trực tuyến đến từng chi bộ.",
            True,
            ("nghi-quyet-07",),
            closed,
            # The first round asked no essay of volunteers, beginners and shift workers.
            _requirements(closed, ("exempt", "probationary", "enterprise")),
        ),
    )
