"""The data map as a document: every table, every column, every rule of keeping."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from lms.base.data_map import Holds, TableData
from lms.people.personal_data import Retention

HOLDS = {
    Holds.NONE: "không",
    Holds.IDENTITY: "nhân thân",
    Holds.CONTACT: "liên hệ",
    Holds.POLITICAL: "**tổ chức đảng (nhạy cảm)**",
    Holds.STUDY: "việc học",
    Holds.CONTENT: "lời viết",
    Holds.TECHNICAL: "kỹ thuật",
}


def write_document(
    metadata: sa.MetaData, tables: Mapping[str, TableData], rules: Iterable[Retention]
) -> str:
    """Markdown in Vietnamese, the same for the same models."""
    lines = [
        "# Bản đồ dữ liệu cá nhân",
        "",
        "Sinh từ mã nguồn bằng `flask --app wsgi privacy data-map`; đừng sửa tay.",
        "Thông tin về sinh hoạt đảng được coi là dữ liệu nhạy cảm (quan điểm chính trị).",
        "",
        "## Tự động xóa hằng đêm",
        "",
        "| Bảng | Thứ được xóa | Giữ trong |",
        "|---|---|---|",
        *(f"| `{one.table}` | {one.what} | {one.keep.days} ngày |" for one in rules),
    ]
    for name, table in sorted(metadata.tables.items()):
        told = tables[name]
        lines += [
            "",
            f"## {name}",
            "",
            f"- Mục đích: {told.purpose}",
            f"- Thời hạn giữ: {told.kept}",
            f"- Trong bản xuất dữ liệu của mỗi người: {told.exported}",
            f"- Khi xóa một người: {told.erased}",
            "",
            "| Cột | Dữ liệu cá nhân |",
            "|---|---|",
            *(f"| `{c.name}` | {HOLDS[told.columns[c.name]]} |" for c in table.columns),
        ]
    return "\n".join(lines) + "\n"
