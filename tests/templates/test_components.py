"""The component gallery: valid HTML, labelled fields, nothing inline, no macro left out of it."""

import re
from pathlib import Path

import pytest
from flask import Flask, render_template
from html5lib import HTMLParser
from jinja2 import nodes

from tests.support.audit import parse, problems, text_of
from tests.templates.gallery import MEMBER, NAVIGATION, ROOT, VISITOR, create_gallery_app

TEMPLATES = ROOT / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
STATUSES = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503, 507)


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_gallery_app()


@pytest.fixture(scope="module")
def gallery(app: Flask) -> str:
    response = app.test_client().get("/patterns")
    assert response.status_code == 200
    return response.text


def macros_of(app: Flask, path: Path) -> list[nodes.Macro]:
    """The macros of a component file that pages may import."""
    tree = app.jinja_env.parse(path.read_text("utf-8"))
    return [macro for macro in tree.find_all(nodes.Macro) if not macro.name.startswith("_")]


def test_the_gallery_is_valid_and_whole(gallery: str) -> None:
    assert problems(gallery) == []


def test_the_gallery_survives_a_strict_parser(gallery: str) -> None:
    HTMLParser(strict=True).parse(gallery)


def test_every_macro_is_shown_in_the_gallery_or_the_layout(app: Flask) -> None:
    shown = "".join(
        path.read_text("utf-8")
        for path in (TEMPLATES / "patterns.html", *(TEMPLATES / "layouts").glob("*.html"))
    )
    within = {path: path.read_text("utf-8") for path in COMPONENTS}
    missing = [
        f"{path.name}: {macro.name}"
        for path in COMPONENTS
        for macro in macros_of(app, path)
        if not re.search(rf"\b{macro.name}\(", shown)
        and not any(
            re.search(rf"import [^%]*\b{macro.name}\b", text)
            for other, text in within.items()
            if other != path
        )
    ]
    assert missing == []


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.name)
def test_every_macro_says_what_its_parameters_are(app: Flask, path: Path) -> None:
    source = path.read_text("utf-8")
    for macro in macros_of(app, path):
        before = source.split(f"{{% macro {macro.name}(")[0].rstrip()
        assert before.endswith("#}"), f"{macro.name} has no comment above it"
        comment = before[before.rindex("{#") :]
        silent = [arg.name for arg in macro.args if not re.search(rf"\b{arg.name}\b", comment)]
        assert silent == [], f"{macro.name} does not explain {silent}"


def test_a_fault_is_told_on_top_and_at_its_field(gallery: str) -> None:
    root, _ = parse(gallery)
    lines = {
        link.get("href"): text_of(link)
        for summary in root.iter("div")
        if "data-error-summary" in summary.attrib
        for link in summary.iter("a")
    }
    assert lines["#bad-title"] == "Tên đợt học: Hãy nhập tên đợt học."
    assert lines["#bad-audience"].endswith(": Hãy chọn một trong các mục có sẵn.")
    by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
    for name in ("title", "minutes", "due_on", "audience", "text", "file", "password", "agreed"):
        control = by_id[f"bad-{name}"]
        assert f"bad-{name}-error" in control.get("aria-describedby", "").split()
        assert text_of(by_id[f"bad-{name}-error"]).startswith("Lỗi: ")
    for name in ("obligation", "kinds"):
        fieldset = next(by_id[f"bad-{name}"].iterancestors("fieldset"))
        assert fieldset.get("aria-describedby") == f"bad-{name}-error"


def test_what_was_typed_is_kept(gallery: str) -> None:
    root, _ = parse(gallery)
    by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
    assert by_id["bad-minutes"].get("value") == "9000"
    assert by_id["due_on"].get("value") == "15/12/2026"
    assert by_id["due_on"].get("type") == "text", "a day as people type it is no date picker's"
    assert by_id["text"].text.strip().startswith("Tôi tâm đắc")
    assert "checked" in by_id["obligation"].attrib
    assert by_id["fresh"].get("enctype") == "multipart/form-data"


def test_a_bar_draws_what_it_says(app: Flask) -> None:
    with app.test_request_context():
        bars = app.jinja_env.get_template("components/bars.html").module
        coverage = str(bars.coverage_bar([(0, 30), (60, 90)], 120, 0.8))
        assert re.findall(r'x="([\d.]+)" y="0" width="([\d.]+)"', coverage) == [
            ("0.0", "250.0"),
            ("500.0", "250.0"),
        ]
        assert "50\u00a0%" in coverage
        assert "800.0" in coverage
        assert "<rect" not in str(bars.coverage_bar([], 0))
        assert "th-fill--bad" in str(bars.rate_bar(0.95, 0.96))
        assert "th-fill--ok" in str(bars.rate_bar(0.96, 0.96))
        assert "<svg" not in str(bars.rate_bar(None, 0.96))


def test_words_of_people_are_escaped(app: Flask) -> None:
    with app.test_request_context():
        steps = app.jinja_env.get_template("components/steps.html").module
        page = str(steps.task_list([{"title": "<b>", "state": "todo", "detail": "<i>"}]))
        cards = app.jinja_env.get_template("components/cards.html").module
        page += str(cards.kpi("<b>", "<i>", "<u>"))
    assert not re.search(r"<[biu]>", page)


@pytest.mark.parametrize("width", ["narrow", "wide", "base", "plain"])
@pytest.mark.parametrize("user", [MEMBER, VISITOR], ids=["member", "visitor"])
def test_every_layout_makes_a_whole_page(width: str, user: object) -> None:
    app = create_gallery_app(user)
    with app.test_request_context("/sach?trang=2"):
        template = app.jinja_env.from_string(
            f"{{% extends 'layouts/{width}.html' %}}"
            "{% block title %}Thử{% endblock %}{% block heading %}<h1>Thử</h1>{% endblock %}"
        )
        page = render_template(template)
    assert problems(page) == []
    root, _ = parse(page)
    signed_in = user is MEMBER and width != "plain"
    assert ("Đăng xuất" in text_of(root)) is signed_in
    assert [link.get("href") for link in root.iter("a") if link.get("aria-current")] == (
        ["/a", "/a"] if signed_in else []
    )
    assert root.findtext("head/title") == "Thử – Thu Hoạch"


def test_few_links_stay_in_sight_and_many_fold(app: Flask) -> None:
    def header(links: int) -> str:
        app.jinja_env.globals["navigation"] = lambda: NAVIGATION[:links]
        return app.test_client().get("/patterns").text.split("</header>")[0]

    try:
        assert "Danh mục" not in header(3)
        assert "Danh mục" in header(4)
    finally:
        app.jinja_env.globals["navigation"] = lambda: NAVIGATION


@pytest.mark.parametrize("status", STATUSES)
def test_every_error_says_what_happened_and_what_to_do(status: int) -> None:
    app = create_gallery_app()
    name = "errors/bare.html" if status in (500, 503, 507) else "errors/error.html"
    with app.test_request_context():
        page = render_template(name, status=status, message="")
    assert problems(page) == []
    root, _ = parse(page)
    assert "Có lỗi xảy ra" not in text_of(root), "a status of ours has words of its own"
    assert "Hãy" in text_of(root.find(".//main")), "nobody is told what to do"


def test_a_fault_of_ours_asks_for_nothing() -> None:
    """The bare page renders without session, account, token, navigation or database."""
    app = create_gallery_app()
    for name in ("csrf_token", "navigation", "get_flashed_messages", "url_for"):
        app.jinja_env.globals.pop(name, None)
    template = app.jinja_env.get_template("errors/bare.html")
    with app.test_request_context():
        page = template.render(status=500, message="", locale="vi")
    assert problems(page) == []


def test_our_classes_all_have_a_style() -> None:
    """A class in a macro that no style sheet knows is a misspelling or a leftover."""
    styles = "".join(path.read_text("utf-8") for path in (ROOT / "static/css").rglob("*.scss"))
    known = set(re.findall(r"\.(th-[a-z_-]+)", styles))
    used = set()
    for folder in ("components", "layouts", "errors"):
        for path in (TEMPLATES / folder).glob("*.html"):
            for value in re.findall(r'class="([^"]*)"', path.read_text("utf-8")):
                plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", value)
                used |= {name for name in plain.split() if name.startswith("th-")}
    allowed = {"th-next__note", "th-kpi"}
    assert {name for name in used if not name.endswith("--")} - known - allowed == set()
