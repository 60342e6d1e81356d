"""Security headers on every answer (OWASP ASVS 5.0 V3.4)."""

from collections.abc import Iterable, Mapping

from flask import Flask, Response, current_app

from lms.base.page_policy import page_policy

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def content_security_policy(widened: Mapping[str, Iterable[str]] | None = None) -> str:
    """Everything from ourselves, and what one page's view asked for besides."""
    policy = dict(_POLICY)
    for directive, sources in (widened or {}).items():
        policy[directive] = " ".join(filter(None, [policy.get(directive), *sources]))
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


CONTENT_SECURITY_POLICY = content_security_policy()


def security_headers(is_https: bool) -> dict[str, str]:
    """What every answer carries, pages and files alike."""
    headers = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
    if is_https:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return headers


_OF_DOCUMENTS = {"Cross-Origin-Opener-Policy", "Permissions-Policy"}


def script_headers(is_https: bool) -> dict[str, str]:
    """What a style sheet or a script carries: what concerns documents would only weigh there."""
    headers = security_headers(is_https)
    headers["Content-Security-Policy"] = (
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {name: value for name, value in headers.items() if name not in _OF_DOCUMENTS}


PRIVATE = {"Cache-Control": "private, no-store", "Vary": "Cookie"}
"""What keeps an answer to its reader."""


def add_headers(response: Response) -> Response:
    """Answers are private and unstored unless a view said otherwise."""
    if widened := page_policy():
        response.headers["Content-Security-Policy"] = content_security_policy(widened)
    for name, value in security_headers(current_app.config["IS_HTTPS"]).items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = PRIVATE["Cache-Control"]
        response.vary.add(PRIVATE["Vary"])
    if response.status_code == 503:
        response.headers.setdefault("Retry-After", "5")
    return response


def init_app(app: Flask) -> None:
    """Put the headers on every answer."""
    app.after_request(add_headers)
