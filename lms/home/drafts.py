"""A step of a study before it is known which one is next."""

from dataclasses import dataclass
from enum import Enum, auto

from lms.home.queries import SessionState


class Can(Enum):
    """When a step that is not done can be gone on with."""

    FIRST = auto()  # it is on now, and waits for nobody
    NOW = auto()
    LATER = auto()  # at an hour that is set
    WAITING = auto()  # when somebody else has done something
    NEVER = auto()


@dataclass(frozen=True)
class Draft:
    """One line of a task list, and what the page says where it is the next one."""

    key: str
    title: str
    is_done: bool
    is_begun: bool
    url: str | None
    detail: str
    tag: str
    next_title: str
    next_label: str
    can: Can = Can.NOW
    watching: SessionState | None = None
