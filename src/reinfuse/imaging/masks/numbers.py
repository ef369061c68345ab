"""The numbers of a measured lesion as a report names them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.masks.codes import Normalised, What
from reinfuse.imaging.measures.extents import InSlice
from reinfuse.imaging.measures.measured import Measured
from reinfuse.imaging.measures.uptake import Uptake


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reported:
    """A lesion and its numbers, in the units that `What` names.

    `normalised` is what its uptake was divided by.
    """

    lesion: Delineated
    numbers: tuple[tuple[What, float], ...]
    normalised: Normalised = Normalised.BW

    def __post_init__(self) -> None:
        for what, value in self.numbers:
            if not math.isfinite(value):
                raise ReinfuseError(
                    f"{what} of {self.lesion.label} is not a finite number",
                    where="the report of lesions",
                    fix="leave out what could not be measured",
                )


def reported(measured: Measured, normalised: Normalised = Normalised.BW) -> Reported:
    """All numbers of a measured lesion that have a code.

    Long and short axis are the diameters on the largest slice, length, width and depth the calipers
    in space. An uptake is reported where the lesion has one; TLG where its unit is a mass.
    """
    depth, width, length = measured.calipers.mm
    numbers = [
        (What.VOLUME, measured.volume_ml),
        (What.LENGTH, length),
        (What.WIDTH, width),
        (What.DEPTH, depth),
    ]
    if isinstance(measured.in_slice, InSlice):
        numbers += [
            (What.LONG_AXIS, measured.in_slice.longest_mm),
            (What.SHORT_AXIS, measured.in_slice.perpendicular_mm),
        ]
    uptake = measured.uptake
    if isinstance(uptake, Uptake):
        numbers += [
            (What.METABOLIC_VOLUME, measured.volume_ml),
            (What.SUV_MAX, uptake.max),
            (What.SUV_MEAN, uptake.mean),
            (What.SUV_PEAK, uptake.peak_global),
        ]
        if normalised is not Normalised.BSA:
            numbers.append((What.TLG, uptake.tlg_ml))
    return Reported(
        lesion=measured.lesion,
        numbers=tuple((what, float(value)) for what, value in numbers),
        normalised=normalised,
    )
