"""The administrator's pages, a file per subject; all on one blueprint."""

from lms.administration.views import (
    accounts,
    appointments,
    audiences,
    audit,
    changes,
    members,
    privacy,
    reorganisation,
    roster,
    roster_decisions,
    units,
)
from lms.administration.views.blueprint import bp

__all__ = [
    "accounts",
    "appointments",
    "audiences",
    "audit",
    "bp",
    "changes",
    "members",
    "privacy",
    "reorganisation",
    "roster",
    "roster_decisions",
    "units",
]
