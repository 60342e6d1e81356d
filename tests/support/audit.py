"""What every page must keep, whatever it shows: read from its HTML alone, no browser, no database.

`problems(html)` lists in words what is wrong; an empty list is a good page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import html5lib
from lxml import etree

UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}
LOADING = {
    "script": "src",
    "img": "src",
    "video": "src",
    "audio": "src",
    "source": "src",
    "track": "src",
    "iframe": "src",
    "link": "href",
}


def parse(html: str) -> tuple[etree._Element, list[str]]:
    """The tree of a page, and everything its HTML breaks (html5lib's strict reading)."""
    parser = html5lib.HTMLParser(
        tree=html5lib.getTreeBuilder("lxml"), namespaceHTMLElements=False, strict=False
    )
    tree = parser.parse(html)
    errors = []
    lines = html.splitlines()
    for (line, _column), code, details in parser.errors:
        near = lines[line - 1].strip()[:80] if 0 < line <= len(lines) else ""
        errors.append(f"invalid HTML in line {line}: {code} {details or ''} near {near!r}")
    return tree.getroot(), errors


def problems(html: str) -> list[str]:
    """Everything that is wrong with a page, each in one sentence."""
    root, found = parse(html)
    for check in (_outline, _ids, _controls, _inline_code, _links, _requests, _forms):
        found.extend(check(root))
    return found


def text_of(element: etree._Element) -> str:
    """The text of an element and everything in it, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def _elements(root: etree._Element) -> Iterator[etree._Element]:
    return (element for element in root.iter() if isinstance(element.tag, str))


def _outline(root: etree._Element) -> Iterator[str]:
    headings = [text_of(heading) for heading in root.iter("h1")]
    if len(headings) != 1:
        yield f"{len(headings)} h1 elements instead of one: {headings}"
    elif not headings[0]:
        yield "the h1 is empty"
    titles = [text_of(title) for title in root.iterfind("head/title")]
    if len(titles) != 1 or not titles[0]:
        yield f"the page needs one title with text, not {titles}"
    if not root.get("lang"):
        yield "the html element has no lang"
    if len(list(root.iter("main"))) != 1:
        yield "the page needs exactly one main element"


def _ids(root: etree._Element) -> Iterator[str]:
    counted = Counter(element.get("id") for element in _elements(root) if element.get("id"))
    for name, count in counted.items():
        if count > 1:
            yield f"the id {name!r} stands {count} times"
        if any(character.isspace() for character in name):
            yield f"the id {name!r} holds a space"
    for element in _elements(root):
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls", "list", "form"):
            for name in (element.get(attribute) or "").split():
                if name not in counted:
                    yield f"{attribute}={name!r} of a {element.tag} points to no id"


def _controls(root: etree._Element) -> Iterator[str]:
    by_id = {element.get("id"): element for element in _elements(root) if element.get("id")}
    labels: dict[str, str] = {}
    for label in root.iter("label"):
        target = label.get("for")
        if target is not None:
            labels[target] = labels.get(target, "") + text_of(label)
            if target not in by_id:
                yield f"the label {text_of(label)!r} is for {target!r}, which is not there"
    for control in _elements(root):
        kind = (control.get("type") or "text").lower()
        if control.tag == "button" or (control.tag == "input" and kind in {"submit", "button"}):
            if not (text_of(control) or control.get("value") or control.get("aria-label")):
                yield f"a button has no words: {_opening(control)}"
            continue
        if control.tag not in {"input", "select", "textarea"} or (
            control.tag == "input" and kind in UNLABELLED_TYPES
        ):
            continue
        named_by = [
            text_of(by_id[name])
            for name in (control.get("aria-labelledby") or "").split()
            if name in by_id
        ]
        wrapping = next(control.iterancestors("label"), None)
        named = (
            labels.get(control.get("id") or "")
            or (text_of(wrapping) if wrapping is not None else "")
            or control.get("aria-label")
            or "".join(named_by)
        )
        if not named:
            yield f"a form control has no label: {_opening(control)}"


def _inline_code(root: etree._Element) -> Iterator[str]:
    for element in _elements(root):
        for attribute in element.attrib:
            if str(attribute).lower().startswith("on"):
                yield f"an event handler in an attribute: {_opening(element)}"
            if attribute == "style":
                yield f"a style attribute: {_opening(element)}"
        if element.tag == "style":
            yield "a style element in the page"
        if (
            element.tag == "script"
            and not element.get("src")
            and element.get("type") not in {"application/json", "application/ld+json"}
        ):
            yield "a script written into the page"
        for attribute in ("href", "src", "action", "formaction"):
            if (element.get(attribute) or "").strip().lower().startswith("javascript:"):
                yield f"a javascript: address: {_opening(element)}"


def _links(root: etree._Element) -> Iterator[str]:
    ids = {element.get("id") for element in _elements(root)}
    for link in root.iter("a"):
        address = link.get("href")
        if address is not None and address.startswith("#") and address[1:] not in ids:
            yield f"the link {address!r} leads to no id on the page"
        if address is not None and not (
            text_of(link)
            or link.get("aria-label")
            or link.get("aria-labelledby")
            or any(image.get("alt") for image in link.iter("img"))
        ):
            yield f"a link has no words: {_opening(link)}"
    for image in root.iter("img"):
        if image.get("alt") is None:
            yield f"an image has no alt: {_opening(image)}"


def _requests(root: etree._Element) -> Iterator[str]:
    for element in _elements(root):
        address = element.get(LOADING.get(element.tag, "src")) or ""
        if element.tag == "link" and element.get("rel") in {"canonical", "alternate"}:
            continue
        if address.startswith(("http:", "https:", "//")):
            yield f"a request to another site: {_opening(element)}"


def _forms(root: etree._Element) -> Iterator[str]:
    for form in root.iter("form"):
        if (form.get("method") or "get").lower() != "post":
            continue
        if not any(field.get("name") == "csrf_token" for field in form.iter("input")):
            yield f"a form that posts has no csrf_token: {_opening(form)}"
    for form in root.iter("form"):
        if next(form.iterancestors("form"), None) is not None:
            yield f"a form inside a form: {_opening(form)}"


def _opening(element: etree._Element) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in element.attrib.items())
    return f"<{element.tag}{attributes}>"[:160]
