"""A unit, its audiences, a learner, and the study they are in."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.people.models import Account, Audience
from lms.units.models import Unit
from tests.factories.people import make_audiences, make_learner, make_unit
from tests.home.support import Study


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make_unit("Chi bộ 1", make_unit("Phường Hòa Bình"))


@pytest.fixture
def audiences(app: Flask) -> dict[str, Audience]:
    return make_audiences()


@pytest.fixture
def learner(unit: Unit) -> Account:
    return make_learner(unit, "Trần Văn Bình")


@pytest.fixture
def study(unit: Unit, audiences: dict[str, Audience], learner: Account) -> Study:
    return Study(unit, audiences, learner)
