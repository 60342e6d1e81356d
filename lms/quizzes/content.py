"""What makes a question complete, whoever wrote it: by hand, edited, or read from a file.

No tables and no request here; messages say what to do.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from lms.base.errors import Invalid
from lms.base.vietnamese import clean, clean_lines
from lms.quizzes.importers import fixed_positions
from lms.quizzes.importers.answers import comparable
from lms.quizzes.models import QuestionKind

MOST_OPTIONS = 10
LONGEST_STEM = 4000
LONGEST_OPTION = 1000


@dataclass(frozen=True)
class QuestionContent:
    """A question that can be asked; `right` are indexes into `options`."""

    kind: QuestionKind
    stem: str
    options: tuple[str, ...]
    right: frozenset[int]

    def stored_options(self) -> list[dict[str, Any]]:
        """The options as a bank keeps them; those that speak of others keep their place."""
        fixed = fixed_positions(self.options)
        return [
            {"text": text, "is_right": place in self.right, "is_fixed": place in fixed}
            for place, text in enumerate(self.options)
        ]


def complete_content(
    stem: str,
    options: Sequence[str],
    right: Collection[int],
    kind: QuestionKind | None = None,
) -> QuestionContent:
    """The question in its canonical form, blank options left out; Invalid if it cannot be asked.

    Without a kind, several right options make it a question of several choices.
    """
    stem = clean_lines(stem).strip()
    kept = [(place, clean(text)) for place, text in enumerate(options) if clean(text)]
    chosen = frozenset(new for new, (old, _text) in enumerate(kept) if old in right)
    if not stem:
        raise Invalid(_("Hãy nhập nội dung câu hỏi."), field="stem")
    if len(stem) > LONGEST_STEM:
        raise Invalid(
            _("Câu hỏi dài quá %(most)s ký tự. Hãy rút ngắn.", most=LONGEST_STEM), field="stem"
        )
    if not 2 <= len(kept) <= MOST_OPTIONS:
        raise Invalid(
            _("Mỗi câu cần từ 2 đến %(most)s phương án.", most=MOST_OPTIONS), field="options"
        )
    if any(len(text) > LONGEST_OPTION for _place, text in kept):
        raise Invalid(
            _("Có phương án dài quá %(most)s ký tự. Hãy rút ngắn.", most=LONGEST_OPTION),
            field="options",
        )
    if len({text.casefold() for _place, text in kept}) < len(kept):
        raise Invalid(_("Có hai phương án giống nhau. Hãy sửa một trong hai."), field="options")
    if any(place < len(options) and not clean(options[place]) for place in right):
        raise Invalid(
            _("Phương án được đánh dấu đúng đang để trống. Hãy nhập nội dung."), field="options"
        )
    if not chosen:
        raise Invalid(_("Hãy chọn đáp án đúng."), field="options")
    if kind is QuestionKind.SINGLE and len(chosen) > 1:
        raise Invalid(
            _("Câu chọn một phương án chỉ có một đáp án đúng. Hãy bỏ bớt hoặc đổi cách trả lời."),
            field="options",
        )
    if kind is None:
        kind = QuestionKind.MULTIPLE if len(chosen) > 1 else QuestionKind.SINGLE
    return QuestionContent(kind, stem, tuple(text for _place, text in kept), chosen)


def likeness(stem: str, options: Sequence[str]) -> tuple[str, frozenset[str]]:
    """A key under which a question is met again, whatever its capitals and the options' order."""
    return comparable(stem), frozenset(comparable(option) for option in options)
