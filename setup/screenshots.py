"""`make screenshots`: photograph each role's pages, with demo data, for the README."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from setup import assets, browser, environment
from setup.console import ROOT, VENV_PYTHON
from setup.console import environment as child_environment
from setup.serve import compile_translations


def main(arguments: Sequence[str]) -> int:
    """Set up what the photographs need and take them."""
    environment.ensure(environment.DEVELOPMENT)
    assets.packages()
    assets.ensure()
    compile_translations()
    env = child_environment({"CHROMIUM": browser.ensure()})
    command = [str(VENV_PYTHON), "-m", "tests.browser.screenshots", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
