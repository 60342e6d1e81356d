"""`make format`: put the Python code into one style. Changes files."""

from __future__ import annotations

from setup import environment
from setup.console import VENV, run


def main() -> int:
    """Sort imports, mend what ruff can mend, format."""
    environment.ensure(environment.DEVELOPMENT)
    mended = run([VENV / "bin" / "ruff", "check", "--fix", "."])
    return 0 if run([VENV / "bin" / "ruff", "format", "."]) and mended else 1


if __name__ == "__main__":
    raise SystemExit(main())
