"""QR codes as the path of an inline SVG: no style attribute, no request, sharp on paper."""

from dataclasses import dataclass

import segno


@dataclass(frozen=True)
class QrDrawing:
    """The dark squares of a code as an SVG path; `size` is the side with its quiet margin."""

    size: int
    path: str


QUIET = 4


def draw_qr(text: str) -> QrDrawing:
    """A QR code of `text` (medium error correction: a folded slip still reads)."""
    matrix = segno.make(text, micro=False, error="m").matrix
    runs: list[str] = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                runs.append(f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z")
            x += length + 1
    return QrDrawing(len(matrix) + 2 * QUIET, "".join(runs))
