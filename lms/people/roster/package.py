"""The zip that an .xlsx is: looked over before anything is unpacked, then read in pieces.

The declared sizes bind, since reading stops there; nothing is unpacked to the disk.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lms.people.roster import errors

MOST_UNPACKED = 500 * 1024 * 1024
MOST_RATIO = 100
MOST_ENTRIES = 2000
_SMALL = 20 * 1024 * 1024
"""Below this a part may be packed as tightly as it likes."""
_MOST_DIRECTORY = 1024 * 1024
_TAIL = 22 + 65535 + 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@contextmanager
def whole() -> Iterator[None]:
    """What a broken archive raises, in a dozen types, becomes one answer."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise errors.damaged() from error
    except (RuntimeError, ValueError, KeyError, OverflowError) as error:  # under a password, …
        raise errors.damaged() from error


class Package:
    """An open archive; parts are found whatever the case and the slashes of their names."""

    def __init__(self, path: Path) -> None:
        _check_directory(path)
        with whole():
            self._archive = zipfile.ZipFile(path)
        try:
            self._parts = self._look_over()
        except BaseException:
            self._archive.close()
            raise

    def _look_over(self) -> dict[str, zipfile.ZipInfo]:
        entries = self._archive.infolist()
        if len(entries) > MOST_ENTRIES or sum(e.file_size for e in entries) > MOST_UNPACKED:
            raise errors.too_large()
        for entry in entries:
            if entry.flag_bits & 1:
                raise errors.with_password()
            if entry.file_size > max(_SMALL, MOST_RATIO * entry.compress_size):
                raise errors.too_large()
        return {_plain(entry.filename): entry for entry in entries}

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._parts

    def size(self, name: str) -> int:
        return self._parts[_plain(name)].file_size

    @contextmanager
    def part(self, name: str) -> Iterator[IO[bytes]]:
        """A part as a stream; a damaged package where it is missing."""
        entry = self._parts.get(_plain(name))
        if entry is None or entry.compress_type not in _METHODS:
            raise errors.damaged()
        with whole(), self._archive.open(entry) as stream:
            yield stream

    def head(self, name: str, length: int) -> bytes:
        """The first bytes of a part."""
        with self.part(name) as stream:
            return stream.read(length)

    def close(self) -> None:
        self._archive.close()


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _check_directory(path: Path) -> None:
    """Refuse a list of entries so long that merely opening the archive would fill the memory."""
    with whole(), path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        tail = file.read()
        place = tail.rfind(b"PK\x05\x06")
        if place < 0:
            raise errors.damaged()
        length = int.from_bytes(tail[place + 12 : place + 16], "little")
        if length == 0xFFFFFFFF or tail[place - 20 : place - 16] == b"PK\x06\x07":
            file.seek(int.from_bytes(tail[place - 12 : place - 4], "little"))
            length = int.from_bytes(file.read(56)[40:48], "little")
        if length > _MOST_DIRECTORY:
            raise errors.too_large()
