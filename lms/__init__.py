"""Thu Hoạch, a learning platform. create_app wires the features together and does nothing else."""

from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask, Request, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import extensions
from lms.base import background
from lms.base.addresses import IdConverter
from lms.base.background import forget_waiting, release_waiting
from lms.base.guards import DEFAULT_BODY_LIMIT, Guard
from lms.base.transactions import (
    SAFE_METHODS,
    is_kept_despite_refusal,
    prepare_sqlite,
    take_after_answer,
)
from lms.config import ROOT, load_settings


class GuardedRequest(Request):
    """A request whose body may be as large as its route's guard says, no larger.

    Who may send a large one is checked before it is read: access.enforcement.
    """

    @property  # type: ignore[misc]
    def max_content_length(self) -> int | None:  # type: ignore[override]
        view = current_app.view_functions.get(self.endpoint or "")
        guard: Guard | None = getattr(view, "guard", None)
        return guard.body_limit if guard else DEFAULT_BODY_LIMIT


class Application(Flask):
    """Flask with one commit per request: at its edge, on success only."""

    request_class = GuardedRequest

    def dispatch_request(self) -> ResponseReturnValue:
        response: Response = self.make_response(super().dispatch_request())
        if request.method not in SAFE_METHODS:
            if response.status_code < 400 or is_kept_despite_refusal():
                extensions.db.session.commit()
                release_waiting()
            else:
                extensions.db.session.rollback()
                forget_waiting()
        return response

    def process_response(self, response: Response) -> Response:
        response = super().process_response(response)
        record = take_after_answer()
        if record is not None and response.status_code < 400:
            # A file handed straight to the server is never closed by the response itself.
            response.direct_passthrough = False
            response.call_on_close(record)
        return response


def create_app(overrides: dict[str, Any] | None = None) -> Application:
    """The application. `overrides` replace settings (see config.py)."""
    app = Application(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=None,
    )
    app.config.update(load_settings(overrides))
    app.url_map.converters["int"] = IdConverter
    _bind_extensions(app)
    _register_features(app)
    _open_doors(app)
    return app


def _open_doors(app: Application) -> None:
    """What stands before Flask, the outermost last."""
    from lms.viewing.services.beacons import credit_together
    from lms.viewing.views.door import BeaconDoor
    from lms.web.headers import PRIVATE, security_headers

    with app.app_context():
        engine = extensions.db.engine
    headers = {**security_headers(app.config["IS_HTTPS"]), **PRIVATE}
    app.wsgi_app = BeaconDoor(app, partial(credit_together, engine), headers)  # type: ignore[method-assign]
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]


def _bind_extensions(app: Application) -> None:
    from lms.access.enforcement import screen_large_bodies
    from lms.people.sign_in import load_account
    from lms.web.locale import chosen_locale

    extensions.db.init_app(app)
    extensions.migrate.init_app(
        app, extensions.db, directory=str(ROOT / "migrations"), compare_type=True
    )
    extensions.login.init_app(app)
    extensions.login.user_loader(load_account)
    app.before_request(screen_large_bodies)
    extensions.csrf.init_app(app)
    extensions.babel.init_app(app, locale_selector=chosen_locale)
    extensions.limiter.init_app(app)
    background.init_app(app)
    with app.app_context():
        engine: sa.Engine = extensions.db.engine
        if engine.dialect.name == "sqlite":
            app.config["INSTANCE_DIR"].mkdir(parents=True, exist_ok=True)
            prepare_sqlite(engine)
    app.config["UPLOAD_DIR"].mkdir(parents=True, exist_ok=True)


def _register_features(app: Application) -> None:
    from lms import cli, web
    from lms.access.enforcement import enforce
    from lms.features import BLUEPRINTS, join_registries

    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    join_registries()
    web.init_app(app)
    app.before_request(enforce)
    cli.init_app(app)
