"""The administrator's pages, a file per subject; all on one blueprint."""

from lms.administration.views import (
    accounts,
    appointments,
    assistance,
    audiences,
    audit,
    changes,
    delegations,
    leaving,
    members,
    privacy,
    reorganisation,
    roster,
    roster_decisions,
    roster_studies,
    second_steps,
    units,
)
from lms.administration.views.blueprint import bp

__all__ = [
    "accounts",
    "appointments",
    "assistance",
    "audiences",
    "audit",
    "bp",
    "changes",
    "delegations",
    "leaving",
    "members",
    "privacy",
    "reorganisation",
    "roster",
    "roster_decisions",
    "roster_studies",
    "second_steps",
    "units",
]
