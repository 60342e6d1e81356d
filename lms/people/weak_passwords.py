"""Which passwords are guessed first, and are refused for that. Pure.

A list of what people everywhere choose (common_words.py), one made by us of what people here do,
and rules for the shapes that no list ends: runs on the keyboard, repeats, days, words with a few
digits after them, two Vietnamese syllables or a Vietnamese name without tones and spaces, the
product's own name, one's own name or number. No rule asks for kinds of characters.
"""

import re

from lms.base.vietnamese import fold
from lms.people.common_words import is_common

_WORDS = frozenset(
    "password passwd pass matkhau mat khau admin administrator root user guest login dangnhap "
    "iloveyou ilove youloveme anhyeuem emyeuanh yeuem yeuanh yeunhau yeumai mailoveu hoilamgi "
    "khongbiet khongcopass khongco chaoban xinchao vietnam vietnamvodich hanoi saigon hochiminh "
    "danang haiphong hue cantho tphcm dangvien dangcongsan chibo dangbo danguy bithu thuhoach "
    "baithuhoach hoctap nghiquyet chithi longbien giadinh bome conyeu conyeubome mevabo toiyeu "
    "toiyeuvietnam nguyen nguyenvan tran tranthi pham hoang welcome letmein monkey dragon "
    "football bongda master superman batman sunshine princess princesa michael computer internet "
    "samsung iphone nokia google facebook zalo gmail yahoo abcdef abcabc test tester testing "
    "changeme secret default system server qwerty asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx "
    "trustno hello helloworld love loveyou lovely family money freedom soccer ninja shadow killer "
    "flower cookie cheese summer winter spring autumn angel baby happy lucky".split()
)

_RUNS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8",
    "147258369",
    "159753",
)
_BOTH_WAYS = tuple(run for one in _RUNS for run in (one, one[::-1]))
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")
_DAY = re.compile(
    r"(0?[1-9]|[12]\d|3[01])[./-]?(0?[1-9]|1[0-2])[./-]?(19|20)?\d\d"
    r"|(19|20)\d\d[./-]?(0[1-9]|1[0-2])[./-]?(0[1-9]|[12]\d|3[01])"
)
_YEAR = re.compile(r"(19|20)\d\d")
_DOUBLED = re.compile(r"(.)\1+")
_EDGES = re.compile(r"^[\d\W_]+|[\d\W_]+$")
_FEW = 4
"""So many digits and signs around a word do not make it a secret."""
_DIGITS = re.compile(r"[a-z]{0,3}(\d{5,})[a-z]{0,3}")
_SYLLABLE = re.compile(
    r"(?:ngh?|th|tr|ch|gh|gi|kh|nh|ph|qu|[bcdghklmnprstvx])?"
    r"(?:uye|uya|uyu|oai|oay|oeo|uay|uoi|uou|ieu|yeu|"
    r"ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|ua|ue|ui|uo|uu|uy|ye|[aeiouy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)
_FAMILY_NAMES = frozenset(
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh doan lam mai "
    "trinh dao cao ha luong truong thai ta phung quach chu chau trieu kieu vuong luu la to diep "
    "bach dam nghiem mac lai tang tong thach danh son kim tieu".split()
)


def is_too_common(password: str) -> bool:
    """Whether the password is among those tried first."""
    plain = fold(password).replace(" ", "")
    if len(set(password)) < 3 or _is_repeat(plain) or _DAY.fullmatch(plain) or _is_phone(plain):
        return True
    if _is_run(plain) or _is_run(_DOUBLED.sub(r"\1", plain)):
        return True
    core = _EDGES.sub("", plain)
    cores = {core, plain, core.translate(_LOOKALIKES), _EDGES.sub("", plain.translate(_LOOKALIKES))}
    if any(word in _WORDS or _is_run(word) for word in cores if word):
        return True
    if is_common(plain) or _is_run_of_digits(plain):
        return True
    if not _is_predictable(plain.replace(core, "", 1)):
        return False
    if any(is_common(word) for word in cores if word.isalpha()):
        return True
    is_typed_plainly = password.isascii() and " " not in password
    return is_typed_plainly and core.isalpha() and len(core) >= 4 and _is_short_vietnamese(core)


def names_oneself(password: str, own: list[str]) -> bool:
    """Whether the password is little more than one's own name or number (`own`)."""
    plain = fold(password).replace(" ", "")
    for text in own:
        name = fold(text).replace(" ", "")
        if len(name) >= 4 and name in plain and len(plain) - len(name) < 4:
            return True
    return False


def _is_run_of_digits(text: str) -> bool:
    """Whether the text is digits in a row, again and again, or a day, with a few letters around."""
    found = _DIGITS.fullmatch(text)
    return found is not None and not text.isdigit() and _is_guessable(found[1])


def _is_predictable(rest: str) -> bool:
    """Whether what stands around a word is so short, or so usual, that it adds nothing."""
    digits = re.sub(r"\D", "", rest)
    return len(rest) <= _FEW or (len(rest) - len(digits) <= 2 and _is_guessable(digits))


def _is_guessable(digits: str) -> bool:
    usual = _DAY.fullmatch(digits) or _YEAR.fullmatch(digits)
    return bool(usual or _is_run(digits) or _is_repeat(digits))


def _is_short_vietnamese(text: str) -> bool:
    """Whether a text without tones is at most two syllables, or a family name and two or three."""
    if _syllables(text, 2):
        return True
    return any(_syllables(text[len(name) :], 3) for name in _FAMILY_NAMES if text.startswith(name))


def _syllables(text: str, most: int) -> bool:
    """Whether the text is that many syllables at most."""
    if not text or not most:
        return not text
    return any(
        _SYLLABLE.fullmatch(text[:end]) and _syllables(text[end:], most - 1)
        for end in range(1, min(len(text), 7) + 1)
    )


def _is_run(text: str) -> bool:
    """Whether the text is made of at most two stretches along the keyboard or the alphabet."""
    parts = 0
    rest = text
    while rest:
        length = next(
            (n for n in range(len(rest), 2, -1) if any(rest[:n] in run for run in _BOTH_WAYS)), 0
        )
        if not length or parts == 2:
            return False
        rest = rest[length:]
        parts += 1
    return True


def _is_repeat(text: str) -> bool:
    """Whether a piece of up to four characters is repeated from end to end."""
    return (
        any(len(text) % n == 0 and text[:n] * (len(text) // n) == text for n in range(1, 5))
        and len(text) >= 6
    )


def _is_phone(text: str) -> bool:
    return re.fullmatch(r"(\+?84|0)\d{9,10}", text) is not None
