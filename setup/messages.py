"""`make messages`: new Vietnamese messages come into the English catalogue, gone ones leave.

It says how many still want a translation and invents none.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from setup import environment
from setup.console import ROOT, VENV, VENV_PYTHON, run

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


def main() -> int:
    """Update the catalogue inside .venv, which holds what that takes."""
    if Path(sys.prefix).resolve() != VENV.resolve():
        environment.ensure(environment.DEVELOPMENT)
        return 0 if run([VENV_PYTHON, "-m", "setup.messages"]) else 1
    update()
    return 0


def update() -> None:
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
    raise SystemExit(main())
