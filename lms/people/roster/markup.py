"""XML read in pieces under guard: no document type, no entity, no endless token, no deep nest.

What the parser holds at a time is bounded, whatever the file unpacks to.
"""

from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from lms.people.roster import errors

_PIECE = 64 * 1024
_MOST_TOKEN = 1024 * 1024
_MOST_DEPTH = 100

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def feed(stream: IO[bytes], start: Start, end: End, text: Text) -> Iterator[None]:
    """Parse the stream piece by piece, stopping after each; names come without their prefix."""
    depth = 0

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MOST_DEPTH:
            raise errors.damaged()
        start(tag if ":" not in tag else tag.rpartition(":")[2], attributes)

    def closed(tag: str) -> None:
        nonlocal depth
        depth -= 1
        end(tag if ":" not in tag else tag.rpartition(":")[2])

    def refuse(*_: object) -> None:
        raise errors.damaged()

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    fed = 0
    try:
        while piece := stream.read(_PIECE):
            fed += len(piece)
            parser.Parse(piece, False)
            if fed - max(parser.CurrentByteIndex, 0) > _MOST_TOKEN:
                raise errors.too_large()
            yield
        parser.Parse(b"", True)
        yield
    except (expat.ExpatError, LookupError) as error:  # broken markup; letters nobody knows
        raise errors.damaged() from error


def read_whole(stream: IO[bytes], start: Start, end: End, text: Text) -> None:
    """Parse the stream to its end."""
    for _ in feed(stream, start, end, text):
        pass
