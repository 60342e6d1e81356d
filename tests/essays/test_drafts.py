"""Drafts: every acknowledged save is in the history, whatever the tabs do to each other."""

from __future__ import annotations

import random
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock
from lms.base.errors import Invalid, NotFound, PayloadTooLarge
from lms.base.transactions import transaction
from lms.essays import services
from lms.essays.models import Essay, EssayDraft
from lms.essays.queries import find_head
from lms.essays.services import CampaignNotOpen, DraftText
from lms.extensions import db
from lms.people.models import Account
from lms.training.models import Campaign, CampaignState, Enrolment
from lms.training.services.enrolments import enrol_concerned
from tests.essays.conftest import Study
from tests.factories.essays import hand_in, save, words
from tests.factories.people import make_learner
from tests.factories.training import enrolment_of

CASES = 200


def _history(essay_id: int) -> list[EssayDraft]:
    query = sa.select(EssayDraft).where(EssayDraft.essay_id == essay_id)
    return list(db.session.scalars(query.order_by(EssayDraft.revision)))


def test_the_first_save_starts_the_essay_and_the_enrolment_knows(study: Study) -> None:
    saved = save(study.writer, study.campaign, understanding="Tôi tâm đắc nhất ba điều.")
    enrolment = enrolment_of(study.campaign, study.writer)
    assert (saved.essay.revision, saved.draft.revision, saved.draft.word_count) == (1, 1, 6)
    assert saved.essay.variant_id == study.variant.id
    assert enrolment.essay_started_at == saved.essay.started_at == saved.draft.saved_at
    assert not saved.is_conflict


def test_each_save_is_a_row_of_its_own_on_top_of_the_last(study: Study) -> None:
    for number in range(1, 6):
        saved = save(study.writer, study.campaign, number - 1, understanding=words(number))
        assert saved.essay.revision == number
    history = _history(saved.essay.id)
    assert [draft.word_count for draft in history] == [1, 2, 3, 4, 5]
    assert not any(draft.is_aside for draft in history)


def test_text_is_kept_in_nfc_with_its_paragraphs(study: Study) -> None:
    saved = save(study.writer, study.campaign, commitment="hoa\u0300  \r\n\r\nviệc hai\u200b ")
    assert saved.draft.texts == {"commitment": "hoà\n\nviệc hai"}


def test_a_save_on_an_older_text_is_kept_aside_and_told(study: Study) -> None:
    first = save(study.writer, study.campaign, understanding="bản một")
    second = save(study.writer, study.campaign, 1, understanding="bản hai, thẻ kia")
    third = save(study.writer, study.campaign, 1, understanding="bản ba, thẻ này")
    assert third.other is not None
    assert third.other.texts == {"understanding": "bản hai, thẻ kia"}
    assert third.draft.texts == {"understanding": "bản ba, thẻ này"}
    assert third.draft.is_aside
    assert (third.essay.revision, third.essay.save_count) == (2, 3)
    head = find_head(third.essay)
    assert head is not None
    assert head.id == second.draft.id
    fourth = save(study.writer, study.campaign, 2, understanding="bản ghép")
    assert (fourth.essay.revision, fourth.is_conflict) == (4, False)
    assert first.essay.id == fourth.essay.id


def test_the_same_text_on_an_older_base_is_no_conflict(study: Study) -> None:
    save(study.writer, study.campaign, understanding="một")
    second = save(study.writer, study.campaign, 1, understanding="một hai")
    again = save(study.writer, study.campaign, 1, understanding="một hai ")
    assert again.draft.id == second.draft.id
    assert len(_history(again.essay.id)) == 2


def test_a_page_whose_answer_was_lost_goes_on_without_a_conflict(study: Study) -> None:
    def send(sequence: int, base: int, text: str) -> services.Saved:
        draft = DraftText({"understanding": text}, base, "trang1", sequence)
        return services.save_draft(study.writer, study.campaign.id, draft)

    send(1, 0, "một")
    send(2, 1, "một hai")  # its answer never arrives: the page still stands on revision 1
    third = send(3, 1, "một hai ba")
    assert not third.is_conflict
    assert third.essay.revision == third.draft.revision == 3
    late = send(2, 1, "một hai, gửi chậm")  # overtaken on the way by the third
    assert not late.is_conflict
    assert (late.draft.is_aside, late.essay.revision) == (True, 3)
    other_page = DraftText({"understanding": "máy khác"}, 1, "trang2", 9)
    assert services.save_draft(study.writer, study.campaign.id, other_page).is_conflict


def test_interleaved_tabs_lose_nothing_that_was_acknowledged(app: Flask, study: Study) -> None:
    learners = [make_learner(study.unit) for _ in range(4)]
    db.session.commit()
    with transaction():
        enrol_concerned(study.campaign)
    for case in range(CASES):
        chance = random.Random(case)
        writer = chance.choice([study.writer, *learners])
        _interleave(study, writer, case, chance)
        db.session.commit()


def _interleave(study: Study, writer: Account, case: int, chance: random.Random) -> None:
    """Tabs type, save, are reloaded and lose answers in any order; then the history is read."""
    member_id = writer.member_id
    essay = db.session.scalar(
        sa.select(Essay).join(Enrolment).where(Enrolment.member_id == member_id)
    )
    start = essay.save_count if essay else 0
    head = find_head(essay)
    top = (head.revision, head.texts) if head else (0, {})
    tabs = [{"base": top[0], "sequence": 0} for _ in range(chance.randint(2, 4))]
    acknowledged: dict[int, dict[str, str]] = {}
    for step in range(chance.randint(3, 9)):
        place = chance.randrange(len(tabs))
        tab = tabs[place]
        if chance.random() < 0.15 and essay is not None:
            tab["base"] = essay.revision  # the page is loaded again
        tab["sequence"] += 1
        texts = {"understanding": f"lần {case} thẻ {place} bước {step}"}
        draft = DraftText(texts, tab["base"], f"trang{case}x{place}", tab["sequence"])
        saved = services.save_draft(writer, study.campaign.id, draft)
        essay = saved.essay
        acknowledged[saved.draft.revision] = texts
        is_lost = chance.random() < 0.2
        if saved.other is not None:
            assert saved.draft.is_aside
            assert saved.other.revision == essay.revision
            assert saved.other.texts == top[1], "the other text is the newest there is"
            if chance.random() < 0.5:
                tab["base"] = saved.other.revision  # the writer chooses to go on with their own
        else:
            assert saved.draft.revision == essay.revision
            top = (saved.draft.revision, texts)
            if not is_lost:
                tab["base"] = essay.revision
    assert essay is not None
    db.session.expire_all()
    history = {draft.revision: draft for draft in _history(essay.id)}
    assert sorted(history) == list(range(1, len(history) + 1)), "numbered without a gap"
    assert len(history) == start + len(acknowledged), "each save once"
    for revision, texts in acknowledged.items():
        assert history[revision].texts == texts
    newest = max(revision for revision, draft in history.items() if not draft.is_aside)
    assert (essay.revision, essay.save_count) == (newest, len(history))
    assert (newest, history[newest].texts) == top


def test_tabs_that_save_at_the_same_moment_take_turns(app: Flask, study: Study) -> None:
    """Nobody has written yet: the very first saves race too."""
    tabs, rounds = 4, 5
    writer_id, campaign_id = study.writer.id, study.campaign.id
    db.session.commit()
    barrier = Barrier(tabs)
    kept: list[str] = []
    failures: list[BaseException] = []

    def type_away(place: int) -> None:
        barrier.wait()
        for step in range(rounds):
            text = f"thẻ {place} bước {step}"
            draft = DraftText({"understanding": text}, step, f"trang{place}", step)
            try:
                with app.app_context(), transaction():
                    account = db.session.get_one(Account, writer_id)
                    services.save_draft(account, campaign_id, draft)
                kept.append(text)
            except BaseException as error:
                failures.append(error)

    threads = [Thread(target=type_away, args=(place,)) for place in range(tabs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    essay = db.session.scalars(sa.select(Essay)).one()
    history = _history(essay.id)
    assert sorted(draft.texts["understanding"] for draft in history) == sorted(kept)
    assert [draft.revision for draft in history] == list(range(1, tabs * rounds + 1))


def test_an_earlier_draft_comes_back_on_top_and_nothing_goes(study: Study) -> None:
    save(study.writer, study.campaign, understanding="bản đầu, hay hơn")
    save(study.writer, study.campaign, 1, understanding="bản hai")
    restored = services.restore_draft(study.writer, study.campaign.id, 1)
    assert restored.draft.texts == {"understanding": "bản đầu, hay hơn"}
    assert (restored.draft.revision, restored.draft.restored_from) == (3, 1)
    assert restored.essay.revision == 3
    assert len(_history(restored.essay.id)) == 3
    with pytest.raises(NotFound):
        services.restore_draft(study.writer, study.campaign.id, 99)


def test_unchanged_text_makes_no_new_row_where_asked(study: Study) -> None:
    first = save(study.writer, study.campaign, understanding="một")
    draft = DraftText({"understanding": "một"}, 1)
    again = services.save_draft(study.writer, study.campaign.id, draft, skip_unchanged=True)
    assert again.draft.id == first.draft.id


def test_an_empty_page_does_not_start_an_essay(study: Study) -> None:
    with pytest.raises(Invalid):
        save(study.writer, study.campaign, understanding="  \n ")
    assert db.session.scalar(sa.select(sa.func.count(Essay.id))) == 0


def test_emptied_text_is_a_save_too(study: Study) -> None:
    save(study.writer, study.campaign, understanding="một")
    emptied = save(study.writer, study.campaign, 1, understanding="")
    assert (emptied.draft.texts, emptied.draft.word_count) == ({}, 0)


def test_what_no_section_knows_is_refused_not_dropped(study: Study) -> None:
    with pytest.raises(Invalid):
        save(study.writer, study.campaign, understanding="một", elsewhere="hai")


def test_a_text_beyond_all_measure_is_refused_with_the_limit(study: Study) -> None:
    with pytest.raises(PayloadTooLarge, match="100000"):
        save(study.writer, study.campaign, understanding="a" * 100_001)


def test_nothing_is_saved_before_or_after_the_campaign(study: Study) -> None:
    save(study.writer, study.campaign, understanding="một")
    for moment in (study.campaign.opens_at, study.campaign.closes_at):
        offset = timedelta(seconds=-1 if moment == study.campaign.opens_at else 1)
        with clock.frozen(moment + offset), pytest.raises(CampaignNotOpen):
            save(study.writer, study.campaign, 1, understanding="hai")
    campaign = db.session.get_one(Campaign, study.campaign.id)
    campaign.state = CampaignState.CLOSED
    db.session.flush()
    with pytest.raises(CampaignNotOpen):
        save(study.writer, study.campaign, 1, understanding="hai")


def test_a_withdrawn_member_has_no_essay_to_write(study: Study) -> None:
    save(study.writer, study.campaign, understanding="một")
    enrolment_of(study.campaign, study.writer).withdrawn_at = clock.now()
    db.session.flush()
    for base in (0, 1):
        with pytest.raises(NotFound):
            save(study.writer, study.campaign, base, understanding="hai")


def test_a_handed_in_essay_takes_no_more_drafts(study: Study) -> None:
    submission = hand_in(study.writer, study.campaign)
    for act in (
        lambda: save(study.writer, study.campaign, 1, understanding="thêm"),
        lambda: save(study.writer, study.campaign, 0, understanding="thêm"),
        lambda: services.restore_draft(study.writer, study.campaign.id, 1),
    ):
        with pytest.raises(services.AlreadySubmitted):
            act()
    assert len(_history(submission.essay_id)) == 1
