"""How a gate may be moved by itself, and what became of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from reinfuse.cytometry.gates.values import Dimension, Divider, Gate
from reinfuse.errors import Finding, Severity

Placeable = Gate | Divider


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """A border goes `spreads` robust standard deviations beyond the largest mode beside it.

    `side` says on which side of the mode the border lies: above negatives, or below positives.
    `reach` is the farthest that it may go from the template, on the scale; with less than
    `fewest` events nothing is moved.
    """

    reach: float
    spreads: float
    side: Literal["above", "below"] = "above"
    fewest: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Valley:
    """A border goes to the lowest density between two modes.

    Where there is no valley, the border is placed as `otherwise` says, or stays. `reach` and
    `fewest` as in `Tail`.
    """

    reach: float
    otherwise: Tail | None = None
    fewest: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentile:
    """A border goes where the share `below` of the events lies below it, as in an FMO control.

    `below` is 0.995 to 0.999 by custom. With less than `fewest_beyond` events above the border
    it would rest on a handful of cells, and it stays.
    """

    reach: float
    below: float
    fewest_beyond: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Flank:
    """A border goes beyond a control's median, by the width of the heap's upper flank.

    A standard deviation of the flank is the way from the median to the 97.5th percentile, over
    1.96; `spreads` of them is where the border lies, 3.09 for the 99.9th percentile of a normal
    heap. The flank is skew where the heap is, rests on a fortieth of the events and not on a
    thousandth, and hardly sees stray events far beyond it. With more than the share `most_beyond`
    of the control above the border, this is no tube of negatives, and the border stays. `reach`
    and `fewest` as in `Tail`.
    """

    reach: float
    spreads: float
    most_beyond: float = 0.01
    fewest: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A gate of two dimensions is shifted, never turned, so that the densest cluster fits it.

    `reach` is the farthest that it may go, on the scale, along x and y. `anchor` is where the
    template has its cluster, None for its centre of gravity; a gate that was drawn off-centre
    needs one, or it is pulled to the middle.
    """

    reach: tuple[float, float]
    anchor: tuple[float, float] | None = None
    fewest: int = 200


How = Valley | Tail | Percentile | Flank | Cluster


class Standing(StrEnum):
    """What became of a border."""

    MOVED = "moved"
    FEW = "kept: too few events"
    NOTHING = "kept: nothing to go by"
    FAR = "kept: what was found lies beyond reach"
    IMPURE = "kept: too much of the control lies beyond"
    CROSSED = "kept: the borders of the gate would cross"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place on one dimension: on its scale, and as a linear value of the detector."""

    scaled: float
    linear: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One border, or the centre along one dimension: where it was, is, and would have gone.

    `border` is `low`, `high`, `cut 1` or `centre`. `found` is `now` for what was moved, and nan
    in both units where nothing was found. `because` says in words what it rests on.
    """

    dimension: Dimension
    border: str
    was: Spot
    now: Spot
    found: Spot
    standing: Standing
    because: str

    @property
    def shift(self) -> float:
        """How far it moved, on the scale."""
        return self.now.scaled - self.was.scaled

    @property
    def linear_shift(self) -> float:
        """How far it moved, in linear units of the detector."""
        return self.now.linear - self.was.linear

    @property
    def decades(self) -> float:
        """How many decades it moved; nan where one of the places is not above zero."""
        if self.was.linear <= 0 or self.now.linear <= 0:
            return math.nan
        return math.log10(self.now.linear / self.was.linear)

    @property
    def said(self) -> str:
        """The move in one sentence, shift first."""
        name = f"{self.dimension.name} {self.border}"
        if self.standing is not Standing.MOVED:
            return f"{name}: {self.standing} ({self.because}); stays at {self.was.scaled:.4g}"
        decades = "" if math.isnan(self.decades) else f", {self.decades:+.2f} decades"
        return (
            f"{name}: moved {self.shift:+.4g} on the scale, {self.was.scaled:.4g} to "
            f"{self.now.scaled:.4g} ({self.was.linear:.4g} to {self.now.linear:.4g} linear"
            f"{decades}): {self.because}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A gate as it is used, beside the template that it came from.

    `events` are those of the parent that were looked at, of all tubes together. Where something
    was found beyond reach, the template is used: reach is what the author of the strategy
    vouches for, and what lies beyond it is likely another population. `found` of the move tells
    where it was, and `findings` tell a reader. `unfit` says why a gate
    cannot be placed in the way that was asked; it then has no moves.
    """

    gate: Placeable
    template: Placeable
    moves: tuple[Move, ...]
    events: int
    unfit: str = ""

    @property
    def guarded(self) -> bool:
        """Whether something was found beyond reach, so that the template is used."""
        return any(move.standing is Standing.FAR for move in self.moves)

    @property
    def said(self) -> tuple[str, ...]:
        """One sentence for each border, or why there is none."""
        if self.unfit:
            return (f"{self.template.name}: kept, {self.unfit}",)
        return tuple(move.said for move in self.moves)

    def findings(self, where: str) -> tuple[Finding, ...]:
        """What a reader must be told of borders that were held; `where` names the file."""
        return (*self._far(where), *self._impure(where))

    def _impure(self, where: str) -> tuple[Finding, ...]:
        return tuple(
            Finding(
                severity=Severity.AMBIGUITY,
                rule="control-not-negative",
                what=f"{self.template.name}, {move.dimension.name} {move.border}: {move.because}; "
                "the template is used",
                where=where,
                fix="look at the plot of the control: stray events, or cells that carry the stain",
            )
            for move in self.moves
            if move.standing is Standing.IMPURE
        )

    def _far(self, where: str) -> tuple[Finding, ...]:
        far = [move for move in self.moves if move.standing is Standing.FAR]
        if not far:
            return ()
        places = "; ".join(
            f"{move.dimension.name} {move.border} at {move.found.scaled:.4g} "
            f"({move.found.scaled - move.was.scaled:+.4g})"
            for move in far
        )
        return (
            Finding(
                severity=Severity.AMBIGUITY,
                rule="gate-beyond-reach",
                what=f"{self.template.name}: the data put {places}, beyond reach of the template; "
                "the template is used",
                where=where,
                fix="look at the plot: mend compensation or voltage, or draw this gate by hand",
            ),
        )
