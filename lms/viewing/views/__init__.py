"""Pages and addresses of viewing; each module adds its routes to the blueprint."""

from lms.viewing.views import (
    attendance,
    beacons,
    evidence,
    roll_call,
    roll_call_claims,
    sessions,
    venues,
    venues_closing,
    venues_people,
    venues_screen,
)
from lms.viewing.views.blueprint import bp

__all__ = [
    "attendance",
    "beacons",
    "bp",
    "evidence",
    "roll_call",
    "roll_call_claims",
    "sessions",
    "venues",
    "venues_closing",
    "venues_people",
    "venues_screen",
]
