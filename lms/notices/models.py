"""The outbox of letters. Their text is sealed, because a letter may hold a link that opens."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base.model import Base


class OutgoingMail(Base):
    """One letter. Once sent or given up, its text is emptied; who got what when stays."""

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    address: Mapped[str] = mapped_column(sa.String(200))
    subject: Mapped[str] = mapped_column(sa.String(200))
    sealed_text: Mapped[str] = mapped_column(sa.Text)
    sealed_html: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime]
    worth_until: Mapped[datetime]
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(sa.String(200))
