"""Letting go what is past its time, in small batches. What goes when, each package's rules say."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from lms.audit.services import record
from lms.base import clock
from lms.base.transactions import transaction
from lms.people.personal_data import Retention, count_of, providers
from lms.people.services.erasure import KEPT_AFTER_LEAVING, erase_those_who_left, left_long_ago

BATCH = 200

LEFT = Retention(
    "member",
    _l("Dữ liệu cá nhân của người rời tổ chức đã lâu (giữ kết quả dưới bí danh)"),
    KEPT_AFTER_LEAVING,
    lambda before: count_of(left_long_ago(before)),
    erase_those_who_left,
)


@dataclass(frozen=True)
class Kept:
    """One rule with how many rows it concerns (or concerned)."""

    rule: Retention
    count: int


def rules() -> list[Retention]:
    """All rules, the people who left last."""
    return [*(rule for provider in providers() for rule in provider.retention), LEFT]


def preview() -> list[Kept]:
    """What a run would let go now; changes nothing."""
    now = clock.now()
    return [Kept(rule, rule.count(now - rule.keep)) for rule in rules()]


def let_go() -> Iterator[Kept]:
    """Apply every rule until it finds nothing more, a transaction per batch. May be stopped and
    run again at any time."""
    for rule in rules():
        before = clock.now() - rule.keep
        total = 0
        while True:
            with transaction():
                done = rule.purge(before, BATCH)
            total += done
            if not done:
                break
        if total:
            with transaction():
                record(None, "privacy.retained", f"table:{rule.table}", count=total)
        yield Kept(rule, total)
