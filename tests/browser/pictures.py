"""Makes a screenshot small enough for a repository: at most 256 colours, packed tightly.

Decoding is left to the browser; knows nothing of pages.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections import Counter

from playwright.sync_api import Browser

DECODE = """async encoded => {
  const bytes = Uint8Array.from(atob(encoded), character => character.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]));
  const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
  canvas.drawImage(image, 0, 0);
  const pixels = canvas.getImageData(0, 0, image.width, image.height).data;
  let text = '';
  for (let at = 0; at < pixels.length; at += 32768)
    text += String.fromCharCode(...pixels.subarray(at, at + 32768));
  return [image.width, image.height, btoa(text)];
}"""
MOST_COLOURS = 256


def shrink(browser: Browser, png: bytes) -> bytes:
    """The same picture as a PNG of its 256 commonest colours, the others moved to the nearest."""
    page = browser.new_page()
    width, height, encoded = page.evaluate(DECODE, base64.b64encode(png).decode())
    page.close()
    pixels = memoryview(base64.b64decode(encoded)).cast("I")
    palette, places = _palette(Counter(pixels))
    indices = bytes(map(places.__getitem__, pixels))
    rows = b"".join(b"\0" + indices[at : at + width] for at in range(0, len(indices), width))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (
        (b"IHDR", header),
        (b"PLTE", palette),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in parts)


def _palette(counted: Counter[int]) -> tuple[bytes, dict[int, int]]:
    """The colours kept (three bytes each), and the place of each colour of the picture."""
    kept = [colour for colour, _count in counted.most_common(MOST_COLOURS)]
    known = [struct.pack("=I", colour)[:3] for colour in kept]
    places = {colour: place for place, colour in enumerate(kept)}
    for colour in counted.keys() - places.keys():
        red, green, blue = struct.pack("=I", colour)[:3]
        places[colour] = min(
            range(len(known)),
            key=lambda place: (
                (known[place][0] - red) ** 2
                + (known[place][1] - green) ** 2
                + (known[place][2] - blue) ** 2
            ),
        )
    return b"".join(known), places


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
