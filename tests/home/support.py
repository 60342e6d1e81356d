"""A learner in a campaign that asks for everything, and what their first page shows."""

from __future__ import annotations

from typing import Any

from lms.base import clock
from lms.extensions import db
from lms.home import queries, steps
from lms.people.models import Account, Audience
from lms.training.models import Enrolment, ParticipationKind
from lms.training.queries.enrolments import get_study
from lms.units.models import Unit
from lms.viewing.models import Coverage
from lms.viewing.services.credits import credit_session, report_progress
from tests.factories.essays import make_variant
from tests.factories.people import sign_in
from tests.factories.quizzes import make_quiz
from tests.factories.training import enrolment_of, make_campaign, make_material, make_session
from tests.support.client import Page, PageClient

VERIFIED = ParticipationKind.VERIFIED_VIEWING


class Study:
    """A learner in a campaign that asks for everything: a recording, a quiz, an essay."""

    def __init__(self, unit: Unit, audiences: dict[str, Audience], learner: Account, **how: Any):
        self.learner = learner
        self.campaign = make_campaign(unit, audiences, opened=True, **how)
        self.session = make_session(self.campaign, "Học chỉ thị", seconds=600)
        self.material = make_material(self.session, "Văn bản đầy đủ")
        make_quiz(self.campaign)
        make_variant(self.campaign, audiences.values())
        db.session.flush()

    @property
    def enrolment(self) -> Enrolment:
        return enrolment_of(self.campaign, self.learner)

    @property
    def address(self) -> str:
        return f"/campaigns/{self.campaign.id}"

    def accept(self, *kinds: ParticipationKind) -> None:
        """Let the learner's requirement accept these kinds alone."""
        requirement = get_study(self.learner.member_id or 0, self.campaign.id).requirement
        requirement.accepted_kinds = list(kinds)
        db.session.flush()

    def steps(self) -> dict[str, steps.Step]:
        db.session.flush()
        card = queries.get_card(self.learner.member_id or 0, self.campaign.id)
        return {step.key: step for step in steps.steps_of(card)}

    def states(self) -> list[str]:
        return [step.state for step in self.steps().values()]

    def watch(self, seconds: float) -> None:
        db.session.add(
            Coverage(
                enrolment_id=self.enrolment.id,
                session_id=self.session.id,
                intervals=[[0, seconds]],
                covered_seconds=seconds,
                position=seconds,
                updated_at=clock.now(),
            )
        )
        db.session.flush()
        if seconds >= 480:
            credit_session(self.enrolment.id, self.session.id, VERIFIED, clock.now())
        else:
            report_progress(self.enrolment.id)


def next_card(page: Page) -> tuple[str, str] | None:
    """Title and address of the one thing to do now, as the page shows it."""
    cards = page.having_class("th-next")
    if not cards:
        return None
    assert len(cards) == 1
    title = " ".join("".join(next(cards[0].iter("h2")).itertext()).split())
    return title, next(cards[0].iter("a")).get("href") or ""


def tasks(client: PageClient, account: Account) -> Page:
    sign_in(client, account)
    return client.get_page("/my-tasks")
