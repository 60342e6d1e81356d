"""The test client: a browser without a screen. It audits every page it loads and sends forms whole.

Each request runs in a context of its own, as on a server: a test may hold an application context
and a database session open beside it. Knows the address of the sign-in page, no other page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from typing import Any
from urllib.parse import urlsplit

from flask import has_app_context
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from lms.extensions import db
from tests.support import audit
from tests.support.forms import Form, Value

SIGN_IN = "/sign-in"


class Page:
    """A page as loaded: its answer, its tree, its forms."""

    def __init__(self, client: PageClient, response: TestResponse) -> None:
        self.client = client
        self.response = response
        self.html = response.get_data(as_text=True)
        self.root: etree._Element = audit.parse(self.html)[0]
        self.address = _address(response)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        """All words of the body, with single spaces; scripts and templates apart."""
        for element in list(self.root.iterfind("body//script")):
            element.text = ""
        return audit.text_of(self.root.find("body"))

    @property
    def heading(self) -> str:
        return audit.text_of(next(self.root.iter("h1")))

    @property
    def title(self) -> str:
        return audit.text_of(self.root.find("head/title"))

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary, in order."""
        return [
            audit.text_of(line)
            for summary in self.having_class("govuk-error-summary")
            for line in summary.iter("li")
        ]

    @property
    def errors_by_field(self) -> dict[str, str]:
        """The lines of the error summary that lead to a field, by the field's id."""
        return {
            (link.get("href") or "").removeprefix("#"): audit.text_of(link)
            for summary in self.having_class("govuk-error-summary")
            for link in summary.iter("a")
        }

    def having_class(self, name: str) -> list[etree._Element]:
        """Elements that carry a class."""
        return [
            element
            for element in self.root.iter()
            if isinstance(element.tag, str) and name in (element.get("class") or "").split()
        ]

    def by_id(self, name: str) -> etree._Element:
        """The element with an id; AssertionError if there is none."""
        for element in self.root.iter():
            if isinstance(element.tag, str) and element.get("id") == name:
                return element
        raise AssertionError(f"{self.address} has no element with the id {name!r}")

    def links(self) -> dict[str, str]:
        """Words of each link that is shown → its address (the last one where words recur)."""
        return {audit.text_of(a): a.get("href") for a in self._shown_links()}

    def link_addresses(self) -> list[str]:
        """Address of every link that is shown, in order."""
        return [a.get("href") for a in self._shown_links()]

    def _shown_links(self) -> list[etree._Element]:
        return [a for a in self.root.iter("a") if a.get("href") and not _is_hidden(a)]

    def rows(self, table_id: str | None = None) -> list[list[str]]:
        """Words of each cell, row by row, of the tables (or of one) on the page."""
        scope = self.by_id(table_id) if table_id else self.root
        return [[audit.text_of(cell) for cell in row.iter("th", "td")] for row in scope.iter("tr")]

    def form(self, where: str | None = None) -> Form:
        """The form with an id ("#essay") or an address ("/essays/3"), or the only one that posts
        in the page's main part."""
        forms = [Form(element, self.address) for element in self.root.iter("form")]
        if where is None:
            posting = [form for form in forms if form.method == "post"]
            forms = [
                form for form in posting if any(True for _ in form.element.iterancestors("main"))
            ]
        elif where.startswith("#"):
            forms = [form for form in forms if form.id == where[1:]]
        else:
            forms = [form for form in forms if urlsplit(form.address).path == where]
        assert len(forms) == 1, f"{self.address}: {len(forms)} forms match {where or 'main'!r}"
        return forms[0]

    def submit(
        self,
        fields: Mapping[str, Value] | None = None,
        form: str | None = None,
        button: str | None = None,
        status: int = 200,
    ) -> Page:
        """Fill in a form and send it, follow to the page that answers, and check its status."""
        method, address, data = self.form(form).fill(fields or {}, button)
        return self.client.send(method, address, data, status)


class PageClient(FlaskClient):
    """FlaskClient that reads answers to the end and refuses a page that breaks the house rules."""

    page: Page | None = None
    _audits = True

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> TestResponse:
        if has_app_context():
            # The request is served by another transaction: hand it what the test has made so far.
            db.session.commit()
        response: TestResponse = Context().run(super().open, *args, buffered=buffered, **kwargs)
        if self._audits and response.mimetype == "text/html" and not response.location:
            found = audit.problems(response.get_data(as_text=True))
            assert not found, f"{_address(response)}:\n  " + "\n  ".join(found)
        return response

    def get_page(self, address: str, status: int = 200, **kwargs: Any) -> Page:
        """Load a page, following redirects, and check the final status."""
        return self._page(self.get(address, follow_redirects=True, **kwargs), status)

    def submit(
        self,
        where: str,
        fields: Mapping[str, Value] | None = None,
        button: str | None = None,
        status: int = 200,
        form: str | None = None,
    ) -> Page:
        """Fill in and send a form: "#id" of the page loaded last, or the address of a page to load
        first (then its only form, or the one `form` names)."""
        if where.startswith("#"):
            assert self.page is not None, "no page has been loaded yet"
            return self.page.submit(fields, where, button, status)
        return self.get_page(where).submit(fields, form, button, status)

    def send(
        self, method: str, address: str, data: list[tuple[str, Any]], status: int = 200
    ) -> Page:
        """Send the data of a form, in order, and load the page that answers."""
        if method == "get":
            response = self.get(address, query_string=data, follow_redirects=True)
        else:
            grouped: dict[str, list[Any]] = {}
            for name, value in data:
                grouped.setdefault(name, []).append(value)
            response = self.post(address, data=grouped, follow_redirects=True)
        return self._page(response, status)

    def sign_in(self, login: str, password: str) -> Page:
        """Sign in through the page, as a person would."""
        page = self.submit(SIGN_IN, {"login": login, "password": password})
        assert page.address != SIGN_IN, f"{login} was not let in: {page.errors or page.text[:200]}"
        return page

    @contextmanager
    def without_audit(self) -> Iterator[None]:
        """For the rare page that is broken on purpose."""
        self._audits = False
        try:
            yield
        finally:
            self._audits = True

    def _page(self, response: TestResponse, status: int) -> Page:
        page = Page(self, response)
        assert page.status == status, (
            f"{page.address} answered {page.status} instead of {status}: "
            f"{page.errors or page.text[:300]}"
        )
        self.page = page
        return page


def _is_hidden(element: etree._Element) -> bool:
    around = [element, *element.iterancestors()]
    return any(one.get("hidden") is not None for one in around)


def _address(response: TestResponse) -> str:
    request = response.request
    query = request.query_string.decode()
    return request.path + (f"?{query}" if query else "")
