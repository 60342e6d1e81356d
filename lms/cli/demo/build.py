"""Builds the whole demo in the order of time: organisation, campaigns, study, marks."""

from collections.abc import Callable

import sqlalchemy as sa
from flask import current_app

from lms.base import clock
from lms.cli.demo.content.campaigns import OPEN_KEY
from lms.cli.demo.marks import mark_all, mark_some
from lms.cli.demo.organisation import Organisation, build_organisation, new_password
from lms.cli.demo.privacy import tell_everybody
from lms.cli.demo.progress import study
from lms.cli.demo.study import build_campaigns
from lms.extensions import db
from lms.people.models import Account
from lms.training.models import Enrolment
from lms.training.services.enrolments import close_campaign, open_campaign

Say = Callable[[str], None]


def leave_unactivated(organisation: Organisation) -> None:
    """Those who have done nothing yet have not activated their accounts: the secretary prints
    slips for them."""
    busy = sa.select(Enrolment.member_id).where(
        sa.or_(
            Enrolment.viewing_ratio > 0,
            Enrolment.materials_read_at.is_not(None),
            Enrolment.sessions_met_at.is_not(None),
            Enrolment.quiz_best_ratio.is_not(None),
            Enrolment.essay_started_at.is_not(None),
            Enrolment.essay_submitted_at.is_not(None),
        )
    )
    idle = db.session.scalars(
        sa.select(Account).where(Account.member_id.is_not(None), Account.member_id.not_in(busy))
    )
    kept = {account.id for account in organisation.personas.values()}
    for account in idle:
        if account.id not in kept:
            account.password_hash = None


def build_demo(say: Say) -> Organisation:
    """The whole demo, in the transaction under way."""
    password = current_app.config["DEMO_PASSWORD"] or new_password()
    today = clock.today()
    say("Dựng đảng bộ khu vực mẫu: đơn vị, đảng viên, tài khoản …")
    organisation = build_organisation(password)
    say("Soạn hai đợt học …")
    built = build_campaigns(organisation, today, say)
    say("Mọi người học, trả lời câu hỏi, viết bài …")
    planner = organisation.personas["administrator"]
    for campaign in sorted(built, key=lambda one: one.spec.dates.opens_on):
        with clock.frozen(campaign.moment(0, 0, 1)):
            open_campaign(planner, campaign.campaign)
        db.session.refresh(campaign.campaign)
        essays = study(campaign, organisation, say)
        if campaign.spec.key == OPEN_KEY:
            mark_some(campaign, organisation, essays, say)
        else:
            mark_all(campaign, organisation, essays, say)
            with clock.frozen(campaign.campaign.closes_at):
                close_campaign(planner, campaign.campaign)
    leave_unactivated(organisation)
    tell_everybody(organisation)
    say(f"Xong: số liệu tính đến {today.strftime('%d/%m/%Y')}.")
    return organisation
