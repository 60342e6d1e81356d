"""Vietnamese text: the canonical form at the door, the search key and the sort key.

Pure functions. The sort key follows the alphabet (a ă â … d đ … e ê …) with letters before tones,
given name first, and is ASCII so that both databases compare it byte by byte.
"""

import re
import unicodedata

_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER = {
    letter: chr(ord("A") + index) if index < 26 else chr(ord("a") + index - 26)
    for index, letter in enumerate(_ALPHABET)
}
_WORD_PARTS = re.compile("(['’‘ʼ-])")
_INNER_CAPITAL = re.compile("^[^\\W\\d_][a-z]+[A-Z][a-z]")
_SPACES = re.compile(r"\s+")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_DROPPED = ("Cc", "Cf", "Cs")  # controls, invisible marks, halves of characters
_PART = re.compile("['’‘ʼ`´-]+")  # what joins the parts of one word: H'Hen, Mỹ-Linh
_NOT_OF_WORDS = re.compile(r"[^\w\s]+")
_LOOK_ALIKES = str.maketrans({"\u00d0": "Đ", "\u0189": "Đ"})  # other letters drawn as Đ


def _visible(text: str) -> str:
    """NFC without what cannot be seen (\\n and \\t apart). Composed last, because a hidden mark may
    part two characters that belong together."""
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in _DROPPED)
    return unicodedata.normalize("NFC", "".join(kept).translate(_LOOK_ALIKES))


def clean(text: str) -> str:
    """NFC, one space between words, none at the ends; control characters dropped."""
    if text.isprintable():  # then it has no space but the plain one, and nothing to drop
        return unicodedata.normalize("NFC", " ".join(text.split()).translate(_LOOK_ALIKES))
    return _SPACES.sub(" ", _visible(_SPACES.sub(" ", text))).strip()


def clean_lines(text: str) -> str:
    """NFC for text of several lines: line ends become \\n, trailing spaces go, breaks stay."""
    lines = _visible(_LINE_ENDS.sub("\n", text)).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def fold(text: str) -> str:
    """The search key: lower case, no marks, đ as d, so tone placement (hòa, hoà) folds too."""
    decomposed = unicodedata.normalize("NFD", clean(text).casefold().replace("đ", "d"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def name_words(name: str) -> list[str]:
    """The folded words by which a name is found, each once: H'Hen Niê gives h, hen, hhen, nie."""
    found: dict[str, None] = {}
    for word in fold(name).split(" "):
        parts = [_NOT_OF_WORDS.sub("", part) for part in _PART.split(word)]
        found |= dict.fromkeys([*parts, "".join(parts)])
    found.pop("", None)
    return list(found)


def typed_words(text: str) -> list[str]:
    """The folded words of a search; what joins parts of a word is left out (h'hen gives hhen)."""
    words = (_NOT_OF_WORDS.sub("", _PART.sub("", word)) for word in fold(text).split(" "))
    return list(dict.fromkeys(word for word in words if word))


def ordinary_capitals(name: str) -> str:
    """A personal name with a capital at the start of each word: NGUYỄN VĂN AN → Nguyễn Văn An.

    Capitals inside a word stay where they belong to the name (H'Hen, Jean-Pierre, McLean).
    """
    name = clean(name)
    is_mixed = name != name.upper() and name != name.lower()
    return " ".join(_capitals(word, is_mixed) for word in name.split(" "))


def _capitals(word: str, is_mixed: bool) -> str:
    parts = _WORD_PARTS.split(word)  # parts at even places, the signs between them at odd ones
    for place in range(0, len(parts), 2):
        part = parts[place]
        if is_mixed and _INNER_CAPITAL.search(part):
            continue
        if place and is_mixed and part == part.lower():
            continue
        parts[place] = part[:1].upper() + part[1:].lower()
    return "".join(parts)


def _word_key(word: str) -> tuple[str, str]:
    letters: list[str] = []
    tone = "1"
    for char in unicodedata.normalize("NFD", word.casefold()):
        if char in _TONES:
            tone = _TONES[char]
        elif unicodedata.combining(char):
            letters[-1:] = [unicodedata.normalize("NFC", (letters[-1:] or [""])[0] + char)]
        else:
            letters.append(char)
    return "".join(_LETTER.get(c, c if c.isascii() and c.isdigit() else "~") for c in letters), tone


def sort_key(name: str) -> str:
    """ASCII key that orders names as Vietnamese lists do: given name, middle names, family name.

    Letters decide before tones, over each word in turn ("An" < "Ân"; "Hòa" beside "Hoà").
    """
    words = clean(name).split(" ")
    ordered = [words[-1], *words[1:-1], *(words[:1] if len(words) > 1 else [])]
    return " ".join(word_keys(ordered))[:200]


def word_keys(words: list[str]) -> list[str]:
    """The ASCII key of each word: its letters in the order of the alphabet, then its tone."""
    return [f"{letters}!{tone}" for letters, tone in map(_word_key, words)]


def count_words(text: str) -> int:
    """Words as Vietnamese writers count them: each written syllable or number is one."""
    return sum(1 for word in text.split() if word[0].isalnum() or any(c.isalnum() for c in word))
