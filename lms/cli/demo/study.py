"""Puts the demo's study into the database: directives, campaigns, sessions, quiz, essay task."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lms.base import clock
from lms.cli.demo.content.campaigns import CampaignSpec, campaigns
from lms.cli.demo.content.directive import directives
from lms.cli.demo.content.essay_task import TASK_TITLE, VARIANTS, VariantSpec
from lms.cli.demo.content.sessions import FILES_FOLDER, SessionSpec, sessions
from lms.cli.demo.content.units import ROOT_KEY
from lms.cli.demo.organisation import Organisation
from lms.essays.designs import CriterionDesign, LevelDesign, SectionDesign, VariantDesign
from lms.essays.models import EssayVariant, SectionKey
from lms.essays.services.tasks import add_variant, save_task
from lms.files.content import FileKind
from lms.files.services import ReceivedFile, receive_file
from lms.people.models import Account
from lms.quizzes.importers import read_questions
from lms.quizzes.models import QuestionBank
from lms.quizzes.services.banks import create_bank
from lms.quizzes.services.imports import Decision, save_decided, store_import
from lms.quizzes.services.settings import QuizSettings, set_quiz
from lms.training.models import (
    Campaign,
    Directive,
    DirectiveKind,
    Material,
    Obligation,
    ParticipationKind,
    SessionKind,
    TrainingSession,
)
from lms.training.services.campaigns import CampaignValues, create_campaign
from lms.training.services.directives import DirectiveValues, create_directive
from lms.training.services.materials import add_material
from lms.training.services.requirements import RequirementValues, save_requirements
from lms.training.services.runs import RunValues
from lms.training.services.sessions import (
    SessionFiles,
    SessionValues,
    create_session,
)
from lms.units.queries import Scope, get_unit

QUESTION_FILE = "cau-hoi-gach-chan.docx"
LARGEST_FILE = 100_000_000


@dataclass(frozen=True)
class BuiltCampaign:
    """A campaign of the demo with what progress is made on."""

    spec: CampaignSpec
    campaign: Campaign
    recording: TrainingSession
    materials: list[Material]
    variants: dict[str, EssayVariant]

    def moment(self, day: int, hour: int = 9, minute: int = 0) -> datetime:
        """A moment of the campaign: `day` counts from the day it opened."""
        opened = clock.start_of_day(self.spec.dates.opens_on).timestamp()
        return datetime.fromtimestamp(
            opened + day * 86_400 + hour * 3600 + minute * 60, clock.LOCAL_ZONE
        )


def build_campaigns(
    organisation: Organisation, today: date, say: Callable[[str], None]
) -> list[BuiltCampaign]:
    """Both campaigns, made ready but not opened yet."""
    planner = organisation.personas["administrator"]
    built_directives = {
        spec.key: create_directive(
            planner,
            DirectiveValues(
                DirectiveKind(spec.kind),
                spec.issuer,
                spec.symbol,
                spec.issued_on,
                spec.title,
                spec.body,
            ),
        )
        for spec in directives(today)
    }
    scope = Scope((get_unit(organisation.units[ROOT_KEY].id).path,))
    bank = _bank(organisation, planner, scope)
    built = []
    for spec in campaigns(today):
        say(f"  {spec.name}")
        built.append(_campaign(spec, organisation, planner, built_directives, bank, scope, today))
    return built


def _campaign(
    spec: CampaignSpec,
    organisation: Organisation,
    planner: Account,
    built_directives: dict[str, Directive],
    bank: QuestionBank,
    scope: Scope,
    today: date,
) -> BuiltCampaign:
    opens_at = clock.start_of_day(spec.dates.opens_on)
    campaign = create_campaign(
        planner,
        CampaignValues(
            spec.name,
            spec.summary,
            organisation.units[ROOT_KEY].id,
            [built_directives[key].id for key in spec.directive_keys],
            opens_at,
            clock.end_of_day(spec.dates.closes_on),
        ),
        scope,
    )
    save_requirements(
        planner,
        campaign,
        [
            RequirementValues(
                organisation.audiences[asked.audience].id,
                Obligation(asked.obligation),
                clock.end_of_day(asked.due_on),
                asks_quiz=asked.asks_quiz,
                asks_essay=asked.asks_essay,
                least_coverage=asked.least_coverage,
                quiz_pass_ratio=asked.quiz_pass_ratio,
                accepted_kinds=[
                    kind
                    for kind in ParticipationKind
                    if kind is not ParticipationKind.SELF_DECLARED or asked.accepts_self_declared
                ],
            )
            for asked in spec.requirements
        ],
    )
    recording = None
    materials: list[Material] = []
    for session in sessions(today):
        if session.campaign_key == spec.key:
            made = _session(session, campaign, organisation, built_directives)
            for material in session.materials:
                materials.append(
                    add_material(
                        organisation.personas[session.speaker_key],
                        made,
                        material.title,
                        clock.start_of_day(material.published_on),
                        _file(material.file_name),
                    )
                )
            recording = made if session.video else recording
    if recording is None:
        raise LookupError(f"{spec.key} has no recording")
    set_quiz(
        planner,
        campaign.id,
        QuizSettings(bank.id, f"Câu hỏi của {spec.name.lower()}", 10, 3, None, True),
        scope,
    )
    return BuiltCampaign(
        spec, campaign, recording, materials, _essay_task(planner, campaign, organisation, spec)
    )


def _session(
    spec: SessionSpec,
    campaign: Campaign,
    organisation: Organisation,
    built_directives: dict[str, Directive],
) -> TrainingSession:
    runs = []
    for run in spec.runs:
        starts_at = datetime.combine(run.held_on, run.starts_at, clock.LOCAL_ZONE)
        ends_at = starts_at + timedelta(minutes=run.minutes)
        runs.append(RunValues(starts_at, ends_at, run.url, run.note))
    return create_session(
        organisation.personas["administrator"],
        campaign,
        SessionKind(spec.kind),
        SessionValues(
            spec.title,
            spec.summary,
            [built_directives[key].id for key in spec.directive_keys],
            [organisation.personas[spec.speaker_key].id],
            clock.start_of_day(spec.published_on),
            spec.position,
            spec.is_required,
            runs=runs,
        ),
        SessionFiles(
            _file(spec.video) if spec.video else None,
            _file(spec.captions) if spec.captions else None,
            _file(spec.poster) if spec.poster else None,
        ),
    )


def _file(name: str) -> ReceivedFile:
    with (FILES_FOLDER / name).open("rb") as stream:
        return receive_file(stream, name, frozenset(FileKind), LARGEST_FILE)


def _bank(organisation: Organisation, planner: Account, scope: Scope) -> QuestionBank:
    """The question bank, filled from the Word file as an organiser would fill it."""
    bank = create_bank(
        planner, "Câu hỏi về học tập chỉ thị, nghị quyết", organisation.units[ROOT_KEY].id
    )
    content = (FILES_FOLDER / QUESTION_FILE).read_bytes()
    stored = store_import(planner, bank, QUESTION_FILE, read_questions(content, QUESTION_FILE))
    decisions = {
        entry["number"]: Decision(True, entry["stem"], entry["options"], entry["correct"])
        for entry in stored.questions
    }
    save_decided(planner, stored.id, decisions, scope)
    return bank


def _essay_task(
    planner: Account, campaign: Campaign, organisation: Organisation, spec: CampaignSpec
) -> dict[str, EssayVariant]:
    task = save_task(planner, campaign, TASK_TITLE)
    variants: dict[str, EssayVariant] = {}
    for variant in VARIANTS:
        asked = [
            audience
            for audience in variant.audiences
            if spec.requirement(audience).essay_variant == variant.key
        ]
        if asked:
            variants[variant.key] = add_variant(
                planner,
                campaign,
                task,
                design_of(variant),
                [organisation.audiences[audience].id for audience in asked],
            )
    return variants


def design_of(spec: VariantSpec) -> VariantDesign:
    """A variant of the content as the task designer takes it."""
    return VariantDesign(
        spec.name,
        spec.prompt,
        spec.least_words,
        spec.most_words,
        tuple(
            SectionDesign(
                SectionKey(section.key),
                section.title,
                section.hint,
                section.least_words,
                section.most_words,
                section.rows,
            )
            for section in spec.sections
        ),
        tuple(
            CriterionDesign(
                criterion.title,
                criterion.weight,
                tuple(
                    LevelDesign(level.title, level.share, level.description)
                    for level in criterion.levels
                ),
                criterion.description,
            )
            for criterion in spec.criteria
        ),
    )
