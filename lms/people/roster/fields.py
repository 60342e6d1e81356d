"""What a column of a roster can mean, with the words shown to whoever matches the columns."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Field(StrEnum):
    """The meaning of a column. Several columns may carry PARENT_UNIT, the others one each."""

    NUMBER = "number"
    CODE = "code"
    NAME = "name"
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    BIRTH = "birth"
    BIRTH_DAY = "birth_day"
    BIRTH_MONTH = "birth_month"
    BIRTH_YEAR = "birth_year"
    BIRTH_OF_MEN = "birth_of_men"
    BIRTH_OF_WOMEN = "birth_of_women"
    GENDER = "gender"
    MAN = "man"
    WOMAN = "woman"
    UNIT = "unit"
    PARENT_UNIT = "parent_unit"
    POST = "post"
    PHONE = "phone"
    EMAIL = "email"
    STANDING = "standing"
    JOINED_ON = "joined_on"
    EXEMPT = "exempt"
    NOTE = "note"


FIELD_LABELS = {
    Field.NUMBER: _l("Số thứ tự"),
    Field.CODE: _l("Số thẻ"),
    Field.NAME: _l("Họ và tên"),
    Field.FAMILY_NAME: _l("Họ và tên đệm"),
    Field.GIVEN_NAME: _l("Tên"),
    Field.BIRTH: _l("Ngày sinh hoặc năm sinh"),
    Field.BIRTH_DAY: _l("Ngày sinh (chỉ ngày)"),
    Field.BIRTH_MONTH: _l("Tháng sinh"),
    Field.BIRTH_YEAR: _l("Năm sinh"),
    Field.BIRTH_OF_MEN: _l("Ngày sinh của nam"),
    Field.BIRTH_OF_WOMEN: _l("Ngày sinh của nữ"),
    Field.GENDER: _l("Giới tính"),
    Field.MAN: _l("Đánh dấu nam"),
    Field.WOMAN: _l("Đánh dấu nữ"),
    Field.UNIT: _l("Chi bộ (đơn vị sinh hoạt)"),
    Field.PARENT_UNIT: _l("Đảng bộ (đơn vị cấp trên)"),
    Field.POST: _l("Chức vụ"),
    Field.PHONE: _l("Điện thoại"),
    Field.EMAIL: _l("Thư điện tử"),
    Field.STANDING: _l("Chính thức hay dự bị"),
    Field.JOINED_ON: _l("Ngày vào Đảng"),
    Field.EXEMPT: _l("Miễn sinh hoạt"),
    Field.NOTE: _l("Ghi chú"),
}
