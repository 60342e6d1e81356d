"""What makes a question complete, and what is said of one that is not."""

import pytest
from flask import Flask

from lms.base.errors import Invalid
from lms.quizzes.content import complete_content
from lms.quizzes.models import QuestionKind

pytestmark = pytest.mark.database("sqlite")


def test_blank_rows_are_left_out_and_the_right_ones_keep_their_words() -> None:
    content = complete_content("  Câu  hỏi? ", ["", "Một", " ", "Hai", ""], {3})
    assert content.options == ("Một", "Hai")
    assert content.right == {1}
    assert content.kind is QuestionKind.SINGLE


def test_several_right_options_make_several_choices_unless_told() -> None:
    assert complete_content("?", ["a", "b", "c"], {0, 2}).kind is QuestionKind.MULTIPLE
    kept = complete_content("?", ["a", "b"], {0}, QuestionKind.MULTIPLE)
    assert kept.kind is QuestionKind.MULTIPLE


@pytest.mark.parametrize(
    ("stem", "options", "right", "kind", "field", "words"),
    [
        ("", ["a", "b"], {0}, None, "stem", "nội dung câu hỏi"),
        ("x" * 4001, ["a", "b"], {0}, None, "stem", "rút ngắn"),
        ("?", ["a"], {0}, None, "options", "từ 2 đến 10"),
        ("?", [str(n) for n in range(11)], {0}, None, "options", "từ 2 đến 10"),
        ("?", ["a", "x" * 1001], {0}, None, "options", "rút ngắn"),
        ("?", ["Một", "một"], {0}, None, "options", "giống nhau"),
        ("?", ["a", "b", ""], {2}, None, "options", "để trống"),
        ("?", ["a", "b"], set(), None, "options", "chọn đáp án"),
        ("?", ["a", "b"], {7}, None, "options", "chọn đáp án"),
        ("?", ["a", "b"], {0, 1}, QuestionKind.SINGLE, "options", "một đáp án"),
    ],
)
def test_what_cannot_be_asked_is_told(
    app: Flask,
    stem: str,
    options: list[str],
    right: set[int],
    kind: QuestionKind | None,
    field: str,
    words: str,
) -> None:
    with pytest.raises(Invalid) as caught:
        complete_content(stem, options, right, kind)
    assert caught.value.field == field
    assert words in caught.value.message


def test_options_are_nfc() -> None:
    assert complete_content("?", ["Hoa\u0300", "b"], {0}).options[0] == "Hoà"
