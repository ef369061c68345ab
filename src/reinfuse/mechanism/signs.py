"""From cytokines to signs of CRS: fever, pressure and oxygen by one signal of the moment.

The signal is free IL-6 above normal with a share of IFN-gamma above normal. A sign is there while
the logarithm of the signal, with a patient's own normal deviations, lies above that of the sign's
threshold; the deviations stay the same over days, so that signs come and go in order. Tocilizumab
takes the free signal of IL-6 away and leaves IFN-gamma. CRP and macrophages of the model follow
from these two and are not counted again. All thresholds are our own choice and, for grade 3 and
above, uncalibrated: show ranges. Fever of another cause is not modelled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.grading.crs_signs import FEVER_CEL
from reinfuse.mechanism.sign_rules import (
    OXYGEN_LADDER,
    PRESSURE_LADDER,
    SignRules,
    shipped_rules,
)
from reinfuse.mechanism.table import parameter

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Stages = NDArray[np.int8]

DEVIATIONS = ("patient", "fever", "pressure", "oxygen")  # the last axis of deviations
GRADES = (1, 2, 3, 4)  # what signs can make; 5 is death, which is not modelled
_NODES = 48  # of the quadrature over the deviation that all signs share
_TENTHS = 10.0  # a thermometer shows tenths
_JUST_UNDER = 37.9
_TINY = 1e-9


class Pressure(IntEnum):
    """What low blood pressure needs."""

    NONE = 0
    FLUIDS = 1
    ONE_PRESSOR = 2
    MORE_PRESSORS = 3


class Oxygen(IntEnum):
    """What low oxygen needs."""

    NONE = 0
    LOW_FLOW = 1
    HIGH_FLOW = 2
    POSITIVE_PRESSURE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """The signs of patients over days, each `"patients days"`.

    `temperature` is in Cel, nan where the model had no value; `pressure` and `oxygen` are
    `Pressure` and `Oxygen` as numbers. Where nothing is known they are 0: ask `known`.
    """

    temperature: Floats
    pressure: Stages
    oxygen: Stages

    @property
    def known(self) -> Flags:
        """Where the model had a value."""
        return ~np.isnan(self.temperature)

    @property
    def fever(self) -> Flags:
        """Where the temperature is 38 Cel or more."""
        return np.nan_to_num(self.temperature) >= FEVER_CEL

    @property
    def organs(self) -> Flags:
        """Where pressure or oxygen need anything."""
        return (self.pressure > 0) | (self.oxygen > 0)

    @property
    def untreated_grade(self) -> Stages:
        """ASTCT grade of each day by itself, where nothing was given against fever.

        It serves rules of treatment such as `tocilizumab at the first grade 2`. What happened is
        graded by `grading`, which knows of treatment.
        """
        worse = np.maximum(self.pressure, self.oxygen)
        return np.where(self.fever, worse + 1, 0).astype(np.int8)


def signal(il6_free: ArrayLike, ifn: ArrayLike, rules: SignRules | None = None) -> Floats:
    """The signal of each moment in pg/mL of free IL-6, of the shape of the outputs (pg/mL)."""
    used = rules or shipped_rules()
    il6 = _above(il6_free, parameter("il6_normal").value)
    return il6 + used["ifn_share"] * _above(ifn, parameter("ifn_normal").value)


def draw_deviations(patients: int, rng: np.random.Generator) -> Floats:
    """Standard normal numbers `"patients 4"`, in the order of `DEVIATIONS`."""
    return rng.standard_normal((patients, len(DEVIATIONS)))


def signs_of(
    il6_free: ArrayLike, ifn: ArrayLike, deviations: ArrayLike, rules: SignRules | None = None
) -> Signs:
    """The signs of patients with these deviations (`"patients 4"`) from outputs by day.

    Raises ReinfuseError where the shapes do not belong together.
    """
    used = rules or shipped_rules()
    base, own = _logs(signal(il6_free, ifn, used)), np.asarray(deviations, np.float64)
    if base.ndim != 2 or own.shape != (len(base), len(DEVIATIONS)):  # noqa: PLR2004 # patients, days
        raise ReinfuseError(
            f"outputs have the shape {base.shape}, deviations {own.shape}",
            where="signs", fix='give "patients days" and "patients 4"',
        )  # fmt: skip
    felt = base + used["patient_deviation"] * own[:, :1]
    fever, pressure, oxygen = (
        felt + used[f"{name}_deviation"] * own[:, place : place + 1]
        for place, name in enumerate(DEVIATIONS[1:], start=1)
    )
    return Signs(
        temperature=_temperature(fever - math.log(used["fever_from"]), used),
        pressure=_stage(pressure, used.ladder(PRESSURE_LADDER)),
        oxygen=_stage(oxygen, used.ladder(OXYGEN_LADDER)),
    )


def sign_probabilities(
    il6_free: ArrayLike, ifn: ArrayLike, rules: SignRules | None = None
) -> dict[str, Floats]:
    """The chance of each sign at each moment over patients' deviations, by its threshold's name."""
    from scipy.special import ndtr  # noqa: PLC0415 # heavy, and rarely needed

    used = rules or shipped_rules()
    base = _logs(signal(il6_free, ifn, used))
    kinds = {"fever": ("fever_from",), "pressure": PRESSURE_LADDER, "oxygen": OXYGEN_LADDER}
    return {
        name: ndtr((base - math.log(used[name])) / _wide(used, kind))
        for kind, names in kinds.items()
        for name in names
    }


def crs_probabilities(
    il6_free: ArrayLike, ifn: ArrayLike, rules: SignRules | None = None
) -> Floats:
    """The chance of a highest ASTCT grade of at least 1, 2, 3, 4: `"draws 4"`, from days of draws.

    Over the deviations of a patient with these outputs (`"draws days"`). All signs hang on one
    signal, so that the worst of all signs falls on its highest day: there is CRS of a grade where
    on that day there is fever and either ladder reaches the grade. Given the deviation that
    signs share, fever, pressure and oxygen are independent; over it the chance is integrated by
    Gauss-Hermite quadrature. nan where a draw has no value. Of the thresholds' own uncertainty it
    knows nothing: ask again with `SignRules.moved`.
    """
    from scipy.special import ndtr  # noqa: PLC0415 # heavy, and rarely needed

    used = rules or shipped_rules()
    highest = _logs(signal(il6_free, ifn, used).max(axis=-1))
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    felt = highest[:, None] + used["patient_deviation"] * nodes

    def chance(threshold: float, kind: str) -> Floats:
        return ndtr((felt - math.log(threshold)) / max(used[f"{kind}_deviation"], _TINY))

    fever = chance(used["fever_from"], "fever")
    pressure = used.ladder(PRESSURE_LADDER)
    oxygen = used.ladder(OXYGEN_LADDER)
    given = [fever]
    for press, breathe in zip(pressure, oxygen, strict=True):
        neither = (1 - chance(press, "pressure")) * (1 - chance(breathe, "oxygen"))
        given.append(fever * (1 - neither))
    shares = weights / weights.sum()
    return np.stack([one @ shares for one in given], axis=-1)


def first_day_of(reached: Flags, days: ArrayLike) -> Floats:
    """The first day on which something is so, by patient; nan where it never is."""
    listed = np.asarray(days, np.float64)
    return np.where(reached.any(axis=-1), listed[reached.argmax(axis=-1)], np.nan)


def _above(values: ArrayLike, normal: float) -> Floats:
    return np.maximum(np.asarray(values, np.float64) - normal, 0.0)


def _logs(signals: Floats) -> Floats:
    """Logarithms, with one far below every threshold for no signal at all."""
    return np.log(np.maximum(signals, _TINY))


def _wide(rules: SignRules, kind: str) -> float:
    return max(float(np.hypot(rules["patient_deviation"], rules[f"{kind}_deviation"])), _TINY)


def _stage(felt: Floats, thresholds: tuple[float, ...]) -> Stages:
    """How many thresholds lie below; 0 for nan."""
    found = np.zeros(felt.shape, np.int8)
    for threshold in thresholds:
        found += felt >= math.log(threshold)
    return found


def _temperature(excess: Floats, rules: SignRules) -> Floats:
    """Temperature in tenths, 38 Cel or more exactly where the signal reaches that of fever."""
    exact = FEVER_CEL + rules["temperature_rise"] * excess
    shown = np.floor(exact * _TENTHS + _TINY) / _TENTHS
    shown = np.where(excess >= 0, np.maximum(shown, FEVER_CEL), np.minimum(shown, _JUST_UNDER))
    return np.clip(shown, rules["temperature_usual"], rules["temperature_most"])
