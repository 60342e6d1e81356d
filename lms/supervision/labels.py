"""What the figures are called on pages and in workbooks."""

from flask_babel import lazy_gettext as _

from lms.supervision.measures import Measure

MEASURE_LABELS = {
    Measure.REQUIRED: _("Phải học"),
    Measure.FULFILLED: _("Đã xong đúng hạn"),
    Measure.LATE: _("Xong muộn"),
    Measure.UNFULFILLED: _("Chưa xong"),
    Measure.BY_VERIFIED_VIEWING: _("Xong bằng xem lại, có ghi nhận"),
    Measure.BY_LIVE_PRESENCE: _("Xong bằng dự buổi phát trực tiếp"),
    Measure.BY_VENUE_ROLL_CALL: _("Xong bằng điểm danh tại điểm cầu"),
    Measure.BY_OFFLINE_VIEWING: _("Xong bằng xem khi mất mạng"),
    Measure.BY_CODE_CONFIRMED: _("Xong bằng mã xác nhận"),
    Measure.BY_ATTESTED: _("Xong bằng xác nhận của bí thư"),
    Measure.BY_SELF_DECLARED: _("Xong bằng tự khai"),
    Measure.EXCUSED: _("Được miễn, hoãn"),
    Measure.WITHDRAWN: _("Đã ra khỏi đợt học"),
    Measure.VIEWING_ASKED: _("Phải xem buổi học"),
    Measure.VIEWING_MET: _("Đã xem đủ"),
    Measure.QUIZ_ASKED: _("Phải làm trắc nghiệm"),
    Measure.QUIZ_MET: _("Đạt trắc nghiệm"),
    Measure.ESSAY_ASKED: _("Phải viết bài thu hoạch"),
    Measure.ESSAY_IN: _("Đã nộp bài đúng hạn"),
    Measure.ESSAY_LATE: _("Nộp bài muộn"),
    Measure.ESSAY_MISSING: _("Chưa nộp bài"),
    Measure.ESSAY_RELEASED: _("Đã có điểm"),
    Measure.VOLUNTEERS: _("Tự nguyện"),
    Measure.VOLUNTEERS_FULFILLED: _("Tự nguyện, đã xong"),
    Measure.VOLUNTEERS_ESSAY_IN: _("Tự nguyện, đã nộp bài"),
}
