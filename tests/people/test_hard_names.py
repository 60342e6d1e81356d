"""Search and order of names that are hard to find and to sort, alike on both databases.

data/hard_names.txt stands in the order of a Vietnamese list: given name, middle names, family name;
letters before tones. A line that begins with = is the same name to the order as the line above it.
The search is compared with a brute force that shares nothing with the product's.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.base.vietnamese import sort_key
from lms.extensions import db
from lms.people import services
from lms.people.models import Member, MemberWord
from lms.people.queries import find_members
from lms.people.queries import search as search_queries
from lms.units.models import Unit
from lms.units.queries import Scope, get_unit
from tests.factories.people import make_account, make_member, make_unit

LINES = (Path(__file__).parent / "data" / "hard_names.txt").read_text().splitlines()
ESCAPE = re.compile(r"\\u([0-9a-f]{4})")

VOWELS = (
    "aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "eèẻẽéẹ", "êềểễếệ", "iìỉĩíị",
    "oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ", "uùủũúụ", "ưừửữứự", "yỳỷỹýỵ",
)  # fmt: skip
"""Every vowel with every tone, in the order of dictionaries."""

PLAIN = {c: "aaaeeiooouuy"[row] for row, vowel in enumerate(VOWELS) for c in vowel} | {"đ": "d"}
LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"


def unescaped(line: str) -> str:
    return ESCAPE.sub(lambda found: chr(int(found[1], 16)), line)


NAMES = [unescaped(line[2:]) for line in LINES]


def folded(text: str) -> str:
    """Lower case without marks, letter by letter from the table above."""
    text = unicodedata.normalize("NFC", text).replace("\u00d0", "Đ").replace("\u0189", "Đ")
    return "".join(PLAIN.get(c, c) for c in text.lower())


def brute_force(typed: str) -> list[str]:
    """Who is found: every typed word begins a word of the name, or a part of one."""
    wanted = [re.sub(r"['’-]", "", word) for word in folded(typed).split()]

    def words(name: str) -> list[str]:
        whole = folded(name).split()
        return [re.sub(r"['’-]", "", w) for w in whole] + [
            part for w in whole for part in re.split(r"['’-]", w)
        ]

    return sorted(
        " ".join(unicodedata.normalize("NFC", name).split())
        for name in NAMES
        if all(any(word.startswith(one) for word in words(name)) for one in wanted)
    )


@pytest.fixture
def unit(app: Flask) -> Unit:
    unit = make_unit()
    for name in sorted(NAMES, key=hash):
        make_member(unit, name, code=None)
    db.session.flush()
    return unit


@pytest.fixture
def scope(unit: Unit) -> Scope:
    return Scope.of([get_unit(unit.id).path])


def found(scope: Scope, typed: str) -> list[str]:
    names, number = [], 1
    while True:
        page = find_members(scope, typed, number=number)
        names += [row.Member.name for row in page.rows]
        if not page.has_next:
            return names
        number += 1


def test_the_list_is_as_hard_as_it_should_be() -> None:
    assert len(NAMES) >= 300
    assert len(set(NAMES)) == len(NAMES)
    ends = {unicodedata.normalize("NFC", name.lower().split()[-1])[-1] for name in NAMES}
    assert set("".join(VOWELS)) <= ends
    text = "\n".join(NAMES)
    for part in ("Đ", "H'", "K'", "’", "-", "\u00d0", "\u0189", "  ", "\u0323"):
        assert part in text, part
    assert any(len(name.split()) == 1 for name in NAMES)
    assert sum(line.startswith("= ") for line in LINES) >= 20


def test_lists_stand_in_the_order_of_the_committed_list(scope: Scope) -> None:
    place = {}
    for line, name in zip(LINES, NAMES, strict=True):
        shown = " ".join(unicodedata.normalize("NFC", name).split())
        shown = shown.replace("\u00d0", "Đ").replace("\u0189", "Đ")
        place[shown] = place[last] if line.startswith("= ") else len(place)  # noqa: F821
        last = shown  # noqa: F841
    places = [place[name] for name in found(scope, "")]
    assert len(places) == len(NAMES)
    assert places == sorted(places)


def test_both_databases_compare_the_keys_as_bytes(unit: Unit) -> None:
    ordered = db.session.scalars(sa.select(Member.sort_key).order_by(Member.sort_key)).all()
    assert ordered == sorted(ordered)


def test_the_order_follows_its_laws() -> None:
    """Given name first, letters before tones: read from the table of vowels above."""

    def place(name: str) -> list[tuple[list[int], int]]:
        text = unicodedata.normalize("NFC", name).replace("\u00d0", "Đ").replace("\u0189", "Đ")
        words = text.lower().split()
        words = [words[-1], *words[1:-1], *(words[:1] if len(words) > 1 else [])]
        placed = []
        for word in words:
            tones = [vowel.index(c) for c in word for vowel in VOWELS if c in vowel]
            bare = [next((v[0] for v in VOWELS if c in v), c) for c in word]
            placed.append(([LETTERS.find(c) % 100 for c in bare], max(tones, default=0)))
        return placed

    for (line, one), (other_line, other) in pairwise(zip(LINES, NAMES, strict=True)):
        assert place(one) <= place(other), f"{one} before {other}"
        assert (place(one) == place(other)) is other_line.startswith("= "), (line, other_line)
        assert (sort_key(one) == sort_key(other)) is other_line.startswith("= ")


TYPED = [
    "nguyen van hoa", "NGUYỄN VĂN HOÀ", "Nguyễn Văn Hòa", "hoa", "ho", "h", "van hoa nguyen",
    "duc", "dang dinh duc", "Ðặng", "đức", "hhen", "h'hen", "h’hen", "h hen", "hen", "k'b", "kbroi",
    "my linh", "my-linh", "mylinh", "thuy", "thuý", "qui", "quy", "khoe", "khoẻ", "y", "a pao",
    "nguyen nguyen", "khong co ai", "t", "thi thi", "\u0300", "ho\u0300a", "le van ta", "bh'riu",
    "bhriu", "riu", "ngo",
]  # fmt: skip


@pytest.fixture(params=["each", "index"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The two ways of searching: looking at each member, and by the words' table."""
    if request.param == "index":
        monkeypatch.setattr(search_queries, "SMALL", 0)
        monkeypatch.setattr(search_queries, "LOOKS", (70, 30_000))
    return str(request.param)


def test_a_search_finds_what_brute_force_finds_in_list_order(scope: Scope, way: str) -> None:
    for typed in TYPED:
        names = found(scope, typed)
        shown = [name.replace("\u00d0", "Đ") for name in brute_force(typed)]
        shown = sorted(name.replace("\u0189", "Đ") for name in shown)
        assert sorted(names) == shown, typed
        keys = [sort_key(name) for name in names]
        assert keys == sorted(keys), typed


def test_any_beginning_of_any_words_of_a_name_finds_it(scope: Scope, way: str) -> None:
    @settings(max_examples=60)
    @given(st.sampled_from(NAMES), st.randoms(use_true_random=False), st.booleans())
    def check(name: str, rng: object, plain: bool) -> None:
        words = " ".join(name.split()).split(" ")
        rng.shuffle(words)  # type: ignore[attr-defined]
        typed = " ".join(word[: rng.randint(1, len(word))] for word in words)  # type: ignore[attr-defined]
        typed = folded(typed) if plain else typed
        shown = [one.replace("\u00d0", "Đ").replace("\u0189", "Đ") for one in brute_force(typed)]
        assert sorted(found(scope, typed)) == sorted(shown), typed

    check()


@pytest.mark.parametrize("typed", ["4512", "00004512", "0000", "512"])
def test_a_card_number_is_found_by_its_beginning_and_its_end(
    app: Flask, way: str, typed: str
) -> None:
    unit = make_unit()
    person = make_member(unit, "Lê Văn An", code="00004512")
    make_member(unit, "Lê Văn Ba", code="45999999")
    scope = Scope.of([get_unit(unit.id).path])
    assert [row.Member.id for row in find_members(scope, typed).rows] == [person.id]
    assert find_members(scope, "12").rows == [], "two digits at the end say too little"


def test_a_new_name_is_found_at_once_and_the_old_one_no_longer(app: Flask, way: str) -> None:
    unit = make_unit()
    person = make_member(unit, "Lê Thị Gấm", code="12345678")
    scope = Scope.of([get_unit(unit.id).path])
    services.change_member(
        make_account(),
        person.id,
        name="Lê Thị Nhung",
        code="87654321",
        birth_year=None,
        birth_date=None,
        standing=person.standing,
        is_exempt=False,
        phone=None,
        email=None,
        scope=scope,
    )
    assert found(scope, "nhung") == found(scope, "8765") == ["Lê Thị Nhung"]
    assert found(scope, "gam") == found(scope, "1234") == []


def test_names_that_came_by_other_ways_get_their_words_in_steps(unit: Unit) -> None:
    def words() -> list[object]:
        return sorted(
            map(tuple, db.session.execute(sa.select(MemberWord.word, MemberWord.member_id)))
        )

    before = words()
    ids = db.session.scalars(sa.select(Member.id)).all()
    services.forget_names(sa.select(Member.id).where(Member.id.in_(ids[:150])))
    services.forget_names(ids[150:])
    assert words() == []
    steps, after = 0, services.index_missing_names(most=100)
    while after is not None:
        steps, after = steps + 1, services.index_missing_names(after, most=100)
    assert steps == -(-len(ids) // 100)
    assert words() == before
    assert services.index_names(ids) == len(ids)
    assert words() == before
