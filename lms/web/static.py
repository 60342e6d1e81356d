"""Static files: served by WhiteNoise under an address that changes with their content.

The address holds a hash over the whole folder, so browsers keep files for a year and relative
imports between modules still work. Compressed twins (.gz) are made by `make assets`.
"""

import hashlib
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

from lms.config import ROOT
from lms.web.headers import script_headers, security_headers

FOLDER = ROOT / "static"
A_YEAR = 31_536_000


def fingerprint(folder: Path) -> str:
    """Ten hex digits over the names and contents of all files."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".css", ".js", ".svg", ".webp", ".png"}:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def init_app(app: Flask) -> None:
    """Serve the folder and give templates `static_url`."""
    prefix = f"static/{fingerprint(FOLDER)}/"
    is_https = bool(app.config["IS_HTTPS"])

    def add_headers(headers: Headers, path: str, _url: str) -> None:
        headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
        is_code = path.endswith((".css", ".js"))
        carried = script_headers if is_code else security_headers
        for name, value in carried(is_https).items():
            headers[name] = value

    files = WhiteNoise(app.wsgi_app, allow_all_origins=False, add_headers_function=add_headers)
    files.add_files(str(FOLDER), prefix=prefix)
    app.wsgi_app = files  # type: ignore[method-assign]

    def static_url(path: str) -> str:
        return f"/{prefix}{path}"

    app.jinja_env.globals["static_url"] = static_url
