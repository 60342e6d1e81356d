"""People who came by a roster are found by their names at once, and no longer once it is undone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.extensions import db
from lms.people.models import MemberWord
from lms.people.queries import find_members
from lms.people.queries import search as search_queries
from lms.units.queries import Scope, get_unit
from tests.administration.test_roster import hand_in
from tests.factories.people import make_member, make_unit


def test_a_roster_writes_the_words_of_names_and_takes_them_back(
    client, administrator, district, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = make_unit("Chi bộ 1", district)
    monkeypatch.setattr(search_queries, "SMALL", 0)
    make_member(cell, "Lê Thị Bình", code="22222222", birth_year=1970)
    scope = Scope.of([get_unit(district.id).path])

    def found(typed: str) -> list[str]:
        db.session.commit()
        return [row.Member.name for row in find_members(scope, typed).rows]

    def words() -> list[object]:
        db.session.commit()
        return sorted(
            map(tuple, db.session.execute(sa.select(MemberWord.member_id, MemberWord.word)))
        )

    before = words()
    columns = hand_in(
        client,
        district,
        ("11111111", "TRẦN VĂN AN", "1980", "Chi bộ 1"),
        ("22222222", "Lê Thị Bính", "1970", "Chi bộ 1"),
    )
    assert found("tran an") == []
    record = columns.submit(form="#columns").submit(form="#apply-roster")
    assert found("tran an") == found("1111") == ["Trần Văn An"]
    assert found("le binh") in (["Lê Thị Bính"], ["Lê Thị Bình"])
    record.submit(form=f"{record.address.split('?')[0]}/undo")
    assert found("tran an") == []
    assert found("le binh") == ["Lê Thị Bình"]
    assert words() == before
