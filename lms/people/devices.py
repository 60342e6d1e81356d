"""What a browser calls itself, in plain words: "Điện thoại Android, Chrome"."""

from flask_babel import gettext as _


def device_words(user_agent: str) -> str:
    """The sort of device and the browser; a plain word where either cannot be told."""
    return _("%(machine)s, %(browser)s", machine=_machine(user_agent), browser=_browser(user_agent))


def _machine(text: str) -> str:
    if "iPad" in text:
        return _("Máy tính bảng iPad")
    if "iPhone" in text:
        return _("Điện thoại iPhone")
    if "Android" in text:
        return _("Điện thoại Android") if "Mobile" in text else _("Máy tính bảng Android")
    if "Windows" in text:
        return _("Máy tính Windows")
    if "Macintosh" in text or "Mac OS" in text:
        return _("Máy tính Mac")
    if "CrOS" in text:
        return _("Máy tính Chromebook")
    if "Linux" in text:
        return _("Máy tính Linux")
    return _("Thiết bị khác")


def _browser(text: str) -> str:
    for mark, name in (
        ("coc_coc", "Cốc Cốc"),
        ("Zalo", "Zalo"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("FxiOS", "Firefox"),
        ("Firefox", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ):
        if mark in text:
            return name
    return _("trình duyệt khác")
