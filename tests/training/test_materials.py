"""Materials: put up by speakers, opened by learners, counted once, hidden from everybody else."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask

from lms.base import clock
from lms.extensions import db
from lms.people.models import Account
from lms.training.models import Campaign, CampaignState, Material, MaterialOpening, TrainingSession
from lms.training.services.materials import withdraw_material
from lms.units.models import Unit
from tests.factories import people, training
from tests.factories.media import office, tiny_mp4, tiny_pdf
from tests.support.client import PageClient
from tests.support.statements import count_statements


class Study:
    """A unit with a learner, a speaker, and an open campaign with one session."""

    def __init__(self) -> None:
        self.unit: Unit = people.make_unit()
        self.learner: Account = people.make_learner(self.unit)
        self.speaker: Account = people.make_speaker(self.unit)
        self.campaign: Campaign = training.make_campaign(
            self.unit, people.make_audiences(), opened=True
        )
        self.session: TrainingSession = training.make_session(
            self.campaign, speakers=[self.speaker]
        )


@pytest.fixture
def study(app: Flask) -> Study:
    return Study()


def openings() -> int:
    db.session.commit()
    return db.session.query(MaterialOpening).count()


def test_a_learner_opens_a_material_and_it_is_noted_once_after_the_answer(
    study: Study, client: PageClient
) -> None:
    material = training.make_material(study.session)
    people.sign_in(client, study.learner)
    for _ in range(2):
        response = client.get(f"/materials/{material.id}", follow_redirects=True)
        assert response.data == tiny_pdf()
        assert response.headers["Content-Disposition"].startswith("inline")
    assert openings() == 1
    enrolment = training.enrolment_of(study.campaign, study.learner)
    db.session.refresh(enrolment)
    assert enrolment.materials_read_at is not None


def test_materials_are_read_once_all_that_are_published_were_opened(
    study: Study, client: PageClient
) -> None:
    first, second = (training.make_material(study.session) for _ in range(2))
    training.make_material(study.session, published_at=clock.now() + timedelta(days=1))
    withdrawn = training.make_material(study.session)
    withdrawn.withdrawn_at = clock.now()
    enrolment = training.enrolment_of(study.campaign, study.learner)
    people.sign_in(client, study.learner)
    client.get(f"/materials/{first.id}")
    db.session.refresh(enrolment)
    assert enrolment.materials_read_at is None
    client.get(f"/materials/{second.id}")
    db.session.refresh(enrolment)
    assert enrolment.materials_read_at is not None


def test_withdrawing_the_last_unopened_material_counts_for_those_who_read_the_rest(
    study: Study, client: PageClient
) -> None:
    first, second = (training.make_material(study.session) for _ in range(2))
    idle = people.make_learner(study.unit)
    training.open_campaign(None, study.campaign)
    people.sign_in(client, study.learner)
    client.get(f"/materials/{first.id}")
    withdraw_material(study.speaker, second)
    db.session.commit()
    reader = training.enrolment_of(study.campaign, study.learner)
    db.session.refresh(reader)
    assert reader.materials_read_at is not None
    assert training.enrolment_of(study.campaign, idle).materials_read_at is None


def test_nothing_is_noted_for_a_head_for_others_or_after_the_end(
    study: Study, client: PageClient
) -> None:
    material = training.make_material(study.session)
    people.sign_in(client, study.learner)
    assert client.head(f"/materials/{material.id}").status_code == 302
    people.sign_in(client, study.speaker)
    assert client.get(f"/materials/{material.id}").status_code == 302
    study.campaign.state = CampaignState.CLOSED
    people.sign_in(client, study.learner)
    assert client.get(f"/materials/{material.id}").status_code == 302
    assert openings() == 0


def test_unpublished_withdrawn_and_foreign_materials_look_like_missing_ones(
    study: Study, client: PageClient
) -> None:
    later = training.make_material(study.session, published_at=clock.now() + timedelta(minutes=1))
    gone = training.make_material(study.session)
    gone.withdrawn_at = clock.now()
    theirs = training.make_material(training.make_session(elsewhere()))
    draft = training.make_campaign(study.unit)
    unopened = training.make_material(training.make_session(draft))
    people.sign_in(client, study.learner)
    missing = client.get_page("/materials/999999", status=404)
    for material in (later, gone, theirs, unopened):
        assert client.get_page(f"/materials/{material.id}", status=404).text == missing.text
    assert openings() == 0
    people.sign_in(client, study.speaker)
    assert client.get(f"/materials/{later.id}").status_code == 302, "its speaker sees it before"
    assert client.get(f"/materials/{theirs.id}").status_code == 404


def elsewhere() -> Campaign:
    return training.make_campaign(people.make_unit())


def test_reading_writes_nothing_before_the_answer_and_little_after(
    study: Study, client: PageClient
) -> None:
    material = training.make_material(study.session)
    people.sign_in(client, study.learner)
    client.get(f"/materials/{material.id}")
    with count_statements() as statements:
        client.get(f"/materials/{material.id}")
    assert len(statements) <= 4, statements
    assert not [s for s in statements if s.lstrip().upper().startswith(("INSERT", "UPDATE"))]


def test_a_speaker_puts_up_changes_and_withdraws_a_material(
    study: Study, client: PageClient
) -> None:
    people.sign_in(client, study.speaker)
    page = client.get_page("/my-sessions")
    assert page.text.count("Chưa có tài liệu") == 1
    page = client.get_page(page.links()["Thêm tài liệu"])
    page = page.submit({"file": (io.BytesIO(tiny_pdf()), "Bài giảng số 1.pdf")})
    assert "Bài giảng số 1" in page.text
    material = db.session.query(Material).one()
    assert material.published_at <= clock.now()
    assert material.uploaded_by_id == study.speaker.id
    later = clock.to_local(clock.now() + timedelta(days=3)).strftime("%H:%M %d/%m/%Y")
    page = client.submit(
        f"/materials/{material.id}/edit",
        {
            "title": "Trình chiếu",
            "published_at": later,
            "file": (io.BytesIO(office()), "moi.docx"),
        },
    )
    assert "Trình chiếu" in page.text
    assert "moi.docx" in page.text
    assert "Công bố lúc" in page.text
    page = page.submit(form=f"/materials/{material.id}/withdraw")
    assert "Đã rút" in page.text
    assert client.get(f"/materials/{material.id}").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"MZ" + b"\x00" * 500, "bai-giang.pdf", "Nội dung tệp không thuộc loại"),
        (b"<!doctype html><script>1</script>", "bai.pdf", "Nội dung tệp không thuộc loại"),
        (office(more={"word/vbaProject.bin": b"x"}), "bai.docm", "macro"),
        (office(more={"word/a.xml": b"\x00" * 10_500_000}), "bai.docx", "nén quá chặt"),
        (tiny_mp4(), "phim.mp4", "video MP4"),
        (b"", "rong.pdf", "Tệp rỗng"),
    ],
    ids=["exe", "html", "docm", "bomb", "video", "empty"],
)
def test_a_wrong_file_is_refused_with_the_reason_and_the_words_stay(
    study: Study, client: PageClient, content: bytes, name: str, words: str
) -> None:
    people.sign_in(client, study.speaker)
    page = client.submit(
        f"/sessions/{study.session.id}/materials/new",
        {"title": "Tên đã gõ", "file": (io.BytesIO(content), name)},
        status=422,
    )
    assert words in page.errors_by_field["file"]
    assert page.form().value_of("title") == "Tên đã gõ"
    assert db.session.query(Material).count() == 0


def test_no_file_and_a_wrong_moment_are_said_at_their_fields(
    study: Study, client: PageClient
) -> None:
    people.sign_in(client, study.speaker)
    page = client.submit(
        f"/sessions/{study.session.id}/materials/new", {"published_at": "mai"}, status=422
    )
    assert set(page.errors_by_field) == {"file", "published_at"}
    assert page.form().value_of("published_at") == "mai"


def test_a_file_over_the_limit_is_413_and_says_how_large_it_may_be(
    study: Study, client: PageClient, app: Flask
) -> None:
    app.config["DOCUMENT_LIMIT"] = 1024 * 1024
    people.sign_in(client, study.speaker)
    address = f"/sessions/{study.session.id}/materials/new"
    large = tiny_pdf() + b"0" * 1024 * 1024
    page = client.submit(
        address, {"title": "Tên đã gõ", "file": (io.BytesIO(large), "a.pdf")}, status=413
    )
    assert "quá 1 MB" in page.errors_by_field["file"]
    assert page.form().value_of("title") == "Tên đã gõ"
    response = client.post(
        address, data={"title": "a"}, environ_overrides={"CONTENT_LENGTH": "60000000"}
    )
    assert response.status_code == 413, "refused by its announced length, before it is read"


def test_only_those_who_prepare_a_session_get_to_its_materials(
    study: Study, client: PageClient
) -> None:
    material = training.make_material(study.session)
    addresses = (
        f"/sessions/{study.session.id}/materials",
        f"/sessions/{study.session.id}/materials/new",
        f"/materials/{material.id}/edit",
    )
    above = people.make_planner(study.unit)
    people.sign_in(client, above)
    for address in addresses:
        assert client.get(address).status_code == 200
    people.sign_in(client, people.make_speaker(study.unit))
    for address in addresses:
        assert client.get(address).status_code == 404
    people.sign_in(client, people.make_planner(people.make_unit()))
    for address in addresses:
        assert client.get(address).status_code == 404
    people.sign_in(client, study.learner)
    for address in (*addresses, "/my-sessions"):
        assert client.get(address).status_code == 403


def test_nothing_changes_once_the_campaign_is_closed(study: Study, client: PageClient) -> None:
    material = training.make_material(study.session)
    people.sign_in(client, study.speaker)
    page = client.get_page(f"/sessions/{study.session.id}/materials")
    study.campaign.state = CampaignState.CLOSED
    page.submit(form=f"/materials/{material.id}/withdraw", status=403)
    db.session.refresh(material)
    assert material.withdrawn_at is None
    assert "Thêm tài liệu" not in client.get_page("/my-sessions").text


def test_a_file_that_arrived_in_vain_does_not_stay(
    app: Flask, study: Study, client: PageClient
) -> None:
    people.sign_in(client, study.speaker)
    page = client.get_page(f"/sessions/{study.session.id}/materials/new")
    before = set(app.config["UPLOAD_DIR"].rglob("*/*"))
    study.campaign.state = CampaignState.CLOSED
    db.session.commit()
    page.submit({"file": (io.BytesIO(tiny_pdf()), "Bài.pdf")}, status=403)
    assert db.session.query(Material).count() == 0
    assert {path for path in app.config["UPLOAD_DIR"].rglob("*/*") if path.is_file()} <= before


def test_a_speakers_pages_cost_the_same_however_much_they_hold(
    study: Study, client: PageClient
) -> None:
    people.sign_in(client, study.speaker)

    def statements() -> int:
        with count_statements() as counted:
            client.get_page("/my-sessions")
            client.get_page(f"/sessions/{study.session.id}/materials")
        return len(counted)

    training.make_material(study.session)
    first = statements()
    for _ in range(10):
        training.make_material(study.session)
        training.make_session(study.campaign, speakers=[study.speaker])
    assert statements() == first <= 12
