"""Somebody with every name there is to sign in by."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.extensions import db
from lms.people.models import Account
from tests.factories.people import make_learner, make_unit
from tests.people.support import PHONE


@pytest.fixture
def learner(app: Flask) -> Account:
    """A member with a card number, a phone and an address."""
    account = make_learner(make_unit())
    assert account.member is not None
    account.member.code = "38123456"
    account.phone, account.email = PHONE, "binh@vidu.vn"
    db.session.commit()
    return account
