"""A recording as an HLS stream: the video track of an MP4 cut into fragments, and its list.

So a test can serve a stream of the demo's own recording without any tool. Reads the tables of the
MP4 that the demo has (one sample description, 32-bit sizes); knows no test.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

SECONDS = 6  # of one fragment, at least; it ends where a picture stands on its own


@dataclass(frozen=True)
class _Sample:
    offset: int
    size: int
    duration: int
    shift: int  # from decoding to showing
    is_sync: bool


def as_hls(mp4: bytes) -> dict[str, bytes]:
    """File names and contents: index.m3u8, init.mp4, 0.m4s, 1.m4s …"""
    trak = next(
        trak
        for trak in _all(_find(mp4, "moov"), "trak")
        if _find(trak, "mdia", "hdlr")[8:12] == b"vide"
    )
    scale = struct.unpack(">I", _find(trak, "mdia", "mdhd")[12:16])[0]
    fragments = list(_fragments(list(_samples(trak)), scale))
    files = {"init.mp4": _init(mp4, trak)}
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{SECONDS * 3}"]
    lines += ["#EXT-X-PLAYLIST-TYPE:VOD", '#EXT-X-MAP:URI="init.mp4"']
    at = 0
    for number, samples in enumerate(fragments):
        length = sum(sample.duration for sample in samples)
        files[f"{number}.m4s"] = _fragment(mp4, number + 1, at, samples)
        lines += [f"#EXTINF:{length / scale:.3f},", f"{number}.m4s"]
        at += length
    files["index.m3u8"] = "\n".join([*lines, "#EXT-X-ENDLIST", ""]).encode()
    return files


def _boxes(content: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at < len(content):
        size, name = struct.unpack(">I4s", content[at : at + 8])
        yield name.decode("latin-1"), content[at + 8 : at + size]
        at += size


def _all(content: bytes, name: str) -> list[bytes]:
    return [inner for found, inner in _boxes(content) if found == name]


def _find(content: bytes, *path: str) -> bytes:
    for name in path:
        content = _all(content, name)[0]
    return content


def _table(stbl: bytes, name: str, form: str) -> list[tuple[int, ...]]:
    content = _find(stbl, name)[8:]
    return list(struct.iter_unpack(">" + form, content))


def _samples(trak: bytes) -> Iterator[_Sample]:
    stbl = _find(trak, "mdia", "minf", "stbl")
    sizes = [size for (size,) in struct.iter_unpack(">I", _find(stbl, "stsz")[12:])]
    durations = [length for count, length in _table(stbl, "stts", "II") for _ in range(count)]
    shifts = [shift for count, shift in _table(stbl, "ctts", "Ii") for _ in range(count)]
    syncs = {number for (number,) in _table(stbl, "stss", "I")}
    chunks = [offset for (offset,) in _table(stbl, "stco", "I")]
    runs = [*_table(stbl, "stsc", "III"), (len(chunks) + 1, 0, 0)]
    number = 0
    for (first, per_chunk, _), (after, _, _) in pairwise(runs):
        for chunk in range(first, after):
            offset = chunks[chunk - 1]
            for _ in range(per_chunk):
                size = sizes[number]
                is_sync = number + 1 in syncs
                yield _Sample(offset, size, durations[number], shifts[number], is_sync)
                offset += size
                number += 1


def _fragments(samples: list[_Sample], scale: int) -> Iterator[list[_Sample]]:
    kept: list[_Sample] = []
    for sample in samples:
        if sample.is_sync and sum(one.duration for one in kept) >= SECONDS * scale:
            yield kept
            kept = []
        kept.append(sample)
    yield kept


def _box(name: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", len(content) + 8, name) + content


def _full(name: bytes, flags: int, *parts: bytes, version: int = 0) -> bytes:
    return _box(name, struct.pack(">I", version << 24 | flags), *parts)


def _init(mp4: bytes, trak: bytes) -> bytes:
    minf = _find(trak, "mdia", "minf")
    empty = struct.pack(">I", 0)
    stbl = _box(
        b"stbl",
        _box(b"stsd", _find(minf, "stbl", "stsd")),
        *(_full(name, 0, empty) for name in (b"stts", b"stsc", b"stco")),
        _full(b"stsz", 0, empty, empty),
    )
    mdia = _box(
        b"mdia",
        *(_box(name.encode(), _find(trak, "mdia", name)) for name in ("mdhd", "hdlr")),
        _box(
            b"minf",
            *(_box(name.encode(), _find(minf, name)) for name in ("vmhd", "dinf")),
            stbl,
        ),
    )
    tkhd = _find(trak, "tkhd")
    trex = _full(b"trex", 0, tkhd[12:16], struct.pack(">IIII", 1, 0, 0, 0))
    return _box(b"ftyp", b"iso6\x00\x00\x00\x01iso6mp41") + _box(
        b"moov",
        _box(b"mvhd", _find(mp4, "moov", "mvhd")),
        _box(b"trak", _box(b"tkhd", tkhd), mdia),
        _box(b"mvex", trex),
    )


def _fragment(mp4: bytes, number: int, at: int, samples: list[_Sample]) -> bytes:
    rows = b"".join(
        struct.pack(
            ">IIIi", one.duration, one.size, 0x02000000 if one.is_sync else 0x01010000, one.shift
        )
        for one in samples
    )

    def moof(data_offset: int) -> bytes:
        count = struct.pack(">Ii", len(samples), data_offset)
        return _box(
            b"moof",
            _full(b"mfhd", 0, struct.pack(">I", number)),
            _box(
                b"traf",
                _full(b"tfhd", 0x020000, struct.pack(">I", 1)),
                _full(b"tfdt", 0, struct.pack(">Q", at), version=1),
                _full(b"trun", 0xF01, count, rows, version=1),
            ),
        )

    data = b"".join(mp4[one.offset : one.offset + one.size] for one in samples)
    return moof(len(moof(0)) + 8) + _box(b"mdat", data)
