"""Pages and addresses of viewing; each module adds its routes to the blueprint."""

from lms.viewing.views import attendance, beacons, sessions
from lms.viewing.views.blueprint import bp

__all__ = ["attendance", "beacons", "bp", "sessions"]
