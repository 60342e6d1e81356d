"""The list of blueprints, in one place. A feature joins the product by a line here; what a lower
package asks of higher ones is joined here too."""

from flask import Blueprint

# Tables, jobs and pages that no line below brings in.
import lms.audit.jobs
import lms.audit.models
import lms.home.my_data
import lms.home.sessions
import lms.notices.models
import lms.people.jobs  # noqa: F401
from lms.access import data_map as access_data
from lms.administration.views import bp as administration
from lms.audit import data_map as audit_data
from lms.base.data_map import join_data_map
from lms.essays import data_map as essays_data
from lms.essays import personal_data as essays_person
from lms.essays.outcomes import join_outcomes
from lms.essays.views import bp as essays
from lms.files import data_map as files_data
from lms.files.views import bp as files
from lms.home.views import bp as home
from lms.integrations.oidc.views import bp as oidc
from lms.integrations.oidc.views import offered_door
from lms.marking import data_map as marking_data
from lms.marking import personal_data as marking_person
from lms.marking.queries.outcomes import find_released_outcome
from lms.marking.views import bp as marking
from lms.notices import data_map as notices_data
from lms.people import data_map as people_data
from lms.people import own_data as people_person
from lms.people.answering import join_answering
from lms.people.consequences import join_consequences
from lms.people.outside import join_outside_door
from lms.people.personal_data import join_personal_data
from lms.people.undoing import join_obstacles
from lms.people.views import bp as people
from lms.planning.views import bp as planning
from lms.quizzes import data_map as quizzes_data
from lms.quizzes import personal_data as quizzes_person
from lms.quizzes.views import bp as quizzes
from lms.supervision.views import bp as supervision
from lms.training import data_map as training_data
from lms.training import personal_data as training_person
from lms.training.queries.obstacles import studies_in_the_way
from lms.training.queries.reorganised import campaigns_in_units, hindrances_of_studies
from lms.training.services.answering import KEEPER
from lms.training.views import bp as training
from lms.training.watching import join_watching
from lms.units import data_map as units_data
from lms.viewing import data_map as viewing_data
from lms.viewing import personal_data as viewing_person
from lms.viewing.queries.pages import is_attended, is_watched
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
    oidc,
)


DATA_MAPS = (
    access_data.TABLES,
    audit_data.TABLES,
    essays_data.TABLES,
    files_data.TABLES,
    marking_data.TABLES,
    notices_data.TABLES,
    people_data.TABLES,
    quizzes_data.TABLES,
    training_data.TABLES,
    units_data.TABLES,
    viewing_data.TABLES,
)
"""What the tables of each package hold about people."""


def join_registries() -> None:
    """Let higher packages answer what lower ones ask, through the registries those declare."""
    for tables in DATA_MAPS:
        join_data_map(tables)
    for provider in (
        marking_person.PROVIDER,
        essays_person.PROVIDER,
        quizzes_person.PROVIDER,
        viewing_person.PROVIDER,
        training_person.PROVIDER,
        people_person.PROVIDER,
    ):
        join_personal_data(provider)
    join_outcomes(find_released_outcome)
    join_watching(is_watched, is_attended)
    join_obstacles(studies_in_the_way)
    join_answering(KEEPER)
    join_consequences(campaigns_in_units, hindrances_of_studies)
    join_outside_door(offered_door)
