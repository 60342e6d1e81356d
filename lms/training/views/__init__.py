"""Pages of training: directives for everybody, materials for learners and for who prepares them."""

from lms.training.views import directives, materials
from lms.training.views.blueprint import bp

__all__ = ["bp", "directives", "materials"]
