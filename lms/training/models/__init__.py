"""Tables of training, one file per record; import them from here."""

from lms.training.models.campaign import (
    Campaign,
    CampaignDirective,
    CampaignState,
    Obligation,
    Requirement,
)
from lms.training.models.campaign_unit import CampaignUnit
from lms.training.models.directive import Directive, DirectiveKind
from lms.training.models.enrolment import (
    Enrolment,
    EnrolmentChange,
    MaterialOpening,
)
from lms.training.models.session import (
    Material,
    MediaSource,
    SessionDirective,
    SessionKind,
    SessionRun,
    SessionSpeaker,
    TrainingSession,
)
from lms.training.participation import ParticipationKind

__all__ = [
    "Campaign",
    "CampaignDirective",
    "CampaignState",
    "CampaignUnit",
    "Directive",
    "DirectiveKind",
    "Enrolment",
    "EnrolmentChange",
    "Material",
    "MaterialOpening",
    "MediaSource",
    "Obligation",
    "ParticipationKind",
    "Requirement",
    "SessionDirective",
    "SessionKind",
    "SessionRun",
    "SessionSpeaker",
    "TrainingSession",
]
