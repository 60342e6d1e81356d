"""`flask --app wsgi audit …`: verify the record of who did what, and seal it without waiting."""

import re
import sys

import click
from flask.cli import AppGroup
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.audit.keys import signing_key
from lms.audit.queries.verification import Break, BreakKind, Verification, verify_chain
from lms.audit.sealer import seal_all
from lms.audit.services.sealing import BrokenHead, trust_head
from lms.base.formats import format_datetime
from lms.base.transactions import transaction

audit = AppGroup("audit", help="The record of who did what.")

WORDS = {
    BreakKind.NO_HEAD: _l("Có dấu niêm phong nhưng mất dòng ghi điểm cuối."),
    BreakKind.FORGED_HEAD: _l(
        "Chữ ký ở điểm cuối không khớp: điểm cuối bị sửa, hoặc SECRET_KEY đã đổi."
    ),
    BreakKind.MISSING_SEAL: _l("Mất dấu niêm phong số %(sequence)s."),
    BreakKind.MISSING_RECORD: _l("Mất bản ghi số %(record_id)s (niêm phong số %(sequence)s)."),
    BreakKind.CHANGED_RECORD: _l(
        "Bản ghi số %(record_id)s bị sửa hoặc bị đổi chỗ (niêm phong số %(sequence)s)."
    ),
    BreakKind.CHANGED_DETAIL: _l(
        "Chi tiết của bản ghi số %(record_id)s bị sửa (niêm phong số %(sequence)s)."
    ),
    BreakKind.INSERTED_RECORD: _l(
        "Bản ghi số %(record_id)s bị chèn vào sau: ghi giờ cũ hơn lần niêm phong trước."
    ),
    BreakKind.CUT_TAIL: _l("Phần cuối bị cắt: thiếu từ niêm phong số %(sequence)s."),
    BreakKind.EXTRA_SEAL: _l("Có thêm niêm phong sau điểm cuối, từ số %(sequence)s."),
    BreakKind.OTHER_HEAD: _l("Niêm phong số %(sequence)s khác với số đã chép ra ngoài."),
}


@audit.command()
@click.option("--head", "noted", help="A head written down earlier, NUMBER:DIGEST.")
def verify(noted: str | None) -> None:
    """Recompute the whole chain; exit code 1 on the first thing that does not fit."""
    result = verify_chain(signing_key(), _parse_head(noted))
    for line in describe(result):
        click.echo(line)
    if result.broken is not None:
        sys.exit(1)


@audit.command()
@click.option("--trust", help="After a change of SECRET_KEY: the digest noted outside.")
def seal(trust: str | None) -> None:
    """Seal now whatever waits."""
    if trust is not None:
        with transaction():
            is_head = trust_head(signing_key(), trust)
        if not is_head:
            raise click.ClickException(_("Điểm cuối hiện nay không phải là số này."))
    try:
        sealed = seal_all(is_thorough=True)
    except BrokenHead as error:
        raise click.ClickException(
            _("Không niêm phong tiếp được. Hãy chạy flask --app wsgi audit verify.")
        ) from error
    click.echo(_("Đã niêm phong %(count)s bản ghi.", count=sealed))


def describe(result: Verification) -> list[str]:
    """The outcome in words, one line each."""
    if result.broken is not None:
        lines = [_("NHẬT KÝ KHÔNG NGUYÊN VẸN"), describe_break(result.broken)]
    else:
        lines = [_("Nhật ký nguyên vẹn: %(count)s bản ghi đã niêm phong.", count=result.sealed)]
    if result.waiting:
        lines.append(_("Chờ niêm phong: %(count)s bản ghi.", count=result.waiting))
    if result.broken is None and result.sealed:
        lines.append(
            _(
                "Điểm cuối lúc %(moment)s, nên chép ra ngoài: %(head)s",
                moment=format_datetime(result.sealed_at),
                head=f"{result.sealed}:{result.digest}",
            )
        )
    return lines


def describe_break(broken: Break) -> str:
    """The first break in words."""
    return str(WORDS[broken.kind]) % {
        "sequence": broken.sequence,
        "record_id": broken.record_id,
    }


def _parse_head(noted: str | None) -> tuple[int, str] | None:
    if noted is None:
        return None
    found = re.fullmatch(r"(\d{1,12}):([0-9a-f]{64})", noted.strip())
    if found is None:
        raise click.BadParameter(_("Hãy ghi số và mã như lệnh này đã in ra."))
    return int(found[1]), found[2]
