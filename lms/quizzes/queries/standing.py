"""Where a member stands in a quiz: what is under way, what came out, what is still open to them."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from lms.base import clock
from lms.extensions import db
from lms.quizzes.models import Quiz, QuizAttempt, QuizAttemptItem
from lms.quizzes.outcomes import least_right
from lms.quizzes.queries.attempts import Outcome, Sitting, list_attempts, list_outcomes
from lms.training.queries.enrolments import Study


@dataclass(frozen=True)
class Standing:
    """A member's attempts at the quiz of a campaign, as of now."""

    study: Study
    quiz: Quiz
    under_way: Sitting | None
    outcomes: Sequence[Outcome]

    @property
    def attempts_left(self) -> int:
        """How many more may be started, the one under way not counted."""
        made = len(self.outcomes) + (self.under_way is not None)
        return max(0, self.quiz.attempts_allowed - made)

    @property
    def best(self) -> Outcome | None:
        """The attempt that counts; of equal ones the first."""
        return max(self.outcomes, key=lambda outcome: outcome.ratio, default=None)

    @property
    def is_passed(self) -> bool:
        return self.study.enrolment.quiz_met_at is not None or any(
            self.passes(outcome) for outcome in self.outcomes
        )

    def least_right(self, count: int) -> int:
        """How many of `count` questions must be right to pass."""
        return least_right(self.study.requirement.quiz_pass_ratio, count)

    @property
    def may_start(self) -> bool:
        return self.study.is_open and self.under_way is None and self.attempts_left > 0

    @property
    def may_see_right(self) -> bool:
        """Whether right answers may be told: when no attempt of this member can gain by them.

        One under way may hold the same questions, and so may any that is left, also to somebody
        who has passed and tries for better: the best attempt counts.
        """
        if self.under_way is not None:
            return False
        return self.attempts_left == 0 or not self.study.is_open

    def passes(self, outcome: Outcome) -> bool:
        return outcome.ratio >= self.study.requirement.quiz_pass_ratio

    @property
    def unmarked_ids(self) -> list[int]:
        """Attempts that time has ended and nobody has marked in the database."""
        return [one.attempt.id for one in self.outcomes if one.attempt.submitted_at is None]


def standing_of(study: Study, quiz: Quiz) -> Standing:
    """Where a member stands; two statements at most."""
    now = clock.now()
    under_way, ended = None, []
    for attempt in list_attempts(quiz.id, study.enrolment.id):
        sitting = Sitting(attempt, quiz, study)
        if sitting.is_taking(now):
            under_way = sitting
        else:
            ended.append(attempt)
    return Standing(study, quiz, under_way, list_outcomes(ended, study.campaign))


def count_answered(attempt: QuizAttempt) -> int:
    """How many questions of an attempt have an answer."""
    query = sa.select(QuizAttemptItem.chosen).where(QuizAttemptItem.attempt_id == attempt.id)
    return sum(1 for chosen in db.session.scalars(query) if chosen)
