"""What organisers decide, as plain values that go from forms to services."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decision:
    """What an author says of one imported question: keep it (as worded here), drop it, or
    nothing yet. `right` are indexes into `options`."""

    keep: bool | None
    stem: str
    options: list[str]
    right: list[int]


@dataclass(frozen=True)
class QuizSettings:
    """The quiz of a campaign; `minutes` None gives all the time there is."""

    bank_id: int
    title: str
    question_count: int
    attempts_allowed: int
    minutes: int | None
    is_shuffled: bool
