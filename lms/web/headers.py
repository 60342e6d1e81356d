"""Security headers on every answer (OWASP ASVS 5.0 V3.4)."""

from flask import Flask, Response, current_app

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


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


PRIVATE = {"Cache-Control": "private, no-store", "Vary": "Cookie"}
"""What keeps an answer to its reader."""


def add_headers(response: Response) -> Response:
    """Answers are private and unstored unless a view said otherwise."""
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
