"""What the page of a live session shows: its runs, the stream or the links, where codes go."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lms.base import clock
from lms.base.formats import moment_words
from lms.base.page_policy import MADE_BY_THE_PAGE, Loads, may_load
from lms.training.models import ParticipationKind, SessionKind, SessionRun, TrainingSession
from lms.training.queries.enrolments import Study
from lms.viewing.coverage import ratio, seconds_asked
from lms.viewing.forms.attendance import RunCodeForm
from lms.viewing.grants import issue_grant
from lms.viewing.queries.attendance import find_attendance
from lms.viewing.queries.credits import list_credits
from lms.viewing.run_windows import is_code_taken, may_join
from lms.viewing.views.blueprint import secret, sign_in_hash


@dataclass(frozen=True, slots=True)
class Refused:
    """A code that was not taken: of which run, and the form as it was filled in."""

    run_id: int
    form: RunCodeForm


@dataclass(frozen=True, slots=True)
class Door:
    """A run of a join link at which something can be done now: joining it, typing its code."""

    run: SessionRun
    may_join: bool
    code_form: RunCodeForm | None


def live_context(
    study: Study, session: TrainingSession, refused: Refused | None = None
) -> dict[str, Any]:
    """What the page of a live session shows of its runs and of the member's presence."""
    now = clock.now()
    run = session.run_at(now)
    kinds = [
        credit.kind
        for credit in list_credits([study.enrolment.id])
        if credit.session_id == session.id
    ]
    takes_codes = study.is_open and ParticipationKind.CODE_CONFIRMED not in kinds
    context: dict[str, Any] = {
        "is_live": True,
        "run": run,
        "is_under_way": run is not None and run.is_under_way(now),
        "met_kinds": kinds,
        "doors": _doors(session, takes_codes, refused),
    }
    if run is None:
        return context
    attendance = find_attendance(study.enrolment.id, run.id)
    context |= {
        "starts_words": moment_words(run.starts_at),
        "attendance": attendance,
        "attended_ratio": ratio(attendance.covered_seconds, run.seconds) if attendance else 0.0,
        "asked_minutes": round(seconds_asked(run.seconds, study.requirement.least_coverage) / 60),
    }
    if session.kind is SessionKind.LIVE_STREAM and context["is_under_way"]:
        _let_stream(run)
        if study.is_open:
            context["presence_grant"] = issue_grant(
                secret(),
                enrolment_id=study.enrolment.id,
                session_id=session.id,
                member_id=study.enrolment.member_id,
                token_hash=sign_in_hash(),
                now=now,
            )
    return context


def _doors(session: TrainingSession, takes_codes: bool, refused: Refused | None) -> list[Door]:
    if session.kind is not SessionKind.LIVE_LINK:
        return []
    now = clock.now()
    doors = []
    for run in session.runs:
        form = None
        if refused is not None and refused.run_id == run.id:
            form = refused.form
        elif takes_codes and is_code_taken(run, now):
            form = RunCodeForm(formdata=None)
        if form is not None:
            form.code.id = f"code-{run.id}"  # several may stand on one page
        if form is not None or may_join(run, now):
            doors.append(Door(run, may_join(run, now), form))
    return doors


def _let_stream(run: SessionRun) -> None:
    """Widen the page's policy to the stream's address, and no further."""
    parts = urlsplit(run.url)
    origin = f"{parts.scheme}://{parts.netloc}"
    may_load(Loads.MEDIA, origin)
    may_load(Loads.MEDIA, MADE_BY_THE_PAGE)
    may_load(Loads.DATA, origin)
