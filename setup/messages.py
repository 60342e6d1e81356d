"""Brings the English catalogue up to date: new Vietnamese messages come in, gone ones leave.

`python -m setup.messages` says how many still want a translation; it invents none.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "lms" / "translations"
CATALOGUE = FOLDER / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = ("_", "_l", "gettext", "lazy_gettext", "ngettext:1,2", "lazy_ngettext:1,2")


def extract(target: Path) -> None:
    """Write every message of the code and the templates into a template file."""
    words = [part for word in KEYWORDS for part in ("-k", word)]
    _babel(
        "extract", "-F", str(FOLDER / "babel.cfg"), *words, "--no-location", "--sort-output",
        "--omit-header", "-o", str(target), ".",
    )  # fmt: skip


def _babel(command: str, *arguments: str) -> None:
    program = [sys.executable, "-m", "babel.messages.frontend", "-q", command, *arguments]
    subprocess.run(program, cwd=ROOT, check=True)


def main() -> None:
    """Update the catalogue and say what is missing."""
    import polib

    with TemporaryDirectory() as place:
        template = Path(place) / "messages.pot"
        extract(template)
        found = polib.pofile(str(template))
    catalogue = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()
    known = {entry.msgid: entry for entry in catalogue}
    fresh = polib.POFile(wrapwidth=100)
    fresh.metadata = {
        "Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for entry in found:
        old = known.get(entry.msgid)
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        if old is not None and bool(old.msgid_plural) == bool(entry.msgid_plural):
            entry.msgstr = old.msgstr
            entry.msgstr_plural = old.msgstr_plural
        fresh.append(entry)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    fresh.save(str(CATALOGUE))
    missing = [entry for entry in fresh if not entry.translated()]
    print(f"{len(fresh)} messages, {len(missing)} without a translation.")


if __name__ == "__main__":
    main()
