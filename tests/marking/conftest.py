"""A district with two wards and four cells, an open campaign, one variant for everybody."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask

from lms.essays.models import EssaySubmission, EssayVariant
from lms.people.models import Account, Audience, Member
from lms.training.models import Campaign
from lms.units.models import Unit, UnitKind
from tests.factories.essays import make_variant
from tests.factories.marking import hand_in_many, make_reviewer
from tests.factories.people import (
    make_audiences,
    make_learner,
    make_member,
    make_planner,
    make_unit,
)
from tests.factories.training import make_campaign

Ward = tuple[Unit, list[Unit]]


@dataclass
class Ground:
    """What most tests of marking stand on. Eight members, two in each cell, have handed in."""

    district: Unit
    wards: list[Ward]
    audiences: dict[str, Audience]
    campaign: Campaign
    variant: EssayVariant
    members: list[Member]
    writer: Account
    submissions: list[EssaySubmission]
    planner: Account
    reviewer: Account
    other: Account

    @property
    def cells(self) -> list[Unit]:
        return [cell for _ward, cells in self.wards for cell in cells]


@pytest.fixture
def ground(app: Flask) -> Ground:
    district = make_unit("Đảng bộ quận Hải Đông", kind=UnitKind.COMMITTEE)
    wards: list[Ward] = []
    for name in ("Đảng bộ phường An Bình", "Đảng bộ phường Cát Lâm"):
        ward = make_unit(name, district, kind=UnitKind.BASE)
        wards.append((ward, [make_unit(f"Chi bộ khu phố {n}", ward) for n in (1, 2)]))
    cells = [cell for _ward, cells in wards for cell in cells]
    writer = make_learner(cells[0], "Trần Thị Thanh Hòa")
    members = [writer.member, make_member(cells[0])]
    members += [make_member(cell) for cell in cells[1:] for _ in range(2)]
    audiences = make_audiences("unit_head", "member")
    campaign = make_campaign(district, audiences, name="Đợt học mùa thu", opened=True)
    variant = make_variant(campaign, audiences.values())
    return Ground(
        district=district,
        wards=wards,
        audiences=audiences,
        campaign=campaign,
        variant=variant,
        members=[member for member in members if member is not None],
        writer=writer,
        submissions=hand_in_many(campaign, variant),
        planner=make_planner(district, "Người tổ chức"),
        reviewer=make_reviewer(district, "Phạm Văn Chấm"),
        other=make_reviewer(district, "Lý Thị Đọc"),
    )
