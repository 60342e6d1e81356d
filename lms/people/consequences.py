"""What a change of the tree means above people, and who can tell it.

Training stands on a higher floor: it joins here when the application is made, and reorganisation
asks. No table, no rule of training.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CampaignEffect:
    """A campaign that has enrolments in units that end."""

    name: str
    is_open: bool
    enrolments: int


@dataclass(frozen=True)
class Traces:
    """What an applied change left: where it put people, and since when."""

    unit_ids: Collection[int]
    member_ids: Collection[int]
    since: datetime


EffectProvider = Callable[[Collection[int]], list[CampaignEffect]]
"""Given the ids of units that end: the campaigns concerned."""

HindranceProvider = Callable[[Traces], list[str]]
"""Given what a change left: sentences that say why it cannot be taken back."""

_effects: list[EffectProvider] = []
_hindrances: list[HindranceProvider] = []


def join_consequences(effects: EffectProvider, hindrances: HindranceProvider) -> None:
    """Let reorganisation ask these, too; joining twice is joining once."""
    if effects not in _effects:
        _effects.append(effects)
    if hindrances not in _hindrances:
        _hindrances.append(hindrances)


def campaigns_concerned(unit_ids: Collection[int]) -> list[CampaignEffect]:
    """The campaigns with enrolments in units that end."""
    return [effect for provider in _effects for effect in provider(unit_ids)]


def hindrances_above(traces: Traces) -> list[str]:
    """Why those above cannot do without an applied change any more."""
    return [reason for provider in _hindrances for reason in provider(traces)]
