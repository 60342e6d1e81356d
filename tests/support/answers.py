"""Comparing answers: what of them tells two requests apart, once the request's own words go."""

import re

from werkzeug.test import TestResponse

_CSRF = re.compile(rb'(name="csrf_token"[^>]*value=")[^"]*')


def essence(response: TestResponse) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Status, body and headers of an answer, without its CSRF tokens, cookies and own address.

    Two objects look alike to a caller when the essences of the answers are equal.
    """
    body = _CSRF.sub(rb"\1", response.get_data())
    for address in (response.request.full_path, response.request.path):
        body = body.replace(address.rstrip("?").encode(), b"(address)")
    headers = [
        (name, value)
        for name, value in response.headers
        if name not in ("Set-Cookie", "Content-Length", "Date")
    ]
    return response.status_code, body, headers
