"""The table that finds people by a word of their name or by their card number."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base.model import Base, bytewise


class MemberWord(Base):
    """One folded word of a member's name or card number; the range of a prefix finds it.

    `words` repeats all words of the member, each after a space, so that the other words of a search
    are checked without a second look. A card number stands in it forwards, and backwards after `<`.
    """

    word: Mapped[str] = mapped_column(bytewise(140), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    sort_key: Mapped[str] = mapped_column(bytewise(200))
    words: Mapped[str] = mapped_column(bytewise(400))

    __table_args__ = (
        sa.Index("ix_member_word_member_id", "member_id"),
        sa.Index(
            "ix_member_word_word", "word", postgresql_include=["member_id", "sort_key", "words"]
        ),
        {"sqlite_with_rowid": False},  # the rows themselves lie in the order of the words
    )
