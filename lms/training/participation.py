"""The kinds of participation and their order. No table; nothing here decides what counts."""

from collections.abc import Iterable
from enum import StrEnum


class ParticipationKind(StrEnum):
    """By what a session was met. Kinds are never mixed; a requirement says which it accepts.

    Strongest first: what the server saw itself, what another person attests, what nobody saw.
    """

    VERIFIED_VIEWING = "verified_viewing"  # a recording watched while the server looked on
    LIVE_PRESENCE = "live_presence"  # a stream watched while it ran
    VENUE_ROLL_CALL = "venue_roll_call"  # on the closed list of a venue
    OFFLINE_VIEWING = "offline_viewing"  # watched without a connection, reported afterwards
    CODE_CONFIRMED = "code_confirmed"  # a join link, and the code that the speaker showed
    ATTESTED = "attested"  # a secretary's word, with a reason
    SELF_DECLARED = "self_declared"  # the member's own word

    @property
    def strength(self) -> int:
        """Higher is stronger."""
        return len(_ORDER) - _ORDER.index(self)


_ORDER = tuple(ParticipationKind)

USUALLY_ACCEPTED = tuple(kind for kind in _ORDER if kind is not ParticipationKind.SELF_DECLARED)
"""What a new requirement accepts: everything but the member's own word."""


def weakest(kinds: Iterable[ParticipationKind]) -> ParticipationKind:
    """The weakest of at least one kind: what several together are worth."""
    return min(kinds, key=lambda kind: kind.strength)
