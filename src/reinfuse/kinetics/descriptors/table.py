"""What a descriptor is, its units, and those that are made for given days or levels."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from reinfuse.kinetics.descriptors import exposure, persistence
from reinfuse.kinetics.descriptors.prepared import Prepared
from reinfuse.kinetics.descriptors.reasons import Column

OURS = "ours"
USUAL = "usual in non-compartmental analysis"
CART = "as tisagenlecleucel papers name it (Mueller 2018); rule ours"
TERMINAL = "rule of Phoenix WinNonlin and PKNCA"


class Family(StrEnum):
    """For whom a descriptor is made."""

    CELLS = "cells"  # the default
    WINDOW = "window"  # of which samples a line was drawn; goes with its half-life
    DETAIL = "detail"  # asked for by name
    DRUG = "drug"  # needs a dose and a route


class Unit(StrEnum):
    """How the unit of a descriptor follows from the units of level, time and dose."""

    LEVEL = "level"
    TIME = "time"
    RATE = "1/time"
    AREA = "level x time"
    MOMENT = "level x time^2"
    PERCENT = "%"
    FOLD = "fold"
    COUNT = "count"
    NONE = ""
    CLEARANCE = "dose/(level x time)"
    VOLUME = "dose/level"
    LEVEL_PER_DOSE = "level/dose"
    AREA_PER_DOSE = "level x time/dose"

    def written(self, level: str, time: str, dose: str = "dose") -> str:
        """The unit for given units of level, time and dose; a level without unit stays `level`."""
        return _written(self.value, level or "level", time, dose)


@cache
def _written(unit: str, level: str, time: str, dose: str) -> str:
    named = {"level": level, "time": time, "dose": dose}
    words = re.split(r"(level|time|dose)", unit)
    return "".join(named.get(word, word) for word in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """One number for each profile, or the reason why there is none.

    `pptestcd` is the code of CDISC controlled terminology for the parameter, where known.
    """

    name: str
    symbol: str
    unit: Unit
    heading: str
    definition: str
    compute: Callable[[Prepared], Column]
    family: Family = Family.CELLS
    pptestcd: str = ""
    source: str = USUAL


def area_between(low: float, high: float, late_day: bool = False) -> Descriptor:
    """The descriptor of the area between two days; `late_day` asks for a late sample too."""
    late = " or no sample was taken after day 14" if late_day else ""
    return Descriptor(
        name=f"auc_{low:g}_{high:g}",
        symbol=f"AUC{low:g}-{high:g}",
        unit=Unit.AREA,
        heading=f"AUC day {low:g} to {high:g}",
        definition=(
            f"Area under the level from day {low:g} to day {high:g}, read between samples at the"
            " bounds; past the last quantified sample only by an accepted terminal half-life. Not"
            f" estimable where more than 20 % would be extrapolated{late}, or where the next"
            " infusion comes before."
        ),
        compute=lambda prepared: exposure.partial_area(
            prepared, low, high, prepared.rules.late_day if late_day else None
        ),
        pptestcd="AUCINT",
        source=CART if late_day else USUAL,
    )


def above(threshold: float) -> Descriptor:
    """The descriptor of the time above a threshold."""
    return Descriptor(
        name=f"time_above_{threshold:g}",
        symbol=f"T>{threshold:g}",
        unit=Unit.TIME,
        heading=f"Time above {threshold:g}",
        definition=(
            "Time at or above the level, up to the last sample used; between samples as the area"
            " method has it, so a fall is followed on logarithms."
        ),
        compute=lambda prepared: persistence.days_above(prepared, threshold),
        source="as PKNCA's time above",
    )
