"""Many learners of the demo's running campaign, each signed in at a browser of their own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from itsdangerous import URLSafeTimedSerializer

from lms.base import clock
from lms.extensions import db
from lms.people.models import Account
from lms.people.sign_in import hash_token
from lms.training.models import (
    Campaign,
    CampaignState,
    Enrolment,
    Obligation,
    SessionKind,
    TrainingSession,
)
from lms.viewing.grants import issue_grant
from tests.bench.product import Product
from tests.factories.people import sign_in
from tests.support.client import PageClient

THREE_HOURS = 10_800.0


@dataclass(frozen=True)
class Learner:
    """A signed-in member with a running enrolment."""

    enrolment_id: int
    member_id: int
    account_id: int
    client: PageClient
    token: str
    csrf: str

    @property
    def headers(self) -> dict[str, str]:
        """The header that makes a request theirs."""
        cookies = self.client._cookies.values() if self.client._cookies else []
        return {"Cookie": "; ".join(f"{cookie.key}={cookie.value}" for cookie in cookies)}

    @property
    def script_headers(self) -> dict[str, str]:
        """What the page's script sends along with its JSON."""
        return {**self.headers, "Content-Type": "application/json", "X-CSRFToken": self.csrf}


def running_session() -> TrainingSession:
    """The recording of the running campaign, made three hours long for the measurement."""
    session = db.session.scalars(
        sa.select(TrainingSession)
        .join(Campaign, TrainingSession.campaign_id == Campaign.id)
        .where(
            Campaign.state == CampaignState.OPEN,
            Campaign.closes_at > clock.now(),
            TrainingSession.kind == SessionKind.RECORDED,
            TrainingSession.video_id.is_not(None),
            TrainingSession.published_at <= clock.now(),
        )
        .order_by(TrainingSession.id)
    ).first()
    assert session is not None, "the demo has no running campaign with a recording"
    session.duration_seconds = THREE_HOURS
    db.session.commit()
    return session


def signed_in(product: Product, many: int, *conditions: sa.ColumnElement[bool]) -> list[Learner]:
    """Members who must study in the running campaign, at most `many`, `conditions` met."""
    campaign_id = running_session().campaign_id
    found = db.session.execute(
        sa.select(Enrolment.id, Account)
        .join(Account, Account.member_id == Enrolment.member_id)
        .where(
            Enrolment.campaign_id == campaign_id,
            Enrolment.obligation == Obligation.REQUIRED,
            Enrolment.excused_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
            *conditions,
        )
        .order_by(Enrolment.id)
        .limit(many)
    ).all()
    learners = []
    for enrolment_id, account in found:
        assert account.member_id is not None
        client = product.app.test_client()
        assert isinstance(client, PageClient)
        token = sign_in(client, account)
        csrf = _proof(product, client)
        learners.append(Learner(enrolment_id, account.member_id, account.id, client, token, csrf))
    assert learners, "nobody of the demo must study in the running campaign"
    return learners


def grant_for(product: Product, learner: Learner, session_id: int) -> str:
    """The grant that the session's page would give this learner now."""
    return issue_grant(
        str(product.app.secret_key),
        enrolment_id=learner.enrolment_id,
        session_id=session_id,
        member_id=learner.member_id,
        token_hash=hash_token(learner.token),
        now=clock.now(),
    )


def _proof(product: Product, client: PageClient) -> str:
    """The proof of our own form that this browser's pages carry."""
    seed = secrets.token_hex(20)
    with client.session_transaction() as session:
        session["csrf_token"] = seed
    signer = URLSafeTimedSerializer(str(product.app.secret_key), salt="wtf-csrf-token")
    return str(signer.dumps(seed))
