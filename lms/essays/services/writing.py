"""Commands of writing: save a draft, bring one back, hand in, take note of a released mark.

Every acknowledged save is a row of its own. A save made on an older text than the newest is kept
aside, never on top: nothing is overwritten, nothing is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Conflict, Invalid, NotAllowed, NotFound, PayloadTooLarge
from lms.base.vietnamese import clean_lines, count_words
from lms.essays.draft_text import DraftText
from lms.essays.lengths import measure_essay
from lms.essays.models import Essay, EssayDraft, EssaySubmission, SectionKey
from lms.essays.queries import (
    Writing,
    find_head,
    find_submission,
    get_draft,
    get_submission,
    get_writing,
    lock_essay,
    variant_with_sections,
)
from lms.essays.queries.writing import LockedEssay
from lms.essays.stamps import stamp_of
from lms.extensions import db
from lms.people.models import Account
from lms.training.services import progress

MOST_CHARACTERS = 100_000


class CampaignNotOpen(NotAllowed):
    """The campaign takes nothing at this moment."""


class AlreadySubmitted(NotAllowed):
    """The essay has been handed in; it does not change any more."""


@dataclass(frozen=True)
class Saved:
    """The receipt of a save. `draft` holds the text now; `other` is the newest text, written
    elsewhere, when this one had to be kept aside."""

    essay: Essay
    draft: EssayDraft
    other: EssayDraft | None = None

    @property
    def is_conflict(self) -> bool:
        return self.other is not None


def save_draft(
    actor: Account, campaign_id: int, text: DraftText, skip_unchanged: bool = False
) -> Saved:
    """Keep what was written; starts the essay at the first save.

    `skip_unchanged` makes no new row when the newest one says the same. NotFound outside one's own
    studies, CampaignNotOpen, AlreadySubmitted, Invalid with nothing to save, PayloadTooLarge.
    """
    texts = _tidy(text.texts)
    member_id = _member_of(actor)
    locked = lock_essay(member_id, campaign_id) if text.base_revision else None
    if locked is None:
        writing = get_writing(member_id, campaign_id)
        if writing.essay is None:
            started = _start(writing, texts, text)
            if started is not None:
                return started
        locked = lock_essay(member_id, campaign_id)
    if locked is None:
        raise NotFound
    _refuse_late_change(locked)
    return _keep(locked.essay, texts, text, skip_unchanged)


def _start(writing: Writing, texts: dict[str, str], text: DraftText) -> Saved | None:
    """The first save; None when another tab was faster by a moment."""
    if not writing.is_open:
        raise _not_open()
    if writing.variant is None:
        raise NotFound
    if not texts:
        raise Invalid(_("Chưa có chữ nào để lưu. Hãy viết vào ít nhất một phần."))
    moment = clock.now()
    enrolment = writing.study.enrolment
    # From here on the enrolment is held; a tab that was faster has made the essay already.
    if not progress.record_essay_started(enrolment.id, moment):
        locked = lock_essay(enrolment.member_id, enrolment.campaign_id)
        if locked is not None:
            return None
    essay = Essay(
        enrolment_id=enrolment.id, variant_id=writing.variant.id, started_at=moment, revision=1
    )
    essay.save_count = 1
    db.session.add(essay)
    db.session.flush()
    return Saved(essay, _add_draft(essay, texts, text, 0, moment))


def _keep(essay: Essay, texts: dict[str, str], text: DraftText, skip_unchanged: bool) -> Saved:
    is_behind = text.base_revision != essay.revision
    head = find_head(essay) if is_behind or skip_unchanged else None
    if head is not None and head.texts == texts and not _may_be_overtaking(text, head):
        return Saved(essay, head)
    essay.save_count += 1
    is_aside = is_behind
    is_overtaken = False
    if is_behind and head is not None and text.page_key and head.page_key == text.page_key:
        # The same page, whose last answer got lost, or whose saves overtook each other.
        is_overtaken = text.page_sequence < head.page_sequence
        is_aside = is_overtaken
    if not is_aside:
        essay.revision = essay.save_count
    draft = _add_draft(essay, texts, text, text.base_revision, clock.now(), is_aside)
    return Saved(essay, draft, head if is_aside and not is_overtaken else None)


def _may_be_overtaking(text: DraftText, head: EssayDraft) -> bool:
    """Whether a save of the same page may still be under way between the newest text and this one.

    Then this one needs a row of its own although it says the same: else the late one, which says
    something else, would come to lie on top.
    """
    if not text.page_key or text.base_revision != head.revision or head.page_key != text.page_key:
        return False
    return text.page_sequence > head.page_sequence + 1


def _add_draft(
    essay: Essay,
    texts: dict[str, str],
    text: DraftText,
    base_revision: int,
    moment: datetime,
    is_aside: bool = False,
    restored_from: int | None = None,
) -> EssayDraft:
    draft = EssayDraft(
        essay_id=essay.id,
        revision=essay.save_count,
        base_revision=base_revision,
        is_aside=is_aside,
        texts=texts,
        word_count=sum(count_words(written) for written in texts.values()),
        saved_at=moment,
        page_key=text.page_key[:40],
        page_sequence=text.page_sequence,
        restored_from=restored_from,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def restore_draft(actor: Account, campaign_id: int, revision: int) -> Saved:
    """Bring back an earlier save as a new one on top; what stood there stays in the history."""
    locked = _own_essay(actor, campaign_id)
    _refuse_late_change(locked)
    essay = locked.essay
    earlier = get_draft(essay.id, revision)
    base_revision = essay.revision
    essay.save_count += 1
    essay.revision = essay.save_count
    text = DraftText(earlier.texts, base_revision)
    draft = _add_draft(
        essay, earlier.texts, text, base_revision, clock.now(), restored_from=revision
    )
    return Saved(essay, draft)


def submit_essay(actor: Account, campaign_id: int, revision: int) -> EssaySubmission:
    """Hand in the draft that was checked, once; again gives the same submission.

    Conflict when a newer draft was saved since the check, Invalid when it is too short,
    CampaignNotOpen after the campaign closed.
    """
    locked = _own_essay(actor, campaign_id, with_enrolment=True)
    essay = locked.essay
    if essay.submitted_at is not None:
        submission = find_submission(essay.id)
        if submission is not None:
            return submission
    if not locked.is_open:
        raise _not_open()
    if essay.revision != revision:
        raise Conflict(_("Bài vừa được sửa ở nơi khác. Hãy xem lại bản mới nhất rồi nộp."))
    head = get_draft(essay.id, revision)
    variant = variant_with_sections(essay.variant_id)
    length = measure_essay(variant.sections, head.texts, variant.least_words, variant.most_words)
    if not length.is_long_enough:
        raise Invalid(too_short(length.words, length.least))
    sections = [
        {"key": str(section.key), "title": section.title, "text": head.texts.get(section.key, "")}
        for section in variant.sections
    ]
    moment = clock.now()
    submission = EssaySubmission(
        essay_id=essay.id,
        enrolment_id=essay.enrolment_id,
        variant_id=variant.id,
        number=1,
        sections=sections,
        word_count=length.words,
        sha256=stamp_of(sections),
        submitted_at=moment,
    )
    db.session.add(submission)
    essay.submitted_at = moment
    db.session.flush()
    progress.record_essay_submitted(essay.enrolment_id, moment)
    record(actor.id, "essay.submitted", f"essay_submission:{submission.id}", words=length.words)
    db.session.flush()
    return submission


def too_short(words: int, least: int) -> str:
    """Why an essay cannot be handed in yet, and how much is wanting."""
    return ngettext(
        "Bài mới có %(words)s từ; đề bài cần ít nhất %(least)s từ. Hãy viết thêm %(num)s từ.",
        "Bài mới có %(words)s từ; đề bài cần ít nhất %(least)s từ. Hãy viết thêm %(num)s từ.",
        least - words,
        words=words,
        least=least,
    )


def record_outcome(submission_id: int, value: float, band: str, passed: bool, at: datetime) -> None:
    """A mark was released: on the variant's scale, with its band. Marking calls this.

    NotFound for the essay of somebody withdrawn since.
    """
    submission = get_submission(submission_id)
    progress.record_essay_outcome(submission.enrolment_id, value, band, passed, at)


def _own_essay(actor: Account, campaign_id: int, with_enrolment: bool = False) -> LockedEssay:
    locked = lock_essay(_member_of(actor), campaign_id, with_enrolment)
    if locked is None:
        raise NotFound
    return locked


def _member_of(actor: Account) -> int:
    if actor.member_id is None:
        raise NotFound
    return actor.member_id


def _refuse_late_change(locked: LockedEssay) -> None:
    if locked.essay.submitted_at is not None:
        raise AlreadySubmitted(_("Bài đã nộp nên không sửa được nữa."))
    if not locked.is_open:
        raise _not_open()


def _not_open() -> CampaignNotOpen:
    return CampaignNotOpen(_("Đợt học không mở vào lúc này nên bài không lưu và nộp được."))


def _tidy(texts: Mapping[str, str]) -> dict[str, str]:
    """Texts in NFC by known section keys, empty ones left out."""
    if sum(len(written) for written in texts.values()) > MOST_CHARACTERS:
        raise PayloadTooLarge(
            _(
                "Bài dài quá %(most)s ký tự nên máy chủ không nhận. Hãy rút ngắn rồi lưu lại.",
                most=MOST_CHARACTERS,
            )
        )
    known = {str(key) for key in SectionKey}
    if unknown := set(texts) - known:
        raise Invalid(_("Phần “%(name)s” không có trong đề bài.", name=sorted(unknown)[0][:40]))
    tidied = {key: clean_lines(written) for key, written in texts.items()}
    return {key: written for key, written in tidied.items() if written.strip()}
