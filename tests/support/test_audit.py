"""The audit finds each thing it is there to find, and lets a good page pass."""

import pytest

from tests.support.audit import problems

GOOD = """<!doctype html>
<html lang="vi">
  <head><meta charset="utf-8"><title>Việc của tôi</title>
    <link rel="stylesheet" href="/static/app.css">
    <script type="module" src="/static/app.js"></script></head>
  <body>
    <a href="#main">Đến nội dung chính</a>
    <main id="main">
      <h1>Việc của tôi</h1>
      <form method="post" action="/x">
        <input type="hidden" name="csrf_token" value="t">
        <label for="name">Họ tên</label> <input id="name" name="name" aria-describedby="hint">
        <p id="hint">Như trên thẻ</p>
        <label>Đồng ý <input type="checkbox" name="agreed"></label>
        <textarea name="text" aria-label="Nội dung"></textarea>
        <button>Gửi</button>
      </form>
      <svg viewBox="0 0 10 10" role="img" aria-label="Tỷ lệ"><rect width="4" height="2"/></svg>
      <script type="application/json">{"a": 1}</script>
    </main>
  </body>
</html>
"""


def test_a_good_page_has_no_problems() -> None:
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("<!doctype html>", "", "invalid HTML"),
        ("<h1>Việc của tôi</h1>", "<h1>Việc</h1></div>", "invalid HTML"),
        ("<h1>Việc của tôi</h1>", "", "0 h1"),
        ("<h1>Việc của tôi</h1>", "<h1>Một</h1><h1>Hai</h1>", "2 h1"),
        ("<h1>Việc của tôi</h1>", "<h1> </h1>", "h1 is empty"),
        ("<title>Việc của tôi</title>", "<title></title>", "title"),
        (' lang="vi"', "", "lang"),
        ('<p id="hint">', '<p id="main">', "stands 2 times"),
        ('<p id="hint">', "<p>", "points to no id"),
        ('<label for="name">', '<label for="nobody">', "not there"),
        ('<label for="name">Họ tên</label>', "", "no label"),
        ('<label for="name">Họ tên</label>', '<label for="name"></label>', "no label"),
        (' aria-label="Nội dung"', "", "no label"),
        ("<button>Gửi</button>", "<button></button>", "no words"),
        ("<p id=", '<p onclick="go()" id=', "event handler"),
        ("<p id=", '<p style="width: 4%" id=', "style attribute"),
        ("</h1>", "</h1><script>go()</script>", "written into the page"),
        ("</h1>", "</h1><style>p { }</style>", "style element"),
        ("</h1>", '</h1><a href="javascript:go()">Đi</a>', "javascript:"),
        ("</h1>", '</h1><a href="#nowhere">Đi</a>', "leads to no id"),
        ("</h1>", '</h1><a href="/x"></a>', "no words"),
        ("</h1>", '</h1><img src="/x.png">', "no alt"),
        ("/static/app.js", "https://example.org/app.js", "another site"),
        ('<input type="hidden" name="csrf_token" value="t">', "", "no csrf_token"),
    ],
)
def test_each_breach_is_named(old: str, new: str, word: str) -> None:
    broken = GOOD.replace(old, new, 1)
    assert broken != GOOD
    found = problems(broken)
    assert any(word in problem for problem in found), found
