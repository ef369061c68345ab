"""Small images that a page holds in itself: levels of a palette as PNG."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INDEXED, _BITS = 3, 8


def png(levels: NDArray[np.uint8], palette: Sequence[Colour], opacity: Sequence[int] = ()) -> bytes:
    """Levels, `"rows columns"` from the top, as a PNG in the colours of a palette.

    `opacity`, 0 to 255, is that of each colour from the first on; the others hide what is below.

    Source: PNG specification, third edition, W3C 2025, chapters 5 and 11.
    """
    height, width = levels.shape
    head = struct.pack(">IIBBBBB", width, height, _BITS, _INDEXED, 0, 0, 0)
    # A byte before each row says that it is stored as it is.
    rows = np.hstack([np.zeros((height, 1), dtype=np.uint8), levels]).tobytes()
    chunks = [(b"IHDR", head), (b"PLTE", bytes(part for one in palette for part in one))]
    if opacity:
        chunks.append((b"tRNS", bytes(opacity)))
    chunks += [(b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def address(image: bytes) -> str:
    """A PNG as an address that holds it."""
    return f"data:image/png;base64,{b64encode(image).decode('ascii')}"


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
