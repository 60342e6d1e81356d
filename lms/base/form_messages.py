"""WTForms' own messages in our words: it ships no Vietnamese, and an English one helps nobody here.

Only the translation object; which form says what stays in the feature's forms.
"""

from typing import Any

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, Any] = {
    "This field is required.": _l("Hãy điền mục này."),
    "Not a valid choice.": _l("Hãy chọn một trong các mục có sẵn."),
    "Invalid Choice: could not coerce.": _l("Hãy chọn một trong các mục có sẵn."),
    "Invalid choice(s): one or more data inputs could not be coerced.": _l(
        "Hãy chọn trong các mục có sẵn."
    ),
    "'%(value)s' is not a valid choice for this field.": _l("Hãy chọn trong các mục có sẵn."),
    "'%(value)s' are not valid choices for this field.": _l("Hãy chọn trong các mục có sẵn."),
    "Not a valid integer value.": _l("Hãy nhập một số nguyên, ví dụ 10."),
    "Not a valid decimal value.": _l("Hãy nhập một số, ví dụ 8.5."),
    "Not a valid float value.": _l("Hãy nhập một số, ví dụ 8.5."),
    "Not a valid date value.": _l("Hãy nhập ngày dạng ngày/tháng/năm, ví dụ 15/3/2026."),
    "Not a valid datetime value.": _l("Hãy nhập giờ và ngày, ví dụ 19:30 15/12/2026."),
    "Not a valid time value.": _l("Hãy nhập giờ, ví dụ 19:30."),
    "Number must be at least %(min)s.": _l("Số này không được nhỏ hơn %(min)s."),
    "Number must be at most %(max)s.": _l("Số này không được lớn hơn %(max)s."),
    "Number must be between %(min)s and %(max)s.": _l("Hãy nhập từ %(min)s đến %(max)s."),
    "Field must be at least %(min)d characters long.": _l("Hãy nhập ít nhất %(min)d ký tự."),
    "Field cannot be longer than %(max)d characters.": _l("Hãy nhập nhiều nhất %(max)d ký tự."),
    "Field must be exactly %(max)d characters long.": _l("Hãy nhập đúng %(max)d ký tự."),
    "Field must be between %(min)d and %(max)d characters long.": _l(
        "Hãy nhập từ %(min)d đến %(max)d ký tự."
    ),
    "Field must be equal to %(other_name)s.": _l("Hai lần nhập không giống nhau. Hãy nhập lại."),
    "Invalid email address.": _l("Địa chỉ thư điện tử chưa đúng, ví dụ: ten@coquan.vn."),
    "Invalid URL.": _l("Địa chỉ chưa đúng; địa chỉ bắt đầu bằng https://."),
    "Invalid input.": _l("Nội dung này chưa đúng. Hãy nhập lại."),
}


class OurTranslations:
    """What WTForms asks for its messages: `gettext` and `ngettext`, unknown ones as they are."""

    def gettext(self, string: str) -> str:
        found = MESSAGES.get(string)
        return string if found is None else str(found)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Vietnamese has one form, so the plural is the key."""
        return self.gettext(plural if plural in MESSAGES else singular)
