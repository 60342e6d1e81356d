"""What the headers that staff write mean, whatever their case, marks, form and spacing.

A header is given as its lines from top to bottom ("Ngày sinh" over "Tháng"). A proposal can be
corrected by a human; `header_signature` is the key under which the correction is remembered.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from lms.base.vietnamese import clean, fold
from lms.people.roster.fields import Field

Parts = tuple[str, ...]

_PARENTHESES = re.compile(r"\([^)]*\)")
_NO_WORD = re.compile(r"[^a-z0-9]+")

_HOLDER = r"(dang|dv|dang vien|hoi vien|doan vien|can bo|nhan vien|hoc vien|thanh vien|hv|cb|nv)"
_UNIT = r"(chi bo|cb|chi uy)"
_PLACE = r"(phuong|xa|thi tran|phuong xa|xa phuong|quan|huyen|quan huyen|khu vuc|tinh|thanh pho)"
_COMMITTEE = r"(dang bo|dang uy|db|du)"

# In the order of trust: of two columns with one meaning, the earlier pattern wins.
_PATTERNS: tuple[tuple[Field, str], ...] = (
    (Field.NUMBER, r"stt|tt|so tt|so thu tu|thu tu|no|so"),
    (Field.CODE, rf"(so|ma|ma so|so hieu) the( {_HOLDER})?( so| moi| hien nay)?"),
    (Field.CODE, rf"(so|ma|ma so|so hieu) {_HOLDER}|the {_HOLDER}( so)?|so td( vien)?|so tdv|stdv"),
    (Field.CODE, r"std|sttdv|ma so|ma|so hieu|code|member (code|no|number|id)|card( no| number)?"),
    (Field.FAMILY_NAME, r"ho|ho (va )?(ten )?(chu )?(dem|lot)|ho va dem|ho dem|ho chu lot"),
    (Field.NAME, r"ho (va )?(chu )?ten( khai sinh| day du)?"),
    (
        Field.NAME,
        rf"ho (va )?(chu )?ten( (cua )?{_HOLDER}| chu in hoa| in hoa| dang dung| thuong dung)*",
    ),
    (Field.NAME, rf"ten {_HOLDER}|ho (va )?ten {_HOLDER} .*|full ?name|name|{_HOLDER}"),
    (Field.GIVEN_NAME, r"ten|ten goi|given name"),
    (Field.BIRTH, r"(ngay )?(thang )?(va )?nam sinh|(ngay )?thang sinh nam|ntns|ngay sinh|sinh"),
    (Field.BIRTH, r"sinh (ngay|nam)( thang)?( nam)?|(ngay )?thang nam sinh|ngay thang sinh"),
    (Field.BIRTH, r"date of birth|birth ?(date|day|year)|dob|nam sinh.*|ngay sinh.*"),
    (Field.GENDER, r"gioi tinh|gioi|gt|phai|nam nu|gioi tinh nam nu|sex|gender"),
    (Field.UNIT, rf"(ten )?{_UNIT}( sinh hoat| truc thuoc| hien nay| dang sinh hoat)?"),
    (Field.UNIT, rf"(thuoc|sinh hoat (tai|o)|noi sinh hoat|don vi sinh hoat)( {_UNIT})?( dang)?"),
    (Field.UNIT, rf"{_UNIT} .*|to chuc dang|cell"),
    (Field.PARENT_UNIT, rf"(ten )?{_COMMITTEE}( {_PLACE}| co so| bo phan| cap tren)*( truc tiep)?"),
    (Field.PARENT_UNIT, rf"(thuoc )?{_COMMITTEE}.*|(thuoc )?{_PLACE}|don vi cap tren( truc tiep)?"),
    (Field.PARENT_UNIT, r"to chuc co so dang|co so dang|tccsd|tcsd|tcd cap tren|ward"),
    (Field.POST, r"chuc vu( dang| trong dang| cap uy)?( hien nay| hien tai| dam nhiem)?|chuc danh"),
    (Field.POST, r"chuc vu .*|chuc danh .*|nhiem vu|post|position"),
    (Field.PHONE, r"(so )?(dien thoai|dt|dtdd)( di dong| lien he| lien lac)*|sdt|di dong|phone"),
    (Field.PHONE, r"(so |dien thoai |so dien thoai )?(di dong|mobile|zalo)|tel|so may|sdt .*"),
    (Field.EMAIL, r"(dia chi )?(e ?mail|thu dien tu|hop thu|hop thu dien tu|mail)( .*)?"),
    (Field.EXEMPT, r"(dang vien |dien |duoc )*mien( .*)?"),
    (Field.STANDING, r"(dang vien )?(chinh thuc|ct) (hay |hoac )?(du bi|db)|dien dang vien"),
    (Field.STANDING, r"loai dang vien|loai dv|tinh trang dang vien|tu cach dang vien|standing"),
    (Field.JOINED_ON, r"ngay( thang nam)? (vao dang|ket nap)( du bi| lan dau| dang)*|ngay du bi"),
    (Field.JOINED_ON, r"(ngay|nam) (vao|ket nap)( vao)? (dang|dang csvn|dang cong san).*|ngay vd"),
    (Field.NOTE, r"ghi chu.*|chu thich|note|notes|gc"),
)
_COMPILED = [(field, re.compile(pattern)) for field, pattern in _PATTERNS]
_NOT_MEANT = re.compile(
    r".*\b(bhyt|bao hiem|can cuoc|cccd|cmnd|ngan hang|vo chong|vo|chong|cha|me|con|chinh thuc"
    r"|nguoi gioi thieu|noi sinh(?! hoat)|cong tac|ngay cap|noi cap|tuoi dang)\b.*"
)
_BARE_UNIT = re.compile(r"don vi|ten don vi|don vi truc thuoc|to dan pho|unit")

# Headings that mean something only beside or below others.
_DAY, _MONTH, _YEAR = "ngày", "tháng", "năm"
_MAN, _WOMAN = "nam", "nữ"


@lru_cache(maxsize=4096)
def plain(header: str) -> str:
    """The folded words of a header, without what it says in parentheses."""
    folded = fold(header.replace("_", " "))
    return " ".join(_NO_WORD.sub(" ", _PARENTHESES.sub(" ", folded)).split()) or " ".join(
        _NO_WORD.sub(" ", folded).split()
    )


def header_signature(headers: Sequence[str]) -> str:
    """The same for the same headers in the same order, however they are written."""
    joined = "|".join(plain(header) for header in headers).rstrip("|")
    return hashlib.sha256(joined.encode()).hexdigest()[:32]


def meaning_of(header: str) -> tuple[int, Field] | None:
    """(place in the order of trust, field) of one heading; None when it says nothing to us."""
    words = plain(header)
    if not words or len(words) > 80:
        return None
    if _NOT_MEANT.fullmatch(words) and not re.match(
        r"mien |(dang vien )?chinh thuc .*du bi", words
    ):
        return None
    for place, (field, pattern) in enumerate(_COMPILED):
        if pattern.fullmatch(words):
            return place, field
    return None


def propose_mapping(header: Mapping[int, Parts] | Sequence[str]) -> dict[int, Field]:
    """What each column seems to mean. Two columns never get one meaning, units above apart."""
    if not isinstance(header, Mapping):
        header = {index: (text,) for index, text in enumerate(header) if clean(text)}
    chosen: dict[int, Field] = _by_neighbours(header)
    taken = set(chosen.values())
    found: list[tuple[int, int, Field]] = []
    for index, parts in header.items():
        if index not in chosen and (meaning := _meaning_of_parts(parts)):
            found.append((meaning[0], index, meaning[1]))
    for _, index, field in sorted(found):
        if field is Field.PARENT_UNIT or field not in taken:
            chosen[index] = field
            taken.add(field)
        elif field is Field.NAME and header[index] == header.get(index - 1):
            # One heading over two columns: the family name, and the given name beside it.
            chosen[index - 1], chosen[index] = Field.FAMILY_NAME, Field.GIVEN_NAME
        elif plain(header[index][-1]) == "nam sinh" and Field.BIRTH_YEAR not in taken:
            chosen[index] = Field.BIRTH_YEAR  # beside "Ngày sinh"
            taken.add(Field.BIRTH_YEAR)
    _settle_names(chosen)
    _settle_bare_units(header, chosen)
    return dict(sorted(chosen.items()))


def _meaning_of_parts(parts: Parts) -> tuple[int, Field] | None:
    if len(parts) == 1:
        return meaning_of(parts[0])
    whole = meaning_of(" ".join(parts))
    if whole or _NOT_MEANT.fullmatch(plain(" ".join(parts))):
        return whole
    return meaning_of(parts[-1])


def _settle_names(chosen: dict[int, Field]) -> None:
    """A column "Tên" is the given name beside the family name, and else the whole name."""
    names = {field: index for index, field in chosen.items()}
    if Field.GIVEN_NAME in names and Field.FAMILY_NAME not in names:
        if Field.NAME in names:
            # "Họ và tên" holds the family and middle names when "Tên" follows it at once.
            if names[Field.GIVEN_NAME] == names[Field.NAME] + 1:
                chosen[names[Field.NAME]] = Field.FAMILY_NAME
            else:
                del chosen[names[Field.GIVEN_NAME]]
        else:
            chosen[names[Field.GIVEN_NAME]] = Field.NAME


def _settle_bare_units(header: Mapping[int, Parts], chosen: dict[int, Field]) -> None:
    """ "Đơn vị" is the cell where no column says so, and else what stands above it."""
    for index, parts in header.items():
        if index not in chosen and _BARE_UNIT.fullmatch(plain(parts[-1])):
            if Field.UNIT not in chosen.values():
                chosen[index] = Field.UNIT
            elif Field.PARENT_UNIT not in chosen.values():
                chosen[index] = Field.PARENT_UNIT


def _by_neighbours(header: Mapping[int, Parts]) -> dict[int, Field]:
    """Columns that only their company explains: day, month, year; men and women."""
    chosen: dict[int, Field] = {}
    last = {index: clean(parts[-1]).lower() for index, parts in header.items()}
    for index in sorted(header):
        if (month := index + 1) in last and (year := index + 2) in last:
            three = tuple(re.sub(r"\s*sinh$", "", last[at]) for at in (index, month, year))
            if three in ((_DAY, _MONTH, _YEAR), ("ngay", "thang", "nam")):
                chosen[index], chosen[month] = Field.BIRTH_DAY, Field.BIRTH_MONTH
                chosen[year] = Field.BIRTH_YEAR
        if (last[index], last.get(index + 1)) in ((_MAN, _WOMAN), ("nam", "nu")):
            above = plain(" ".join(header[index][:-1]))
            is_birth = "sinh" in above.split() or above in ("ngay thang nam", "tuoi")
            chosen[index] = Field.BIRTH_OF_MEN if is_birth else Field.MAN
            chosen[index + 1] = Field.BIRTH_OF_WOMEN if is_birth else Field.WOMAN
    return chosen
