"""The list of blueprints, in one place. A feature joins the product by a line here."""

from flask import Blueprint

import lms.audit.models  # noqa: F401 - tables without a page of their own
from lms.administration.views import bp as administration
from lms.essays.views import bp as essays
from lms.files.views import bp as files
from lms.home.views import bp as home
from lms.people.views import bp as people
from lms.supervision.views import bp as supervision
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
    essays,
)
