"""Pages of quizzes, a file per group: banks, imports, settings, attempts; all on one blueprint."""

from lms.quizzes.views import attempts, banks, imports, settings
from lms.quizzes.views.blueprint import bp

__all__ = ["attempts", "banks", "bp", "imports", "settings"]
