"""`make lock`: pin requirements*.in into requirements*.txt, naming no package index."""

from __future__ import annotations

from setup import environment
from setup.console import VENV_PYTHON, run, say

OPTIONS = ["--quiet", "--strip-extras", "--no-emit-index-url", "--no-emit-find-links"]


def main() -> int:
    """Compile the product's lock file first, then the development one, which includes it."""
    environment.ensure(environment.DEVELOPMENT)
    for name in ("requirements", "requirements-dev"):
        say(f"Locking {name}.txt")
        compile_one = ["-m", "piptools", "compile", *OPTIONS, f"--output-file={name}.txt"]
        if not run([VENV_PYTHON, *compile_one, f"{name}.in"]):
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
