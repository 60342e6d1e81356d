"""Faults in single questions: each is named, and none is mended by a guess."""

import pytest

from tests.quizzes.importers.paper import TypedLine
from tests.quizzes.importers.reading import answers, read, read_word, typed


@pytest.mark.parametrize(
    ("lines", "options", "correct", "doubts"),
    [
        (["A. x", "B. y"], ["x", "y"], None, ["no_answer"]),
        ([[("A. x", "u")]], ["x"], None, ["few_options"]),
        ([], [], None, ["few_options"]),
        (["A. x", [("B. y", "u")], "C. X."], ["x", "y", "X."], [1], ["duplicate_option"]),
        (["A. x", "B.", [("C. z", "u")]], ["x", "", "z"], [2], ["empty_option"]),
        (["A. x", "B. y", [("D. t", "u")]], ["x", "y", "t"], [2], ["option_letters"]),
        (["A. x", [("B. y", "u")], "B. z"], ["x", "y", "z"], [1], ["option_letters"]),
        (["A. x", "C. z", [("B. y", "u")]], ["x", "y", "z"], [1], []),
        (["A. x", "B. y", "c. z", [("D. t", "u")]], ["x", "y", "z", "t"], [3], []),
        (["- x", [("- y", "u")]], ["x", "y"], [1], ["unlettered_options"]),
        (["1) x", [("2) y", "u")]], ["x", "y"], [1], ["unlettered_options"]),
    ],
)
def test_faults_of_options(
    lines: list[TypedLine], options: list[str], correct: list[int] | None, doubts: list[str]
) -> None:
    found = read(*typed(1, right=0), "Câu 2. Gì?", *lines, *typed(3, right=1))

    assert found[1] == ("Gì?", options, correct, doubts)
    assert answers(found[::2]) == [[0], [1]]


def test_a_letter_used_twice_cannot_be_the_answer() -> None:
    (question,) = read("Câu 1. Gì?", "A. x", "B. y", "B. z", "Đáp án: B")

    assert question[2:] == (None, ["conflicting_answer", "option_letters"])


def test_an_answer_by_text_that_two_options_share() -> None:
    (question,) = read("Câu 1. Gì?", "A. x", "B. x", "Đáp án: x")

    assert question[2:] == (None, ["conflicting_answer", "duplicate_option"])


def test_letters_that_one_option_spells_out() -> None:
    (question,) = read("Câu 1. Gì?", "A. x", "B. y", "C. Cả A và B", "Đáp án: A, B")

    assert question[2:] == (None, ["conflicting_answer"])


class TestSameQuestionTwice:
    def test_the_later_is_named_with_the_place_of_the_first(self) -> None:
        same: list[TypedLine] = ["Gì  vậy?", [("A. x", "u")], "B. y"]
        found = read_word(
            "Câu 1. " + str(same[0]), *same[1:], *typed(2, right=0),
            "Câu 3. GÌ VẬY", [("A. x", "u")], "B. y",
        )  # fmt: skip
        assert [[doubt.kind for doubt in q.doubts] for q in found.questions] == [
            [], [], ["duplicate_stem"],
        ]  # fmt: skip
        assert "1" in str(found.questions[2].doubts[0].message)

    def test_same_words_with_other_options_are_two_questions(self) -> None:
        found = read(
            "Câu 1. Câu nào đúng?", [("A. x", "u")], "B. y",
            "Câu 2. Câu nào đúng?", [("A. z", "u")], "B. t",
        )  # fmt: skip
        assert [question[3] for question in found] == [[], []]


def test_messages_are_vietnamese_and_say_what_to_do() -> None:
    found = read_word("Câu 1. Gì?", "A. x", "B. x", "Câu 2. Ai?")

    messages = [str(doubt.message) for question in found.questions for doubt in question.doubts]
    assert messages == [
        "Chưa thấy đáp án đúng. Hãy chọn đáp án cho câu này.",
        "Phương án A và B giống nhau. Hãy sửa một trong hai.",
        "Câu này có ít hơn hai phương án. Hãy nhập đủ phương án và chọn đáp án.",
    ]
