"""The axes of a FlowJo workspace: the scale of each channel, and where its 256 bins lie on it.

Times are drawn in seconds, which are the ticks of the file times the `gain` of the axis; it is
nearer to what FlowJo did than `$TIMESTEP` is: github.com/RGLab/flowWorkspace issue 356.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from reinfuse.cytometry.gatingml.elements import Element, Unreadable, child, number, required
from reinfuse.cytometry.gatingml.transformations import PARAMETERS
from reinfuse.cytometry.scales.arithmetic import Log
from reinfuse.cytometry.scales.biexponential import Biexponential
from reinfuse.cytometry.scales.bounded import Bounded
from reinfuse.cytometry.scales.scale import Scale
from reinfuse.errors import ReinfuseError

BINS = 256  # what the places of an ellipse are counted in, whatever the length of the axis
TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """An axis from `low` to `high` on a scale; None is linear values.

    Borders in the file are linear values times `gain`, which is not 1 for times alone.
    `ended` axes pile up what lies beyond their ends, so that a border there is open.
    """

    scale: Scale | None = None
    low: float = 0.0
    high: float = 1.0
    gain: float = 1.0
    ended: bool = False

    def placed(self, border: float) -> float:
        """A border of the file, on the scale."""
        linear = border / self.gain
        return linear if self.scale is None else float(self.scale.forward(np.array([linear]))[0])

    def binned(self, place: float) -> float:
        """A place counted in bins, on the scale."""
        return self.low + place * self.bin_width

    @property
    def bin_width(self) -> float:
        """How long a bin is on the scale."""
        return (self.high - self.low) / BINS


@dataclass(frozen=True, slots=True, kw_only=True)
class Displays:
    """The axes of a sample by the names that its gates use, and why others have none."""

    known: Mapping[str, Display]
    refused: Mapping[str, str]


def displays_of(transformations: Element | None) -> Displays:
    """The axes that a `Transformations` element lists, one for each channel."""
    known: dict[str, Display] = {}
    refused: dict[str, str] = {}
    for element in () if transformations is None else transformations.children:
        try:
            channel = required(child(element, "parameter"), "name")
        except Unreadable:
            continue  # an axis of nothing: no gate can ask for it
        try:
            known[channel] = _display(element, channel)
        except (Unreadable, ReinfuseError) as problem:
            refused[channel] = problem.what if isinstance(problem, ReinfuseError) else str(problem)
    return Displays(known=known, refused=refused)


def _display(element: Element, channel: str) -> Display:
    if element.tag in READERS:
        return READERS[element.tag](element, channel)
    if element.tag in PARAMETERS:
        make, attributes = PARAMETERS[element.tag]
        values = {field: number(element, name) for name, field in attributes.items()}
        return Display(scale=make(**values))
    read = ", ".join(dict.fromkeys([*READERS, *PARAMETERS]))
    raise Unreadable(f"its axis is of kind {element.tag}, which is none of {read}")


def _linear(element: Element, channel: str) -> Display:
    gain = number(element, "gain") if element.get("gain") else 1.0
    # Only times are multiplied: by the time step of the file. Other gains are undone on reading.
    timed = channel.casefold() == TIME and gain > 0
    return Display(
        low=number(element, "minRange"),
        high=number(element, "maxRange"),
        gain=gain if timed else 1.0,
    )


def _log(element: Element, _: str) -> Display:
    offset, decades = number(element, "offset"), number(element, "decades")
    scale = Log(top=offset * 10.0**decades, decades=decades)
    return Display(scale=Bounded(scale=scale, low=0.0, high=1.0), ended=True)


def _biexponential(element: Element, _: str) -> Display:
    scale = Biexponential(
        top=number(element, "maxRange"),
        width=number(element, "width"),
        positive=number(element, "pos"),
        negative=number(element, "neg"),
    )
    return Display(scale=scale, ended=True)


READERS: Mapping[str, Callable[[Element, str], Display]] = {
    "linear": _linear,
    "log": _log,
    "biex": _biexponential,
}
