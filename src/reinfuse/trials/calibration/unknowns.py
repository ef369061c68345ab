"""Values of our own that no patient was asked for: how little is known of each, and where it acts.

The table beside this file names what a calibration may move, with a prior for the value in the
population: the middle of patients, or their spread. A prior does not follow the mechanism when its
values change, for they may have been changed by the same targets. What is not in the table stays
as the mechanism ships it.
"""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from reinfuse.evidence import Endpoint, Target
from reinfuse.evidence.target import TYPICAL
from reinfuse.mechanism.draws import IMMUNE_SHARE
from reinfuse.mechanism.products import FAILURES, FITNESS, Origin
from reinfuse.mechanism.sign_rules import shipped_rules
from reinfuse.mechanism.table import Parameter, parameter
from reinfuse.trials.population.setting import FAILURE_SLOPE

FILE = os.path.join(os.path.dirname(__file__), "unknowns.csv")
Floats = NDArray[np.float64]
Values = Mapping[str, float]  # of every unknown, by its name
OF_LESIONS = ("access", "kill_share")
GRADED = frozenset({Endpoint.CRS, Endpoint.CRS_SEVERE, Endpoint.CRS_LIFE_THREATENING})


class What(StrEnum):
    """What an unknown changes."""

    MIDDLE = "middle"  # of patients, of a parameter of the mechanism
    SPREAD = "spread"  # between patients
    FAILURES = "failures"  # products that hardly expand
    SIGNS = "signs"  # what turns cytokines into signs


class Who(StrEnum):
    """Whom it concerns."""

    ALL = ""
    OWN = "own"
    FIRST = "first"
    AGAIN = "again"
    DONOR = "donor"
    CNS = "CNS"
    NON_CNS = "non-CNS"


class Axis(StrEnum):
    """On which scale its prior is normal."""

    LOG = "log"
    LOGIT = "logit"


_ORIGINS = {Who.OWN: Origin.OWN, Who.AGAIN: Origin.OWN_AGAIN, Who.DONOR: Origin.DONOR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """One row: `middle` and `spread` (on `axis`) are those of the prior of a population's value."""

    name: str
    what: What
    of: str
    who: Who
    middle: float
    spread: float
    axis: Axis
    unit: str
    note: str

    def at(self, z: float) -> float:
        """The value at a standard normal number, within the range of the mechanism."""
        if self.axis is Axis.LOG:
            low, high = self._range()
            return min(max(self.middle * math.exp(self.spread * z), low), high)
        odds = self.middle / (1 - self.middle) * math.exp(self.spread * z)
        return odds / (1 + odds)

    def _range(self) -> tuple[float, float]:
        if self.what is not What.MIDDLE:
            return 0.0, math.inf
        row = self._row()
        return row.low, row.high

    def _row(self) -> Parameter:
        return parameter(f"{self.of}_1" if self.of in OF_LESIONS else self.of)

    @property
    def shipped(self) -> float:
        """The value that the mechanism ships."""
        if self.what is What.FAILURES:
            if self.of == "slope":
                return FAILURE_SLOPE
            failures = FAILURES[Origin.OWN_AGAIN if self.who is Who.AGAIN else Origin.OWN]
            return failures.share if self.of == "share" else failures.fitness
        if self.what is What.SIGNS:
            return shipped_rules()["patient_deviation"] if self.of == "deviation" else 1.0
        if self.of == "immunity_start":
            return IMMUNE_SHARE
        if self.of == "fitness":
            fitness = FITNESS[_ORIGINS[self.who]]
            return fitness.middle if self.what is What.MIDDLE else fitness.spread
        row = self._row()
        return row.value if self.what is What.MIDDLE else row.spread


@cache
def unknowns() -> tuple[Unknown, ...]:
    """The rows of the table."""
    with open(FILE, encoding="utf-8", newline="") as handle:
        return tuple(_unknown(row) for row in csv.DictReader(handle))


def shipped_values() -> dict[str, float]:
    """The values as they ship."""
    return {one.name: one.shipped for one in unknowns()}


def values_at(z: Floats) -> dict[str, float]:
    """The values at standard normal numbers, in the order of `unknowns`."""
    return {one.name: one.at(float(z[place])) for place, one in enumerate(unknowns())}


def acts_on(unknown: Unknown, target: Target) -> bool:
    """Whether a target can tell anything of an unknown, by the words of its setting."""
    typical = target.endpoint in TYPICAL
    second = target.taken("infusion") == "second"
    donor = target.taken("origin") != "autologous"
    there = {
        Who.ALL: True,
        Who.OWN: not second and not donor,
        Who.FIRST: not second,
        Who.AGAIN: second and not donor,
        Who.DONOR: donor,
        Who.CNS: target.taken("extramedullary") in ("CNS", "CNS or non-CNS"),
        Who.NON_CNS: target.taken("extramedullary") in ("non-CNS", "CNS or non-CNS"),
    }[unknown.who]
    if unknown.what is What.SIGNS:
        return target.endpoint in GRADED
    if unknown.of == "gvhd_hazard":
        return donor and target.endpoint is Endpoint.ACUTE_GVHD
    if unknown.of == "immunity_start":
        return second and target.taken("binder") == "same"
    if unknown.of == "negative_share":
        return not typical and target.endpoint not in GRADED | {Endpoint.ACUTE_GVHD}
    return there and not (typical and unknown.what in (What.SPREAD, What.FAILURES))


def _unknown(row: dict[str, str]) -> Unknown:
    return Unknown(
        name=row["name"], what=What(row["what"]), of=row["of"], who=Who(row["who"]),
        middle=float(row["middle"]), spread=float(row["spread"]), axis=Axis(row["scale"]),
        unit=row["unit"], note=row["note"],
    )  # fmt: skip
