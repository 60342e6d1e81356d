"""The name under which a file is shown and downloaded. Pure; storage never uses it."""

from lms.base.vietnamese import clean
from lms.files.content import EXTENSIONS, FileKind, extension_of

MOST = 200
NEVER = '<>:"|?*\\/%'


def display_name(filename: str, kind: FileKind) -> str:
    """NFC, no path, no control or direction marks, at most 200 characters, ending as its kind."""
    name = clean(filename.replace("\\", "/").rpartition("/")[2])
    name = "".join(char for char in name if char not in NEVER).strip(". ")
    ending = extension_of(name)
    if ending not in EXTENSIONS[kind]:
        stem, ending = name, EXTENSIONS[kind][0]
    else:
        stem = name[: -len(ending) - 1]
    stem = stem.strip(". ")[: MOST - len(ending) - 1].strip(". ")
    return f"{stem or 'tep'}.{ending}"
