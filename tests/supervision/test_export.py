"""The exported workbook holds names as text, whatever they begin with: nothing in it is live."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from lms.access.policy import Role
from lms.extensions import db
from lms.people.models import Member
from lms.training.models import Enrolment
from tests.factories.people import make_appointee, sign_in
from tests.supervision.test_rates import make_district
from tests.support.client import PageClient

HOSTILE = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.invalid","x")',
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "＝1+1",
    "http://example.invalid/",
    "{=1+1}",
    "0912345678",
)


@pytest.mark.database("sqlite")
def test_no_name_becomes_a_formula_a_link_or_a_number(client: PageClient) -> None:
    district, _wards, _cells, campaign = make_district()
    sign_in(client, make_appointee(Role.SUPERVISOR, district))
    enrolled = sa.select(Enrolment.member_id).where(Enrolment.campaign_id == campaign.id)
    people = db.session.scalars(sa.select(Member).where(Member.id.in_(enrolled))).all()
    for person, name in zip(people, HOSTILE, strict=False):
        person.name = name
    db.session.commit()

    answer = client.get(f"/supervision/{campaign.id}/units/{district.id}/rates.xlsx")
    book = load_workbook(BytesIO(answer.data))
    names = {cell.value: cell.data_type for row in book.worksheets[2].iter_rows() for cell in row}
    written = HOSTILE[: len(people)]
    assert len(written) >= 5
    assert {name: names.get(name) for name in written} == dict.fromkeys(written, "s")
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        for part in archive.namelist():
            text = archive.read(part)
            assert b"<f>" not in text and b"<f " not in text and b"<hyperlink" not in text
            assert "externalLink" not in part
