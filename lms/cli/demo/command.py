"""`flask --app wsgi demo`: fills an empty database with the demo and writes its sign-ins down."""

import json
from collections.abc import Callable
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from lms.base import clock
from lms.base.transactions import transaction
from lms.cli.demo.content.campaigns import OPEN_KEY
from lms.cli.demo.marks import mark_all, mark_some
from lms.cli.demo.organisation import Organisation, build_organisation, login_of, new_password
from lms.cli.demo.progress import study
from lms.cli.demo.study import build_campaigns
from lms.extensions import db
from lms.training.services.enrolments import close_campaign, open_campaign
from lms.units.models import Unit

PERSONAS = (
    ("member", "đảng viên"),
    ("head", "người đứng đầu"),
    ("exempt", "đảng viên được miễn sinh hoạt"),
    ("enterprise", "đảng viên khối doanh nghiệp"),
    ("speaker", "báo cáo viên"),
    ("reviewer", "người chấm"),
    ("reviewer2", "người chấm thứ hai"),
    ("supervisor", "giám sát toàn khu vực"),
    ("ward_supervisor", "giám sát một phường"),
    ("administrator", "quản trị và tổ chức học tập"),
)

Say = Callable[[str], None]


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Fill an empty database with the demo; print its sign-ins."""
    with transaction():
        if db.session.scalar(sa.select(Unit.id).limit(1)) is None:
            _write_accounts(build_demo(click.echo))
    _print_accounts()


def accounts_file() -> Path:
    """Where the demo's sign-ins are written."""
    folder: Path = current_app.config["INSTANCE_DIR"]
    return folder / "demo-accounts.json"


def build_demo(say: Say) -> Organisation:
    """The whole demo, in the transaction under way."""
    password = current_app.config["DEMO_PASSWORD"] or new_password()
    today = clock.today()
    say("Dựng đảng bộ khu vực mẫu: đơn vị, đảng viên, tài khoản …")
    organisation = build_organisation(password)
    say("Soạn hai đợt học …")
    built = build_campaigns(organisation, today, say)
    say("Mọi người học, trả lời câu hỏi, viết bài …")
    planner = organisation.personas["administrator"]
    for campaign in sorted(built, key=lambda one: one.spec.dates.opens_on):
        with clock.frozen(campaign.moment(0, 0, 1)):
            open_campaign(planner, campaign.campaign)
        db.session.refresh(campaign.campaign)
        essays = study(campaign, organisation, say)
        if campaign.spec.key == OPEN_KEY:
            mark_some(campaign, organisation, essays, say)
        else:
            mark_all(campaign, organisation, essays, say)
            with clock.frozen(campaign.campaign.closes_at):
                close_campaign(planner, campaign.campaign)
    say(f"Xong: số liệu tính đến {today.strftime('%d/%m/%Y')}.")
    return organisation


def _write_accounts(organisation: Organisation) -> None:
    accounts = {
        key: {
            "name": organisation.personas[key].display_name,
            "role": role,
            "login": login_of(organisation.personas[key], organisation.personas[key].member),
            "password": organisation.password,
        }
        for key, role in PERSONAS
    }
    path = accounts_file()
    path.write_text(json.dumps(accounts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    path.chmod(0o600)


def _print_accounts() -> None:
    path = accounts_file()
    if not path.exists():
        return
    click.echo(f"\nTài khoản dùng thử (cũng có trong {path.name}):")
    for account in json.loads(path.read_text(encoding="utf-8")).values():
        click.echo(f"  {account['role']:<32} {account['login']:<28} {account['password']}")
