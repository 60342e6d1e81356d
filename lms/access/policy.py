"""The policy, on one page: every permission, and which role of an appointment carries it.

Where a permission holds is the subtree of the appointment's unit; queries narrow to it. What a
member does with their own study needs no permission, only being that member.
"""

from enum import StrEnum

from flask_babel import lazy_gettext as _


class Permission(StrEnum):
    """What a route may ask for. The value is noun:verb."""

    UNIT_MANAGE = "unit:manage"  # found, rename, move, dissolve units
    MEMBER_MANAGE = "member:manage"  # see, add and change people, posts, accounts
    MEMBER_ASSIST = "member:assist"  # print activation slips, help who forgot the password
    APPOINTMENT_MANAGE = "appointment:manage"  # appoint and end appointments
    AUDIENCE_MANAGE = "audience:manage"  # define learner groups
    AUDIT_READ = "audit:read"  # read the record of who did what
    DIRECTIVE_MANAGE = "directive:manage"  # directives and their files
    CAMPAIGN_MANAGE = "campaign:manage"  # campaigns, requirements, sessions, opening, closing
    MATERIAL_UPLOAD = "material:upload"  # materials of one's own sessions
    QUIZ_MANAGE = "quiz:manage"  # banks, imports, quizzes
    ESSAY_TASK_MANAGE = "essay_task:manage"  # tasks, variants, rubrics
    ESSAY_MARK = "essay:mark"  # mark what is allocated to oneself
    MARKING_MANAGE = "marking:manage"  # allocate, release
    RATE_READ = "rate:read"  # rates, and the names behind them
    PARTICIPATION_ATTEST = "participation:attest"  # vouch that somebody took part
    VENUE_HOLD = "venue:hold"  # open venues, call the roll, close the list
    VENUE_READ = "venue:read"  # see venues and who was there


class Role(StrEnum):
    """What an appointment makes of an account, over a subtree and between two days."""

    ADMINISTRATOR = "administrator"
    PLANNER = "planner"
    SUPERVISOR = "supervisor"
    SPEAKER = "speaker"
    REVIEWER = "reviewer"
    SECRETARY = "secretary"


P = Permission

CARRIES: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            P.UNIT_MANAGE,
            P.MEMBER_MANAGE,
            P.MEMBER_ASSIST,
            P.APPOINTMENT_MANAGE,
            P.AUDIENCE_MANAGE,
            P.AUDIT_READ,
        }
    ),
    Role.PLANNER: frozenset(
        {
            P.DIRECTIVE_MANAGE,
            P.CAMPAIGN_MANAGE,
            P.MATERIAL_UPLOAD,
            P.QUIZ_MANAGE,
            P.ESSAY_TASK_MANAGE,
            P.MARKING_MANAGE,
            P.RATE_READ,
            P.PARTICIPATION_ATTEST,
            P.VENUE_HOLD,
            P.VENUE_READ,
        }
    ),
    Role.SUPERVISOR: frozenset({P.RATE_READ, P.VENUE_READ}),
    Role.SPEAKER: frozenset({P.MATERIAL_UPLOAD}),
    Role.REVIEWER: frozenset({P.ESSAY_MARK}),
    Role.SECRETARY: frozenset(
        {P.MEMBER_ASSIST, P.PARTICIPATION_ATTEST, P.VENUE_HOLD, P.VENUE_READ}
    ),
}

SECOND_STEP_ROLES = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR, Role.REVIEWER})
"""Who holds one of these signs in with a second step: they see other people's data or marks."""

ROLE_LABELS = {
    Role.ADMINISTRATOR: _("Quản trị"),
    Role.PLANNER: _("Tổ chức học tập"),
    Role.SUPERVISOR: _("Kiểm tra, giám sát"),
    Role.SPEAKER: _("Báo cáo viên"),
    Role.REVIEWER: _("Người chấm"),
    Role.SECRETARY: _("Bí thư, cấp ủy viên phụ trách"),
}


def roles_with(permission: str) -> frozenset[Role]:
    """The roles that carry a permission."""
    return frozenset(role for role, carried in CARRIES.items() if permission in carried)
