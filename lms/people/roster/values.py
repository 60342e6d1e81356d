"""The values of a person's cells: card numbers, names, phones, addresses, standing, exemption.

Each function takes what the cell shows and answers with the usual form, or None when there is
nothing usable in it; whether that is a problem is the reading's to say.
"""

import re
from functools import lru_cache

from lms.base.vietnamese import clean, fold, ordinary_capitals
from lms.people.roster.cells import Cell, Kind
from lms.people.standing import Standing

MOST_CODE = 20
MOST_NAME = 120
MOST_EMAIL = 200

_NOTHING = frozenset(
    "-|--|---|–|—|.|..|...|…|/|x|?|0|k|ko|khong|không|không có|khong co|chưa có|chua co|chưa|k có"
    "|n/a|trống".split("|")
)
_ROUNDED = re.compile(r"\d+(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE)
_LIKE_DIGITS = re.compile(r"(?=.*\d)(?=.*[OIl])[\dOIl]+", re.IGNORECASE)
_PHONE = re.compile(r"0(?:[1-9]\d{8}|2\d{9})")
_PHONE_MARKS = re.compile(r"[\s.\-()+_'’]")
_SEVERAL = re.compile(r"[/;,\n]|\s-\s| hoặc ")
_EMAIL = re.compile(r"[\w.+\-']{1,64}@(?:[\w\-]{1,63}\.)+[A-Za-z]{2,24}")
_EXEMPT = re.compile(r"\bmien (cong tac|sinh hoat|ct|sh|\(?sh)|\bduoc mien\b|\bdv mien\b|^mien$")
_NOT_EXEMPT = re.compile(r"\b(khong|het|chua|thoi|bo) (duoc |con )?(dien )?mien\b")
_PROBATIONARY = re.compile(r"\b(du bi|dvdb|dbi)\b")
_FULL = re.compile(r"\b(chinh thuc|dvct)\b")
_GUEST = re.compile(r"\b(quan chung|cam tinh dang|doi tuong ket nap|ngoai dang)\b")
_LEFT = re.compile(
    r"\b(da (mat|chet)(?! (the|so|suc|ho so|giay|cccd|dien thoai))|mat (ngay|nam|thang) \d+"
    r"|tu tran|qua doi|chuyen (di|sang|ra)|da chuyen(?! (den|ve tu|tu|chinh))"
    r"|(chuyen|cat) sinh hoat(?! den tu)|xoa ten|khai tru|(xin |cho )ra khoi dang|xin ra dang"
    r"|roi to chuc|mat tich)\b"
)
_STAYS = re.compile(r"\b(chua|khong|huy) (da |xin |bi )?(chuyen|mat|xoa|khai)\b|\bchuyen den\b")
_YES = frozenset("x v co yes true 1 ✓ ✔ √".split())
_NO = frozenset("khong ko no false 0 -".split())


def is_nothing(text: str) -> bool:
    """Whether a text only says that there is nothing: a dash, "không có", "x"."""
    return clean(text).lower() in _NOTHING


def read_code(cell: Cell) -> str | None:
    """A card number: digits without the spaces and dots between them, or another text as it is.

    None when the cell cannot be one: a date, a number that was rounded, an overlong text. "" when
    it says that there is none.
    """
    if cell.kind not in (Kind.TEXT, Kind.NUMBER):
        return None
    text = clean(cell.text).strip("'’` ")
    if is_nothing(text) or (text and not text.strip("0")):
        return ""
    if cell.kind is Kind.NUMBER:
        return text if text.isdecimal() and len(text) <= 15 else None
    digits = re.sub(r"[\s.]", "", text)
    if is_rounded(text) or has_letters_for_digits(digits):
        return None
    if digits.isascii() and digits.isdecimal():
        text = digits
    return text if len(text) <= MOST_CODE and any(c.isalnum() for c in text) else None


def is_rounded(text: str) -> bool:
    """Whether a number lost digits to the short form of Excel: 6.7E+07."""
    return bool(_ROUNDED.fullmatch(clean(text)))


def has_letters_for_digits(text: str) -> bool:
    """Whether a number was typed with letters that look like digits: O34567103."""
    return bool(_LIKE_DIGITS.fullmatch(re.sub(r"[\s.]", "", clean(text))))


def read_name(text: str) -> str | None:
    """A personal name in NFC and ordinary capitals; None when it cannot be one."""
    name = ordinary_capitals(text)
    if not any(c.isalpha() for c in name) or len(name) > MOST_NAME:
        return None
    return name


def read_phone(text: str) -> str | None:
    """The first phone number of a cell as digits with the leading zero; None without a whole one.

    A number cell lacks the zero; +84, 84 and 0084 stand for it.
    """
    for part in _SEVERAL.split(clean(text)):
        digits = _PHONE_MARKS.sub("", part)
        if not digits:
            continue
        if digits.startswith("00"):
            digits = digits[2:]
        if digits.startswith("84") and len(digits) >= 11:
            digits = digits[2:]
        digits = digits if digits.startswith("0") else f"0{digits}"
        return digits if digits.isascii() and _PHONE.fullmatch(digits) else None
    return None


@lru_cache(maxsize=1024)
def read_email(text: str) -> str | None:
    """An address in lower case; None when it is none."""
    address = clean(text).lower().removeprefix("mailto:").strip(" .;,<>")
    return address if _EMAIL.fullmatch(address) and len(address) <= MOST_EMAIL else None


@lru_cache(maxsize=256)
def read_gender(text: str) -> str | None:
    """'male', 'female' or None."""
    words = clean(text).lower().strip(" .")
    if words in ("nam", "m", "male", "trai", "ông"):
        return "male"
    return "female" if words in ("nữ", "nu", "nư", "f", "female", "gái", "bà") else None


@lru_cache(maxsize=1024)
def read_post(text: str) -> str | None:
    """The title of a post; a title in capitals is written in small letters."""
    title = clean(text)
    if is_nothing(title) or fold(title) in ("dang vien", "dv", "hoi vien", "thanh vien"):
        return None
    if title.isupper() and not title.isascii():
        title = title.capitalize()
    return title[:120] or None


@lru_cache(maxsize=1024)
def says_exempt(text: str) -> bool:
    """Whether a remark says that the person is exempt from meetings and work."""
    words = fold(text)
    return bool(_EXEMPT.search(words)) and not _NOT_EXEMPT.search(words)


@lru_cache(maxsize=1024)
def is_exempt_denied(text: str) -> bool:
    """Whether a remark says that an exemption is not given or has ended."""
    return bool(_NOT_EXEMPT.search(fold(text)))


@lru_cache(maxsize=1024)
def says_left(text: str) -> bool:
    """Whether a remark says that the person may have died, gone elsewhere or left the party."""
    words = fold(text)
    return bool(_LEFT.search(words)) and not _STAYS.search(words)


@lru_cache(maxsize=256)
def read_mark(text: str) -> bool | None:
    """A cell that is ticked (x, có) or not (không); None when it says neither."""
    words = fold(text).strip(" .")
    return True if words in _YES else False if words in _NO else None


@lru_cache(maxsize=1024)
def read_standing(text: str) -> Standing | None:
    """What a remark says about the standing; None when nothing, or more than one thing."""
    words = fold(text)
    said = {
        standing
        for standing, pattern in (
            (Standing.PROBATIONARY, _PROBATIONARY),
            (Standing.FULL, _FULL),
            (Standing.GUEST, _GUEST),
        )
        if pattern.search(words)
    }
    return said.pop() if len(said) == 1 else None
