"""Forms of a campaign: what it is, its opening."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from lms.base.editing import EditingForm
from lms.base.forms import ChecksField, Filled, Form, LinesField, MomentField, TextField, at_most
from lms.planning.forms.moments import MOMENT_HINT, NO_MOMENT


class CampaignForm(EditingForm):
    name = TextField(_l("Tên đợt học"), [Filled(_l("Hãy đặt tên cho đợt học.")), at_most(200)])
    summary = LinesField(_l("Giới thiệu ngắn"), [at_most(2000)])
    unit_id = SelectField(
        _l("Đơn vị"),
        coerce=int,
        description=_l("Mọi người trong đơn vị này và các đơn vị cấp dưới thuộc về đợt học."),
    )
    directives = ChecksField(_l("Văn bản học"), coerce=int)
    opens_at = MomentField(_l("Bắt đầu lúc"), [Filled(NO_MOMENT)], description=MOMENT_HINT)
    closes_at = MomentField(_l("Kết thúc lúc"), [Filled(NO_MOMENT)], description=MOMENT_HINT)


class OpeningForm(Form):
    opens_anyway = BooleanField(_l("Tôi biết còn thiếu những mục trên và vẫn mở"))


class TopUpForm(Form):
    due_at = MomentField(
        _l("Hạn của những người vào sau"),
        [Filled(NO_MOMENT)],
        description=_l("Ai có hạn chung muộn hơn thì theo hạn chung. Ví dụ 19:30 15/12/2026."),
    )
