"""Which channel, compensation and scale a dimension of a FlowJo gate means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.cytometry.flowjo.displays import Display, Displays
from reinfuse.cytometry.gates.values import UNCOMPENSATED, Dimension
from reinfuse.cytometry.gatingml.elements import Element, Unreadable, child, number, required
from reinfuse.cytometry.sample import Spill

WITH_MARKER = " :: "  # between a channel and its marker, where a name has both


@dataclass(frozen=True, slots=True, kw_only=True)
class Compensation:
    """The matrix of a sample; compensated channels are named with `prefix` and `suffix`."""

    name: str
    spill: Spill
    prefix: str = "Comp-"
    suffix: str = ""

    def detector(self, name: str) -> str | None:
        """The detector that a compensated name stands for; None if it is no such name."""
        if not name.startswith(self.prefix) or not name.endswith(self.suffix):
            return None
        bare = name.removeprefix(self.prefix).removesuffix(self.suffix)
        return bare if bare in (self.spill.dyes or self.spill.channels) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleAxes:
    """What the gates of a sample look at."""

    displays: Displays
    compensation: Compensation | None

    def dimension(self, name: str) -> tuple[Dimension, Display | None, str]:
        """A name used by a gate: dimension, axis, and why there is no axis where it is None.

        The scale of the dimension has the name of the axis; linear axes have none.
        """
        bare = name.split(WITH_MARKER, maxsplit=1)[0].strip()
        detector = None if self.compensation is None else self.compensation.detector(bare)
        channel = bare if detector is None else detector
        named = UNCOMPENSATED
        if detector is not None and self.compensation is not None:
            named = self.compensation.name
        for key in dict.fromkeys((name, bare, channel)):
            if key in self.displays.known:
                display = self.displays.known[key]
                scale = None if display.scale is None else key
                return Dimension(name=channel, compensation=named, scale=scale), display, ""
            if key in self.displays.refused:
                return _linear(channel, named), None, self.displays.refused[key]
        return _linear(channel, named), None, "it has no axis in the workspace"


def compensation_of(sample: Element) -> Compensation | None:
    """The matrix of a `Sample` element; None without one, Unreadable says why not."""
    matrices = tuple(sample.all("spilloverMatrix"))
    if not matrices:
        return None
    if len(matrices) > 1:
        raise Unreadable(f"there are {len(matrices)} spill matrices, and no saying which holds")
    matrix = matrices[0]
    listed = tuple(required(each, "name") for each in child(matrix, "parameters").all("parameter"))
    rows = tuple(matrix.all("spillover"))
    columns = tuple(
        required(each, "parameter") for each in (rows[0].all("coefficient") if rows else ())
    )
    dyes = tuple(each.get("parameter") or "" for each in rows)
    if not all(dyes):
        dyes = listed
    values = [[number(each, "value") for each in row.all("coefficient")] for row in rows]
    if len(values) != len(dyes) or any(len(row) != len(columns) for row in values):
        raise Unreadable("the spill matrix does not have a number for each dye and detector")
    return Compensation(
        name=matrix.get("name") or "spill",
        spill=Spill(
            channels=columns,
            matrix=np.array(values, dtype=np.float64),
            dyes=() if dyes == columns else dyes,
        ),
        prefix=matrix.attributes.get("prefix", "Comp-"),
        suffix=matrix.attributes.get("suffix", ""),
    )


def _linear(channel: str, compensation: str) -> Dimension:
    return Dimension(name=channel, compensation=compensation)
