"""Essay tasks, essays and submissions.

task = make_task(campaign)                                # a task without variants
variant = make_variant(campaign, audiences.values())      # the task too, where there is none yet
essay = write_essay(learner, campaign, words=60)          # a draft saved
submission = hand_in(learner, campaign)                   # written as long as asked, and handed in
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lms.essays import services
from lms.essays.designs import (
    CriterionDesign,
    LevelDesign,
    SectionDesign,
    VariantDesign,
)
from lms.essays.models import EssaySubmission, EssayTask, EssayVariant, SectionKey
from lms.essays.queries import find_task, get_writing
from lms.essays.services import DraftText, Saved
from lms.people.models import Account, Audience
from lms.training.models import Campaign

LEVELS = (
    LevelDesign("Chưa đạt", 0.2, "Chép lại văn bản."),
    LevelDesign("Đạt", 0.55, "Nêu được ý chính."),
    LevelDesign("Khá", 0.8, "Hiểu bằng lời của mình."),
    LevelDesign("Tốt", 1.0, "Sâu, có việc thật."),
)

DESIGN = VariantDesign(
    name="Đề cho đảng viên",
    prompt="Đồng chí tâm đắc nội dung nào nhất?\nNêu hai việc sẽ làm.",
    least_words=20,
    most_words=200,
    sections=(
        SectionDesign(SectionKey.UNDERSTANDING, "Nhận thức", "Điều tâm đắc nhất.", 10, 100),
        SectionDesign(SectionKey.COMMITMENT, "Cam kết", "Hai việc có hạn.", 5, 60),
        SectionDesign(SectionKey.PROPOSAL, "Đề xuất", "", 0, None),
    ),
    criteria=(
        CriterionDesign("Nhận thức", 60, LEVELS, "Hiểu và nói bằng lời của mình."),
        CriterionDesign("Cam kết", 40, LEVELS, "Việc làm được, có hạn."),
    ),
)


def make_task(campaign: Campaign, title: str = "Bài thu hoạch") -> EssayTask:
    """The essay task of a campaign."""
    return services.save_task(None, campaign, title)


def make_variant(
    campaign: Campaign, audiences: Iterable[Audience] = (), **changes: object
) -> EssayVariant:
    """A variant of DESIGN (with changes) for these audiences."""
    task = find_task(campaign.id) or make_task(campaign)
    design = replace(DESIGN, **changes)  # type: ignore[arg-type]
    return services.add_variant(
        None, campaign, task, design, [audience.id for audience in audiences]
    )


def words(number: int, word: str = "chữ") -> str:
    """A text of so many words."""
    return " ".join(f"{word}{index}" for index in range(1, number + 1))


def save(account: Account, campaign: Campaign, base_revision: int = 0, **texts: str) -> Saved:
    """One save of a page that was opened on a revision."""
    return services.save_draft(account, campaign.id, DraftText(texts, base_revision))


def write_essay(account: Account, campaign: Campaign, number: int = 30) -> Saved:
    """A draft of so many words on top of what there is."""
    assert account.member_id is not None
    writing = get_writing(account.member_id, campaign.id)
    base = writing.essay.revision if writing.essay else 0
    return save(account, campaign, base, understanding=words(number))


def hand_in(account: Account, campaign: Campaign, number: int = 30) -> EssaySubmission:
    """An essay written and handed in."""
    saved = write_essay(account, campaign, number)
    return services.submit_essay(account, campaign.id, saved.essay.revision)
