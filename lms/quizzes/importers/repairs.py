"""One question put in order: options found inside its lines, ticks and answers taken out of them.

Works on a single draft, with the whole of it in view. Never decides which answer is right.
"""

import re
from itertools import islice, pairwise

from lms.quizzes.importers import doubts, labels, phrases
from lms.quizzes.importers.drafts import Draft, DraftOption
from lms.quizzes.importers.labels import OptionLabel
from lms.quizzes.importers.marked_text import MarkedText

_TICK_FRONT = re.compile(r"\s*(?:[*✓✔√☑]+|[(\[]\s*[*✓✔√xX]\s*[)\]])\s*(?=\S)")
_TICK_BACK = re.compile(
    r"(?:(?<=\S)\s*[*✓✔√☑]+|\s*[(\[]\s*[*✓✔√xX]\s*[)\]]"
    r"|\s*[(\[]\s*(?:đúng|đ|đáp án(?: đúng)?)\s*[)\]])\s*\.?\s*$",
    re.IGNORECASE,
)
_CROSS_BACK = re.compile(r"\s*[(\[]\s*(?:sai|s)\s*[)\]]\s*\.?\s*$", re.IGNORECASE)
_POINT = re.compile(r"(?P<bullet>[-–—•▪●○+*✓])\s+|(?P<number>\d{1,2})\s*[.)/](?!\d)\s*")
_TAIL = 80
_MOST_STARTS = 5


def repair(draft: Draft) -> None:
    """Bring the draft into the form the verdict reads. Doing it twice changes nothing."""
    _take_answers(draft)
    _split_stem(draft)
    _split_options(draft)
    if not draft.options:
        _read_points(draft)
    _letter_anew(draft)
    _sort(draft)
    _take_ticks(draft)


def _take_answers(draft: Draft) -> None:
    """ "(Đáp án: C)" at the end of a stem or an option is an answer, no part of the text."""
    for index, line in enumerate(draft.stem):
        tail = phrases.answer_tail(line.text)
        if tail:
            draft.answers.append(tail[1])
            draft.stem[index] = line.part(0, tail[0])
    for option in draft.options:
        tail = phrases.answer_tail(option.content.text)
        if tail:
            draft.answers.append(tail[1])
            option.content = option.content.part(0, tail[0])
    draft.stem = [line for line in draft.stem if line]


def _split_stem(draft: Draft) -> None:
    """Options on the line of the stem, one space between them: "… nào? A. 3 B. 4 C. 5"."""
    if draft.options and draft.options[0].letter != "B" and draft.options[0].letter != "C":
        return
    for index, line in enumerate(draft.stem):
        starts = (
            label
            for label in labels.inline_labels(line, labels.ANY_GAP)
            if label.letter == "A" and label.style.startswith("upper")
        )
        for label in islice(starts, _MOST_STARTS):
            first = _option(line, label)
            wanted = draft.options[0].letter if draft.options else ""
            if wanted == "B" or _find_next(first):
                rest = draft.stem[index + 1 :]
                draft.stem[index:] = (
                    [line.part(0, label.start)] if line.part(0, label.start) else []
                )
                for further in rest:
                    first.content = first.content + MarkedText.of(" ") + further
                draft.options.insert(0, first)
                return


def _option(line: MarkedText, label: OptionLabel) -> DraftOption:
    return DraftOption(
        label.letter,
        line.part(label.end),
        label.style,
        label.ticked,
        label.look,
        whole=line.part(label.start),
    )


def _find_next(option: DraftOption) -> OptionLabel | None:
    """The label of the next letter inside an option's text, written in the same way."""
    for label in labels.inline_labels(option.content, labels.ANY_GAP):
        if label.style == option.style and labels.follows(label.letter, option.letter):
            return label
    return None


def _split_options(draft: Draft) -> None:
    """Options one space apart on one line, where the row of letters shows that one is missing.

    "A. Ông Nguyễn Văn B. …" followed by a line "B." is left alone: no letter is missing there.
    """
    done: list[DraftOption] = []
    waiting = list(reversed(draft.options))
    was_split = False
    while waiting:
        option = waiting.pop()
        done.append(option)
        if option.letter not in labels.ORDER or not option.style:
            continue
        following = waiting[-1].letter if waiting else ""
        if following and (
            following not in labels.ORDER
            or labels.follows(following, option.letter)
            or labels.rank(following) <= labels.rank(option.letter)
        ):
            continue
        if not following and option.letter != "A" and not was_split:
            continue
        label = _find_next(option)
        if label:
            was_split = True
            waiting.append(_option(option.content, label))
            option.content = option.content.part(0, label.start)
    draft.options = done


def _read_points(draft: Draft) -> None:
    """Options written as a list without letters, at the end of the stem: "- …" or "1) …"."""
    start = len(draft.stem)
    while start > 1 and _POINT.match(draft.stem[start - 1].text):
        start -= 1
    points = [(line, _POINT.match(line.text)) for line in draft.stem[start:]]
    numbers = [match["number"] for _, match in points if match]
    in_order = [str(place + 1) for place in range(len(points))]
    if len(points) < 2 or (any(numbers) and numbers != in_order):
        return
    ticks = [bool(match and match["bullet"] in ("*", "✓")) for _, match in points]
    for place, (line, match) in enumerate(points):
        letter = (
            labels.ORDER.replace("Đ", "")[place]
            if not any(numbers) and place < 10
            else str(place + 1)
        )
        end = match.end() if match else 0
        ticked = ticks[place] and not all(ticks)
        draft.options.append(DraftOption(letter, line.part(end), ticked=ticked))
    del draft.stem[start:]
    if all(doubt.kind != "unlettered_options" for doubt in draft.doubts):
        draft.doubts.append(doubts.unlettered_options())


def _letter_anew(draft: Draft) -> None:
    """Letters that Word ran on through the file (E, F, G, H) begin with A in each question."""
    options = draft.options
    if not options or not all(option.auto for option in options) or options[0].letter == "A":
        return
    if all(labels.follows(later.letter, earlier.letter) for earlier, later in pairwise(options)):
        for option, letter in zip(options, labels.ORDER.replace("Đ", ""), strict=False):
            option.letter = letter


def _sort(draft: Draft) -> None:
    """Options read column by column (A C B D) stand in the order of their letters."""
    letters = [option.letter for option in draft.options]
    if all(letter in labels.ORDER for letter in letters) and len(set(letters)) == len(letters):
        draft.options.sort(key=lambda option: labels.rank(option.letter))


def _take_ticks(draft: Draft) -> None:
    """ "*", "✓", "(đúng)" before or after an option's text are marks, no part of it."""
    for option in draft.options:
        content = option.content
        front = _TICK_FRONT.match(content.text)
        if front:
            option.ticked, content = True, content.part(front.end())
        back = _TICK_BACK.search(content.text, max(0, len(content.text) - _TAIL))
        if back and content.part(0, back.start()):
            option.ticked, content = True, content.part(0, back.start())
        option.content = content
    if any(option.ticked for option in draft.options):
        for option in draft.options:
            text = option.content.text
            cross = _CROSS_BACK.search(text, max(0, len(text) - _TAIL))
            if cross and option.content.part(0, cross.start()):
                option.content = option.content.part(0, cross.start())
