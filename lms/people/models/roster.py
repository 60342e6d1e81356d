"""Tables of the roster import: the import, its staged lines, units, posts and absences, its traces.

Everything that will be written is staged here first, with what it replaces beside it; so an import
is applied, and undone, by a few statements over whole sets. No person is changed by filling these.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base.model import Base, bytewise
from lms.people.models.members import PostRank, Standing


class ImportState(StrEnum):
    """How far an import is. Work in the background goes on in READING, APPLYING and UNDOING."""

    UPLOADED = "uploaded"
    READING = "reading"
    PREVIEW = "preview"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"
    ABANDONED = "abandoned"


class LineKind(StrEnum):
    """What a line would do. A line in doubt does nothing until a human decides."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"
    UNCHANGED = "unchanged"
    DOUBTFUL = "doubtful"


class UnitStatus(StrEnum):
    """Whether the name of a unit in the file was found in the tree."""

    KNOWN = "known"
    NEW = "new"
    AMBIGUOUS = "ambiguous"
    OUTSIDE = "outside"


class TraceKind(StrEnum):
    """What an import did to a row that is not its own, so that it can be taken back."""

    MEMBERSHIP_CLOSED = "membership_closed"
    POST_GIVEN = "post_given"
    POST_ENDED = "post_ended"
    ACCOUNT_CLOSED = "account_closed"
    STUDY_ANSWERED = "study_answered"


class RosterImport(Base):
    """One file of people for the units below one unit, from its upload to its undoing.

    `progress` counts the lines done in the present step, `active_at` is its last sign of life.
    `file_key` names the stored file, which goes when it is no longer needed. `audit_mark` is the
    last audit record when it was applied.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    file_key: Mapped[str | None] = mapped_column(sa.String(80))
    layout: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The first sheet's signature, header_row and columns (index, header, field, samples), all
    sheets that are read, those that are not with the reason, and how many rows are hidden."""
    state: Mapped[ImportState] = mapped_column(index=True)
    active_at: Mapped[datetime]
    progress: Mapped[int] = mapped_column(default=0)
    line_count: Mapped[int] = mapped_column(default=0)
    has_lines: Mapped[bool] = mapped_column(default=False)
    """Whether lines are staged; without them it can be neither applied nor undone."""
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_stale: Mapped[bool] = mapped_column(default=False)
    """People changed since the preview was seen; it was made anew and wants another look."""
    failure: Mapped[str | None] = mapped_column(sa.String(400))
    founds_units: Mapped[bool] = mapped_column(default=False)
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Which unit answers for the open studies of those who move (lms/people/answering.py)."""
    effective_on: Mapped[date]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    created_at: Mapped[datetime]
    applied_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    applied_at: Mapped[datetime | None]
    audit_mark: Mapped[int | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    undone_at: Mapped[datetime | None]


class StagedUnit(Base):
    """A unit as the file names it, and the unit of the tree it was found to be."""

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(sa.ForeignKey("roster_import.id"))
    names: Mapped[list[Any]]
    key: Mapped[str] = mapped_column(sa.String(500))
    depth: Mapped[int]
    status: Mapped[UnitStatus]
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    parent_unit_id: Mapped[int | None]
    """Of a new one: the unit of the tree below which it would be; None below another new one."""
    is_founded: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (sa.UniqueConstraint("import_id", "key"),)


class StagedLine(Base):
    """One line of the file, ready to be applied, and what it would replace.

    `member_id` is no foreign key: a line remembers a person it created, who may be undone.
    `changes` holds the bits of lms/people/comparing.py:Change.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(sa.ForeignKey("roster_import.id"))
    position: Mapped[int]
    sheet: Mapped[str] = mapped_column(sa.String(100))
    row: Mapped[int]
    kind: Mapped[LineKind]
    code: Mapped[str | None] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(120))
    fold: Mapped[str] = mapped_column(bytewise(140))
    sort_key: Mapped[str] = mapped_column(bytewise(200))
    birth_year: Mapped[int | None]
    birth_date: Mapped[date | None]
    standing: Mapped[Standing | None]
    is_exempt: Mapped[bool | None]
    phone: Mapped[str | None] = mapped_column(sa.String(20))
    email: Mapped[str | None] = mapped_column(sa.String(200))
    post: Mapped[str | None] = mapped_column(sa.String(300))
    staged_unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staged_unit.id"), index=True)
    member_id: Mapped[int | None]
    changes: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[Any] | None]
    notices: Mapped[list[Any] | None]
    decision: Mapped[str | None] = mapped_column(sa.String(20))
    """What a human decided about a line in doubt: 'same' or 'new'."""

    was_name: Mapped[str | None] = mapped_column(sa.String(120))
    was_fold: Mapped[str | None] = mapped_column(bytewise(140))
    was_sort_key: Mapped[str | None] = mapped_column(bytewise(200))
    was_birth_year: Mapped[int | None]
    was_birth_date: Mapped[date | None]
    was_standing: Mapped[Standing | None]
    was_is_exempt: Mapped[bool | None]
    was_phone: Mapped[str | None] = mapped_column(sa.String(20))
    was_email: Mapped[str | None] = mapped_column(sa.String(200))
    was_unit_id: Mapped[int | None]
    was_left_on: Mapped[date | None]
    was_left_reason: Mapped[str | None] = mapped_column(sa.String(200))
    was_account_name: Mapped[str | None] = mapped_column(sa.String(120))
    was_account_phone: Mapped[str | None] = mapped_column(sa.String(20))
    was_account_email: Mapped[str | None] = mapped_column(sa.String(200))

    __table_args__ = (
        sa.Index("ix_staged_line_kind", "import_id", "kind", "position"),
        sa.Index("ix_staged_line_member", "member_id", "import_id"),
    )


class StagedPost(Base):
    """A post that a line gives, or (with `post_id`) one of the person's posts that it ends."""

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(sa.ForeignKey("roster_import.id"), index=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("staged_line.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    rank: Mapped[PostRank]
    post_id: Mapped[int | None]


class StagedAbsence(Base):
    """Somebody of a unit in the file whom the file does not name: kept, or marked as left."""

    import_id: Mapped[int] = mapped_column(sa.ForeignKey("roster_import.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int]
    left_on: Mapped[date | None]
    left_reason: Mapped[str | None] = mapped_column(sa.String(200))


class RosterTrace(Base):
    """A row that an applied import closed, ended or added, by its id."""

    import_id: Mapped[int] = mapped_column(sa.ForeignKey("roster_import.id"), primary_key=True)
    kind: Mapped[TraceKind] = mapped_column(primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True)


class RosterLayout(Base):
    """How the columns under one header were matched last time below a unit."""

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    signature: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    mapping: Mapped[dict[str, Any]]
