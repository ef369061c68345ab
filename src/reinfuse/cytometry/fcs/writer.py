"""FCS 3.1 files from samples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from reinfuse.cytometry.fcs.header import HEADER_BYTES
from reinfuse.cytometry.sample import Channel, Sample, Spill
from reinfuse.errors import ReinfuseError

DELIMITERS = "|/\\\x1e\x1f\f"
# From here on HEADER has no room for a place, and says 0.
HEADER_LIMIT = 100_000_000
# Said by what is written, not by what was read; P1DISPLAY and the like come along.
STRUCTURE = re.compile(
    r"\$(PAR|TOT|MODE|BYTEORD|DATATYPE|NEXTDATA|(BEGIN|END)(DATA|TEXT|STEXT|ANALYSIS)"
    r"|P\d+([BEGNRS]|DATATYPE)|SPILLOVER|SPILL|COMP|COMPENSATION)|SPILLOVER|SPILL|COMP"
)
NO_CHECKSUM = b"00000000"
BLOCK_EVENTS = 1 << 14
SINGLE, DOUBLE = 4, 8  # bytes of a value


def write_fcs(path: str | Path, *samples: Sample) -> None:
    """A file with a data set for each sample: float32, or float64 where the events are.

    Events are written as they are, on the linear scale, so that every channel of the file has
    gain 1 and no logarithm. Reading gives the same events, names, markers, ranges, spill matrix
    and keywords back. The file appears whole or not at all. ReinfuseError without a sample, or
    where a name cannot be written.
    """
    place = Path(path)
    if not samples:
        raise ReinfuseError("there is no sample to write", where=place.name, fix="give one")
    aside = place.with_name(f"{place.name}.part")
    try:
        with aside.open("wb") as file:
            for number, sample in enumerate(samples, start=1):
                file.writelines(_data_set(sample, last=number == len(samples)))
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)


def _data_set(sample: Sample, *, last: bool) -> Iterator[bytes]:
    width = DOUBLE if sample.events.dtype.itemsize > SINGLE else SINGLE
    if sample.events.shape[0] != len(sample.channels):
        raise ReinfuseError(
            f"{len(sample.channels)} channels name {sample.events.shape[0]} rows of events",
            where=sample.file,
            fix="give one channel for each row",
        )
    size = sample.events.size * width
    text, begin = _text(sample, width, size, last=last)
    end = begin + size - 1 if size else 0
    places = (HEADER_BYTES, begin - 1, *((begin, end) if end < HEADER_LIMIT else (0, 0)), 0, 0)
    yield b"FCS3.1    " + b"".join(b"%8d" % place for place in places)
    yield text
    for first in range(0, sample.count, BLOCK_EVENTS):
        block = sample.events[:, first : first + BLOCK_EVENTS].T
        yield np.ascontiguousarray(block, dtype=f"<f{width}").tobytes()
    yield NO_CHECKSUM


def _text(sample: Sample, width: int, size: int, *, last: bool) -> tuple[bytes, int]:
    """TEXT, and the byte at which DATA begins: each depends on the length of the other."""
    begin = HEADER_BYTES
    while True:
        end = begin + size - 1 if size else 0
        following = 0 if last else begin + size + len(NO_CHECKSUM)
        keywords = _keywords(sample, width, begin=begin, end=end, following=following)
        text = _joined(keywords, sample.file)
        if HEADER_BYTES + len(text) == begin:
            return text, begin
        # TEXT never shrinks as the places grow, so that this comes to an end.
        begin = HEADER_BYTES + len(text)


def _keywords(
    sample: Sample, width: int, *, begin: int, end: int, following: int
) -> Mapping[str, str]:
    keywords = {
        "$BEGINANALYSIS": "0",
        "$ENDANALYSIS": "0",
        "$BEGINSTEXT": "0",
        "$ENDSTEXT": "0",
        "$BEGINDATA": str(begin),
        "$ENDDATA": str(end),
        "$NEXTDATA": str(following),
        "$BYTEORD": "1,2,3,4",
        "$DATATYPE": "D" if width == DOUBLE else "F",
        "$MODE": "L",
        "$PAR": str(len(sample.channels)),
        "$TOT": str(sample.count),
    }
    for place, channel in enumerate(sample.channels, start=1):
        keywords |= _of_channel(place, channel, sample, width)
    if sample.spill is not None:
        keywords["$SPILLOVER"] = spill_text(sample.spill)
    own = {
        key.upper(): value
        for key, value in sample.keywords.items()
        if value and not STRUCTURE.fullmatch(key.upper())
    }
    return keywords | own


def _of_channel(place: int, channel: Channel, sample: Sample, width: int) -> Mapping[str, str]:
    if not channel.name:
        raise ReinfuseError(f"channel {place} has no name", where=sample.file, fix="name it")
    row = sample.events[place - 1]
    seen = float(np.nanmax(row, initial=0.0, where=np.isfinite(row)))
    highest = channel.range or float(np.floor(seen)) + 1.0
    keywords = {
        f"$P{place}N": channel.name,
        f"$P{place}B": str(8 * width),
        f"$P{place}E": "0,0",
        f"$P{place}G": "1",
        f"$P{place}R": str(int(highest)) if highest.is_integer() else repr(highest),
    }
    return keywords | ({f"$P{place}S": channel.marker} if channel.marker else {})


def spill_text(spill: Spill) -> str:
    """A matrix as `$SPILLOVER` has it: how many, their names, the numbers by rows."""
    numbers = (repr(float(value)) for value in spill.matrix.ravel())
    return ",".join((str(len(spill.channels)), *spill.channels, *numbers))


def _joined(keywords: Mapping[str, str], file: str) -> bytes:
    """Keywords and values between marks that none of them holds: many readers know no doubling."""
    held = {mark for pair in keywords.items() for text in pair for mark in text}
    delimiter = next((mark for mark in DELIMITERS if mark not in held), None)
    if delimiter is None:
        raise ReinfuseError(
            "the keywords hold every mark that could part them",
            where=file,
            fix=f"take one of {' '.join(DELIMITERS[:3])} out of them",
        )
    pieces = [text for pair in keywords.items() for text in pair]
    return "".join(f"{delimiter}{text}" for text in (*pieces, "")).encode("utf-8")
