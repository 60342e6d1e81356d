"""Tables of what a reorganisation did with people: who went where when a unit was divided."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base.model import Base


class SuccessorChoice(Base):
    """Of a unit that was divided: the successor that took one person, where it is not the
    default."""

    from_unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True, index=True)
    to_unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    reorganisation_id: Mapped[int] = mapped_column(sa.ForeignKey("reorganisation.id"), index=True)


class MemberHeir(Base):
    """The unit that stands for an ended one where one person's past is concerned, during some
    days; only where it is not the unit's default heir. Derived from SuccessorChoice."""

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True, index=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    heir_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
