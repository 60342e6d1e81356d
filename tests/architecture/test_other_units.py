"""What belongs to another unit looks like what does not exist: on every route, in every list.

The tests walk the URL map. A route with an id that `wards.b.ids` does not know fails here, so that
whoever adds a page says what another unit's object is on it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import lms
from lms.base import clock
from lms.base.guards import GuardKind, guard_of
from lms.extensions import db
from lms.files.addresses import file_url
from lms.files.models import StoredFile
from lms.people.sign_in import open_sign_in
from tests.factories.people import sign_in
from tests.factories.two_wards import CANARIES, CANARY, MISSING, TwoWards, make_two_wards
from tests.support.answers import essence
from tests.support.client import Page, PageClient
from tests.support.form_fields import filled_in, forms_that_post, numbers_offered

FOR_EVERYBODY = {
    "directive_id": "directives are read by all members",
    "audience_id": "audiences are defined once for the whole organisation",
    "revision": "a number within the reader's own essay; the campaign in the address decides",
    "locale": "a language",
}
"""Parts of addresses that name nothing of one unit, each with the reason."""

SIGNED = {
    ("files.serve", "token"): "its own proof; test_an_address_of_a_file_opens_for_its_reader_alone",
    ("viewing.open_venue_code", "code"): "its own proof, for whoever sees the screen",
    ("viewing.venue_claim", "claim"): "its own proof; the first account that opens it has it",
    ("viewing.confirm_venue_claim", "claim"): "its own proof, likewise",
    ("people.follow_reset_link", "token"): "its own proof, for whoever has the mail",
    ("files.serve", "name"): "what the browser calls the file; the token decides",
}

QUERY_IDS = {
    "unit": "unit_id",
    "open": "unit_id",
    "old": "unit_id",
    "new": "unit_id",
    "reviewer": "account_id",
    "reviewers": "account_id",
}
"""Names in the part of an address after `?` that carry ids."""

QUERY_WORDS = {
    "page", "q", "show", "kind", "state", "band", "measure", "own", "from", "next", "action",
    "subject", "audience", "due_on", "on", "as_of", "code", "error", "iss", "names", "short",
    "check",
}  # fmt: skip
"""Names after `?` that carry no id of one unit."""

FIELD_IDS = {
    "unit": "unit_id",
    "unit_id": "unit_id",
    "parent": "unit_id",
    "bank": "bank_id",
    "appointment": "appointment_id",
    "target": "unit_id",
    "member": "member_id",
    "speakers": "account_id",
    "reviewers": "account_id",
    "reviewer": "account_id",
    "units": "unit_id",
    "ticked": "entry_id",
    "session_id": "session_id",
    "run_id": "run_id",
}
"""Fields of forms that carry ids of things of one unit."""

ONLY_A_WAY_BACK = {
    "/administration/sign-in-help/slips unit": "the page to go back to",
    "/administration/sign-in-help/slips/preview unit": "the page to go back to",
}
"""Fields with an id that nothing is read by, each with the reason."""

FIELDS_FOR_EVERYBODY = re.compile(
    r"audiences?|directives|rows-\d+-audience_id|level-\d+|criterion-\d+|answer-\d+|right-\d+"
    r"|question-\d+.*|position|leaving|newest|version|(base_)?revision|page_sequence|seed|disabled"
)
"""Fields whose numbers name nothing of one unit: audiences, directives, counts, parts of a page."""


@pytest.fixture
def wards(app: Flask) -> TwoWards:
    made = make_two_wards()
    db.session.commit()
    return made


@pytest.fixture(autouse=True)
def unaudited(client: PageClient) -> Iterator[None]:
    """Other tests look at the pages; here they are compared, at one moment: codes change."""
    with client.without_audit(), clock.frozen(clock.now()):
        yield


def everything_kept() -> dict[str, list[str]]:
    """Every row of every table."""
    db.session.rollback()
    return {
        table.name: sorted(map(repr, db.session.execute(sa.select(table))))
        for table in db.metadata.sorted_tables
    }


def rules_with_ids(app: Flask) -> list[Rule]:
    return [
        rule
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        if ids_of(rule)
    ]


def ids_of(rule: Rule) -> list[str]:
    """The names in an address that a unit's own things stand behind."""
    return sorted(
        name
        for name in rule.arguments
        if name not in FOR_EVERYBODY and (rule.endpoint, name) not in SIGNED
    )


def address_of(rule: Rule, values: dict[str, Any]) -> str:
    room = rule.endpoint.partition(".")[0]
    filled = {name: values.get(f"{room}.{name}", values.get(name, 1)) for name in rule.arguments}
    built = rule.build(filled)
    assert built is not None, rule.rule
    return str(built[1])


def missing_like(value: int | str) -> int | str:
    return MISSING if isinstance(value, int) else "ZZZZZZ"


def token_of(client: PageClient) -> str:
    return client.get_page("/password").form().value_of("csrf_token") or ""


def contents(response: TestResponse) -> str:
    """All that an answer holds, a workbook or Word file unpacked; headers too."""
    body = response.get_data()
    text = body.decode("utf-8", "replace")
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            text = "\n".join(
                packed.read(name).decode("utf-8", "replace") for name in packed.namelist()
            )
    return text + "\n".join(f"{name}: {value}" for name, value in response.headers)


def canaries_in(response: TestResponse) -> list[str]:
    held = contents(response)
    return [canary for canary in CANARIES if canary in held]


def test_every_id_in_an_address_is_known(app: Flask, wards: TwoWards) -> None:
    known = set(wards.b.ids)
    assert known == set(wards.a.ids)
    unknown = {
        f"{rule.rule}: {name}" for rule in rules_with_ids(app) for name in ids_of(rule)
        if name not in known
    }  # fmt: skip
    assert unknown == set(), "say in tests/factories/two_wards.py what of ward B these are"
    assert len(rules_with_ids(app)) > 60


@pytest.mark.database("sqlite")
def test_every_name_after_the_question_mark_is_known() -> None:
    asked = re.compile(r'(?:args\.get(?:list)?|number_asked)\(\s*"(\w+)"|"(\w+)" in request\.args')
    found = {
        one or other
        for path in Path(lms.__file__).parent.rglob("*.py")
        for one, other in asked.findall(path.read_text())
    }
    assert found - set(QUERY_IDS) - QUERY_WORDS == set(), "do they carry ids? say so here"


@pytest.mark.parametrize("who", ["holder", "supervisor"])
def test_an_id_of_another_unit_answers_like_a_missing_one(
    app: Flask, client: PageClient, wards: TwoWards, who: str
) -> None:
    account = wards.a.holder if who == "holder" else wards.a.supervisor
    sign_in(client, account)
    token = token_of(client)
    before = everything_kept()
    compared = hidden = 0
    with client.without_audit():
        for rule in rules_with_ids(app):
            names = ids_of(rule)
            methods = sorted((rule.methods or set()) & {"GET", "HEAD", "POST"})
            for choice in product((False, True), repeat=len(names)):
                if not any(choice):
                    continue
                theirs = dict(wards.a.ids)
                nobodys = dict(wards.a.ids)
                for name, is_theirs in zip(names, choice, strict=True):
                    for key in {name, f"{rule.endpoint.partition('.')[0]}.{name}"} & set(theirs):
                        if is_theirs:
                            theirs[key] = wards.b.ids[key]
                            nobodys[key] = missing_like(wards.b.ids[key])
                for method in methods:
                    told = f"{who}: {method} {rule.rule} {dict(zip(names, choice, strict=True))}"
                    sent = {"data": {"csrf_token": token}} if method == "POST" else {}
                    one = client.open(address_of(rule, theirs), method=method, **sent)
                    other = client.open(address_of(rule, nobodys), method=method, **sent)
                    assert essence(one) == essence(other), told
                    assert one.status_code in {403, 404}, told
                    hidden += one.status_code == 404
                    assert canaries_in(one) == [], told
                    compared += 1
    assert compared > 100
    assert hidden > (0.9 if who == "holder" else 0.1) * compared
    assert everything_kept() == before


@pytest.fixture
def own_pages(app: Flask, wards: TwoWards) -> list[str]:
    """Addresses of every page that can be asked for in ward A, also of a campaign not yet open."""
    every = wards.a.ids | {"audience_id": 1, "directive_id": 1}
    draft = every | {"campaign_id": wards.a.draft.id}
    asked = [
        rule
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        if "GET" in (rule.methods or ())
        and guard_of(app.view_functions[rule.endpoint]).kind
        not in (GuardKind.PUBLIC, GuardKind.TOKEN)
    ]
    return list(
        dict.fromkeys(address_of(rule, values) for values in (every, draft) for rule in asked)
    )


@pytest.mark.database("sqlite")  # what differs between databases is asked above
def test_no_page_of_ones_own_holds_a_word_of_another_unit(
    client: PageClient, wards: TwoWards, own_pages: list[str]
) -> None:
    sign_in(client, wards.a.holder)
    seen = []
    for address in own_pages:
        response = client.get(address)
        assert canaries_in(response) == [], address
        if response.status_code == 200:
            seen.append(address)
            for query in ("page=2", "page=0", "show=all", "group=all", "audience=0", "sort=code"):
                assert canaries_in(client.get(f"{address}?{query}")) == [], f"{address}?{query}"
    assert len(seen) > 40, seen


def test_the_words_would_be_seen_where_they_may_be(
    client: PageClient, wards: TwoWards, app: Flask
) -> None:
    """The control: in ward B the same pages are full of them."""
    sign_in(client, wards.b.holder)
    pages = ["/administration/members", "/planning/campaigns", "/question-banks", "/marking"]
    campaign, unit = wards.b.ids["campaign_id"], wards.b.ids["unit_id"]
    pages += [f"/supervision/{campaign}/units/{unit}/rates.xlsx"]
    for address in pages[:3] + pages[4:]:
        assert CANARY in contents(client.get(address)), address


def test_a_search_for_somebody_of_another_unit_finds_what_a_search_for_nobody_finds(
    client: PageClient, wards: TwoWards, own_pages: list[str]
) -> None:
    sign_in(client, wards.a.holder)
    searched = set()
    for address in own_pages:
        if b'name="q"' not in client.get(address).get_data() and "/names" not in address:
            continue
        searched.add(address)
        for theirs, nobodys in (("yen hoang", "khong tuoc"), ("7700", "9900")):
            answers = []
            for words in (theirs, nobodys):
                response = asked(client, address, {"q": words})
                assert canaries_in(response) == [], f"{address}?q={words}"
                status, body, _headers = essence(response)
                text = body.decode()
                for echoed in (
                    words,
                    *(words.replace(" ", gap) for gap in ("+", "%20", "%2520", "%2B")),
                ):
                    text = text.replace(echoed, "(words)")
                answers.append((status, text))
            assert answers[0] == answers[1], f"{address}?q={theirs}"
    assert len(searched) >= 4, searched


@pytest.mark.database("sqlite")  # what differs between databases is asked above
def test_an_id_after_the_question_mark_answers_like_a_missing_one(
    client: PageClient, wards: TwoWards, own_pages: list[str]
) -> None:
    sign_in(client, wards.a.holder)
    for address in own_pages:
        if address.startswith("/my-data"):
            continue  # lists one's own downloads, and so changes by being asked for
        for name, kind in QUERY_IDS.items():
            answers = []
            for value in (wards.b.ids[kind], MISSING):
                response = asked(client, address, {name: value})
                status, body, headers = essence(response)
                if body[:2] == b"PK":
                    continue
                echo = re.compile(
                    rf"\b{name}(=|%3D|\" value=\"){value}\b"
                    r'|(page_key" value|data-grant|data-seconds)="[^"]*"'
                    r'|"\d{4}-\d\d-\d\dT[^"]*"'
                )
                text = echo.sub("", body.decode())
                answers.append(shown(status, text, echo.sub("", repr(headers))))
                assert canaries_in(response) == [], f"{address}?{name}={value}"
            assert not answers or answers[0] == answers[1], f"{address}?{name}="


def asked(client: PageClient, address: str, query: dict[str, Any]) -> TestResponse:
    """The answer of a page, without messages that earlier ones left for whoever follows them."""
    with client.session_transaction() as session:
        session.pop("_flashes", None)
    return client.get(address, query_string=query)


def shown(*answer: object) -> list[str]:
    """An answer as lines, so that a failure shows the one that differs."""
    return [line for part in answer for line in str(part).splitlines()]


def test_an_id_in_a_form_answers_like_a_missing_one(
    client: PageClient, wards: TwoWards, own_pages: list[str]
) -> None:
    """Every form of ward A, filled in as it stands, but with an id of ward B in one field."""
    sign_in(client, wards.a.holder)
    tried: set[str] = set()
    plan = f"/campaigns/{wards.a.campaign.id}/marking/allocation"
    chosen = f"{plan}?reviewers={wards.a.reviewer.id}"
    for address in [*own_pages, chosen]:
        response = client.get(address)
        if response.status_code != 200 or response.mimetype != "text/html":
            continue
        page = Page(client, response)
        for element in forms_that_post(page):
            target = urlsplit(element.get("action") or address).path or address
            for name, values in numbers_offered(element).items():
                if FIELDS_FOR_EVERYBODY.fullmatch(name) or f"{target} {name}" in ONLY_A_WAY_BACK:
                    continue
                assert name in FIELD_IDS, f"{address}: what are the numbers of {name!r}?"
                theirs = str(wards.b.ids[FIELD_IDS[name]])
                assert theirs not in values, f"{address} offers {name}={theirs} of ward B"
                data = filled_in(element)
                before = everything_kept()
                answers = []
                for value in (theirs, str(MISSING)):
                    sent = client.post(target, data=data | {name: [value]})
                    status, body, headers = essence(sent)
                    text = re.sub(rf'(name="{name}"[^>]* value="){value}"', r"\1", body.decode())
                    answers.append(shown(status, text, headers))
                    assert canaries_in(sent) == [], f"{target} {name}={value}"
                    assert sent.status_code >= 300, f"{target} took {name}={value}"
                assert answers[0] == answers[1], f"{target} {name}"
                assert everything_kept() == before, f"{target} {name}"
                tried.add(f"{target} {name}")
    assert {name.split()[-1] for name in tried} == set(FIELD_IDS), tried


def test_an_address_of_a_file_opens_for_its_reader_alone(
    app: Flask, client: PageClient, wards: TwoWards
) -> None:
    theirs = open_sign_in(wards.b.speaker, "Trình duyệt khác", timedelta(hours=1))
    file = db.session.scalars(sa.select(StoredFile).where(StoredFile.name.contains(CANARY))).one()
    with app.test_request_context():
        address = file_url(file, sign_in_token=theirs)
    db.session.commit()
    sign_in(client, wards.a.holder)
    for method in ("GET", "HEAD"):
        refused = client.open(address, method=method)
        forged = client.open(
            f"/files/forged/{urlsplit(address).path.split('/')[-1]}", method=method
        )
        assert refused.status_code == forged.status_code == 403
        assert essence(refused) == essence(forged)
