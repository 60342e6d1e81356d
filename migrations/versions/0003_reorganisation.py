"""Successors of units, what undoes a change of the tree, and the tree kept of closed campaigns.

Units that had been dissolved before get the unit above them as their successor. Campaigns that had
been closed before get the tree as it stood on the day of their closing.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from lms.base import model

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = ("found", "rename", "move", "merge", "split", "dissolve")
VIETNAM = timedelta(hours=7)


def upgrade() -> None:
    op.create_table(
        "reorganisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="reorganisationkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", model.UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", model.UtcDateTime(), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("effects", model.JSON_TYPE, nullable=False),
        sa.Column("journal", model.JSON_TYPE, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_reorganisation_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_reorganisation_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["account.id"], name=op.f("fk_reorganisation_undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation")),
    )
    op.create_index(op.f("ix_reorganisation_unit_id"), "reorganisation", ["unit_id"])
    op.create_table(
        "unit_successor",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reorganisation_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_successor_unit_id")),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["unit.id"], name=op.f("fk_unit_successor_successor_id")
        ),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"],
            ["reorganisation.id"],
            name=op.f("fk_unit_successor_reorganisation_id"),
        ),
        sa.PrimaryKeyConstraint("unit_id", "successor_id", name=op.f("pk_unit_successor")),
    )
    for column in ("successor_id", "reorganisation_id"):
        op.create_index(op.f(f"ix_unit_successor_{column}"), "unit_successor", [column])
    op.create_table(
        "unit_heir",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("heir_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_heir_unit_id")),
        sa.ForeignKeyConstraint(["heir_id"], ["unit.id"], name=op.f("fk_unit_heir_heir_id")),
        sa.PrimaryKeyConstraint("unit_id", "heir_id", "valid_from", name=op.f("pk_unit_heir")),
    )
    op.create_index(op.f("ix_unit_heir_heir_id"), "unit_heir", ["heir_id"])
    op.create_table(
        "successor_choice",
        sa.Column("from_unit_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("to_unit_id", sa.Integer(), nullable=False),
        sa.Column("reorganisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_unit_id"], ["unit.id"], name=op.f("fk_successor_choice_from_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_successor_choice_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_unit_id"], ["unit.id"], name=op.f("fk_successor_choice_to_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"],
            ["reorganisation.id"],
            name=op.f("fk_successor_choice_reorganisation_id"),
        ),
        sa.PrimaryKeyConstraint("from_unit_id", "member_id", name=op.f("pk_successor_choice")),
    )
    for column in ("member_id", "to_unit_id", "reorganisation_id"):
        op.create_index(op.f(f"ix_successor_choice_{column}"), "successor_choice", [column])
    op.create_table(
        "member_heir",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("heir_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_member_heir_unit_id")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_heir_member_id")
        ),
        sa.ForeignKeyConstraint(["heir_id"], ["unit.id"], name=op.f("fk_member_heir_heir_id")),
        sa.PrimaryKeyConstraint("unit_id", "member_id", "valid_from", name=op.f("pk_member_heir")),
    )
    for column in ("member_id", "heir_id"):
        op.create_index(op.f(f"ix_member_heir_{column}"), "member_heir", [column])
    op.create_table(
        "campaign_unit",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=100), nullable=False),
        sa.Column("sort_key", model.bytewise(200), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", model.bytewise(200), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_unit_campaign_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_campaign_unit_unit_id")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["unit.id"], name=op.f("fk_campaign_unit_parent_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "unit_id", name=op.f("pk_campaign_unit")),
    )
    op.create_index(op.f("ix_campaign_unit_unit_id"), "campaign_unit", ["unit_id"])
    op.create_index("ix_campaign_unit_path", "campaign_unit", ["campaign_id", "path"])
    op.create_index("ix_unit_version_days", "unit_version", ["unit_id", "valid_from", "valid_to"])
    _give_successors()
    _keep_trees()


def downgrade() -> None:
    op.drop_index("ix_unit_version_days", table_name="unit_version")
    for table in (
        "campaign_unit",
        "member_heir",
        "successor_choice",
        "unit_heir",
        "unit_successor",
        "reorganisation",
    ):
        op.drop_table(table)


def _table(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _give_successors() -> None:
    """A unit that ended went into the one above it; whoever stands there stands for it."""
    bind = op.get_bind()
    unit, version = _table("unit"), _table("unit_version")
    ended = {
        row.id: _day(row.dissolved_on)
        for row in bind.execute(sa.select(unit).where(unit.c.dissolved_on.is_not(None)))
    }
    above: dict[int, int] = {}
    query = sa.select(version.c.unit_id, version.c.parent_id).order_by(version.c.valid_from)
    for row in bind.execute(query):
        if row.unit_id in ended and row.parent_id is not None:
            above[row.unit_id] = row.parent_id
    for unit_id, parent_id in above.items():
        bind.execute(
            sa.insert(_table("unit_successor")).values(
                unit_id=unit_id,
                successor_id=parent_id,
                is_default=True,
                effective_on=ended[unit_id],
            )
        )
        heir_id, start = parent_id, ended[unit_id]
        while heir_id in above:
            end = max(ended[heir_id], start)
            if end > start:
                _add_heir(unit_id, heir_id, start, end)
            heir_id, start = above[heir_id], end
        _add_heir(unit_id, heir_id, start, None)


def _add_heir(unit_id: int, heir_id: int, start: date, end: date | None) -> None:
    op.get_bind().execute(
        sa.insert(_table("unit_heir")).values(
            unit_id=unit_id, heir_id=heir_id, valid_from=start, valid_to=end, is_default=True
        )
    )


def _keep_trees() -> None:
    """The tree of each closed campaign on the day it closed, or the last one known where a unit
    with enrolments was recorded only later."""
    bind = op.get_bind()
    campaign, enrolment = _table("campaign"), _table("enrolment")
    version = _table("unit_version")
    rows = bind.execute(sa.select(version)).all()
    closed = sa.select(campaign.c.id, campaign.c.closed_at).where(campaign.c.state == "closed")
    for campaign_id, closed_at in bind.execute(closed).all():
        enrolled = set(
            bind.scalars(
                sa.select(enrolment.c.unit_id)
                .where(enrolment.c.campaign_id == campaign_id)
                .distinct()
            )
        )
        on = _local_day(closed_at)
        tree = {
            row.unit_id: row
            for row in rows
            if _day(row.valid_from) <= on and (row.valid_to is None or _day(row.valid_to) > on)
        }
        if not enrolled <= set(tree):
            tree = {}
            for row in sorted(rows, key=lambda row: _day(row.valid_from)):
                tree[row.unit_id] = row
        wanted = {int(part) for one in enrolled for part in tree[one].path.strip("/").split("/")}
        kept = [
            {
                "campaign_id": campaign_id,
                "unit_id": row.unit_id,
                "name": row.name,
                "short_name": row.short_name,
                "sort_key": row.sort_key,
                "parent_id": row.parent_id,
                "path": row.path,
                "depth": row.depth,
            }
            for row in tree.values()
            if row.unit_id in wanted
        ]
        if kept:
            bind.execute(sa.insert(_table("campaign_unit")), kept)


def _local_day(moment: Any) -> date:
    if moment is None:
        return date.max
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment.astimezone(UTC) + VIETNAM).date()
