"""The question files that offices sent, read exactly as agreed."""

import json
from pathlib import Path

import pytest

from lms.quizzes.importers import read_questions

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests/quizzes/data"
EXPECTED = json.loads((DATA / "cau-hoi.expected.json").read_text("utf-8"))
DEMO = ROOT / "lms/cli/demo/files"


def sample(name: str) -> bytes:
    folder = DATA if (DATA / name).exists() else DEMO
    return (folder / name).read_bytes()


def test_every_convention_has_its_sample() -> None:
    assert set(EXPECTED) == {
        "cau-hoi-gach-chan.docx",
        "cau-hoi-bang-dap-an.docx",
        "cau-hoi-in-dam-loi.docx",
        "cau-hoi.xlsx",
    }


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_reads_exactly_what_was_agreed(name: str) -> None:
    found = read_questions(sample(name), name).as_json()

    assert found["questions"] == [
        {
            "stem": wanted["stem"],
            "options": wanted["options"],
            "correct": None if wanted["correct"] is None else [wanted["correct"]],
            "doubts": [
                {"kind": wanted["doubt"], "message": doubt["message"]} for doubt in got["doubts"]
            ],
        }
        if wanted["doubt"]
        else {**wanted_without_doubt(wanted)}
        for wanted, got in zip(EXPECTED[name], found["questions"], strict=True)
    ]


def wanted_without_doubt(wanted: dict[str, object]) -> dict[str, object]:
    return {
        "stem": wanted["stem"],
        "options": wanted["options"],
        "correct": [wanted["correct"]],
        "doubts": [],
    }


def test_json_has_exactly_the_agreed_shape() -> None:
    found = read_questions(sample("cau-hoi.xlsx"), "cau-hoi.xlsx").as_json()

    assert set(found) == {"questions"}
    for question in found["questions"]:
        assert set(question) == {"stem", "options", "correct", "doubts"}
    (doubt,) = found["questions"][3]["doubts"]
    assert set(doubt) == {"kind", "message"}
    assert doubt["kind"] == "no_answer"
    assert json.loads(json.dumps(doubt))["message"].startswith("Chưa thấy đáp án đúng.")
