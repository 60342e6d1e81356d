"""Forms of the administrator."""

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from lms.access.policy import ROLE_LABELS, Role
from lms.base import clock
from lms.base.forms import ChecksField, DayField, Filled, Form, TextField, at_most, choices_of
from lms.people.labels import KIND_LABELS, RANK_LABELS, SECTOR_LABELS, STANDING_LABELS
from lms.people.models import PostRank, Standing
from lms.people.queries import normal_phone
from lms.units.models import UnitKind, UnitSector

DATE_HINT = _l("Ngày/tháng/năm, ví dụ 01/07/2025.")
FARTHEST = timedelta(days=365)


def near(form: Any, field: Any) -> None:
    """Refuse a day so far ahead that its year must be a slip."""
    if field.data and field.data > clock.today() + FARTHEST:
        raise ValidationError(_("Ngày này còn hơn một năm nữa. Hãy kiểm tra lại năm."))


def number_or_none(value: Any) -> int | None:
    """For a list whose first choice is empty."""
    return int(value) if value else None


class UnitField(SelectField):
    """A unit that has to be chosen; the page may offer an empty choice first."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        filled = Filled(_l("Hãy chọn đơn vị."))
        super().__init__(label, [filled], coerce=number_or_none, **kwargs)


class DecisionForm(Form):
    """The paper behind a change; all three or none."""

    decision_number = TextField(_l("Số quyết định"), [at_most(60)])
    decision_date = DayField(_l("Ngày quyết định"))
    decision_issuer = TextField(_l("Cơ quan ban hành"), [at_most(200)])

    def validate_decision_number(self, field: Any) -> None:
        given = [bool(field.data), bool(self.decision_date.data), bool(self.decision_issuer.data)]
        if any(given) and not all(given):
            raise ValidationError(
                _("Hãy ghi đủ số, ngày và cơ quan ban hành quyết định, hoặc để trống cả ba.")
            )


class UnitForm(DecisionForm):
    name = TextField(_l("Tên đơn vị"), [Filled(_l("Hãy nhập tên đơn vị.")), at_most(200)])
    short_name = TextField(
        _l("Tên ngắn"), [at_most(100)], description=_l("Dùng trong bảng. Để trống thì như tên.")
    )
    kind = SelectField(_l("Loại"), choices=choices_of(KIND_LABELS.items()))
    sector = SelectField(_l("Khối"), choices=choices_of(SECTOR_LABELS.items()))
    founded_on = DayField(_l("Ngày thành lập"), [Filled(), near], description=DATE_HINT)

    @property
    def values(self) -> dict[str, Any]:
        return {
            "name": self.name.data,
            "short_name": self.short_name.data,
            "kind": UnitKind(self.kind.data),
            "sector": UnitSector(self.sector.data),
            "founded_on": self.founded_on.data,
        }


class RenameUnitForm(DecisionForm):
    name = TextField(_l("Tên mới"), [Filled(_l("Hãy nhập tên đơn vị.")), at_most(200)])
    short_name = TextField(_l("Tên ngắn mới"), [at_most(100)])
    effective_on = DayField(_l("Có hiệu lực từ ngày"), [Filled()], description=DATE_HINT)


class MoveUnitForm(DecisionForm):
    parent = SelectField(_l("Chuyển về trực thuộc"), coerce=int)
    effective_on = DayField(_l("Có hiệu lực từ ngày"), [Filled()], description=DATE_HINT)


class MemberForm(Form):
    name = TextField(_l("Họ và tên"), [Filled(_l("Hãy nhập họ và tên.")), at_most(120)])
    code = TextField(
        _l("Số thẻ"), [at_most(20)], description=_l("Để trống nếu là quần chúng hoặc chưa có thẻ.")
    )
    birth_date = DayField(_l("Ngày sinh"), description=DATE_HINT)
    birth_year = IntegerField(
        _l("Năm sinh"),
        [Optional(), NumberRange(1900, 2100, _l("Hãy nhập năm gồm bốn chữ số, ví dụ 1962."))],
        description=_l("Chỉ cần khi không rõ ngày sinh."),
    )
    standing = SelectField(_l("Diện"), choices=choices_of(STANDING_LABELS.items()))
    is_exempt = BooleanField(_l("Được miễn công tác và sinh hoạt"))

    def validate_birth_date(self, field: Any) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError(_("Ngày sinh không thể ở tương lai."))

    def validate_birth_year(self, field: Any) -> None:
        day = self.birth_date.data
        if day and field.data and day.year != field.data:
            raise ValidationError(_("Năm sinh không khớp với ngày sinh. Hãy sửa hoặc để trống."))

    @property
    def values(self) -> dict[str, Any]:
        return {
            "name": self.name.data,
            "code": self.code.data or None,
            "birth_date": self.birth_date.data,
            "birth_year": self.birth_year.data,
            "standing": Standing(self.standing.data),
            "is_exempt": self.is_exempt.data,
        }


class NewMemberForm(MemberForm):
    unit = UnitField(_l("Đơn vị"))
    joined_on = DayField(
        _l("Sinh hoạt tại đơn vị từ ngày"), [Filled(), near], description=DATE_HINT
    )


class TransferForm(Form):
    unit = SelectField(_l("Chuyển đến đơn vị"), coerce=int)
    effective_on = DayField(_l("Từ ngày"), [Filled()], description=DATE_HINT)


class LeavingForm(Form):
    left_on = DayField(_l("Rời tổ chức từ ngày"), [Filled()], description=DATE_HINT)
    reason = TextField(
        _l("Lý do"),
        [Filled(_l("Hãy ghi lý do.")), at_most(200)],
        description=_l("Ví dụ: từ trần, chuyển đi nơi khác, ra khỏi tổ chức."),
    )


class PostForm(Form):
    title = TextField(_l("Chức vụ"), [Filled(_l("Hãy nhập tên chức vụ.")), at_most(120)])
    rank = SelectField(_l("Thuộc nhóm"), choices=choices_of(RANK_LABELS.items()))
    unit = SelectField(_l("Tại đơn vị"), coerce=int)
    valid_from = DayField(_l("Từ ngày"), [Filled(), near], description=DATE_HINT)

    @property
    def rank_value(self) -> PostRank:
        return PostRank(self.rank.data)


class OverrideForm(Form):
    audience = SelectField(_l("Xếp vào đối tượng"), coerce=int)
    reason = TextField(_l("Lý do"), [Filled(_l("Hãy ghi lý do.")), at_most(300)])


class AccountForm(Form):
    """Phone and e-mail of an account; both may be empty for a member with a card number."""

    phone = TextField(_l("Số điện thoại"), [at_most(20)])
    email = TextField(_l("Thư điện tử"), [at_most(200)])

    def validate_phone(self, field: Any) -> None:
        if field.data and normal_phone(field.data) is None:
            raise ValidationError(_("Số điện thoại cần có dạng 09xxxxxxxx."))

    def validate_email(self, field: Any) -> None:
        if field.data and ("@" not in field.data or " " in field.data):
            raise ValidationError(_("Thư điện tử cần có dạng ten@noi-gui.vn."))


class OutsideAccountForm(AccountForm):
    display_name = TextField(_l("Họ và tên"), [Filled(_l("Hãy nhập họ và tên.")), at_most(120)])


class AppointmentForm(DecisionForm):
    login = TextField(
        _l("Người được phân công"),
        [Filled(_l("Hãy nhập số thẻ, điện thoại hoặc thư điện tử của người đó.")), at_most(200)],
        description=_l("Số thẻ, số điện thoại hoặc thư điện tử của tài khoản."),
    )
    role = SelectField(_l("Vai trò"), choices=choices_of(ROLE_LABELS.items()))
    unit = UnitField(_l("Phạm vi: đơn vị và mọi cấp dưới"))
    valid_from = DayField(_l("Từ ngày"), [Filled()], description=DATE_HINT)
    valid_to = DayField(_l("Đến hết ngày"), description=_l("Để trống nếu chưa định ngày kết thúc."))

    @property
    def role_value(self) -> Role:
        return Role(self.role.data)


class AudienceForm(Form):
    """An audience with one rule: every criterion that is set must hold."""

    name = TextField(_l("Tên đối tượng"), [Filled(_l("Hãy nhập tên đối tượng.")), at_most(120)])
    position = IntegerField(
        _l("Thứ tự xét"),
        [
            Filled(_l("Hãy nhập số từ 1 đến 999.")),
            NumberRange(1, 999, _l("Hãy nhập số từ 1 đến 999.")),
        ],
        description=_l("Số nhỏ được xét trước; người khớp đầu tiên thì dừng."),
    )
    post_ranks = ChecksField(_l("Giữ chức vụ thuộc nhóm"), choices=choices_of(RANK_LABELS.items()))
    sectors = ChecksField(_l("Đơn vị thuộc khối"), choices=choices_of(SECTOR_LABELS.items()))
    standings = ChecksField(_l("Diện"), choices=choices_of(STANDING_LABELS.items()))
    exemption = SelectField(
        _l("Miễn công tác và sinh hoạt"),
        choices=choices_of(
            [("", _l("Không xét")), ("yes", _l("Được miễn")), ("no", _l("Không được miễn"))]
        ),
    )
    least_age = IntegerField(
        _l("Từ tuổi"), [Optional(), NumberRange(0, 130, _l("Hãy nhập tuổi từ 0 đến 130."))]
    )
    most_age = IntegerField(
        _l("Đến tuổi"), [Optional(), NumberRange(0, 130, _l("Hãy nhập tuổi từ 0 đến 130."))]
    )

    def validate_most_age(self, field: Any) -> None:
        least = self.least_age.data
        if field.data is not None and least is not None and field.data < least:
            raise ValidationError(_("“Đến tuổi” phải từ “Từ tuổi” trở lên."))

    @property
    def rule(self) -> dict[str, Any]:
        return {
            "post_ranks": self.post_ranks.data or [],
            "sectors": self.sectors.data or [],
            "standings": self.standings.data or [],
            "is_exempt": {"": None, "yes": True, "no": False}[self.exemption.data or ""],
            "least_age": self.least_age.data,
            "most_age": self.most_age.data,
        }
