"""Workbooks put together by hand, part by part, for what no program would write."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
    'PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/></Types>'
)
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROOT_RELS = (
    f'<Relationships><Relationship Id="r" Type="{_REL}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)
WORKBOOK = (
    f'<workbook xmlns:r="{_REL}"><workbookPr/><sheets>'
    '<sheet name="Danh sách" sheetId="1" r:id="s1"/></sheets></workbook>'
)
RELS = (
    f'<Relationships><Relationship Id="s1" Type="{_REL}/worksheet" Target="worksheets/s1.xml"/>'
    f'<Relationship Id="t" Type="{_REL}/sharedStrings" Target="sharedStrings.xml"/>'
    f'<Relationship Id="y" Type="{_REL}/styles" Target="styles.xml"/></Relationships>'
)
HEADER = ("STT", "Họ và tên", "Năm sinh", "Số thẻ", "Chi bộ")
PERSON = (1, "Nguyễn Văn An", 1962, "67000001", "Chi bộ 1")


def cell(value: object) -> str:
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>' if value else "<c/>"


def row(values: Iterable[object], number: int | None = None, attributes: str = "") -> str:
    place = f' r="{number}"' if number else ""
    return f"<row{place}{attributes}>{''.join(map(cell, values))}</row>"


def sheet(*rows: str, behind: str = "") -> str:
    return f"<worksheet><sheetData>{''.join(rows)}</sheetData>{behind}</worksheet>"


def write(path: Path, sheet_xml: str | bytes, **parts: str | bytes) -> Path:
    """A workbook of one sheet. `parts` replaces a part by its short name, "" leaves it out."""
    names = {
        "types": "[Content_Types].xml",
        "root": "_rels/.rels",
        "workbook": "xl/workbook.xml",
        "rels": "xl/_rels/workbook.xml.rels",
        "strings": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
        "sheet": "xl/worksheets/s1.xml",
    }
    contents: dict[str, str | bytes] = {
        "types": TYPES,
        "root": ROOT_RELS,
        "workbook": WORKBOOK,
        "rels": RELS,
        "sheet": sheet_xml,
        **parts,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for short, content in contents.items():
            if content:
                archive.writestr(names[short], content)
    return path


def plain(path: Path, **parts: str | bytes) -> Path:
    """A workbook with the usual header and one person."""
    return write(path, sheet(row(HEADER), row(PERSON)), **parts)
