"""Pages of those who organise study: campaigns from preparation to closing."""

from lms.planning.views import campaigns, enrolments, opening, reorganised, requirements, sessions
from lms.planning.views.blueprint import bp

__all__ = ["bp", "campaigns", "enrolments", "opening", "reorganised", "requirements", "sessions"]
