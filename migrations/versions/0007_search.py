"""Words for searching names, named lists of audiences, delegation."""

import sqlalchemy as sa
from alembic import op

from lms.base import model
from lms.base.vietnamese import name_words

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BATCH = 2000


def upgrade() -> None:
    op.create_table(
        "member_word",
        sa.Column("word", model.bytewise(140), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("sort_key", model.bytewise(200), nullable=False),
        sa.Column("words", model.bytewise(400), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_word_member_id")
        ),
        sa.PrimaryKeyConstraint("word", "member_id", name=op.f("pk_member_word")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("audience") as table:
        table.add_column(
            sa.Column("has_names", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.create_table(
        "audience_name",
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audience.id"], name=op.f("fk_audience_name_audience_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_audience_name_member_id")
        ),
        sa.PrimaryKeyConstraint("audience_id", "member_id", name=op.f("pk_audience_name")),
    )
    op.create_index("ix_audience_name_member_id", "audience_name", ["member_id"])
    with op.batch_alter_table("appointment") as table:
        table.add_column(sa.Column("delegated_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("reason", sa.String(length=300), nullable=True))
        table.create_foreign_key(
            op.f("fk_appointment_delegated_by_id"), "appointment", ["delegated_by_id"], ["id"]
        )
        table.create_index("ix_appointment_delegated_by_id", ["delegated_by_id"])
        table.create_check_constraint(
            op.f("ck_appointment_delegation_ends"),
            "delegated_by_id IS NULL OR valid_to IS NOT NULL",
        )
    _write_words()
    op.create_index("ix_member_word_member_id", "member_word", ["member_id"])
    op.create_index(
        "ix_member_word_word",
        "member_word",
        ["word"],
        postgresql_include=["member_id", "sort_key", "words"],
    )


def _write_words() -> None:
    """The words of everybody there is, in batches; the fold of a name becomes its words too."""
    connection = op.get_bind()
    member = sa.table(
        "member",
        *map(sa.column, ("id", "name", "code", "sort_key", "fold")),
    )
    word_table = sa.table(
        "member_word", *map(sa.column, ("word", "member_id", "sort_key", "words"))
    )
    last = 0
    while True:
        found = connection.execute(
            sa.select(member).where(member.c.id > last).order_by(member.c.id).limit(BATCH)
        ).all()
        if not found:
            return
        last = found[-1].id
        rows, folds = [], []
        for person in found:
            words = name_words(person.name)
            folded = " ".join(words)[:140]
            if folded != person.fold:
                folds.append({"member": person.id, "folded": folded})
            for number in name_words(person.code or "")[-1:]:
                words = [*words, number, f"<{number[::-1]}"]
            text = "".join(f" {word}" for word in dict.fromkeys(words))[:400]
            rows += [
                {
                    "word": w[:140],
                    "member_id": person.id,
                    "sort_key": person.sort_key,
                    "words": text,
                }
                for w in dict.fromkeys(words)
            ]
        if rows:
            connection.execute(word_table.insert(), rows)
        if folds:
            connection.execute(
                member.update()
                .where(member.c.id == sa.bindparam("member"))
                .values(fold=sa.bindparam("folded")),
                folds,
            )


def downgrade() -> None:
    with op.batch_alter_table("appointment") as table:
        table.drop_constraint(op.f("ck_appointment_delegation_ends"), type_="check")
        table.drop_index("ix_appointment_delegated_by_id")
        table.drop_constraint(op.f("fk_appointment_delegated_by_id"), type_="foreignkey")
        table.drop_column("reason")
        table.drop_column("delegated_by_id")
    op.drop_table("audience_name")
    with op.batch_alter_table("audience") as table:
        table.drop_column("has_names")
    op.drop_table("member_word")
