"""The list of blueprints, in one place. A feature joins the product by a line here; what a lower
package asks of higher ones is joined here too."""

from flask import Blueprint

import lms.audit.jobs
import lms.audit.models
import lms.home.sessions
import lms.people.jobs  # noqa: F401 - tables, pages and jobs that no line below brings in
from lms.administration.views import bp as administration
from lms.essays.outcomes import join_outcomes
from lms.essays.views import bp as essays
from lms.files.views import bp as files
from lms.home.views import bp as home
from lms.marking.queries.outcomes import find_released_outcome
from lms.marking.views import bp as marking
from lms.people.consequences import join_consequences
from lms.people.undoing import join_obstacles
from lms.people.views import bp as people
from lms.planning.views import bp as planning
from lms.quizzes.views import bp as quizzes
from lms.supervision.views import bp as supervision
from lms.training.queries.obstacles import studies_in_the_way
from lms.training.queries.reorganised import campaigns_in_units, hindrances_of_studies
from lms.training.views import bp as training
from lms.training.watching import join_watching
from lms.viewing.queries import is_watched
from lms.viewing.views import bp as viewing
from lms.web.views import bp as web

BLUEPRINTS: tuple[Blueprint, ...] = (
    administration,
    web,
    people,
    files,
    home,
    supervision,
    viewing,
    training,
    planning,
    essays,
    marking,
    quizzes,
)


def join_registries() -> None:
    """Let higher packages answer what lower ones ask, through the registries those declare."""
    join_outcomes(find_released_outcome)
    join_watching(is_watched)
    join_obstacles(studies_in_the_way)
    join_consequences(campaigns_in_units, hindrances_of_studies)
