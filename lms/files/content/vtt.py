"""WebVTT captions: UTF-8, the header line, cues whose times can be read. Up to 1 MB."""

import re
from typing import BinaryIO

from lms.files.content.refusal import Reason, Refused

MAX_BYTES = 1_000_000
_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?")
_HEADER = re.compile(r"WEBVTT(?:[ \t].*)?")
_APART = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t].*)?")

Moment = tuple[str | None, ...]


def check(file: BinaryIO, size: int) -> None:
    """Refused with the number of the line that is wrong."""
    if size > MAX_BYTES:
        raise Refused(Reason.VTT_LONG)
    file.seek(0)
    try:
        text = file.read(MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(Reason.VTT_HEADER) from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if "\0" in text or not _HEADER.fullmatch(lines[0]):
        raise Refused(Reason.VTT_HEADER)
    cues = 0
    at = 1
    while at < len(lines) and lines[at].strip():
        at += 1
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        start = at
        while at < len(lines) and lines[at].strip():
            at += 1
        if not _APART.fullmatch(lines[start]):
            _check_cue(lines[start:at], start + 1)
            cues += 1
    if not cues:
        raise Refused(Reason.VTT_CUE, str(len(lines)))


def _check_cue(block: list[str], number: int) -> None:
    """A cue is an optional name, a line of times that go forward, and its text."""
    timing = 0 if "-->" in block[0] else 1
    found = _TIMING.fullmatch(block[timing].strip()) if timing < len(block) else None
    if found is None or _seconds(found.groups()[:4]) >= _seconds(found.groups()[4:]):
        raise Refused(Reason.VTT_CUE, str(number + min(timing, len(block) - 1)))


def _seconds(moment: Moment) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in moment)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000
