"""`flask --app wsgi found`: the first unit, the usual audiences and the first administrator of an
empty database. Everything after that is made in the browser."""

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from flask_babel import gettext as _

from lms.access.policy import Role
from lms.access.services import appoint
from lms.base import clock
from lms.base.errors import DomainError
from lms.base.transactions import transaction
from lms.extensions import db
from lms.people.services import create_account
from lms.units.models import Unit, UnitKind, UnitSector
from lms.units.services import found_unit


@click.command("found")
@click.argument("unit_name")
@click.option("--administrator", "name", required=True, help="Name of the first administrator.")
@click.option("--login", required=True, help="The e-mail or phone number they sign in with.")
@with_appcontext
def found(unit_name: str, name: str, login: str) -> None:
    """Found the topmost unit UNIT_NAME in an empty database, with its first administrator."""
    from lms.cli.demo.organisation import define_audiences, new_password

    password = new_password()
    try:
        with transaction():
            if db.session.scalar(sa.select(Unit.id).limit(1)) is not None:
                raise click.ClickException(_("Cơ sở dữ liệu này đã có đơn vị."))
            today = clock.today()
            unit = found_unit(unit_name, UnitKind.COMMITTEE, UnitSector.ADMINISTRATION, None, today)
            define_audiences()
            account = create_account(
                None,
                display_name=name,
                password=password,
                email=login if "@" in login else None,
                phone=None if "@" in login else login,
            )
            for role in (Role.ADMINISTRATOR, Role.PLANNER):
                appoint(account.id, role, unit.id, today)
    except DomainError as error:
        raise click.ClickException(str(error.message)) from error
    click.echo(
        _(
            "Đã lập %(unit)s. Đăng nhập bằng %(login)s, mật khẩu lần đầu: %(password)s",
            unit=unit_name,
            login=login,
            password=password,
        )
    )
