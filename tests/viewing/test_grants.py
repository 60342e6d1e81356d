"""Playback grants: only what we signed, for this browser, for a day's sitting."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.viewing.grants import BadGrant, issue_grant, read_grant

SECRET = "s" * 40
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
MINE = "ab" * 32
OTHER = "cd" * 32


def issue(secret: str = SECRET, token_hash: str = MINE) -> str:
    return issue_grant(
        secret, enrolment_id=12, session_id=7, member_id=5, token_hash=token_hash, now=NOW
    )


def test_a_grant_reads_as_it_was_issued() -> None:
    grant = read_grant(issue(), SECRET, MINE, NOW + timedelta(hours=11))
    assert (grant.enrolment_id, grant.session_id, grant.member_id) == (12, 7, 5)
    assert grant.issued_at == NOW


@pytest.mark.parametrize("text", [None, 7, [], {}, True, "", ".", "a.b", "x" * 5_000, "1-2-3-4-é"])
def test_what_is_no_grant_is_refused(text: object) -> None:
    with pytest.raises(BadGrant):
        read_grant(text, SECRET, MINE, NOW)


def test_every_changed_letter_is_noticed() -> None:
    whole = issue()
    for place in range(len(whole) - 1):  # the last letter of base64 carries spare bits
        other = "A" if whole[place] != "A" else "B"
        with pytest.raises(BadGrant):
            read_grant(whole[:place] + other + whole[place + 1 :], SECRET, MINE, NOW)


def test_a_grant_of_another_server_or_browser_is_refused() -> None:
    with pytest.raises(BadGrant, match="forged"):
        read_grant(issue("t" * 40), SECRET, MINE, NOW)
    with pytest.raises(BadGrant, match="foreign"):
        read_grant(issue(), SECRET, OTHER, NOW)
    with pytest.raises(BadGrant, match="foreign"):
        read_grant(issue(token_hash=""), SECRET, MINE, NOW)


@pytest.mark.parametrize(
    ("moment", "is_good"),
    [
        (NOW + timedelta(hours=12), True),
        (NOW + timedelta(hours=12, seconds=1), False),
        (NOW - timedelta(minutes=5), True),  # the server's clock stepped back a little
        (NOW - timedelta(days=1), False),
    ],
)
def test_a_grant_lasts_half_a_day(moment: datetime, is_good: bool) -> None:
    if is_good:
        assert read_grant(issue(), SECRET, MINE, moment)
    else:
        with pytest.raises(BadGrant, match="expired"):
            read_grant(issue(), SECRET, MINE, moment)
