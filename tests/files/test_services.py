"""Taking files in: what is kept, what is refused in which words, and that nothing is left."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock
from lms.base.errors import Invalid, NoSpace, PayloadTooLarge
from lms.base.transactions import transaction
from lms.extensions import db
from lms.files import services, storage
from lms.files.content import DOCUMENTS, FileKind
from lms.files.models import StoredFile
from lms.files.services import receive_file, store_file, sweep
from tests.factories.media import office, tiny_mp4, tiny_pdf
from tests.factories.people import make_account

MEGABYTE = 1024 * 1024


def store(content: bytes, name: str = "bai.pdf", limit: int = MEGABYTE) -> StoredFile:
    return store_file(None, io.BytesIO(content), name, DOCUMENTS, limit)


def bytes_on_disk(app: Flask) -> list[Path]:
    return [path for path in app.config["UPLOAD_DIR"].rglob("*") if path.is_file()]


def test_a_kept_file_has_its_row_and_its_bytes(app: Flask) -> None:
    owner = make_account()
    content = tiny_pdf()
    stored = store_file(owner.id, io.BytesIO(content), "C:\\Ba\u0300i 1.PDF", DOCUMENTS, MEGABYTE)
    db.session.commit()
    assert stored.name == "Bài 1.pdf"
    assert (stored.media_type, stored.size) == ("application/pdf", len(content))
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.owner_id == owner.id
    assert storage.path_of(stored.key).read_bytes() == content
    assert bytes_on_disk(app) == [storage.path_of(stored.key)]


def test_a_recording_knows_its_length(app: Flask) -> None:
    kinds = frozenset({FileKind.MP4})
    stored = store_file(None, io.BytesIO(tiny_mp4(65.5)), "buoi.mp4", kinds, MEGABYTE)
    assert stored.duration_seconds == 65.5


def test_the_same_bytes_twice_are_two_files(app: Flask) -> None:
    assert store(tiny_pdf()).key != store(tiny_pdf()).key


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"MZ" + b"\x00" * 99, "bai.pdf", "Nội dung tệp không thuộc loại được nhận"),
        (b"<html></html>", "bai.pdf", "Hãy chọn tệp PDF, Word (.docx)"),
        (tiny_mp4(), "buoi.mp4", "Đây là tệp video MP4. Chỗ này nhận tệp PDF"),
        (tiny_pdf(), "bai.docx", "bên trong là PDF"),
        (office(more={"word/vbaProject.bin": b"x"}), "bai.docm", "macro"),
    ],
)
def test_a_refusal_says_why_and_leaves_nothing(
    app: Flask, content: bytes, name: str, words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        store(content, name)
    assert words in refused.value.message
    assert refused.value.field == "file"
    assert bytes_on_disk(app) == []
    assert db.session.scalar(sa.select(sa.func.count(StoredFile.id))) == 0


def test_more_than_the_limit_is_refused_before_it_is_all_on_disk(app: Flask) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"0" * size

    stream = Endless()
    with pytest.raises(PayloadTooLarge) as refused:
        store_file(None, stream, "bai.pdf", DOCUMENTS, 3 * MEGABYTE)  # type: ignore[arg-type]
    assert "quá 3 MB" in refused.value.message
    assert stream.given <= 4 * MEGABYTE + services.CHUNK
    assert bytes_on_disk(app) == []


def test_a_file_of_exactly_the_limit_is_taken(app: Flask) -> None:
    content = tiny_pdf()
    assert store(content, limit=len(content)).size == len(content)
    with pytest.raises(PayloadTooLarge):
        store(content, limit=len(content) - 1)


def test_a_full_disk_is_told_and_leaves_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(services.os, "fsync", full)
    with pytest.raises(NoSpace):
        store(tiny_pdf())
    assert bytes_on_disk(app) == []


def test_a_rollback_takes_the_bytes_along(app: Flask) -> None:
    store(tiny_pdf())
    assert len(bytes_on_disk(app)) == 1
    db.session.rollback()
    assert bytes_on_disk(app) == []


def test_a_session_that_is_dropped_takes_the_bytes_along(app: Flask) -> None:
    store(tiny_pdf())
    db.session.close()
    assert bytes_on_disk(app) == []


def test_a_command_that_fails_later_takes_the_bytes_along(app: Flask) -> None:
    def fail() -> None:
        with transaction():
            store(tiny_pdf())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert bytes_on_disk(app) == []


def test_what_was_committed_outlives_a_later_rollback(app: Flask) -> None:
    stored = store(tiny_pdf())
    db.session.commit()
    store(tiny_pdf())
    db.session.rollback()
    assert bytes_on_disk(app) == [storage.path_of(stored.key)]


def test_receiving_touches_no_table(app: Flask) -> None:
    received = receive_file(io.BytesIO(tiny_pdf()), "bai.pdf", DOCUMENTS, MEGABYTE)
    db.session.rollback()
    assert len(bytes_on_disk(app)) == 1, "a rollback before it is kept leaves it alone"
    stored = services.keep_file(None, received)
    db.session.commit()
    assert bytes_on_disk(app) == [storage.path_of(stored.key)]
    received.discard()
    assert bytes_on_disk(app) == [storage.path_of(stored.key)], "it was kept"


def test_what_a_crash_left_is_swept_a_day_later_and_nothing_else(app: Flask) -> None:
    kept = store(tiny_pdf())
    db.session.commit()
    orphan = storage.path_of(storage.new_key())
    fresh = storage.path_of(storage.new_key())
    waiting = storage.incoming_path(storage.new_key())
    for path in (orphan, fresh, waiting):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    long_ago = (clock.now() - timedelta(days=2)).timestamp()
    for path in (orphan, waiting, storage.path_of(kept.key)):
        os.utime(path, (long_ago, long_ago))
    assert sweep() == 2
    assert set(bytes_on_disk(app)) == {storage.path_of(kept.key), fresh}


def test_the_command_sweeps_and_says_how_many(app: Flask) -> None:
    store(tiny_pdf())
    db.session.commit()
    orphan = storage.path_of(storage.new_key())
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"x")
    for path in bytes_on_disk(app):
        os.utime(path, (1, 1))
    told = app.test_cli_runner().invoke(args=["sweep-files"])
    assert (told.exit_code, told.output) == (0, "Đã xóa 1 tệp không còn ai dùng.\n")
    assert not orphan.exists()
    assert len(bytes_on_disk(app)) == 1
