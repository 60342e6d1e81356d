"""Lines that are no question and no option: section titles, answers, keys, explanations.

Pure recognition of wording, on plain text.
"""

import re

from lms.base.vietnamese import clean

LETTERS = r"[A-JĐa-jđ](?:\s*(?:[,;/&+]|và|and)\s*[A-JĐa-jđ])*|[A-JĐ]{2,6}"
_LEAD = r"(?:[→⇒]|=>|->|–>)?\s*"
_WORD = r"(?:đáp\s*án|đ\s*/?\s*a|trả\s*lời|answer|key|chọn)"
_RIGHT = r"(?:\s*(?:đúng(?:\s*nhất)?|chính\s*xác))?(?:\s*là)?"
_ANSWER = re.compile(
    rf"{_LEAD}[(\[]?\s*(?:{_WORD}\s*)?{_WORD}{_RIGHT}\s*(?P<colon>[:.=\-–]*)\s*"
    r"(?:(?:phương\s*án|câu|ý)\s+(?=[A-JĐa-jđ]\b))?(?P<answer>.*?)\s*[)\]]?\s*",
    re.IGNORECASE,
)
_ARROW = re.compile(rf"(?:[→⇒]|=>|->|–>)\s*(?P<answer>{LETTERS})\s*[.)]?\s*")
_LETTERS = re.compile(rf"(?:{LETTERS})\s*[.)]?")
_LETTER_AND_TEXT = re.compile(r"[A-JĐa-jđ]\s*[.):\-–]\s*\S.*")
_TAIL_WORD = r"(?:đáp\s*án|đ\s*/\s*a|answer)(?:\s*đúng)?(?:\s*là)?"
_TAIL = re.compile(
    rf"(?:[ \t]{_TAIL_WORD}\s*[:=]\s*(?P<open>{LETTERS})"
    rf"|[ \t]*[(\[]\s*{_TAIL_WORD}\s*[:=]?\s*(?P<closed>{LETTERS})\s*[)\]])\s*\.?\s*$",
    re.IGNORECASE,
)
_KEY_HEADING = re.compile(
    r"\W*(?:[ivx\d]+\s*[.)]\s*)?(?:bảng|phần|hướng\s*dẫn)?\s*(?:tổng\s*hợp\s*)?(?:các\s*)?"
    r"(?:đáp\s*án|answer\s*keys?)\b[^?]{0,60}",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"\W*(?:"
    r"(?:phần|chương|mục|chủ\s*đề|chuyên\s*đề|nội\s*dung|bài|(?:mã\s*)?đề|nhóm|lĩnh\s*vực|vòng)"
    r"(?:\s+(?:thứ\s+\w+|số\s+\w+|[ivx]+|\d+|[a-h]))(?:\s*[.:)\-–—].*|\s*)"
    r"|(?:[-–—*=~_.\s]*)(?:hết|end)(?:[-–—*=~_.!\s]*)"
    r"|(?:trang|page)\s+\d+(?:\s*/\s*\d+)?"
    r")",
    re.IGNORECASE,
)
_LONGEST = 300
_TAIL_LENGTH = 80
_RULE = re.compile(r"[-–—*=~_.•\s]{3,}")
_ROMAN = re.compile(r"(?:[IVX]{1,5})\s*[.)/:\-–]\s*\S.*")
_PART = re.compile(r"(?:phần|trắc nghiệm|tự luận|câu hỏi)\b", re.IGNORECASE)
_EXPLANATION = re.compile(
    r"[(\[]?\s*(?:giải\s*thích|lời\s*giải|hướng\s*dẫn(?:\s*giải)?|căn\s*cứ|nguồn|trích|"
    r"tham\s*khảo|ghi\s*chú|dẫn\s*chứng|cơ\s*sở|xem\s*thêm)\s*(?:đáp\s*án)?\s*[:.]"
    r"|\((?:trích|theo|nguồn|căn\s*cứ)\b[^()]*\)\.?$",
    re.IGNORECASE,
)


def answer_of_line(text: str) -> str | None:
    """What a line such as "Đáp án: C" gives as the answer; None when it is no such line."""
    text = clean(text)
    if len(text) > _LONGEST:
        return None
    arrow = _ARROW.fullmatch(text)
    if arrow:
        return arrow["answer"]
    match = _ANSWER.fullmatch(text)
    if not match or not any(char.isalnum() for char in match["answer"]):
        return None
    answer = match["answer"]
    if _LETTERS.fullmatch(answer) or ":" in match["colon"] or "=" in match["colon"]:
        return answer
    return answer if _LETTER_AND_TEXT.fullmatch(answer) else None


def answer_tail(text: str) -> tuple[int, str] | None:
    """Where "(Đáp án: C)" at the end of a line starts, and its answer."""
    match = _TAIL.search(text, max(0, len(text) - _TAIL_LENGTH))
    return (match.start(), match["open"] or match["closed"]) if match else None


def is_key_heading(text: str) -> bool:
    """The title of an answer table: "BẢNG ĐÁP ÁN", "Đáp án phần I" …"""
    return bool(_KEY_HEADING.fullmatch(clean(text)[:_LONGEST]))


def is_section(text: str) -> bool:
    """A title or ornament between questions: "Phần II. …", "--- HẾT ---", "Trang 2"."""
    text = clean(text)
    return len(text) <= _LONGEST and bool(_SECTION.fullmatch(text) or _RULE.fullmatch(text))


def is_roman_title(text: str) -> bool:
    """A line that starts with a roman number, as "II. CÂU HỎI CHUNG"."""
    return bool(_ROMAN.fullmatch(clean(text)[:_LONGEST]))


def is_capitals(text: str) -> bool:
    """Two words or more, all in capitals."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) > 3 and len(text.split()) > 1 and all(c.isupper() for c in letters)


def names_a_part(text: str) -> bool:
    """Words that title a part of the paper: "Phần trắc nghiệm", "TỰ LUẬN" …"""
    return bool(_PART.match(text.strip()))


def is_explanation(text: str) -> bool:
    """A line that explains an answer: "Giải thích: …"."""
    return bool(_EXPLANATION.match(text.strip()))
