"""The command that gives a campaign its quiz, or changes it for the attempts still to come."""

from dataclasses import asdict

from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Invalid, NotAllowed
from lms.base.vietnamese import clean
from lms.extensions import db
from lms.people.models import Account
from lms.quizzes.decisions import QuizSettings
from lms.quizzes.models import Quiz
from lms.quizzes.queries import banks
from lms.quizzes.queries.attempts import quiz_of_campaign
from lms.training.models import CampaignState
from lms.training.queries.campaigns import get_campaign
from lms.units.queries import Scope


def set_quiz(actor: Account | None, campaign_id: int, values: QuizSettings, scope: Scope) -> Quiz:
    """Make or change the quiz of a campaign; attempts under way keep what they were given.

    NotFound for a campaign or bank outside the scope, NotAllowed once the campaign is closed,
    Invalid when the bank has fewer questions than are to be drawn.
    """
    campaign = get_campaign(campaign_id, scope, lock=True)
    if campaign.state is CampaignState.CLOSED:
        raise NotAllowed(_("Đợt học đã đóng nên không sửa bài trắc nghiệm được nữa."))
    quiz = quiz_of_campaign(campaign_id)
    # The bank in use stays usable, also where it belongs to a unit above the organiser's.
    own = scope if quiz is None or quiz.bank_id != values.bank_id else None
    bank = banks.get_bank(values.bank_id, own, locked=True)
    available = banks.count_in_use(bank.id)
    if values.question_count > available:
        raise Invalid(
            _(
                "Ngân hàng này có %(available)s câu đang dùng. Hãy lấy nhiều nhất "
                "%(available)s câu, hoặc thêm câu hỏi vào ngân hàng.",
                available=available,
            ),
            field="question_count",
        )
    if min(values.question_count, values.attempts_allowed) < 1:
        raise Invalid(_("Số câu và số lượt phải từ 1 trở lên."))
    if quiz is None:
        quiz = Quiz(campaign_id=campaign_id, created_at=clock.now())
        db.session.add(quiz)
    for name, value in asdict(values).items():
        setattr(quiz, name, value)
    quiz.title = clean(values.title)
    db.session.flush()
    record(actor.id if actor else None, "quiz.set", f"campaign:{campaign_id}", **asdict(values))
    return quiz
