"""Two at once on the same mark, essay or release: each ends in one clear state."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.extensions import db
from lms.marking.models import Mark, MarkDraft, MarkingAssignment, ReleasedMark
from lms.marking.queries import essay as essays
from lms.marking.services import pass_on, preview_allocation
from lms.people.models import Account
from lms.training.models import Enrolment
from tests.factories.marking import levels_at, make_assignment, make_mark, make_reviewer
from tests.factories.people import sign_in_elsewhere
from tests.marking.conftest import Ground
from tests.support.client import Page, PageClient

THREADS = 6
ESSAY = "/marking/K7-204"


def token_of(page: Page) -> str:
    field = next(e for e in page.root.iter("input") if e.get("name") == "csrf_token")
    return field.get("value") or ""


def at_once(*works: Callable[[], object]) -> None:
    """Run these in threads that start together; what one raises is raised here."""
    barrier = threading.Barrier(len(works))

    def start(work: Callable[[], object]) -> None:
        barrier.wait()
        work()

    with ThreadPoolExecutor(len(works)) as pool:
        for future in [pool.submit(start, work) for work in works]:
            future.result()


def open_essay(app: Flask, account: Account) -> tuple[PageClient, str]:
    client = sign_in_elsewhere(app, account)
    return client, token_of(client.get_page(ESSAY))


def save_all_at_once(app: Flask, ground: Ground) -> list[tuple[int, str]]:
    """Several pages save on version 1 at the same moment; (status, comment) of each."""
    make_assignment(ground.submissions[0], ground.reviewer, pseudonym="K7-204")
    db.session.commit()
    client, token = open_essay(app, ground.reviewer)
    levels = {str(key): level for key, level in levels_at(ground.variant.id).items()}
    body = {"levels": levels, "comment": "Đầu", "version": 0}
    first = client.post(ESSAY, json=body, headers={"X-CSRFToken": token})
    assert first.status_code == 200
    pages = [open_essay(app, ground.reviewer) for _ in range(THREADS)]
    answers: list[tuple[int, str]] = []

    def save(number: int) -> None:
        page, proof = pages[number]
        comment = f"Bản {number}"
        answer = page.post(
            ESSAY,
            json={"levels": levels, "comment": comment, "version": 1},
            headers={"X-CSRFToken": proof},
        )
        answers.append((answer.status_code, comment))

    at_once(*(lambda number=number: save(number) for number in range(THREADS)))
    return answers


def test_of_several_saves_on_one_version_one_is_taken(app: Flask, ground: Ground) -> None:
    answers = save_all_at_once(app, ground)
    taken = [comment for status, comment in answers if status == 200]
    assert sorted(status for status, _comment in answers) == [200] + [409] * (THREADS - 1)
    draft = db.session.scalars(sa.select(MarkDraft).execution_options(populate_existing=True)).one()
    assert (draft.comment, draft.version) == (taken[0], 2)


@pytest.mark.database("postgresql")
def test_without_the_lock_a_save_is_lost(
    app: Flask, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken control: the test above can fail."""
    barrier = threading.Barrier(THREADS, timeout=5)

    def look(reviewer_id: int, pseudonym: str) -> MarkingAssignment:
        assignment = essays.get_assignment(reviewer_id, pseudonym)
        draft = db.session.get(MarkDraft, assignment.id)
        if draft is not None and draft.version == 1:
            barrier.wait()
        return assignment

    monkeypatch.setattr(essays, "lock_assignment", look)
    monkeypatch.setattr("sqlalchemy.orm.scoped_session.get", _get_as_first_read)
    answers = save_all_at_once(app, ground)
    assert [status for status, _comment in answers].count(200) > 1


def _get_as_first_read(session: object, entity: type, key: object, **_options: object) -> object:
    """A read that trusts what was read before: what forgetting the lock amounts to."""
    return session().get(entity, key)  # type: ignore[operator]


@pytest.mark.parametrize("round_", range(4))
def test_an_organiser_releases_while_a_marker_changes(
    app: Flask, ground: Ground, round_: int
) -> None:
    assignment = make_assignment(ground.submissions[0], ground.reviewer, pseudonym="K7-204")
    old = make_mark(assignment, 1)
    old_id, old_value = old.id, old.value
    db.session.commit()
    reviewer, proof = open_essay(app, ground.reviewer)
    organiser = sign_in_elsewhere(app, ground.planner)
    release = f"/campaigns/{ground.campaign.id}/marking/release"
    page = organiser.get_page(release)
    levels = {str(key): level for key, level in levels_at(ground.variant.id, 3).items()}
    statuses: dict[str, int] = {}

    def change() -> None:
        answer = reviewer.post(
            ESSAY,
            json={
                "levels": levels,
                "comment": "",
                "version": 1,
                "action": "change",
                "reason": "Đọc lại",
            },
            headers={"X-CSRFToken": proof},
        )
        statuses["change"] = answer.status_code

    def publish() -> None:
        data = {"csrf_token": token_of(page), "audience": "0", "newest": str(old_id)}
        statuses["release"] = organiser.post(release, data=data).status_code

    at_once(*((change, publish) if round_ % 2 else (publish, change)))
    db.session.rollback()
    assert statuses["release"] == 302
    released = db.session.scalars(sa.select(ReleasedMark.mark_id)).all()
    enrolment = db.session.get(
        Enrolment, ground.submissions[0].enrolment_id, populate_existing=True
    )
    assert enrolment is not None
    if statuses["change"] == 200:
        assert released == []
        assert enrolment.essay_mark is None
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Mark)) == 2
    else:
        assert statuses["change"] == 409
        assert released == [old_id]
        assert enrolment.essay_mark == old_value
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Mark)) == 1


def test_a_double_press_on_release_and_on_giving_out_counts_once(
    app: Flask, ground: Ground
) -> None:
    ids = [ground.reviewer.id, ground.other.id]
    preview = preview_allocation(ground.campaign, ids, 9)
    base = f"/campaigns/{ground.campaign.id}/marking"
    db.session.commit()
    clients = [sign_in_elsewhere(app, ground.planner) for _ in range(3)]
    proofs = [token_of(client.get_page(f"{base}/allocation")) for client in clients]
    statuses: list[int] = []

    def apply(number: int) -> None:
        data = {
            "csrf_token": proofs[number],
            "reviewers": [str(each) for each in ids],
            "seed": "9",
            "digest": preview.digest,
            "due_on": "",
        }
        statuses.append(clients[number].post(f"{base}/allocation", data=data).status_code)

    at_once(*(lambda number=number: apply(number) for number in range(3)))
    assert statuses == [302] * 3
    rows = db.session.scalars(sa.select(MarkingAssignment.submission_id)).all()
    assert sorted(rows) == sorted(submission.id for submission in ground.submissions)
    for assignment in db.session.scalars(sa.select(MarkingAssignment)).all():
        make_mark(assignment)
    newest = db.session.scalar(sa.select(sa.func.max(Mark.id)))
    db.session.commit()
    statuses.clear()

    def publish(number: int) -> None:
        data = {"csrf_token": proofs[number], "audience": "0", "newest": str(newest)}
        statuses.append(clients[number].post(f"{base}/release", data=data).status_code)

    at_once(*(lambda number=number: publish(number) for number in range(3)))
    assert statuses == [302] * 3
    assert len(db.session.scalars(sa.select(ReleasedMark)).all()) == 8


def test_passing_on_while_the_organiser_reassigns_leaves_one_holder(
    app: Flask, ground: Ground
) -> None:
    first = make_assignment(ground.submissions[0], ground.reviewer, pseudonym="K7-204")
    make_assignment(ground.submissions[4], ground.other)
    pass_on(ground.reviewer, "K7-204", "Nhận ra")
    held = db.session.scalars(
        sa.select(MarkingAssignment).where(
            MarkingAssignment.submission_id == ground.submissions[0].id,
            MarkingAssignment.passed_on_at.is_(None),
        )
    ).one()
    third, fourth = make_reviewer(ground.district), make_reviewer(ground.district)
    make_assignment(ground.submissions[5], fourth)
    allowed = third.id, fourth.id
    pseudonym = held.pseudonym
    db.session.commit()
    reviewer = sign_in_elsewhere(app, ground.other)
    proof = token_of(reviewer.get_page(f"/marking/{pseudonym}"))
    organiser = sign_in_elsewhere(app, ground.planner)
    address = f"/campaigns/{ground.campaign.id}/marking/passed-on/{first.id}"
    organiser_proof = token_of(organiser.get_page(address))
    statuses: list[int] = []

    def give_up() -> None:
        data = {"csrf_token": proof, "reason": "Tôi cũng nhận ra"}
        statuses.append(reviewer.post(f"/marking/{pseudonym}/pass-on", data=data).status_code)

    def move() -> None:
        data = {"csrf_token": organiser_proof, "reviewer": str(allowed[0])}
        statuses.append(organiser.post(address, data=data).status_code)

    at_once(give_up, move)
    db.session.rollback()
    holders = db.session.scalars(
        sa.select(MarkingAssignment.reviewer_id).where(
            MarkingAssignment.submission_id == ground.submissions[0].id,
            MarkingAssignment.passed_on_at.is_(None),
        )
    ).all()
    assert len(holders) == 1, statuses
    assert holders[0] in allowed
    assert len(statuses) == 2
    assert all(status < 500 for status in statuses), statuses
