"""The factories that other tests stand on make what they say."""

from __future__ import annotations

from flask import Flask

from tests.factories import people, training
from tests.support.client import PageClient


def test_a_learner_of_an_opened_campaign_can_sign_in(app: Flask, client: PageClient) -> None:
    unit = people.make_unit()
    learner = people.make_learner(unit)
    campaign = training.make_campaign(unit, people.make_audiences(), opened=True)
    training.make_material(training.make_session(campaign, captions=True))
    training.make_live_session(campaign)
    assert training.enrolment_of(campaign, learner).audience.key == "member"
    people.sign_in(client, learner)
    assert learner.display_name in client.get_page("/").heading
    assert client.get("/my-tasks").status_code == 200


def test_the_password_of_every_account_opens_it(app: Flask, client: PageClient) -> None:
    learner = people.make_learner(people.make_unit())
    assert learner.member is not None
    page = client.sign_in(learner.member.code or "", people.PASSWORD)
    assert page.address == "/my-tasks"
