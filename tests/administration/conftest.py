"""The tree's top and its administrator, signed in."""

import pytest

from lms.access.policy import Role
from lms.units.models import UnitKind
from tests.factories.people import make_appointee, make_unit, sign_in


@pytest.fixture
def district(app):
    return make_unit("Đảng bộ khu vực", kind=UnitKind.COMMITTEE)


@pytest.fixture
def administrator(client, district):
    account = make_appointee(Role.ADMINISTRATOR, district)
    sign_in(client, account)
    return account
