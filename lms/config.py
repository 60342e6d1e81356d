"""Settings. Nothing else reads the environment."""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1024 * 1024


def _secret_key(instance: Path) -> str:
    """The key from the environment, else one made once and kept beside the database."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    path = instance / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def is_loopback(address: str) -> bool:
    """Whether an address leads to this machine alone."""
    return urlsplit(address).hostname in {"127.0.0.1", "localhost", "::1"}


def load_settings(overrides: dict[str, Any] | None = None) -> dict[str, Any]:
    """All settings as a mapping for Flask; `overrides` (tests, commands) win over the rest."""
    overrides = dict(overrides or {})
    instance = Path(
        overrides.get("INSTANCE_DIR") or os.environ.get("INSTANCE_DIR") or ROOT / "instance"
    )
    base_url = overrides.get("BASE_URL") or os.environ.get("BASE_URL") or "http://127.0.0.1:8000"
    is_https = base_url.startswith("https://")
    settings: dict[str, Any] = {
        "INSTANCE_DIR": instance,
        "BASE_URL": base_url,
        "IS_HTTPS": is_https,
        "IS_LOOPBACK": is_loopback(base_url),
        "SQLALCHEMY_DATABASE_URI": os.environ.get("DATABASE_URL")
        or f"sqlite:///{instance / 'thu-hoach.sqlite3'}",
        # A connection for each thread of the server, and some for jobs.
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_pre_ping": False,
            "pool_size": 16,
            "max_overflow": 8,
        },
        "UPLOAD_DIR": instance / "files",
        "SESSION_COOKIE_NAME": "__Host-session" if is_https else "session",
        "SESSION_COOKIE_SECURE": is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "SESSION_REFRESH_EACH_REQUEST": False,
        "SIGN_IN_LIFETIME": timedelta(hours=12),
        "LASTING_LIFETIME": timedelta(days=90),
        "LASTING_IDLE_HOURS": 30 * 24,
        "STAFF_IDLE_HOURS": 3,
        "STEP_LIFETIME": timedelta(minutes=10),
        "REQUIRE_SECOND_STEP": True,
        "ACTIVATION_LIFETIME": timedelta(days=int(os.environ.get("ACTIVATION_DAYS", "7"))),
        "RESET_LIFETIME": timedelta(hours=1),
        "SMTP_URL": os.environ.get("SMTP_URL", ""),
        "MAIL_FROM": os.environ.get("MAIL_FROM", ""),
        "OIDC_ISSUER": os.environ.get("OIDC_ISSUER", ""),
        "OIDC_CLIENT_ID": os.environ.get("OIDC_CLIENT_ID", ""),
        "OIDC_CLIENT_SECRET": os.environ.get("OIDC_CLIENT_SECRET", ""),
        "OIDC_LABEL": os.environ.get("OIDC_LABEL", ""),
        "OIDC_CLAIM": os.environ.get("OIDC_CLAIM") or "card_number",
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": is_https,
        "MAX_FORM_MEMORY_SIZE": 2 * MEGABYTE,
        "MAX_FORM_PARTS": 2000,
        "VIDEO_LIMIT": int(os.environ.get("VIDEO_LIMIT_MB", "1024")) * MEGABYTE,
        "DOCUMENT_LIMIT": int(os.environ.get("DOCUMENT_LIMIT_MB", "50")) * MEGABYTE,
        "BABEL_DEFAULT_LOCALE": "vi",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Ho_Chi_Minh",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "lms" / "translations"),
        "REDIS_URL": os.environ.get("REDIS_URL", ""),
        "BACKGROUND_IMMEDIATE": False,
        "RATELIMIT_STORAGE_URI": os.environ.get("REDIS_URL") or "memory://",
        "TRUSTED_PROXIES": int(os.environ.get("TRUSTED_PROXIES", "0")),
        "PARTICIPATION_TARGET": 0.96,
        "PRIVACY_CLOCKS": os.environ.get("PRIVACY_CLOCKS", ""),
        "DEMO_PASSWORD": os.environ.get("DEMO_PASSWORD", ""),
    }
    settings.update(overrides)
    settings["SECRET_KEY"] = overrides.get("SECRET_KEY") or _secret_key(instance)
    return settings
