"""Prose typed as plain text: what is kept of it, and what one sees when one edits it again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.base.plain_prose import html_of, text_of
from lms.base.richtext import sanitise

TYPED = "Giữ họ tên & số thẻ.\nDòng hai.\n\n# Ai xem được\n\n- Đồng chí\n- Người <quản> trị"


def test_paragraphs_headings_and_lists() -> None:
    assert html_of(TYPED) == (
        "<p>Giữ họ tên &amp; số thẻ.<br>Dòng hai.</p>\n<h2>Ai xem được</h2>\n"
        "<ul><li>Đồng chí</li><li>Người &lt;quản&gt; trị</li></ul>"
    )
    assert text_of(html_of(TYPED)) == TYPED


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Một</p><p>Hai <strong>ba</strong></p>", "Một\n\nHai ba"),
        ("<h3>Đề mục</h3>Chữ trần", "# Đề mục\n\nChữ trần"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("", ""),
    ],
)
def test_older_markup_comes_back_as_text(html: str, text: str) -> None:
    assert text_of(html) == text


@given(st.text(alphabet="aĐ<>&\"'#- \n\r\t", max_size=60))
def test_whatever_is_typed_is_no_markup_and_stays(typed: str) -> None:
    kept = html_of(typed)
    assert sanitise(kept) == kept
    again = text_of(kept)
    assert text_of(html_of(again)) == again
