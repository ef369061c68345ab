"""Where the border of a lesion is drawn: the rules in use, each with its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.lesions.background import look_around
from reinfuse.imaging.lesions.hot_spot import HotSpot
from reinfuse.imaging.lesions.sphere import Reference, peak_at

PLATEAU_SHARE = 0.7
TURNS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule by name; `place` gives the threshold for a hot spot, or why it cannot.

    A threshold is in the unit of the volume. `absolute` says that the name holds a number of a
    unit, and not a share of what is there.
    """

    name: str
    place: Callable[[HotSpot], float | str]
    absolute: bool = False

    def called(self, unit: str) -> str:
        """The name in a volume of a short unit: a share of SUVmax is one of SULmax there."""
        return self.name if self.absolute else self.name.replace("SUV", unit)


def share_of_max(percent: float) -> Rule:
    """A share of the hottest voxel. Source: EANM guideline 2.0, doi:10.1007/s00259-014-2961-x."""
    return Rule(name=f"{percent:g} % of SUVmax", place=lambda spot: percent / 100.0 * spot.hottest)


def share_of_peak(percent: float) -> Rule:
    """A share of SUVpeak: the mean of 1 cm3 around the hottest voxel."""
    return Rule(
        name=f"{percent:g} % of SUVpeak (1 cm3 at the hottest voxel)",
        place=lambda spot: percent / 100.0 * peak_at(spot.volume, spot.top),
    )


def fixed(suv: float) -> Rule:
    """One SUV by body weight for all, in whatever unit the volume is.

    The same voxels are drawn in SUL as in SUV. A volume that does not say how its unit compares
    raises ReinfuseError. Source: 4.0 for total volume, doi:10.2967/jnumed.124.267789.
    """
    return Rule(name=f"SUV {suv:g}", place=lambda spot: spot.volume.from_suvbw(suv), absolute=True)


def fixed_by_lean_mass(sul: float) -> Rule:
    """One SUL for all, in a volume that is in SUL by any formula; else it raises ReinfuseError."""

    def place(spot: HotSpot) -> float:
        if spot.volume.short_unit != "SUL":
            raise ReinfuseError(
                f"SUL {sul:g} is a border by lean mass, and the scan is in {spot.volume.unit}",
                fix="measure in SUL, or write a border in SUV",
            )
        return sul

    return Rule(name=f"SUL {sul:g}", place=place, absolute=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverLiver:
    """Some `times` the mean of the liver and some standard deviations more, once it is known.

    `times=1.5` is the least uptake that PERCIST 1.0 calls measurable, there in SUL.
    Source: doi:10.2967/jnumed.108.057307.
    """

    times: float = 1.0
    deviations: float = 2.0

    @property
    def name(self) -> str:
        """Such as `1.5 x liver mean + 2 SD`."""
        factor = "" if self.times == 1.0 else f"{self.times:g} x "
        return f"{factor}liver mean + {self.deviations:g} SD"

    def of(self, mean: float, deviation: float) -> Rule:
        """The rule in a scan whose liver has this mean and standard deviation."""
        threshold = self.times * mean + self.deviations * deviation
        return Rule(name=self.name, place=lambda _spot: threshold)


def over_liver(liver: Reference, *, times: float = 1.0, deviations: float = 2.0) -> Rule:
    """The rule of `OverLiver` in the scan that this liver was read in."""
    return OverLiver(times=times, deviations=deviations).of(liver.mean, liver.deviation)


def half_way() -> Rule:
    """Half-way from the plateau of the lesion to the background around it.

    The plateau is the mean of what is connected at 70 % of SUVmax or more; the background is the
    median between 10 and 20 mm outside the border, so border and background are found by turns.
    Both are ours. The mean of a plateau is not drawn up by noise, as SUVmax and SUVpeak are.
    """
    return Rule(name="half-way from plateau to local background", place=_find_half_way)


def _find_half_way(spot: HotSpot) -> float | str:
    threshold = PLATEAU_SHARE * spot.hottest
    mask = spot.above(threshold)
    # Where holes are filled, what they hold is no plateau.
    plateau = float(spot.values[mask & (spot.values >= threshold)].mean())
    for _ in range(TURNS):
        background = look_around(spot, mask).background
        if background is None:
            return "no background is seen around it"
        threshold = (plateau + background) / 2
        if threshold > spot.hottest:
            unit = spot.volume.short_unit
            return f"its background ({unit} {background:.2f}) is higher than the lesion"
        before, mask = int(np.count_nonzero(mask)), spot.above(threshold)
        if np.count_nonzero(mask) == before:
            return threshold
    return f"border and background did not settle in {TURNS} turns"


MAX_41 = share_of_max(41.0)
MAX_50 = share_of_max(50.0)
PEAK_41 = share_of_peak(41.0)
SUV_2_5 = fixed(2.5)
SUV_4 = fixed(4.0)
HALF_WAY = half_way()
# What needs no reference from elsewhere in the patient, in the order of a table.
RULES = (MAX_41, MAX_50, PEAK_41, HALF_WAY, SUV_4, SUV_2_5)
