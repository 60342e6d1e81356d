"""An open campaign that asks everybody for an essay, with one variant for all audiences."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask

from lms.essays.models import EssayVariant
from lms.people.models import Account, Audience
from lms.training.models import Campaign
from lms.units.models import Unit
from tests.factories.essays import make_variant
from tests.factories.people import make_audiences, make_learner, make_planner, make_unit
from tests.factories.training import make_campaign


@dataclass
class Study:
    """A cell with a writer, its campaign, and who organises it."""

    unit: Unit
    audiences: dict[str, Audience]
    campaign: Campaign
    variant: EssayVariant
    writer: Account
    planner: Account
    url: str
    task_url: str


@pytest.fixture
def study(app: Flask) -> Study:
    unit = make_unit("Chi bộ 7")
    audiences = make_audiences("member", "exempt", "unit_head")
    writer = make_learner(unit, "Nguyễn Thị Hòa")
    campaign = make_campaign(unit, audiences, name="Đợt học tháng 12", opened=True)
    variant = make_variant(campaign, audiences.values())
    return Study(
        unit,
        audiences,
        campaign,
        variant,
        writer,
        make_planner(unit),
        f"/campaigns/{campaign.id}/essay",
        f"/campaigns/{campaign.id}/essay-task",
    )
