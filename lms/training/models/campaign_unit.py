"""The table of the tree as a campaign left it: frozen when the campaign closes, never changed."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base.model import Base, bytewise


class CampaignUnit(Base):
    """A unit with enrolments, or one above such a unit, as it stood when its campaign closed.

    The columns are called as those of a unit's version, so that a report reads either.
    """

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True, index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    short_name: Mapped[str] = mapped_column(sa.String(100))
    sort_key: Mapped[str] = mapped_column(bytewise(200))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    path: Mapped[str] = mapped_column(bytewise(200))
    depth: Mapped[int]

    __table_args__ = (sa.Index("ix_campaign_unit_path", "campaign_id", "path"),)
