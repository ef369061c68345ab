"""The events themselves: from bytes of a file to channels on the linear scale."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from reinfuse.cytometry.fcs.layout import Layout
from reinfuse.cytometry.fcs.opened import Opened
from reinfuse.cytometry.sample import Channel

# A block that is turned from events to channels while it is in the processor's cache.
BLOCK_BYTES = 1 << 19
NATIVE_WIDTHS = (1, 2, 4, 8)

Block = NDArray[np.uint8]
Wholes = NDArray[np.unsignedinteger]


def read_events(
    opened: Opened, layout: Layout, begin: int, events: int, channels: tuple[Channel, ...]
) -> NDArray[np.floating]:
    """`"channels events"`: what was written, with amplification and gain undone.

    The caller has made sure that the file holds the events; ReinfuseError where it ends early
    all the same.
    """
    values = np.empty((len(channels), events), dtype=layout.type)
    done = 0
    for block in _blocks(opened, layout, begin, events):
        _turn(block, layout, values[:, done : done + len(block)])
        done += len(block)
    # An amplifier that cannot be leads out of the finite numbers, which the reader then tells.
    with np.errstate(all="ignore"):
        for row, channel in zip(values, channels, strict=True):
            _linearize(row, channel)
    return values


def _blocks(opened: Opened, layout: Layout, begin: int, events: int) -> Iterator[Block]:
    """The bytes of events, `"events bytes"`, some at a time; one buffer serves all of them."""
    most = max(1, min(events, BLOCK_BYTES // layout.event_bytes))
    buffer = np.empty((most, layout.event_bytes), dtype=np.uint8)
    opened.file.seek(opened.start + begin)
    for first in range(0, events, most):
        block = buffer[: min(most, events - first)]
        # A buffered file reads on until it has all bytes or there are no more.
        if opened.file.readinto(block.data.cast("B")) != block.nbytes:
            raise opened.refuse("the file ended while it was read", fix="copy it again")
        yield block


def _turn(block: Block, layout: Layout, values: NDArray[np.floating]) -> None:
    """Write a block of events as channels into `values`, `"channels events"`."""
    order = ">" if layout.big else "<"
    if layout.kind != "I":
        values[:] = block.view(f"{order}f{layout.widths[0]}").T
        return
    at = 0
    for row, width, bits in zip(values, layout.widths, layout.bits, strict=True):
        own = block[:, at : at + width]
        at += width
        whole = _whole_numbers(own, big=layout.big)
        # Bits above the range are noise that some cytometers leave there.
        row[:] = whole if bits == 8 * width else whole & whole.dtype.type((1 << bits) - 1)


def _whole_numbers(own: Block, *, big: bool) -> Wholes:
    """The integers of one parameter, `"events"`, of any number of bytes up to eight."""
    width = own.shape[1]
    order = ">" if big else "<"
    if width in NATIVE_WIDTHS:
        native: Wholes = np.ascontiguousarray(own).view(f"{order}u{width}")[:, 0]
        return native
    # The bytes that are missing to the next width are zeros on the high side.
    wide = next(one for one in NATIVE_WIDTHS if one > width)
    padded = np.zeros((len(own), wide), dtype=np.uint8)
    padded[:, wide - width if big else 0 :][:, :width] = own
    total: Wholes = padded.view(f"{order}u{wide}")[:, 0]
    return total


def _linearize(row: NDArray[np.floating], channel: Channel) -> None:
    """Undo what the amplifier of a channel did, in place.

    Source: FCS 3.1, doi:10.1002/cyto.a.20825, $PnE and $PnG.
    """
    if channel.decades:
        steps = row.astype(np.float64)
        steps *= channel.decades / channel.range
        row[:] = channel.lowest * np.power(10.0, steps, out=steps)
    elif channel.gain != 1.0:
        row /= channel.gain
