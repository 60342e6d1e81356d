"""The form of a session: what it is, its runs when it is live, where its recording plays from."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, FieldList, FormField, HiddenField, IntegerField, RadioField
from wtforms import Form as PlainForm
from wtforms.validators import NumberRange, Optional, ValidationError

from lms.base.editing import EditingForm
from lms.base.errors import DomainError
from lms.base.form_messages import OurTranslations
from lms.base.formats import format_clock
from lms.base.forms import (
    ChecksField,
    Filled,
    LinesField,
    MomentField,
    TextField,
    at_most,
    choices_of,
)
from lms.planning.forms.moments import NO_MOMENT
from lms.training.labels import MEDIA_SOURCE_LABELS
from lms.training.media_addresses import parse_length
from lms.training.models import MediaSource, SessionKind, SessionRun, TrainingSession
from lms.training.services.runs import MOST_RUNS, RunValues
from lms.training.services.sessions import MediaValues, SessionValues

SPARE_RUNS = 2
"""Empty rows for further runs, on every page."""

NO_SOURCE = "none"
SOURCES = ((NO_SOURCE, _l("Chưa có bản ghi")), *MEDIA_SOURCE_LABELS.items())
RUN_COLUMNS = ("starts_at", "ends_at", "url", "note")


class RunRow(PlainForm):
    """One run. A row in which nothing is written is not there."""

    class Meta:
        def get_translations(self, form: Any) -> OurTranslations:
            return OurTranslations()

    summary_name = ""
    """What the error summary calls this row."""

    run_id = HiddenField()
    starts_at = MomentField(_l("Bắt đầu lúc"), [Optional()])
    ends_at = MomentField(_l("Kết thúc lúc"), [Optional()])
    url = TextField(
        _l("Địa chỉ"), [at_most(500)], render_kw={"inputmode": "url", "autocomplete": "off"}
    )
    note = TextField(_l("Ghi chú"), [at_most(200)])
    is_removed = BooleanField(_l("Bỏ lượt này"))

    @property
    def id(self) -> int | None:
        """Which run the row is of; None for a new one."""
        text = str(self.run_id.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    @property
    def is_used(self) -> bool:
        return self.id is not None or any(
            self[name].data or self[name].errors for name in RUN_COLUMNS
        )

    def refuse_gaps(self) -> None:
        """A run that is kept has an hour and an address."""
        for field in (self.starts_at, self.ends_at):
            if field.data is None and not field.errors:
                field.errors = [str(NO_MOMENT)]
        if not self.url.data:
            self.url.errors = [_("Hãy dán địa chỉ của lượt này.")]


class SessionForm(EditingForm):
    """The form of every kind; a recording has no runs."""

    title = TextField(_l("Tên buổi học"), [Filled(_l("Hãy đặt tên cho buổi học.")), at_most(200)])
    summary = LinesField(_l("Nội dung chính"), [at_most(2000)])
    directives = ChecksField(_l("Buổi học nói đến văn bản"), coerce=int)
    speakers = ChecksField(_l("Báo cáo viên"), coerce=int)
    published_at = MomentField(
        _l("Công bố lúc"),
        [Filled(NO_MOMENT)],
        description=_l("Người học thấy buổi học từ lúc này. Ví dụ 19:30 15/12/2026."),
    )
    runs = FieldList(FormField(RunRow), _l("Các lượt"), max_entries=MOST_RUNS + 10)
    source = RadioField(_l("Bản ghi phát từ đâu"), choices=choices_of(SOURCES))
    video = FileField(
        _l("Video"),
        description=_l("MP4 (H.264), tối đa 1 GB."),
        render_kw={"accept": ".mp4,.m4v"},
    )
    address = TextField(
        _l("Địa chỉ của bản ghi"),
        [at_most(500)],
        description=_l(
            "Dán địa chỉ của video YouTube hoặc Vimeo, hoặc địa chỉ HLS kết thúc bằng .m3u8."
        ),
        render_kw={"inputmode": "url", "autocomplete": "off"},
    )
    length = TextField(
        _l("Độ dài của bản ghi"),
        [at_most(20)],
        description=_l("Giờ:phút:giây, đúng như trình phát ghi. Ví dụ 1:05:00 hoặc 45:30."),
        render_kw={"autocomplete": "off"},
    )
    captions = FileField(
        _l("Phụ đề"),
        description=_l(
            "WebVTT (.vtt), tối đa 1 MB, cho video tải lên và HLS; YouTube và Vimeo dùng phụ đề "
            "của trang ấy. Người nghe kém cần có phụ đề."
        ),
        render_kw={"accept": ".vtt"},
    )
    poster = FileField(
        _l("Ảnh bìa"),
        description=_l("JPEG, PNG hoặc WebP, tối đa 5 MB."),
        render_kw={"accept": ".jpg,.jpeg,.png,.webp"},
    )
    allows_listening = BooleanField(
        _l("Cho phép nghe khi tắt màn hình"),
        description=_l(
            "Tiếng phát trong lúc trang bị ẩn hoặc màn hình tắt cũng được tính. Chỉ nên chọn khi "
            "nghe là đủ hiểu; không chọn thì phần phát khi trang bị ẩn không được tính."
        ),
    )
    is_required = BooleanField(_l("Tính vào phần phải dự"))
    position = IntegerField(
        _l("Thứ tự trong đợt học"),
        [Optional(), NumberRange(1, 1000)],
        description=_l("Để trống thì xếp sau cùng."),
    )

    @classmethod
    def of(cls, kind: SessionKind, session: TrainingSession | None, **fresh: Any) -> "SessionForm":
        """The form as it opens: what a session holds, or what a new one starts with."""
        form = cls(data=values_of(session) if session else {"source": _usual_source(kind), **fresh})
        if not kind.is_live:
            del form.runs
            return form
        form._take_in(session.runs if session else ())
        if not form.is_submitted():
            for _number in range(SPARE_RUNS + (session is None)):
                form.runs.append_entry()
        for number, row in enumerate(form.rows, 1):
            row.summary_name = _("Lượt %(number)s", number=number)
        return form

    def validate_length(self, field: Any) -> None:
        if self.source.data in _ADDRESSES and parse_length(field.data or "") is None:
            raise ValidationError(
                _("Hãy ghi độ dài của bản ghi dạng giờ:phút:giây, ví dụ 1:05:00.")
            )

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that every run that is kept is whole."""
        is_valid = super().validate(extra_validators)
        for row in self._kept_rows():
            row.refuse_gaps()
        return self._gather() and is_valid

    def add_error(self, error: DomainError) -> None:
        """Also at a field of a run, named runs-<index among those kept>-<field>."""
        parts = (error.field or "").split("-", 2)
        if len(parts) == 3 and parts[0] == "runs":
            field = self._kept_rows()[int(parts[1])][parts[2]]
            field.errors = [*field.errors, error.message]
            self._gather()
            return
        super().add_error(error)

    def values(self) -> SessionValues:
        """What was entered."""
        data: dict[str, Any] = self.data
        source = data["source"]
        return SessionValues(
            title=data["title"],
            summary=data["summary"],
            directive_ids=data["directives"] or [],
            speaker_ids=data["speakers"] or [],
            published_at=data["published_at"],
            position=data["position"],
            is_required=data["is_required"],
            allows_listening=data["allows_listening"],
            media=MediaValues(
                None if source == NO_SOURCE else MediaSource(source),
                data["address"] or "",
                parse_length(data["length"] or ""),
            ),
            runs=[
                RunValues(
                    row.starts_at.data,
                    row.ends_at.data,
                    row.url.data or "",
                    row.note.data or "",
                    row.id,
                )
                for row in self._kept_rows()
            ],
        )

    def stored(self, session: TrainingSession) -> dict[str, Any]:
        """What is stored, by the names of the fields; of a run that is gone, nothing."""
        found = {name: value for name, value in values_of(session).items() if name != "runs"}
        runs = {run.id: run for run in session.runs}
        for row in self.rows:
            if row.id is not None:
                run = runs.get(row.id)
                found |= {row[name].name: getattr(run, name, None) for name in RUN_COLUMNS}
        return found

    @property
    def rows(self) -> list[RunRow]:
        return [entry.form for entry in self.runs.entries] if "runs" in self else []

    def _kept_rows(self) -> list[RunRow]:
        return [row for row in self.rows if row.is_used and not row.is_removed.data]

    def _take_in(self, runs: Sequence[SessionRun]) -> None:
        """Rows for runs that the page does not know yet: else saving would drop them."""
        known = {row.id for row in self.rows}
        for run in runs:
            if run.id not in known and len(self.runs) < MOST_RUNS + 10:
                self.runs.append_entry(_run_values(run))

    def _gather(self) -> bool:
        """Let the list of runs hold the errors of its rows; whether there are none."""
        if "runs" not in self:
            return True
        self.runs.errors = [entry.errors for entry in self.runs.entries if entry.errors]
        return not self.runs.errors


_ADDRESSES = frozenset(source.value for source in MediaSource if source is not MediaSource.UPLOAD)


def _usual_source(kind: SessionKind) -> str:
    return NO_SOURCE if kind.is_live else MediaSource.UPLOAD.value


def values_of(session: TrainingSession) -> dict[str, Any]:
    """What the form of a session starts with."""
    has_media = session.video_id is not None or session.media_url is not None
    source = session.media_source.value if has_media else _usual_source(session.kind)
    return {
        "title": session.title,
        "summary": session.summary,
        "directives": [directive.id for directive in session.directives],
        "speakers": [account.id for account in session.speakers],
        "published_at": session.published_at,
        "runs": [_run_values(run) for run in session.runs],
        "source": source,
        "address": session.media_url or "",
        "length": format_clock(session.duration_seconds) if session.media_url else "",
        "allows_listening": session.allows_listening,
        "is_required": session.is_required,
        "position": session.position,
    }


def _run_values(run: SessionRun) -> Mapping[str, Any]:
    return {"run_id": run.id} | {name: getattr(run, name) for name in RUN_COLUMNS}
