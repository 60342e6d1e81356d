"""Forms of those who write questions, and reading what a member's page of answers sends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
)
from wtforms import Form as PlainForm
from wtforms.validators import NumberRange, Optional

from lms.base.editing import EditingForm
from lms.base.errors import Invalid
from lms.base.forms import Filled, Form, LinesField, TextField, at_most, choices_of
from lms.base.vietnamese import clean, clean_lines
from lms.quizzes.content import (
    LONGEST_OPTION,
    LONGEST_STEM,
    MOST_OPTIONS,
    QuestionContent,
    complete_content,
)
from lms.quizzes.decisions import Decision, QuizSettings
from lms.quizzes.models import QuestionKind, QuizQuestion

USUAL_OPTIONS = 5
SPARE_OPTIONS = 2

KIND_LABELS = {
    QuestionKind.SINGLE: _l("Chọn một phương án"),
    QuestionKind.MULTIPLE: _l("Chọn nhiều phương án"),
}


class BankForm(Form):
    name = TextField(
        _l("Tên ngân hàng câu hỏi"),
        [Filled(_l("Hãy nhập tên ngân hàng câu hỏi.")), at_most(200)],
        description=_l("Ví dụ: Câu hỏi về Chỉ thị 01-CT/TW"),
    )
    unit = SelectField(_l("Của đơn vị"), coerce=int)


class ImportForm(Form):
    file = FileField(
        _l("Tệp câu hỏi"),
        [Filled(_l("Hãy chọn tệp câu hỏi."))],
        description=_l("Word (.docx) hoặc Excel (.xlsx), nhiều nhất 10 MB."),
        render_kw={"accept": ".docx,.xlsx"},
    )


class QuizForm(EditingForm):
    title = TextField(
        _l("Tên bài trắc nghiệm"), [Filled(_l("Hãy nhập tên bài trắc nghiệm.")), at_most(200)]
    )
    bank = SelectField(_l("Lấy câu hỏi từ ngân hàng"), coerce=int)
    question_count = IntegerField(
        _l("Số câu mỗi lượt"),
        [Filled(_l("Hãy nhập số câu.")), NumberRange(1, 200)],
        description=_l("Mỗi lượt lấy ngẫu nhiên chừng này câu trong ngân hàng."),
    )
    attempts_allowed = IntegerField(
        _l("Số lượt được làm"),
        [Filled(_l("Hãy nhập số lượt.")), NumberRange(1, 20)],
        description=_l("Lượt có kết quả tốt nhất được tính."),
    )
    minutes = IntegerField(
        _l("Thời gian mỗi lượt"),
        [Optional(), NumberRange(1, 480)],
        description=_l("Để trống nếu không giới hạn."),
    )
    is_shuffled = BooleanField(
        _l("Trộn thứ tự câu hỏi và phương án"),
        description=_l("Phương án như “Cả A và B”, “Tất cả các phương án trên” giữ nguyên chỗ."),
    )

    @property
    def values(self) -> QuizSettings:
        return QuizSettings(
            bank_id=self.bank.data,
            title=self.title.data or "",
            question_count=self.question_count.data or 0,
            attempts_allowed=self.attempts_allowed.data or 0,
            minutes=self.minutes.data,
            is_shuffled=self.is_shuffled.data,
        )


class OptionForm(PlainForm):
    """One row of a question: an option, and whether it is right."""

    text = TextField(_l("Phương án"), [at_most(LONGEST_OPTION)])
    is_right = BooleanField(_l("Đáp án đúng"))


class QuestionForm(Form):
    stem = LinesField(
        _l("Câu hỏi"), [Filled(_l("Hãy nhập nội dung câu hỏi.")), at_most(LONGEST_STEM)]
    )
    kind = RadioField(_l("Cách trả lời"), choices=choices_of(KIND_LABELS.items()))
    options = FieldList(FormField(OptionForm), _l("Các phương án"), max_entries=MOST_OPTIONS)

    @classmethod
    def of(cls, question: QuizQuestion | None) -> "QuestionForm":
        """The form as it opens: for a new question, or with what is there and room for more."""
        if question is None:
            form = cls(kind=QuestionKind.SINGLE.value)
            rows = USUAL_OPTIONS
        else:
            form = cls(stem=question.stem, kind=question.kind.value, options=question.options)
            rows = min(max(USUAL_OPTIONS, len(question.options) + SPARE_OPTIONS), MOST_OPTIONS)
        while not form.is_submitted() and len(form.options) < rows:
            form.options.append_entry()
        return form

    def content(self) -> QuestionContent:
        """The question as typed; Invalid if it cannot be asked."""
        rows = [entry.form for entry in self.options]
        return complete_content(
            self.stem.data or "",
            [row.text.data or "" for row in rows],
            [place for place, row in enumerate(rows) if row.is_right.data],
            QuestionKind(self.kind.data),
        )


@dataclass
class ReviewRow:
    """A question of an import on its page: as read, or as its author left it."""

    number: int
    stem: str
    options: list[str]
    right: set[int]
    doubts: list[str]
    keep: bool | None
    fault: str = ""

    @property
    def is_certain(self) -> bool:
        return not self.doubts

    @property
    def rows(self) -> list[str]:
        """Options with room for one that the file lacks."""
        return [*self.options, *[""] * max(1, 2 - len(self.options))][:MOST_OPTIONS]


def review_rows(
    entries: Sequence[Mapping[str, Any]],
    decisions: Mapping[int, Decision] | None = None,
    faults: Mapping[int, str] | None = None,
) -> list[ReviewRow]:
    """The rows of an import's page; with decisions, as typed."""
    rows = []
    for entry in entries:
        number = entry["number"]
        row = ReviewRow(
            number=number,
            stem=entry["stem"],
            options=list(entry["options"]),
            right=set(entry["correct"] or []),
            doubts=[doubt["message"] for doubt in entry["doubts"]],
            keep=None if entry["doubts"] else True,
            fault=(faults or {}).get(number, ""),
        )
        if decisions and (decision := decisions.get(number)):
            row.stem, row.options = decision.stem, decision.options
            row.right, row.keep = set(decision.right), decision.keep
        rows.append(row)
    return rows


def read_decisions(
    sent: MultiDict[str, str], entries: Sequence[Mapping[str, Any]]
) -> dict[int, Decision]:
    """What the page of an import says of each question it showed.

    Ticking other answers than the file gave is a decision to keep the question, whether or not
    the button beside it was pressed too.
    """
    shown = set(sent.get("numbers", "").split())
    decisions = {}
    for entry in entries:
        number = entry["number"]
        if str(number) not in shown:
            continue
        said = sent.get(f"keep-{number}")
        if not entry["doubts"]:
            right = entry["correct"] or []
            decisions[number] = Decision(said == "yes", entry["stem"], entry["options"], right)
            continue
        stem = clean_lines(sent.get(f"stem-{number}", entry["stem"]))
        options = [
            clean(sent[name])
            for place in range(MOST_OPTIONS)
            if (name := f"option-{number}-{place}") in sent
        ]
        right = sorted(
            {int(place) for place in sent.getlist(f"right-{number}") if place.isdecimal()}
        )
        keep = {"yes": True, "no": False}.get(said or "")
        if keep is None and right and right != sorted(entry["correct"] or []):
            keep = True
        decisions[number] = Decision(keep, stem, options, right)
    return decisions


@dataclass
class OneAnswer:
    """The JSON of one saved answer, checked for shape alone."""

    position: int
    chosen: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, body: object) -> "OneAnswer":
        """Invalid for anything but {"position": number, "chosen": [text, …]}."""
        if isinstance(body, dict):
            position, chosen = body.get("position"), body.get("chosen")
            if (
                type(position) is int
                and 0 < position < 2**31
                and isinstance(chosen, list)
                and len(chosen) <= MOST_OPTIONS
                and all(isinstance(one, str) for one in chosen)
            ):
                return cls(position, chosen)
        raise Invalid(_("Câu trả lời gửi lên không đúng dạng. Hãy tải lại trang."))


def read_answers(sent: MultiDict[str, str]) -> dict[int, list[str]]:
    """What the page of questions sends: `answer-3` = option ids, `several-3` = it is there.

    A question of several choices that comes without any was left without an answer; any other
    question that does not come keeps what is saved.
    """
    answers: dict[int, list[str]] = {}
    for name in sent:
        kind, dash, number = name.partition("-")
        if dash and kind in ("answer", "several") and number.isdecimal() and len(number) < 6:
            answers[int(number)] = sent.getlist(f"answer-{number}")
    return answers
