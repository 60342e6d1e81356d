"""Keeping the words by which people are found. Whoever writes names calls `index_names` after it.

A member without words is found by no search until `index_missing_names` has run, so that a large
import may leave the words to small transactions of its own.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from lms.base.vietnamese import fold, name_words
from lms.extensions import db
from lms.people.models import Member, MemberWord

BATCH = 2000


def words_of(folded_name: str, code: str | None) -> list[str]:
    """What finds a member: the words of the name, the card number, and it backwards after `<`."""
    words = name_words(folded_name)
    number = "".join(name_words(code or "")[-1:])
    if number:
        words = [*words, number, f"<{number[::-1]}"]
    return list(dict.fromkeys(words))


def index_names(member_ids: Iterable[int]) -> int:
    """Write the words of these members anew from their names; returns how many there were."""
    wanted = list(member_ids)
    count = 0
    for start in range(0, len(wanted), BATCH):
        some = wanted[start : start + BATCH]
        forget_names(some)
        count += _write(sa.select(Member).where(Member.id.in_(some)))
    return count


def forget_names(member_ids: Sequence[int] | sa.Select[Any]) -> None:
    """Take away the words of these members (ids or a query of ids), in one statement."""
    db.session.execute(
        sa.delete(MemberWord)
        .where(MemberWord.member_id.in_(member_ids))
        .execution_options(synchronize_session=False)
    )


def index_missing_names(after: int = 0, most: int = BATCH) -> int | None:
    """Write the words of up to `most` members who have none, from the id `after` on.

    Returns the id to go on after, None when nobody is left. A small transaction each:
    `after = 0; while (after := index_missing_names(after)) is not None: commit`.
    """
    has_words = sa.select(MemberWord.member_id).where(MemberWord.member_id == Member.id).exists()
    missing = sa.select(Member.id).where(Member.id > after, ~has_words)
    ids = db.session.scalars(missing.order_by(Member.id).limit(most)).all()
    if not ids:
        return None
    _write(sa.select(Member).where(Member.id.in_(ids)))
    return ids[-1]


def index_all_missing_names() -> None:
    """Write the words of all who have none, in the transaction under way."""
    after: int | None = 0
    while after is not None:
        after = index_missing_names(after)


def _write(members: sa.Select[Any]) -> int:
    columns = members.with_only_columns(Member.id, Member.name, Member.code, Member.sort_key)
    found = db.session.execute(columns).all()
    rows: list[dict[str, Any]] = []
    for member_id, name, code, sort_key in found:
        words = words_of(fold(name), code)
        text = _text(words)
        rows += [
            {"word": word[:140], "member_id": member_id, "sort_key": sort_key, "words": text}
            for word in words
        ]
    rows.sort(key=lambda row: row["word"])
    if rows:
        db.session.execute(sa.insert(MemberWord), rows)
    return len(found)


def _text(words: list[str]) -> str:
    return "".join(f" {word}" for word in words)[:400]
