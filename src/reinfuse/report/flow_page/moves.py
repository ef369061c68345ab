"""What became of a border, in words, by the marker that it lies on."""

from __future__ import annotations

from collections.abc import Mapping

from reinfuse.cytometry.measured.values import TubeMeasured
from reinfuse.cytometry.placing.values import Move, Standing
from reinfuse.report.flow_page.window import linear_words

TOLD_DECADES = 0.005  # below that a shift in decades reads as none


def markers_of(tube: TubeMeasured) -> dict[str, str]:
    """The marker of each channel."""
    return {channel: marker for marker, channel in tube.channels.items()}


def border_words(move: Move, markers: Mapping[str, str]) -> str:
    """Which border: `CD3, low`."""
    return f"{markers.get(move.dimension.name, move.dimension.name)}, {move.border}"


def move_words(move: Move, markers: Mapping[str, str]) -> str:
    """Where a border went, from where, and why; or why it stays."""
    name = border_words(move, markers)
    if move.standing is not Standing.MOVED:
        return f"{name}: {move.standing} ({move.because})."
    decades = f", {signed(move.decades)} decades" if abs(move.decades) >= TOLD_DECADES else ""
    return (
        f"{name}: moved {signed(move.shift)} on the scale{decades}, from "
        f"{linear_words(move.was.linear)} to {linear_words(move.now.linear)}; {move.because}."
    )


def short_words(move: Move, markers: Mapping[str, str]) -> str:
    """The same for a table: the shift, or that it stays."""
    moved = move.standing is Standing.MOVED
    return f"{border_words(move, markers)} {signed(move.shift) if moved else move.standing}"


def signed(number: float) -> str:
    """A shift with its sign and two digits."""
    return f"{number:+.2g}".replace("-", "−")
