"""Applying and undoing: all or nothing, never over somebody else's change, back to the row."""

from datetime import date, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.audit.models import AuditRecord
from lms.base import clock
from lms.base.errors import Conflict
from lms.extensions import db
from lms.people import jobs, roster_files, services
from lms.people.models import ImportState, Member, Membership, Post, PostRank, Standing
from lms.people.queries.roster import get_import
from lms.people.services import roster
from lms.people.services.roster import work as worker
from lms.people.sign_in import open_sign_in
from tests.factories.people import LONG_AGO, make_account, make_audiences, make_member, sign_in
from tests.factories.training import make_campaign
from tests.people.roster_import.support import (
    applied,
    dump,
    figures,
    imported,
    lines_by_row,
    member,
    previewed,
    roster_csv,
    undone,
    work,
)


@pytest.fixture
def everything(tree):
    """A file that adds, changes, moves, gives and ends posts, founds units, and lets people go."""
    changed = make_member(tree.north_1, "Lê Văn Sửa", code="10000001", birth_year=1970)
    make_account(changed)
    give = partial(services.give_post, None, valid_from=LONG_AGO)
    give(changed.id, tree.north_1.id, "Phó bí thư", PostRank.KEY_CADRE)
    moved = make_member(tree.north_1, "Lê Văn Chuyển", code="10000002", birth_year=1970)
    give(moved.id, tree.north_1.id, "Bí thư", PostRank.UNIT_HEAD)
    gone = make_member(tree.north_1, "Lê Văn Vắng", code="10000003")
    make_account(gone)
    give(gone.id, tree.north_1.id, "Chi ủy viên", PostRank.KEY_CADRE)
    return roster_csv(
        ("10000001", "Lê Văn Đổi", "15/3/1970", "Chi bộ 1", "Bắc Sơn", "Bí thư", "0912345678"),
        ("10000002", "Lê Văn Chuyển", "1970", "Chi bộ 1", "Nam Hòa", "Bí thư"),
        ("10000004", "Lê Văn Mới", "1999", "Chi bộ 7", "Phường Tây", "Bí thư", "", "moi@vidu.vn"),
        ("10000005", "Lê Văn Ngờ", "31/2/1999", "Chi bộ 1", "Nam Hòa"),
    )


def test_everything_is_applied_and_undone_to_the_row(tree, everything):
    before = dump()
    stored = previewed(everything, tree.district.id)
    assert roster.decide_absences(stored.id, None, date(2026, 1, 5), "Chuyển đi") == 1
    db.session.commit()
    stored = applied(stored)
    assert stored.state is ImportState.APPLIED
    assert stored.file_key is None

    changed = member("10000001")
    assert (changed.name, changed.fold, changed.phone) == ("Lê Văn Đổi", "le van doi", "0912345678")
    assert changed.birth_date == date(1970, 3, 15)
    held = {p.title: p.valid_to for p in changed.posts}
    assert held == {"Phó bí thư": clock.today(), "Bí thư": None}
    moved = member("10000002")
    places = {m.unit_id: m.valid_to for m in moved.memberships}
    assert places == {tree.north_1.id: clock.today(), tree.south_1.id: None}
    assert [(p.unit_id, p.valid_to) for p in moved.posts] == [
        (tree.north_1.id, clock.today()),
        (tree.south_1.id, None),
    ]
    new = member("10000004")
    assert (new.standing, new.email) == (Standing.FULL, "moi@vidu.vn")
    gone = member("10000003")
    assert gone.left_on == date(2026, 1, 5)
    assert all(m.valid_to for m in gone.memberships) and all(p.valid_to for p in gone.posts)
    assert db.session.query(Member).filter(Member.code == "10000005").count() == 0
    acts = list(db.session.scalars(sa.select(AuditRecord.action)))
    assert acts.count("roster.uploaded") == acts.count("roster.applied") == 1

    stored = undone(stored)
    assert stored.state is ImportState.UNDONE
    assert dump() == before
    assert "roster.undone" in db.session.scalars(sa.select(AuditRecord.action)).all()


def test_the_same_file_again_changes_nothing(tree, everything):
    imported(everything, tree.district.id)
    before = dump()
    again = previewed(everything, tree.district.id)
    assert figures(again) == {"new": 0, "changed": 0, "moved": 0, "unchanged": 3, "doubtful": 1}
    applied(again)
    assert dump() == before


def test_units_are_founded_only_when_a_human_says_so(tree, everything):
    stored = applied(previewed(everything, tree.district.id), founds_units=False)
    assert stored.state is ImportState.APPLIED
    assert db.session.query(Member).filter(Member.code == "10000004").count() == 0
    assert member("10000002").memberships[-1].unit_id == tree.south_1.id
    before = dump()
    assert undone(stored).state is ImportState.UNDONE
    assert dump() != before


@pytest.mark.parametrize("small", [True, False])
def test_a_hand_edit_between_preview_and_apply_is_never_overwritten(tree, everything, small):
    stored = previewed(everything, tree.district.id)
    person = member("10000001")
    person.name, person.fold = "Lê Văn Khác", "le van khac"
    db.session.commit()
    before = dump()
    roster.begin_apply(None, stored.id, founds_units=True, effective_on=clock.today())
    if small:
        assert not worker.apply_now(get_import(stored.id))
        db.session.commit()
    else:
        db.session.commit()
        work(stored.id)
    stored = get_import(stored.id)
    assert stored.state is ImportState.PREVIEW and stored.is_stale
    assert dump() == before
    assert lines_by_row(stored)[2].was_name == "Lê Văn Khác"
    assert applied(stored).state is ImportState.APPLIED
    assert member("10000001").name == "Lê Văn Đổi"


def test_an_edit_in_the_midst_of_applying_stops_all_of_it(tree, everything, monkeypatch):
    """After the check and before the change: the statements themselves notice."""
    stored = previewed(everything, tree.district.id)
    checks = worker.is_out_of_date
    edits = iter([True])

    def check_then_edit(one):
        answer = checks(one)
        if next(edits, False):
            with db.engine.begin() as other:
                other.execute(
                    sa.update(Member).where(Member.code == "10000001").values(name="Lê Văn Khác")
                )
        return answer

    monkeypatch.setattr(worker, "is_out_of_date", check_then_edit)
    stored = applied(stored)
    assert stored.state is ImportState.PREVIEW and stored.is_stale
    assert member("10000001").name == "Lê Văn Khác"
    assert db.session.query(Member).filter(Member.code == "10000004").count() == 0


def test_work_that_broke_off_goes_on_where_it_was(tree, everything, monkeypatch):
    before = dump()
    stored = previewed(everything, tree.district.id)

    def breaks(_stored):
        raise RuntimeError("the power is gone")

    roster.begin_apply(None, stored.id, founds_units=True, effective_on=clock.today())
    db.session.commit()
    with monkeypatch.context() as patched:
        patched.setattr(worker, "make_visible", breaks)
        with pytest.raises(RuntimeError):
            work(stored.id)
    db.session.rollback()
    unseen = db.session.query(Membership).count()
    assert unseen == len(before["membership"])
    stored = get_import(stored.id)
    assert stored.state is ImportState.APPLYING
    stored.active_at -= timedelta(minutes=10)
    db.session.commit()
    jobs.take_up_rosters()
    db.session.expire_all()
    assert get_import(stored.id).state is ImportState.APPLIED
    assert len(member("10000004").memberships) == 1


def test_what_depends_on_an_import_keeps_it(tree, everything, client):
    stored = imported(everything, tree.district.id)
    person = member("10000004")
    services.give_post(
        None, person.id, tree.south_1.id, "Chi ủy viên", PostRank.KEY_CADRE, LONG_AGO
    )
    db.session.commit()
    with pytest.raises(Conflict, match="đã được sửa"):
        roster.begin_undo(None, stored.id)


def test_an_account_of_a_new_person_keeps_the_import(tree, everything):
    stored = imported(everything, tree.district.id)
    make_account(member("10000004"))
    db.session.commit()
    with pytest.raises(Conflict):
        roster.begin_undo(None, stored.id)


def test_a_study_of_a_new_person_keeps_the_import(tree, everything):
    audiences = make_audiences("member")
    stored = imported(everything, tree.district.id)
    make_campaign(tree.district, audiences, opened=True)
    db.session.commit()
    with pytest.raises(Conflict, match="đợt học"):
        roster.begin_undo(None, stored.id)


def test_a_later_import_keeps_the_earlier_until_it_is_undone(tree, everything):
    first = imported(everything, tree.district.id)
    later = roster_csv(("10000001", "Lê Văn Đổi", "", "Chi bộ 1", "Bắc Sơn", "", "0987654321"))
    second = imported(later, tree.district.id)
    with pytest.raises(Conflict, match="Lần nhập sau"):
        roster.begin_undo(None, first.id)
    db.session.rollback()
    undone(second)
    assert undone(first).state is ImportState.UNDONE


def test_signing_in_keeps_only_an_import_that_changed_the_account(tree):
    """Another file that would have changed it, and was never applied, is no reason."""
    account = make_account(make_member(tree.north_1, "Lê Văn Một", code="10000001"))
    phoned = roster_csv(("10000001", "Lê Văn Một", "1970", "Chi bộ 1", "Bắc Sơn", "", "0912345678"))
    waiting = previewed(phoned, tree.district.id)
    born = roster_csv(("10000001", "Lê Văn Một", "1971", "Chi bộ 1", "Bắc Sơn"))
    stored = imported(born, tree.district.id)
    open_sign_in(account, "máy", timedelta(days=1))
    db.session.commit()
    assert undone(stored).state is ImportState.UNDONE

    assert applied(waiting).state is ImportState.APPLIED
    open_sign_in(account, "máy", timedelta(days=1))
    db.session.commit()
    with pytest.raises(Conflict, match="đăng nhập"):
        roster.begin_undo(None, waiting.id)


def test_a_change_that_left_no_record_stops_the_undoing(tree, everything):
    stored = imported(everything, tree.district.id)
    db.session.execute(
        sa.update(Member).where(Member.code == "10000001").values(phone="0900000000")
    )
    db.session.commit()
    before = dump()
    stored = undone(stored)
    assert stored.state is ImportState.APPLIED and stored.failure
    assert dump() == before


def test_sign_ins_of_those_who_left_end(tree, everything, client):
    account = services.accounts.find_account_of_member(member("10000003").id)
    sign_in(client, account)
    stored = previewed(everything, tree.district.id)
    roster.decide_absences(stored.id, None, clock.today(), "Từ trần")
    db.session.commit()
    applied(stored)
    assert client.get("/", follow_redirects=False).status_code == 302


def test_what_is_given_up_leaves_neither_file_nor_lines(tree, everything):
    stored = previewed(everything, tree.district.id)
    path = roster_files.path_of(stored.file_key)
    assert path.exists()
    roster.abandon(None, stored.id)
    db.session.commit()
    assert not path.exists()
    jobs.tidy_rosters()
    db.session.expire_all()
    assert not lines_by_row(stored) and not get_import(stored.id).has_lines


def test_five_thousand_lines(tree):
    lines = [
        (f"2{n:07}", "Lê Văn An", "1970", f"Chi bộ {n % 40 + 1}", "Bắc Sơn") for n in range(5000)
    ]
    before = dump()
    stored = imported(roster_csv(*lines), tree.district.id)
    assert stored.counts["applied"] == 5000
    again = previewed(roster_csv(*lines), tree.district.id)
    assert figures(again)["unchanged"] == 5000
    assert undone(stored).state is ImportState.UNDONE
    assert dump() == before


CELLS = [
    ("Chi bộ 1", "Bắc Sơn"),
    ("Chi bộ 2", "Bắc Sơn"),
    ("Chi bộ 1", "Nam Hòa"),
    ("Chi bộ 8", "Tây"),
]

PEOPLE = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.sampled_from(["Lê Văn An", "LÊ THỊ BÌNH", "Hồ Đức  Quý"]),
        st.sampled_from(["", "1970", "15/3/1970", "1-1-1980"]),
        st.sampled_from(CELLS),
        st.sampled_from(["", "Bí thư", "Phó bí thư, Đảng ủy viên"]),
        st.sampled_from(["", "0912345678", "912345679"]),
    ),
    unique_by=lambda person: person[0],
    min_size=1,
)


@pytest.mark.database("sqlite")
def test_any_file_applied_twice_is_applied_once_and_each_is_undone(tree):
    @settings(max_examples=8)
    @given(PEOPLE, PEOPLE)
    def holds(first, second):
        before = dump()
        done = []
        for people in (first, second):
            lines = [
                (f"1000000{number}", name, born, *cell, post, phone)
                for number, name, born, cell, post, phone in people
            ]
            data = roster_csv(*lines)
            start = dump()
            stored = previewed(data, tree.district.id)
            for line in lines_by_row(stored).values():
                if line.problems:
                    roster.decide_line(stored.id, line.id, "same")
            db.session.commit()
            done.append((applied(stored), start))
            again = previewed(data, tree.district.id)
            assert figures(again)["unchanged"] == len(lines)
            open_places = db.session.scalars(
                sa.select(Membership.member_id).where(Membership.valid_to.is_(None))
            ).all()
            assert len(open_places) == len(set(open_places))
            roster.abandon(None, again.id)
            db.session.commit()
        for stored, start in reversed(done):
            assert undone(stored).state is ImportState.UNDONE
            assert dump() == start
        assert dump() == before
        assert db.session.query(Post).count() == 0

    holds()
