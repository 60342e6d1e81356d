"""Pages and addresses of viewing; each module adds its routes to the blueprint."""

from lms.viewing.views import beacons, sessions
from lms.viewing.views.blueprint import bp

__all__ = ["beacons", "bp", "sessions"]
