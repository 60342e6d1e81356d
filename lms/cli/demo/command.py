"""`flask --app wsgi demo`: fills an empty database with the demo and writes its sign-ins down."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from lms.base.transactions import transaction
from lms.extensions import db
from lms.units.models import Unit

if TYPE_CHECKING:
    from lms.cli.demo.organisation import Organisation

PERSONAS = (
    ("member", "đảng viên"),
    ("head", "người đứng đầu"),
    ("exempt", "đảng viên được miễn sinh hoạt"),
    ("enterprise", "đảng viên khối doanh nghiệp"),
    ("secretary", "bí thư, giúp đăng nhập"),
    ("speaker", "báo cáo viên"),
    ("reviewer", "người chấm"),
    ("reviewer2", "người chấm thứ hai"),
    ("supervisor", "giám sát toàn khu vực"),
    ("ward_supervisor", "giám sát một phường"),
    ("administrator", "quản trị và tổ chức học tập"),
)


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Fill an empty database with the demo; print its sign-ins."""
    accounts: dict[str, Any] | None = None
    with transaction():
        if db.session.scalar(sa.select(Unit.id).limit(1)) is None:
            from lms.cli.demo.build import build_demo  # the server need not load the content

            accounts = _accounts_of(build_demo(click.echo))
    if accounts is not None:
        _write_accounts(accounts)
    _print_accounts()


def accounts_file() -> Path:
    """Where the demo's sign-ins are written."""
    folder: Path = current_app.config["INSTANCE_DIR"]
    return folder / "demo-accounts.json"


def _accounts_of(organisation: "Organisation") -> dict[str, Any]:
    return {
        key: {
            "name": organisation.personas[key].display_name,
            "role": role,
            "login": organisation.login_of(key),
            "password": organisation.password,
        }
        for key, role in PERSONAS
    }


def _write_accounts(accounts: dict[str, Any]) -> None:
    """Write the sign-ins where only the owner can read, from the first byte on."""
    path = accounts_file()
    path.unlink(missing_ok=True)  # an older file may be readable by others
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(accounts, ensure_ascii=False, indent=2) + "\n")


def _print_accounts() -> None:
    path = accounts_file()
    if not path.exists():
        return
    click.echo(f"\nTài khoản dùng thử (cũng có trong {path.name}):")
    for account in json.loads(path.read_text(encoding="utf-8")).values():
        click.echo(f"  {account['role']:<32} {account['login']:<28} {account['password']}")
