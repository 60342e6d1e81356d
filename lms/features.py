"""The list of blueprints, in one place. A feature joins the product by a line here."""

from flask import Blueprint

import lms.audit.models
import lms.viewing.models  # noqa: F401 - tables without a page of their own
from lms.home.views import bp as home
from lms.people.views import bp as people
from lms.web.views import bp as web

BLUEPRINTS: tuple[Blueprint, ...] = (web, people, home)
