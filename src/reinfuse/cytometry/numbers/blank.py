"""The background that a gate shows where no target cell can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scipy import special

from reinfuse.cytometry.numbers.share import check_counts, percent
from reinfuse.errors import ReinfuseError
from reinfuse.source import Source

# Controls that differ more than chance lets one pair in a hundred differ are not one background.
DISAGREEMENT = 0.01


class ControlKind(StrEnum):
    """What a background was measured in."""

    FMO = "fluorescence minus one"
    NEGATIVE_DONOR = "CAR-negative donor"
    UNSTAINED = "unstained cells"
    REGENERATING = "regenerating marrow without disease"
    BEFORE_INFUSION = "the patient before infusion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A tube without target cells: how many events fell in the gate, of how many looked at.

    `cells` counts the same parent population as the denominator of the sample.
    """

    kind: ControlKind
    events: int
    cells: int
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """A background counted in controls: `events` false ones of `cells`.

    `note` says what became of controls that do not agree, or that were left out.
    """

    controls: tuple[Control, ...]
    events: int
    cells: int
    note: str = ""

    @property
    def share(self) -> float:
        """False events per cell looked at."""
        return self.events / self.cells

    @property
    def said(self) -> str:
        """The blank in words."""
        kinds = " + ".join(dict.fromkeys(control.kind.value for control in self.controls))
        words = f"{self.events:,} of {self.cells:,} events in {kinds}"
        return f"{words} ({self.note})" if self.note else words


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBackground:
    """A background taken as known, such as one of a validation; its own error is not carried."""

    share: float
    source: Source

    def __post_init__(self) -> None:
        """Refuse a share outside of 0 to 1."""
        if not 0 <= self.share < 1:
            raise ReinfuseError(
                f"a background of {self.share:g} of all events cannot be",
                fix="give a share, such as 2e-6 for two in a million",
            )

    @property
    def said(self) -> str:
        """The background in words."""
        return f"{percent(self.share)} of events, taken as known from {self.source}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoBlank:
    """No background is known; `reason` says why. A limit of detection is then not known either."""

    reason: str = "no control was given"

    @property
    def said(self) -> str:
        """The reason, for a reader."""
        return f"no blank: {self.reason}"


def pool_controls(controls: Sequence[Control]) -> Blank | NoBlank:
    """One background from several controls, or from the worst of them if they do not agree.

    Counts are added where they could come from one rate (chi-squared test of equal rates). Where
    they could not, adding them would make the background look better known than it is, so the
    control with the highest share stands alone and the note says so. Controls whose parent gate is
    empty are left out. Raises ReinfuseError for counts that cannot be, and for a control in which
    every event is positive.
    """
    for control in controls:
        check_counts(control.events, control.cells, where=control.file)
        if 0 < control.cells == control.events:
            raise ReinfuseError(
                f"all {control.cells:,} events of the control lie in the gate",
                where=control.file or control.kind.value,
                fix="check the gate and the file: such a tube is no control",
            )
    filled = tuple(control for control in controls if control.cells > 0)
    if not filled:
        return NoBlank(reason="the parent gate of the control is empty") if controls else NoBlank()
    empty = len(controls) - len(filled)
    note = f"left out: {empty} with an empty parent gate" if empty else ""
    if _agreement(filled) >= DISAGREEMENT:
        events, cells = sum(one.events for one in filled), sum(one.cells for one in filled)
        return Blank(controls=filled, events=events, cells=cells, note=note)
    worst = max(filled, key=lambda one: one.events / one.cells)
    told = f"the worst of {len(filled)} controls, which differ by more than chance"
    note = f"{told}; {note}" if note else told
    return Blank(controls=(worst,), events=worst.events, cells=worst.cells, note=note)


def _agreement(controls: Sequence[Control]) -> float:
    """The chance of rates that differ this much or more, if there were only one rate."""
    events, cells = sum(one.events for one in controls), sum(one.cells for one in controls)
    if events == 0 or len(controls) == 1:
        return 1.0
    expected = [events * one.cells / cells for one in controls]
    spread = sum(
        (one.events - mean) ** 2 / mean for one, mean in zip(controls, expected, strict=True)
    )
    return float(special.chdtrc(len(controls) - 1, spread / (1 - events / cells)))
