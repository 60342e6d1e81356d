"""Serving files by their signed addresses: ranges, caching, and headers that keep them inert.

The address is the whole proof. Neither the account nor whether the sign-in was ended since is
looked up for each range: an address dies with its window (at most 12 hours) and with the cookie.
"""

import unicodedata
from urllib.parse import quote

from flask import Blueprint, Response, abort, request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper

from lms.base.guards import token as by_token
from lms.files import storage
from lms.files.addresses import Ticket, read_ticket
from lms.files.models import StoredFile
from lms.files.queries import get_file
from lms.files.uploads import discard_unkept

bp = Blueprint("files", __name__)
bp.teardown_app_request(discard_unkept)

CHUNK = 64 * 1024
SHOWN = frozenset(
    {"video/mp4", "text/vtt", "application/pdf", "image/jpeg", "image/png", "image/webp"}
)
"""What a browser may show by itself; everything else is saved."""

SANDBOX = "sandbox; default-src 'none'; media-src 'self'; img-src 'self'; frame-ancestors 'none'"
PDF_POLICY = "default-src 'none'; object-src 'self'; frame-ancestors 'none'"
"""The browser's own PDF reader does not start inside a sandbox; scripts stay forbidden."""


@bp.get("/files/<string:token>/<string:name>")
@by_token
def serve(token: str, name: str) -> ResponseReturnValue:
    ticket = read_ticket(token, session.get("_user_id"))
    if ticket is None:
        abort(403)
    return _answer(get_file(ticket.file_id), ticket)


def _answer(stored: StoredFile, ticket: Ticket) -> Response:
    """The file or the part asked for. Many ranges at once are refused, never multiplied."""
    try:
        file = storage.path_of(stored.key).open("rb")
    except FileNotFoundError:
        abort(404)
    response = Response(FileWrapper(file, CHUNK), direct_passthrough=True)
    headers = response.headers
    headers["Content-Type"] = stored.media_type
    if stored.media_type == "text/vtt":
        headers["Content-Type"] = "text/vtt; charset=utf-8"
    headers["Content-Length"] = str(stored.size)
    shown = stored.media_type in SHOWN and not ticket.is_download
    headers["Content-Disposition"] = disposition("inline" if shown else "attachment", stored.name)
    is_pdf = stored.media_type == "application/pdf"
    headers["Content-Security-Policy"] = PDF_POLICY if is_pdf else SANDBOX
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cache-Control"] = f"private, max-age={ticket.seconds_left}"
    response.last_modified = stored.created_at
    response.set_etag(stored.sha256[:32])
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=stored.size)
    except RequestedRangeNotSatisfiable:
        file.close()
        raise
    return response


def disposition(kind: str, name: str) -> str:
    """Content-Disposition (RFC 6266): the name for all browsers, and again without its marks."""
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(char for char in plain if " " <= char <= "~" and char not in '"\\%;')
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
