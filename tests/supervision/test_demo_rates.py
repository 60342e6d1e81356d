"""A supervisor's two rates on the demo's pages against a count by hand over the demo's rows.

The hand count reads the database with plain SQL and counts one row at a time; it shares no code
with the product.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from tests.support.crawl import client_of, demo_application
from tests.support.live import DATABASE


def test_both_rates_equal_a_count_by_hand(
    demo_files: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("rates") / "instance"
    client = client_of(demo_application(demo_files, folder), demo_files, "supervisor")
    rows = sqlite3.connect(folder / DATABASE)
    rows.row_factory = sqlite3.Row
    seen: dict[str, int] = dict.fromkeys(("voluntary", "excused", "withdrawn", "late"), 0)
    for campaign in rows.execute("SELECT id FROM campaign").fetchall():
        required = fulfilled = asked = handed_in = 0
        for row in rows.execute(
            "SELECT e.*, r.asks_essay FROM enrolment e JOIN requirement r "
            "ON r.campaign_id = e.campaign_id AND r.audience_id = e.audience_id "
            "WHERE e.campaign_id = ?",
            (campaign["id"],),
        ):
            if row["withdrawn_at"]:
                seen["withdrawn"] += 1
                continue
            if row["obligation"] == "voluntary":
                seen["voluntary"] += 1
                continue
            if row["excused_at"]:
                seen["excused"] += 1
                continue
            required += 1
            if row["fulfilled_at"]:
                seen["late"] += row["fulfilled_at"] > row["due_at"]
                fulfilled += row["fulfilled_at"] <= row["due_at"]
            if row["asks_essay"]:
                asked += 1
                if row["essay_submitted_at"]:
                    handed_in += row["essay_submitted_at"] <= row["due_at"]
        text = client.get_page(f"/supervision/{campaign['id']}/units/1").text
        shown = re.search(r"Tỷ lệ tham gia ([\d,]+)\s%\s+([\d.]+) trong ([\d.]+) người", text)
        essays = re.search(r"Tỷ lệ bài thu hoạch ([\d,]+)\s%\s+([\d.]+) trong ([\d.]+) người", text)
        assert shown, text[:600]
        assert essays, text[:600]
        assert _figures(shown) == (_percent(fulfilled, required), fulfilled, required)
        assert _figures(essays) == (_percent(handed_in, asked), handed_in, asked)
    assert all(seen.values()), f"the demo should hold every state: {seen}"


def _percent(part: int, whole: int) -> float:
    return part * 1000 // whole / 10


def _figures(found: re.Match[str]) -> tuple[float, int, int]:
    rate, part, whole = found.groups()
    return float(rate.replace(",", ".")), int(part.replace(".", "")), int(whole.replace(".", ""))
