"""What the figures are called on pages and in workbooks."""

from flask_babel import lazy_gettext as _

from lms.supervision.measures import Measure

MEASURE_LABELS = {
    Measure.REQUIRED: _("Phải học"),
    Measure.FULFILLED: _("Đã xong đúng hạn"),
    Measure.LATE: _("Xong muộn"),
    Measure.UNFULFILLED: _("Chưa xong"),
    Measure.SELF_DECLARED: _("Xong bằng tự khai"),
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
