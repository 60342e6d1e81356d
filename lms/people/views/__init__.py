"""Pages of the account itself, a file per subject; all on one blueprint."""

from lms.people.views import activation, devices, passwords, second_step, sign_in
from lms.people.views.blueprint import bp

__all__ = ["activation", "bp", "devices", "passwords", "second_step", "sign_in"]
