"""Runs of live sessions, credits by kind, presence, venues, viewing without a connection."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from lms.base import model

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

USUAL_MINUTES = 90
"""The length of a live session of which only the start was known."""

USUAL_KINDS = [
    "verified_viewing",
    "live_presence",
    "venue_roll_call",
    "offline_viewing",
    "code_confirmed",
    "attested",
]

session = sa.table(
    "training_session",
    sa.column("id", sa.Integer()),
    sa.column("starts_at", model.UtcDateTime()),
    sa.column("join_url", sa.String()),
)
run = sa.table(
    "session_run",
    sa.column("session_id", sa.Integer()),
    sa.column("starts_at", model.UtcDateTime()),
    sa.column("ends_at", model.UtcDateTime()),
    sa.column("url", sa.String()),
    sa.column("note", sa.String()),
)
requirement = sa.table(
    "requirement",
    sa.column("id", sa.Integer()),
    sa.column("accepts_self_declared", sa.Boolean()),
    sa.column("accepted_kinds", model.JSON_TYPE),
)
coverage = sa.table(
    "coverage",
    sa.column("enrolment_id", sa.Integer()),
    sa.column("session_id", sa.Integer()),
    sa.column("threshold_met_at", model.UtcDateTime()),
    sa.column("verified_met_at", model.UtcDateTime()),
)
declaration = sa.table(
    "self_declaration",
    sa.column("enrolment_id", sa.Integer()),
    sa.column("session_id", sa.Integer()),
    sa.column("declared_at", model.UtcDateTime()),
)
credit = sa.table(
    "session_credit",
    sa.column("enrolment_id", sa.Integer()),
    sa.column("session_id", sa.Integer()),
    sa.column("kind", sa.String()),
    sa.column("met_at", model.UtcDateTime()),
    sa.column("recorded_at", model.UtcDateTime()),
    sa.column("note", sa.String()),
    sa.column("revoked_at", model.UtcDateTime()),
)


def upgrade() -> None:
    op.create_table(
        "session_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", model.UtcDateTime(), nullable=False),
        sa.Column("ends_at", model.UtcDateTime(), nullable=False),
        sa.Column("ended_at", model.UtcDateTime(), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_session_run_order")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_session_run_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_run")),
    )
    op.create_index(op.f("ix_session_run_session_id"), "session_run", ["session_id"], unique=False)
    op.create_table(
        "run_attendance",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("joined_at", model.UtcDateTime(), nullable=True),
        sa.Column("intervals", model.JSON_TYPE, nullable=False),
        sa.Column("covered_seconds", sa.Double(), nullable=False),
        sa.Column("updated_at", model.UtcDateTime(), nullable=False),
        sa.Column("threshold_met_at", model.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_run_attendance_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["session_run.id"], name=op.f("fk_run_attendance_run_id")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "run_id", name=op.f("pk_run_attendance")),
    )
    op.create_index(op.f("ix_run_attendance_run_id"), "run_attendance", ["run_id"], unique=False)
    op.create_table(
        "venue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("starts_at", model.UtcDateTime(), nullable=False),
        sa.Column("ends_at", model.UtcDateTime(), nullable=False),
        sa.Column("checks_exit", sa.Boolean(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", model.UtcDateTime(), nullable=False),
        sa.Column("entry_headcount", sa.Integer(), nullable=True),
        sa.Column("exit_headcount", sa.Integer(), nullable=True),
        sa.Column("difference_reason", sa.String(length=300), nullable=False),
        sa.Column("closed_at", model.UtcDateTime(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", model.UtcDateTime(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_venue_order")),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["account.id"], name=op.f("fk_venue_closed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["account.id"], name=op.f("fk_venue_opened_by_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["session_run.id"], name=op.f("fk_venue_run_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_venue_session_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_venue_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
    )
    op.create_index(op.f("ix_venue_run_id"), "venue", ["run_id"], unique=False)
    op.create_index(op.f("ix_venue_session_id"), "venue", ["session_id"], unique=False)
    op.create_index(op.f("ix_venue_unit_id"), "venue", ["unit_id"], unique=False)
    op.create_table(
        "roll_call_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column("guest_name", sa.String(length=200), nullable=False),
        sa.Column("guest_note", sa.String(length=200), nullable=False),
        sa.Column("is_expected", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "expected",
                "present",
                "excused",
                "waiting",
                "turned_away",
                name="rollcallstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("excuse_reason", sa.String(length=300), nullable=False),
        sa.Column("entered_at", model.UtcDateTime(), nullable=True),
        sa.Column(
            "entered_by",
            sa.Enum("qr", "list", "paper", name="rollcallmethod", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("left_at", model.UtcDateTime(), nullable=True),
        sa.Column(
            "left_by",
            sa.Enum("qr", "list", "paper", name="rollcallmethod", native_enum=False, length=32),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_roll_call_entry_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue.id"], name=op.f("fk_roll_call_entry_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_call_entry")),
        sa.UniqueConstraint(
            "venue_id", "enrolment_id", name=op.f("uq_roll_call_entry_venue_id_enrolment_id")
        ),
    )
    op.create_index(
        op.f("ix_roll_call_entry_enrolment_id"), "roll_call_entry", ["enrolment_id"], unique=False
    )
    op.create_table(
        "session_credit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "verified_viewing",
                "live_presence",
                "venue_roll_call",
                "offline_viewing",
                "code_confirmed",
                "attested",
                "self_declared",
                name="participationkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("met_at", model.UtcDateTime(), nullable=False),
        sa.Column("recorded_at", model.UtcDateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("revoked_at", model.UtcDateTime(), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("revoke_reason", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_session_credit_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_session_credit_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["account.id"], name=op.f("fk_session_credit_revoked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["session_run.id"], name=op.f("fk_session_credit_run_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_session_credit_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue.id"], name=op.f("fk_session_credit_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_credit")),
    )
    op.create_index(
        op.f("ix_session_credit_session_id"), "session_credit", ["session_id"], unique=False
    )
    op.create_index(
        "ix_session_credit_standing",
        "session_credit",
        ["enrolment_id", "session_id", "kind"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_index(
        op.f("ix_session_credit_venue_id"), "session_credit", ["venue_id"], unique=False
    )
    op.create_table(
        "venue_claim",
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("bound_at", model.UtcDateTime(), nullable=False),
        sa.Column("used_at", model.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_venue_claim_account_id")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_venue_claim_venue_id")),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_venue_claim")),
    )
    op.create_index(op.f("ix_venue_claim_venue_id"), "venue_claim", ["venue_id"], unique=False)
    op.create_table(
        "roll_call_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "enter", "leave", "excuse", "clear", name="markact", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "method",
            sa.Enum("qr", "list", "paper", name="rollcallmethod", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("marked_at", model.UtcDateTime(), nullable=False),
        sa.Column("received_at", model.UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_roll_call_mark_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["roll_call_entry.id"], name=op.f("fk_roll_call_mark_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue.id"], name=op.f("fk_roll_call_mark_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_call_mark")),
        sa.UniqueConstraint("venue_id", "key", name=op.f("uq_roll_call_mark_venue_id_key")),
    )
    op.create_index(
        op.f("ix_roll_call_mark_entry_id"), "roll_call_mark", ["entry_id"], unique=False
    )
    with op.batch_alter_table("coverage") as table:
        table.add_column(_json_column("offline_intervals"))
        table.add_column(_json_column("uncredited"))
        table.add_column(sa.Column("verified_met_at", model.UtcDateTime(), nullable=True))
    with op.batch_alter_table("requirement") as table:
        table.add_column(_json_column("accepted_kinds"))
    with op.batch_alter_table("training_session") as table:
        table.add_column(
            sa.Column("allows_listening", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        table.add_column(
            sa.Column("media_source", sa.String(32), server_default="upload", nullable=False)
        )
        table.add_column(sa.Column("media_url", sa.String(length=500), nullable=True))
    with op.batch_alter_table("viewing_clock") as table:
        table.add_column(sa.Column("idle_seconds", sa.Double(), server_default="0", nullable=False))
    _carry_over()
    op.drop_index(op.f("ix_self_declaration_session_id"), table_name="self_declaration")
    op.drop_table("self_declaration")
    with op.batch_alter_table("requirement") as table:
        table.drop_column("accepts_self_declared")
    with op.batch_alter_table("training_session") as table:
        table.drop_column("join_url")
        table.drop_column("starts_at")


def downgrade() -> None:
    with op.batch_alter_table("viewing_clock") as table:
        table.drop_column("idle_seconds")
    with op.batch_alter_table("training_session") as table:
        table.add_column(sa.Column("starts_at", model.UtcDateTime(), nullable=True))
        table.add_column(sa.Column("join_url", sa.String(length=500), nullable=True))
        table.drop_column("media_url")
        table.drop_column("media_source")
        table.drop_column("allows_listening")
    with op.batch_alter_table("requirement") as table:
        table.add_column(
            sa.Column(
                "accepts_self_declared", sa.Boolean(), server_default=sa.false(), nullable=False
            )
        )
    op.create_table(
        "self_declaration",
        sa.Column("enrolment_id", sa.INTEGER(), nullable=False),
        sa.Column("session_id", sa.INTEGER(), nullable=False),
        sa.Column("declared_at", model.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_self_declaration_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_self_declaration_session_id")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "session_id", name=op.f("pk_self_declaration")),
    )
    op.create_index(
        op.f("ix_self_declaration_session_id"), "self_declaration", ["session_id"], unique=False
    )
    _carry_back()
    with op.batch_alter_table("requirement") as table:
        table.drop_column("accepted_kinds")
    with op.batch_alter_table("coverage") as table:
        table.drop_column("verified_met_at")
        table.drop_column("uncredited")
        table.drop_column("offline_intervals")
    op.drop_index(op.f("ix_roll_call_mark_entry_id"), table_name="roll_call_mark")
    op.drop_table("roll_call_mark")
    op.drop_index(op.f("ix_venue_claim_venue_id"), table_name="venue_claim")
    op.drop_table("venue_claim")
    op.drop_index(op.f("ix_session_credit_venue_id"), table_name="session_credit")
    op.drop_index(
        "ix_session_credit_standing",
        table_name="session_credit",
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.drop_index(op.f("ix_session_credit_session_id"), table_name="session_credit")
    op.drop_table("session_credit")
    op.drop_index(op.f("ix_roll_call_entry_enrolment_id"), table_name="roll_call_entry")
    op.drop_table("roll_call_entry")
    op.drop_index(op.f("ix_venue_unit_id"), table_name="venue")
    op.drop_index(op.f("ix_venue_session_id"), table_name="venue")
    op.drop_index(op.f("ix_venue_run_id"), table_name="venue")
    op.drop_table("venue")
    op.drop_index(op.f("ix_run_attendance_run_id"), table_name="run_attendance")
    op.drop_table("run_attendance")
    op.drop_index(op.f("ix_session_run_session_id"), table_name="session_run")
    op.drop_table("session_run")


def _json_column(name: str) -> sa.Column:
    return sa.Column(name, model.JSON_TYPE, server_default="[]", nullable=False)


def _carry_over() -> None:
    """What was kept under the old columns, under the new ones."""
    connection = op.get_bind()
    held = sa.select(session).where(session.c.starts_at.is_not(None), session.c.join_url != "")
    for row in connection.execute(held).all():
        ends_at = row.starts_at + timedelta(minutes=USUAL_MINUTES)
        connection.execute(
            sa.insert(run).values(
                session_id=row.id,
                starts_at=row.starts_at,
                ends_at=ends_at,
                url=row.join_url,
                note="",
            )
        )
    for accepts, kinds in ((False, USUAL_KINDS), (True, [*USUAL_KINDS, "self_declared"])):
        connection.execute(
            sa.update(requirement)
            .where(requirement.c.accepts_self_declared.is_(accepts))
            .values(accepted_kinds=kinds)
        )
    connection.execute(sa.update(coverage).values(verified_met_at=coverage.c.threshold_met_at))
    met = coverage.c.threshold_met_at
    _credit("verified_viewing", coverage, met, met.is_not(None))
    _credit("self_declared", declaration, declaration.c.declared_at, sa.true())


def _credit(
    kind: str, table: sa.TableClause, moment: sa.ColumnClause, condition: sa.ColumnElement[bool]
) -> None:
    columns = ["enrolment_id", "session_id", "kind", "met_at", "recorded_at", "note"]
    rows = sa.select(
        table.c.enrolment_id, table.c.session_id, sa.literal(kind), moment, moment, sa.literal("")
    ).where(condition)
    op.get_bind().execute(sa.insert(credit).from_select(columns, rows))


def _carry_back() -> None:
    """What the old columns can hold of it."""
    connection = op.get_bind()
    first = {
        row.session_id: row
        for row in connection.execute(sa.select(run).order_by(run.c.starts_at.desc()))
    }
    for session_id, row in first.items():
        connection.execute(
            sa.update(session)
            .where(session.c.id == session_id)
            .values(starts_at=row.starts_at, join_url=row.url)
        )
    for row in connection.execute(sa.select(requirement.c.id, requirement.c.accepted_kinds)).all():
        connection.execute(
            sa.update(requirement)
            .where(requirement.c.id == row.id)
            .values(accepts_self_declared="self_declared" in row.accepted_kinds)
        )
    connection.execute(
        sa.insert(declaration).from_select(
            ["enrolment_id", "session_id", "declared_at"],
            sa.select(credit.c.enrolment_id, credit.c.session_id, credit.c.met_at).where(
                credit.c.kind == "self_declared", credit.c.revoked_at.is_(None)
            ),
        )
    )
