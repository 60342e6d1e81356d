"""The table of directives: the documents that are studied."""

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.base.model import Base
from lms.files.models import StoredFile


class DirectiveKind(StrEnum):
    DIRECTIVE = "directive"
    RESOLUTION = "resolution"
    CONCLUSION = "conclusion"
    GUIDANCE = "guidance"


class Directive(Base):
    """Keyed by issuer + symbol + date, because symbols recur. `body` is sanitised HTML.

    Everybody may read it; those who organise study over `unit_id` keep it (without one, all who
    keep directives do).
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DirectiveKind]
    issuer: Mapped[str] = mapped_column(sa.String(200))
    symbol: Mapped[str] = mapped_column(sa.String(60))
    issued_on: Mapped[date]
    title: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text, default="")
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))

    file: Mapped[StoredFile | None] = relationship()

    __table_args__ = (sa.UniqueConstraint("issuer", "symbol", "issued_on"),)
