"""Creating and changing directives. The body is sanitised here, at the one door."""

import re
from dataclasses import dataclass
from datetime import date
from html import escape

from flask_babel import gettext as _

from lms.audit.services import record
from lms.base import clock
from lms.base.errors import Invalid
from lms.base.richtext import sanitise
from lms.base.vietnamese import clean, clean_lines
from lms.extensions import db
from lms.files.services import ReceivedFile, keep_file
from lms.people.models import Account
from lms.training.models import Directive, DirectiveKind
from lms.training.queries.directives import find_same_directive
from lms.units.queries import Scope, list_roots

_TAG = re.compile(r"</?[a-zA-Z]")


@dataclass(frozen=True)
class DirectiveValues:
    """What an author enters. `body` is HTML as typed."""

    kind: DirectiveKind
    issuer: str
    symbol: str
    issued_on: date
    title: str
    body: str = ""


def create_directive(
    actor: Account | None,
    values: DirectiveValues,
    file: ReceivedFile | None = None,
    scope: Scope | None = None,
) -> Directive:
    """Enter a directive, kept from now on by those who organise study over the actor's unit.

    Invalid when the same issuer, symbol and date are there already.
    """
    roots = list_roots(scope) if scope else []
    directive = Directive(unit_id=roots[0].unit_id if roots else None)
    _fill(directive, values)
    _attach(actor, directive, file)
    db.session.add(directive)
    db.session.flush()
    record(actor.id if actor else None, "directive.created", f"directive:{directive.id}")
    return directive


def change_directive(
    actor: Account | None,
    directive: Directive,
    values: DirectiveValues,
    file: ReceivedFile | None = None,
    removes_file: bool = False,
) -> None:
    """Change what a directive says; a new file takes the place of the old one."""
    before = {
        "symbol": directive.symbol,
        "issued_on": directive.issued_on.isoformat(),
        "title": directive.title,
        "body_length": len(directive.body),
        "file_id": directive.file_id,
    }
    _fill(directive, values)
    if removes_file:
        directive.file_id = None
    _attach(actor, directive, file)
    db.session.flush()
    actor_id = actor.id if actor else None
    record(actor_id, "directive.changed", f"directive:{directive.id}", before=before)


def _fill(directive: Directive, values: DirectiveValues) -> None:
    issuer, symbol = clean(values.issuer), clean(values.symbol)
    if values.issued_on > clock.today():
        raise Invalid(_("Ngày ban hành không được ở phía trước hôm nay."), field="issued_on")
    with db.session.no_autoflush:
        same = find_same_directive(issuer, symbol, values.issued_on)
    if same is not None and same != directive.id:
        raise Invalid(
            _(
                "Văn bản %(symbol)s ngày %(day)s của cơ quan này đã có. Hãy mở văn bản đó để sửa.",
                symbol=symbol,
                day=values.issued_on.strftime("%d/%m/%Y"),
            ),
            field="symbol",
        )
    directive.kind = values.kind
    directive.issuer = issuer
    directive.symbol = symbol
    directive.issued_on = values.issued_on
    directive.title = clean(values.title)
    directive.body = sanitise(paragraphs(values.body))


def paragraphs(text: str) -> str:
    """Plain text as HTML, an empty line between paragraphs; what has tags stays as it is."""
    if _TAG.search(text):
        return text
    blocks = [block.strip() for block in clean_lines(text).split("\n\n")]
    return "\n".join(f"<p>{escape(block, quote=False)}</p>" for block in blocks if block)


def _attach(actor: Account | None, directive: Directive, file: ReceivedFile | None) -> None:
    if file is not None:
        directive.file_id = keep_file(actor.id if actor else None, file).id
