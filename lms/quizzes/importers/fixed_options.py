"""Options that speak of other options ("Cả A và B") and so keep their place when shuffled.

Pure text. Shuffling itself belongs to the attempt.
"""

import re
from collections.abc import Sequence

from lms.base.vietnamese import clean

_NOUN = (
    r"(?:phương án|đáp án|lựa chọn|câu trả lời|câu|ý kiến|ý|nội dung|trường hợp|trả lời|mục|điều|"
    r"điểm|khẳng định|nhận định|phát biểu)"
)
_COUNT = r"(?:hai|ba|bốn|tư|năm|\d)"
_LETTER = r"(?:[a-jđ]|[(][a-jđ][)])"
_LETTERS = rf"{_LETTER}(?:\s*(?:,|;|/|&|và|hoặc|,\s*và)\s*(?:{_NOUN}\s+)?{_LETTER})+"
_ABOVE = r"(?:ở trên|nêu trên|kể trên|đã nêu|vừa nêu|trên đây|(?<!cấp )(?<!bề )trên)"
_TRUTH = (
    r"(?:\s*(?:,|là|đều|cùng|thì))*\s*(?:đúng|sai|không đúng|không sai|không chính xác|chính xác|"
    r"không phải)(?: cả| hết)?"
)
_ALL = rf"(?:tất cả|toàn bộ|mọi|cả|hai|ba|bốn|các|những)(?: (?:cả|các|những|mọi|{_COUNT}))*"
_ONLY = r"(?:chỉ(?: có)? )?"
_NO = r"không(?: có| phải)?(?: bất kỳ| một)?"

_FIXED = tuple(
    re.compile(pattern)
    for pattern in (
        # Tất cả · Cả ba · Cả 3 đều đúng
        rf"(?:tất cả|cả {_COUNT})(?:{_TRUTH})?",
        # Tất cả các phương án trên (đều đúng) · Cả hai nội dung nêu trên · Các đáp án trên đều sai
        rf"{_ALL}(?: \w+){{0,6}} {_ABOVE}(?:{_TRUTH})?",
        # Tất cả các phương án · Cả ba ý · Tất cả các câu đều đúng
        rf"(?:tất cả|toàn bộ|mọi|cả)(?: (?:các|những|{_COUNT}))* {_NOUN}(?:{_TRUTH})?",
        rf"(?:các|những) {_NOUN}{_TRUTH}",
        # Cả A và B (đều đúng) · A, B và C · Chỉ A và B · Đáp án A và C đúng · Không phải A và B
        rf"{_ONLY}(?:không phải )?(?:cả )?(?:{_COUNT} )?(?:{_NOUN} )?{_LETTERS}(?:{_TRUTH})?",
        # Chỉ A đúng · Câu B sai
        rf"{_ONLY}(?:{_NOUN} )?{_LETTER}{_TRUTH}",
        # Không có đáp án nào (đúng) · Không phương án nào ở trên · Không đáp án đúng
        rf"{_NO} {_NOUN} (?:nào|đúng)(?: {_ABOVE}| trong .*)?(?:{_TRUTH})?",
        # Một trong các phương án trên
        rf"một trong (?:các|những|hai|ba|\d) {_NOUN} {_ABOVE}",
        # Phương án khác · Ý kiến khác
        r"(?:phương án|đáp án|ý kiến|lựa chọn|câu trả lời) khác",
        r"(?:all|none|both|neither) of (?:the|these)(?: \w+)?(?: above)?",
        r"(?:both|neither) [a-j] (?:and|or|nor) [a-j]",
    )
)
_NAMED = re.compile(r"(?<![^\W_])[A-JĐ](?![^\W_])")
_LONGEST = 120
_ORDER = "ABCDEFGHIJ"


def is_fixed_option(text: str) -> bool:
    """Whether an option points at other options or at all of them, so that it must not move."""
    text = clean(text).casefold().strip(" .,;:!…\"'“”()")
    return len(text) <= _LONGEST and any(pattern.fullmatch(text) for pattern in _FIXED)


def fixed_positions(options: Sequence[str]) -> frozenset[int]:
    """Indexes of options that must keep their place: fixed ones, and those they name by letter."""
    fixed: set[int] = set()
    for index, option in enumerate(options):
        if is_fixed_option(option):
            fixed.add(index)
            fixed.update(_ORDER.index(letter) for letter in _named(option, len(options)))
    return frozenset(fixed)


def _named(option: str, count: int) -> set[str]:
    known = set(_ORDER[:count])
    return {letter for letter in _NAMED.findall(clean(option).upper()) if letter in known}
