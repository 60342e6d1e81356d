"""A minimal application around the component gallery: the layouts, the macros and nothing else.

It stands in for what the product hands to every page; no database, no feature.
"""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, render_template
from flask_babel import Babel
from flask_wtf import CSRFProtect

from lms.web.patterns import gallery_context

ROOT = Path(__file__).resolve().parents[2]

MEMBER = SimpleNamespace(is_authenticated=True, display_name="Nguyễn Thị Hòa")
VISITOR = SimpleNamespace(is_authenticated=False)
NAVIGATION = [
    SimpleNamespace(label="Tổng quan", url="/a", is_current=True),
    SimpleNamespace(label="Đơn vị", url="/b", is_current=False),
    SimpleNamespace(label="Đợt học tập", url="/c", is_current=False),
    SimpleNamespace(label="Ngân hàng câu hỏi", url="/d", is_current=False),
    SimpleNamespace(label="Báo cáo", url="/e", is_current=False),
]


def _filters() -> dict[str, Callable[..., str]]:
    return {
        "percent": lambda ratio: "–" if ratio is None else f"{ratio * 100:.0f}\u00a0%",
        "integer": lambda number: f"{number:,.0f}".replace(",", "."),
        "clock": lambda seconds: f"{int(seconds) // 60}:{int(seconds) % 60:02d}",
    }


def create_gallery_app(user: Any = MEMBER, locale: str = "vi") -> Flask:
    """The application; `user` is who is signed in."""
    app = Flask("gallery", root_path=str(ROOT), template_folder="templates")
    app.config.update(SECRET_KEY="gallery", WTF_CSRF_ENABLED=False, BABEL_DEFAULT_LOCALE=locale)
    Babel(app)
    CSRFProtect(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(_filters())
    app.jinja_env.globals.update(
        static_url=lambda path: f"/static/{path}",
        navigation=lambda: NAVIGATION,
        holds_appointment=lambda: False,
    )
    app.context_processor(lambda: {"current_user": user, "locale": locale})

    def nothing(**_values: str) -> Response:
        return Response(status=204)

    app.add_url_rule("/locale/<locale>", "web.set_locale", nothing, methods=["POST"])
    app.add_url_rule("/password", "people.change_password", nothing)
    app.add_url_rule("/my-data", "home.my_data", nothing)
    app.add_url_rule("/account/devices", "people.devices", nothing)
    app.add_url_rule("/account/second-step", "people.second_step", nothing)
    app.add_url_rule("/sign-out", "people.sign_out", nothing, methods=["POST"])

    @app.get("/patterns", endpoint="web.patterns")
    def patterns() -> str:
        return render_template("patterns.html", **gallery_context())

    return app
