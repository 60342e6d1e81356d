"""Builds the whole demo in the order of time: organisation, campaigns, study, marks."""

from collections.abc import Callable

from flask import current_app

from lms.base import clock
from lms.cli.demo.content.campaigns import OPEN_KEY
from lms.cli.demo.marks import mark_all, mark_some
from lms.cli.demo.organisation import Organisation, build_organisation, new_password
from lms.cli.demo.privacy import tell_everybody
from lms.cli.demo.progress import study
from lms.cli.demo.study import build_campaigns
from lms.extensions import db
from lms.training.services.enrolments import close_campaign, open_campaign

Say = Callable[[str], None]


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
    tell_everybody(organisation)
    say(f"Xong: số liệu tính đến {today.strftime('%d/%m/%Y')}.")
    return organisation
