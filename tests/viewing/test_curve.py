"""The curve over a recording: counted from coverage, shown to its speaker from ten viewers on."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.base import clock
from lms.extensions import db
from lms.viewing.coverage import merge
from lms.viewing.curve import EDGE, LEAST_VIEWERS, viewing_curve
from lms.viewing.models import Coverage
from tests.factories.people import make_audiences, make_learner, make_speaker, make_unit, sign_in
from tests.factories.training import enrolment_of, make_campaign, make_session
from tests.support.client import PageClient

SECONDS = 600.0

spans = st.lists(
    st.tuples(st.integers(0, 599), st.integers(1, 300)).map(
        lambda pair: (float(pair[0]), float(min(pair[0] + pair[1], 600)))
    ),
    min_size=1,
    max_size=5,
).map(lambda found: merge((), found))


@given(st.lists(spans, max_size=8), st.integers(2, 30))
def test_every_part_counts_who_saw_its_middle(people: list, buckets: int) -> None:
    curve = viewing_curve(((spans, spans[-1][1]) for spans in people), SECONDS, buckets)
    assert curve.viewers == len(people)
    for bucket in range(buckets):
        middle = (bucket + 0.5) * SECONDS / buckets
        saw = sum(any(start <= middle < end for start, end in spans) for spans in people)
        assert curve.watched[bucket] == saw
    ends = [end for spans in people for _, end in spans if end < SECONDS - EDGE]
    assert sum(curve.left) == len(ends)
    begins = [start for spans in people for start, _ in spans if start > EDGE]
    assert sum(curve.returned) == len(begins)
    assert sum(curve.stopped) == sum(spans[-1][1] < SECONDS - EDGE for spans in people)


def test_the_speaker_sees_it_from_ten_viewers_on(app: Flask, client: PageClient) -> None:
    unit = make_unit()
    people = [make_learner(unit) for _ in range(LEAST_VIEWERS)]
    campaign = make_campaign(unit, make_audiences("member"), opened=True)
    speaker = make_speaker(unit)
    session = make_session(campaign, seconds=SECONDS, speakers=[speaker])
    address = f"/my-sessions/{session.id}/viewing"

    def watch(person, end: float) -> None:  # type: ignore[no-untyped-def]
        db.session.add(
            Coverage(
                enrolment_id=enrolment_of(campaign, person).id,
                session_id=session.id,
                intervals=[[0.0, end]],
                covered_seconds=end,
                position=end,
                updated_at=clock.now() - timedelta(hours=1),
            )
        )
        db.session.commit()

    sign_in(client, speaker)
    for person in people[:-1]:
        watch(person, 300.0)
    assert "Chưa đủ người xem" in client.get_page(address).text
    watch(people[-1], 600.0)
    page = client.get_page(address)
    assert "10 người đã xem" in page.text
    assert not any(person.display_name in page.text for person in people)
    sign_in(client, make_speaker(unit))
    client.get_page(address, status=404)
