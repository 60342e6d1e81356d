"""A district with two wards and their cells; cells of the same name in both."""

from types import SimpleNamespace

import pytest

from lms.units.models import UnitKind
from tests.factories.people import make_unit


@pytest.fixture
def tree(app):
    district = make_unit("Đảng bộ khu vực Sông Hồng", kind=UnitKind.COMMITTEE)
    north = make_unit("Đảng bộ phường Bắc Sơn", district, kind=UnitKind.BASE)
    south = make_unit("Đảng bộ phường Nam Hòa", district, kind=UnitKind.BASE)
    return SimpleNamespace(
        district=district,
        north=north,
        south=south,
        north_1=make_unit("Chi bộ 1", north),
        north_2=make_unit("Chi bộ 2", north),
        south_1=make_unit("Chi bộ 1", south),
    )
