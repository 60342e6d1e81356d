"""The right answer never leaves the server before submission: not in any byte, order or size."""

from __future__ import annotations

import gzip
import re
from statistics import median
from time import perf_counter

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lms.extensions import db
from lms.quizzes.models import QuizAttempt
from lms.quizzes.services.attempts import start_attempt, submit_attempt
from tests.factories.quizzes import make_attempt, right_ids, wrong_ids
from tests.quizzes.support import Taker, make_taker
from tests.support.client import PageClient

TELLING = re.compile(
    rb"is_right|is-right|right_count|correct|\bratio\b|score|th-option--|\xc4\x91\xc3\xbang nh",
    re.IGNORECASE,
)
CSRF = re.compile(rb'name="csrf_token" value="[^"]*"')


def bytes_of(answer: TestResponse) -> bytes:
    return answer.get_data() + b"\n".join(
        f"{name}: {value}".encode() for name, value in answer.headers
    )


def under_way(taker: Taker) -> QuizAttempt:
    taker.start()
    return taker.attempts[-1]


def test_no_byte_before_submission_tells(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client)
    attempt = under_way(taker)
    right, wrong = right_ids(attempt), wrong_ids(attempt)
    seen = [
        client.get(f"/quiz-attempts/{attempt.id}"),
        client.get(f"/quiz-attempts/{attempt.id}", headers={"Accept": "application/json"}),
        client.get(taker.page),
        client.get(f"/quiz-attempts/{attempt.id}/result"),
        client.get(f"/campaigns/{taker.campaign.id}"),
        client.get("/my-tasks"),
        taker.save(attempt.id, 1, right[1]),
        taker.save(attempt.id, 2, wrong[2]),
        client.get(f"/quiz-attempts/{attempt.id}"),
    ]
    for answer in seen:
        found = TELLING.search(bytes_of(answer))
        assert not found, (answer.request.path, found)
        assert "ETag" not in answer.headers


def test_the_result_is_not_open_before_submission(app: Flask, client: PageClient) -> None:
    taker = make_taker(app, client)
    attempt = under_way(taker)
    answer = client.get(f"/quiz-attempts/{attempt.id}/result")
    assert answer.location == f"/quiz-attempts/{attempt.id}"


def test_which_option_is_right_changes_nothing_of_the_page(app: Flask, client: PageClient) -> None:
    """Swap right and wrong on the server: the page stays the same to the byte."""
    taker = make_taker(app, client)
    attempt = under_way(taker)
    address = f"/quiz-attempts/{attempt.id}"
    before = client.get(address).get_data()
    for item in attempt.items:
        turned = [option["is_right"] for option in item.options]
        turned = turned[1:] + turned[:1]
        item.options = [
            {**option, "is_right": is_right}
            for option, is_right in zip(item.options, turned, strict=True)
        ]
    db.session.commit()
    after = client.get(address).get_data()
    assert CSRF.sub(b"", before) == CSRF.sub(b"", after)


def test_a_right_and_a_wrong_answer_get_receipts_of_one_size(
    app: Flask, client: PageClient
) -> None:
    taker = make_taker(app, client)
    attempt = under_way(taker)
    right, wrong = right_ids(attempt), wrong_ids(attempt)
    attempt_id = attempt.id
    sizes, times = set(), {"right": [], "wrong": []}
    for _ in range(20):
        for kind, ids in (("right", right), ("wrong", wrong)):
            began = perf_counter()
            answer = taker.save(attempt_id, 1, ids[1])
            times[kind].append(perf_counter() - began)
            assert answer.status_code == 200
            sizes.add((len(answer.get_data()), tuple(sorted(answer.headers.keys()))))
    assert len(sizes) == 1, sizes
    gap = abs(median(times["right"]) - median(times["wrong"]))
    assert gap < 0.005, times


def test_the_page_with_a_right_and_with_a_wrong_answer_is_of_one_size(
    app: Flask, client: PageClient
) -> None:
    taker = make_taker(app, client)
    attempt = under_way(taker)
    pages = []
    for ids in (right_ids(attempt), wrong_ids(attempt)):
        taker.save(attempt.id, 1, ids[1])
        page = client.get(f"/quiz-attempts/{attempt.id}").get_data()
        page = re.sub(rb"\d\d:\d\d:\d\d", b"", CSRF.sub(b"", page))
        pages.append(page)
    assert len(pages[0]) == len(pages[1])


@pytest.mark.database("sqlite")
def test_names_order_and_weight_of_options_tell_nothing(app: Flask, client: PageClient) -> None:
    """Over many attempts the right option stands everywhere alike, and its name sorts anywhere."""
    taker = make_taker(app, client, attempts_allowed=20)
    places, ranks, names = [], [], []
    for _ in range(20):
        attempt = start_attempt(taker.account, taker.campaign.id)
        for item in attempt.items:
            right = next(option for option in item.options if option["is_right"])
            places.append(item.options.index(right))
            ranks.append(sorted(o["id"] for o in item.options).index(right["id"]))
            names.extend(option["id"] for option in item.options)
        submit_attempt(taker.account, attempt.id)
        db.session.commit()
    assert len(set(names)) == len(names), "a name came again in another attempt"
    for found in (places, ranks):
        counts = [found.count(place) for place in range(4)]
        assert sum(counts) == 200
        assert all(20 <= count <= 85 for count in counts), counts


def test_what_is_hidden_stays_hidden_after_a_failed_attempt(app: Flask, client: PageClient) -> None:
    """The result before passing shows one's own answers and no other mark, whatever is right."""
    taker = make_taker(app, client, pass_ratio=1.0)
    attempt = make_attempt(taker.account, taker.campaign, 0)
    address = f"/quiz-attempts/{attempt.id}/result"
    before = client.get(address).get_data()
    for item in attempt.items:
        chosen = set(item.chosen)
        others = [option for option in item.options if option["id"] not in chosen]
        right = next(option for option in others if not option["is_right"])
        item.options = [{**o, "is_right": o["id"] == right["id"]} for o in item.options]
    db.session.commit()
    after = client.get(address).get_data()
    assert CSRF.sub(b"", before) == CSRF.sub(b"", after)
    assert len(gzip.compress(CSRF.sub(b"", before))) == len(gzip.compress(CSRF.sub(b"", after)))
