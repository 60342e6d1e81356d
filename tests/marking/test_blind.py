"""A reviewer learns nothing of the writer: not from any byte, nor from the order of the queue."""

from __future__ import annotations

import random
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from lms.base.vietnamese import fold, sort_key
from lms.essays.models import Essay, EssaySubmission
from lms.extensions import db
from lms.marking import pseudonyms
from lms.marking.models import MarkingAssignment
from lms.marking.queries.facts import list_waiting_essays
from lms.marking.services import apply_allocation, preview_allocation
from lms.people.models import Account, Member, Membership, MembershipKind, Standing
from lms.training.models import Enrolment, Obligation
from lms.units.services import rename_unit
from tests.factories.marking import levels_at, make_assignment, make_mark
from tests.factories.people import LONG_AGO, make_unit, sign_in
from tests.marking.conftest import Ground
from tests.support.client import PageClient

NAME = "Lương Thị Bích Ngọc"
CODE = "48151623"
UNIT = "Chi bộ khu phố Sông Lam 88"
EMAIL = "bichngoc.luong@vidu.vn"
PHONE = "0987654321"
MEMBER, ACCOUNT, ENROLMENT, ESSAY, SUBMISSION = 7315551, 7316662, 7317773, 7318884, 7319995
WRITTEN_AT = datetime(2024, 2, 28, 20, 33, 44, tzinfo=UTC)  # 03:33:44 29/02/2024 in Vietnam
TEXT = (
    f"Tôi là {NAME} ({NAME.upper()}), số thẻ {CODE}, {UNIT}; khu phố Sông Lam 88.\n"
    f"{unicodedata.normalize('NFD', NAME)} viết; Bích Ngọc, {fold(NAME)}. Thư: {EMAIL}, {PHONE}.\n"
    "Việc đã làm: vận động mười hộ tham gia tổ tự quản."
)
CANARIES = [
    *(NAME, "Bích Ngọc", CODE, UNIT, "Sông Lam", EMAIL, PHONE),
    *map(str, (MEMBER, ACCOUNT, ENROLMENT, ESSAY, SUBMISSION)),
    *("29/02/2024", "28/02/2024", "2024-02-2", "03:33", "20:33"),
]


@pytest.fixture
def canary(ground: Ground) -> MarkingAssignment:
    """An essay that says everything about its writer, given to the reviewer."""
    unit = make_unit(UNIT, ground.wards[0][0])
    db.session.execute(
        sa.insert(Member).values(
            id=MEMBER,
            name=NAME,
            code=CODE,
            fold=fold(NAME),
            sort_key=sort_key(NAME),
            standing=Standing.FULL,
            is_exempt=False,
        )
    )
    for row in (
        Membership(member_id=MEMBER, unit_id=unit.id, valid_from=LONG_AGO),
        Account(
            id=ACCOUNT,
            member_id=MEMBER,
            display_name=NAME,
            email=EMAIL,
            phone=PHONE,
            created_at=WRITTEN_AT,
        ),
        Enrolment(
            id=ENROLMENT,
            campaign_id=ground.campaign.id,
            member_id=MEMBER,
            unit_id=unit.id,
            audience_id=ground.audiences["member"].id,
            obligation=Obligation.REQUIRED,
            enrolled_at=WRITTEN_AT,
            due_at=ground.campaign.closes_at,
        ),
        Essay(
            id=ESSAY,
            enrolment_id=ENROLMENT,
            variant_id=ground.variant.id,
            started_at=WRITTEN_AT,
            submitted_at=WRITTEN_AT,
        ),
    ):
        db.session.add(row)
        db.session.flush()
    submission = EssaySubmission(
        id=SUBMISSION,
        essay_id=ESSAY,
        enrolment_id=ENROLMENT,
        variant_id=ground.variant.id,
        sections=[{"key": "understanding", "title": "Nhận thức", "text": TEXT}],
        word_count=40,
        sha256="7" * 64,
        submitted_at=WRITTEN_AT,
    )
    db.session.add(submission)
    db.session.flush()
    return make_assignment(submission, ground.reviewer, pseudonym="K7-204")


def leaks(response: TestResponse) -> list[str]:
    """Canaries in the body or the headers of an answer, whatever their form."""
    said = response.get_data(as_text=True) + str(response.headers)
    said = re.sub(r'name="csrf_token" value="[^"]*"', "", said)
    seen = unicodedata.normalize("NFC", said)
    forms = (seen, seen.casefold(), fold(seen))
    return [
        canary
        for canary in CANARIES
        if canary in forms[0] or canary.casefold() in forms[1] or fold(canary) in forms[2]
    ]


def test_no_channel_of_the_reviewer_tells_who_wrote(
    ground: Ground, client: PageClient, canary: MarkingAssignment
) -> None:
    make_assignment(ground.submissions[1], ground.reviewer)
    sign_in(client, ground.reviewer)
    page = client.get_page("/marking/K7-204")
    assert "Việc đã làm: vận động mười hộ" in page.text, "the rest of the essay is there"
    field = next(e for e in page.root.iter("input") if e.get("name") == "csrf_token")
    proof = {"X-CSRFToken": field.get("value") or ""}
    levels = {str(key): level for key, level in levels_at(ground.variant.id).items()}
    whole = {"levels": levels, "comment": "Tốt", "version": 1}

    def post(**body: Any) -> TestResponse:
        return client.post("/marking/K7-204", json=body, headers=proof)

    form = {"csrf_token": field.get("value"), "comment": "x"}
    answers = {
        "queue": client.get("/marking"),
        "queue asked for an order": client.get("/marking?sort=name&order=submitted_at&page=1"),
        "finished": client.get("/marking?show=finished"),
        "essay": page.response,
        "saved": post(levels=levels, comment="", version=0),
        "stale": post(levels=levels, comment="", version=0),
        "misshapen": post(levels="x"),
        "foreign level": post(levels={"1": 99}, version=1),
        "form refused": client.post("/marking/K7-204", data={**form, "action": "finish"}),
        "pass-on refused": client.post("/marking/K7-204/pass-on", data=form),
        "no such address": client.get("/marking/K7-204/file"),
        "no such essay": client.get("/marking/K7-205"),
        "by id": client.get(f"/marking/{canary.id}"),
        "finish": post(**whole, action="finish"),
        "finished essay": client.get("/marking/K7-204"),
        "changed": post(
            **{**whole, "comment": "Khá", "version": 2}, action="change", reason="Nhầm"
        ),
        "finished queue": client.get("/marking?show=finished"),
        "passed on": client.post("/marking/K7-204/pass-on", data={**form, "reason": "Quen"}),
    }
    assert answers["saved"].status_code == 200
    assert answers["stale"].status_code == 409
    assert answers["finish"].status_code == 200
    assert answers["changed"].status_code == 200
    assert {name: found for name, answer in answers.items() if (found := leaks(answer))} == {}


def test_the_check_finds_what_is_not_masked(
    ground: Ground,
    client: PageClient,
    canary: MarkingAssignment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The broken control: without the mask every name in the text is found."""
    monkeypatch.setattr("lms.marking.queries.essay.mask", lambda text, writer: text)
    sign_in(client, ground.reviewer)
    found = leaks(client.get("/marking/K7-204"))
    assert {NAME, CODE, UNIT, EMAIL, PHONE} <= set(found)


def test_names_that_a_unit_bore_before_are_masked_too(ground: Ground, client: PageClient) -> None:
    cell = ground.cells[0]
    rename_unit(cell.id, "Chi bộ khu phố Mới Tinh", LONG_AGO + timedelta(days=900))
    enrolment = db.session.get(Enrolment, ground.submissions[0].enrolment_id)
    assert enrolment is not None
    db.session.execute(
        sa.update(EssaySubmission)
        .where(EssaySubmission.id == ground.submissions[0].id)
        .values(
            sections=[
                {
                    "key": "understanding",
                    "title": "Nhận thức",
                    "text": "Từ Chi bộ khu phố 1 nay là khu phố Mới Tinh, "
                    "phường An Bình, quận Hải Đông.",
                }
            ]
        )
    )
    make_assignment(ground.submissions[0], ground.reviewer, pseudonym="K7-204")
    sign_in(client, ground.reviewer)
    text = client.get_page("/marking/K7-204").text
    for hidden in ("khu phố 1", "Mới Tinh", "An Bình"):
        assert hidden not in text
    assert "quận Hải Đông" in text, "what everybody in the campaign shares stays"


MANY = 1000


def hand_in_a_thousand(ground: Ground) -> dict[int, tuple[int, datetime]]:
    """Essays handed in one after another by members in order; submission → (member, moment)."""
    first = datetime(2026, 3, 1, tzinfo=UTC)
    cell = ground.cells[0]
    members = [
        {
            "id": 100_000 + n,
            "name": f"Người {n}",
            "fold": f"nguoi {n}",
            "sort_key": f"{n:05}",
            "standing": Standing.FULL,
            "is_exempt": False,
        }
        for n in range(MANY)
    ]
    db.session.execute(sa.insert(Member), members)
    db.session.execute(
        sa.insert(Membership),
        [
            {
                "member_id": member["id"],
                "unit_id": cell.id,
                "kind": MembershipKind.MAIN,
                "valid_from": LONG_AGO,
            }
            for member in members
        ],
    )
    for table, columns in (
        (
            Enrolment,
            lambda n: {
                "id": 200_000 + n,
                "campaign_id": ground.campaign.id,
                "member_id": 100_000 + n,
                "unit_id": cell.id,
                "audience_id": ground.audiences["member"].id,
                "obligation": Obligation.REQUIRED,
                "enrolled_at": first,
                "due_at": ground.campaign.closes_at,
                "viewing_ratio": 0.0,
            },
        ),
        (
            Essay,
            lambda n: {
                "id": 300_000 + n,
                "enrolment_id": 200_000 + n,
                "variant_id": ground.variant.id,
                "started_at": first,
                "revision": 0,
                "save_count": 0,
            },
        ),
        (
            EssaySubmission,
            lambda n: {
                "id": 400_000 + n,
                "essay_id": 300_000 + n,
                "enrolment_id": 200_000 + n,
                "variant_id": ground.variant.id,
                "number": 1,
                "sections": [],
                "word_count": 0,
                "sha256": "0" * 64,
                "submitted_at": first + timedelta(minutes=n),
            },
        ),
    ):
        db.session.execute(sa.insert(table), [columns(n) for n in range(MANY)])
    db.session.flush()
    return {400_000 + n: (100_000 + n, first + timedelta(minutes=n)) for n in range(MANY)}


def spearman(values: list[Any]) -> float:
    """Rank correlation of a list's values with their places in it."""
    ranks = {
        index: rank for rank, index in enumerate(sorted(range(len(values)), key=values.__getitem__))
    }
    n = len(values)
    squares = sum((place - ranks[place]) ** 2 for place in range(n))
    return 1 - 6 * squares / (n * (n * n - 1))


def test_spearman_is_right() -> None:
    assert spearman([1, 2, 3, 4]) == 1
    assert spearman([4, 3, 2, 1]) == -1
    assert spearman([1, 3, 2, 4]) == pytest.approx(0.8)


def test_the_order_of_a_queue_tells_neither_when_nor_who(
    app: Flask, ground: Ground, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pseudonyms, "_chance", random.Random(20261123))
    written = hand_in_a_thousand(ground)
    ids = [ground.reviewer.id]
    preview = preview_allocation(ground.campaign, ids, 1)
    apply_allocation(ground.planner, ground.campaign, ids, 1, preview.digest, None)
    sign_in(client, ground.reviewer)
    names: list[str] = []
    for number in range(1, 40):
        page = client.get_page(f"/marking?page={number}")
        rows = [w.removeprefix("Bài ") for w in page.links() if re.fullmatch(r"Bài \w\d-\d+", w)]
        names += [name for name in rows if name not in names]
        if "Trang sau ›" not in page.links():
            break
    by_name = dict(
        db.session.execute(
            sa.select(MarkingAssignment.pseudonym, MarkingAssignment.submission_id)
        ).all()
    )
    assert len(names) == len(by_name) == MANY + len(ground.submissions)
    order = [by_name[name] for name in names if by_name[name] in written]
    assert abs(spearman([written[submission][1] for submission in order])) < 0.1
    assert abs(spearman([written[submission][0] for submission in order])) < 0.1
    alphabetical = [by_name[name] for name in sorted(names) if by_name[name] in written]
    assert abs(spearman(alphabetical)) < 0.1, "nor do the pseudonyms themselves"


def test_a_rewrite_is_marked_apart_from_what_it_replaces(ground: Ground) -> None:
    """Only the last submission of an essay waits for a reviewer."""
    before = ground.submissions[0]
    make_mark(make_assignment(before, ground.reviewer))
    again = EssaySubmission(
        essay_id=before.essay_id,
        enrolment_id=before.enrolment_id,
        variant_id=before.variant_id,
        number=2,
        sections=before.sections,
        word_count=1,
        sha256=before.sha256,
        submitted_at=before.submitted_at,
    )
    db.session.add(again)
    db.session.flush()
    waiting = {essay.submission_id for essay in list_waiting_essays(ground.campaign.id)}
    assert again.id in waiting
    assert before.id not in waiting
