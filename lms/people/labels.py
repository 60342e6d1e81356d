"""What standings, ranks of posts, kinds of units and requests are called on pages."""

from flask_babel import lazy_gettext as _

from lms.people.models import PostRank, RequestKind, RequestState, Standing
from lms.units.models import ReorganisationKind, UnitKind, UnitSector

STANDING_LABELS = {
    Standing.FULL: _("Đảng viên chính thức"),
    Standing.PROBATIONARY: _("Đảng viên dự bị"),
    Standing.GUEST: _("Quần chúng"),
}

RANK_LABELS = {
    PostRank.UNIT_HEAD: _("Người đứng đầu"),
    PostRank.KEY_CADRE: _("Cán bộ chủ chốt"),
    PostRank.OTHER: _("Chức vụ khác"),
}

KIND_LABELS = {
    UnitKind.COMMITTEE: _("Đảng bộ"),
    UnitKind.BASE: _("Tổ chức cơ sở đảng"),
    UnitKind.CELL: _("Chi bộ"),
}

SECTOR_LABELS = {
    UnitSector.WARD: _("Phường, tổ dân phố"),
    UnitSector.ENTERPRISE: _("Doanh nghiệp"),
    UnitSector.ADMINISTRATION: _("Cơ quan hành chính"),
    UnitSector.SCHOOL: _("Trường học"),
    UnitSector.ARMED_FORCES: _("Lực lượng vũ trang"),
    UnitSector.HEALTH: _("Y tế"),
    UnitSector.OTHER: _("Khác"),
}

CHANGE_LABELS = {
    ReorganisationKind.FOUND: _("Thành lập"),
    ReorganisationKind.RENAME: _("Đổi tên"),
    ReorganisationKind.MOVE: _("Chuyển"),
    ReorganisationKind.MERGE: _("Sáp nhập"),
    ReorganisationKind.SPLIT: _("Chia tách"),
    ReorganisationKind.DISSOLVE: _("Giải thể"),
}

REQUEST_KIND_LABELS = {
    RequestKind.CORRECTION: _("Sửa thông tin sai"),
    RequestKind.ERASURE: _("Xóa dữ liệu của tôi"),
    RequestKind.OBJECTION: _("Phản đối hoặc hạn chế một việc dùng dữ liệu"),
}

REQUEST_STATE_LABELS = {
    RequestState.RECEIVED: (_("Đã nhận"), "go"),
    RequestState.ACCEPTED: (_("Đang giải quyết"), "go"),
    RequestState.DONE: (_("Đã làm"), "ok"),
    RequestState.REFUSED: (_("Từ chối, có lý do"), "bad"),
}
"""What a state is called, and the colour of its tag."""
