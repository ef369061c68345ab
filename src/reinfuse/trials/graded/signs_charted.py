"""Signs of virtual patients as items of a chart: what every CRS scale asks for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.grading.toxicity.support import LIVER, ORGAN
from reinfuse.grading.toxicity.words import (
    AIRWAY,
    DEVICE,
    FLOW,
    FLUIDS,
    HIGH_DOSE,
    HYPOTENSION,
    NO_DEVICE,
    OTHER_PRESSORS,
    SATURATION,
    SYSTOLIC,
    TEMPERATURE,
    VASOPRESSIN,
    VENTILATOR,
)
from reinfuse.mechanism.sign_rules import SignRules
from reinfuse.mechanism.signs import Oxygen, Pressure, Signs
from reinfuse.record.vocabulary import items
from reinfuse.trials.graded.outputs import Virtual
from reinfuse.trials.graded.written import Written, written

Flags = NDArray[np.bool_]

CANNULA, FAST_CANNULA = "nasal cannula", "high-flow nasal cannula"
ROOM_AIR = 21.0  # per cent of oxygen
PRESSORS = (0, 0, 1, 2)  # other than vasopressin, by `Pressure`

SIGNS_ASSUMED = (
    "no antipyretic is given, and no vasopressin",
    "who needs more than one vasopressor is charted with two and with a high dose",
    "positive pressure is charted as a ventilator, never as CPAP or BiPAP",
)
ORGANS_ASSUMED = (
    "no organ toxicity, no constitutional symptom, no coagulopathy: not modelled, taken as none",
    "fever is followed by care in hospital and intravenous therapy",
)
# What the older scales ask for and no output tells; number of grade, or no.
_NO_ORGANS = (ORGAN, LIVER, "creatinine toxicity grade")
_NOT_SO = (
    "constitutional symptoms", "coagulopathy needing replacement", "life-threatening CRS",
    "life-threatening hypotension", "hypotension refractory to high-dose vasopressor",
)  # fmt: skip
_IN_HOSPITAL = ("hospitalized for CRS", "IV therapy for CRS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Treated:
    """On which visits a treatment against CRS was charted, `"patients visits"`."""

    tocilizumab: Flags
    steroids: Flags


def treated_on(virtual: Virtual, days: NDArray[np.float64]) -> Treated:
    """What was given on each of these whole days."""
    doses = np.floor(virtual.tocilizumab)[:, :, None] == days
    first, last = (one[:, None] for one in virtual.steroids.T)
    return Treated(
        tocilizumab=doses.any(axis=1), steroids=(np.floor(first) <= days) & (days < last)
    )


def charted_signs(
    signs: Signs, treated: Treated, came: Flags, rules: SignRules, *, organs_well: bool
) -> tuple[Written, ...]:
    """The items of each visit; `organs_well` writes down that nothing else was wrong."""
    there = came & signs.known
    low = signs.pressure >= Pressure.FLUIDS
    tired = signs.oxygen
    flow = np.select(
        [tired == Oxygen.LOW_FLOW, tired == Oxygen.HIGH_FLOW],
        [rules["flow_low"], rules["flow_high"]],
        np.nan,
    )
    inspired = np.array([ROOM_AIR, *(rules[f"inspired_{one}"] for one in ("low", "high", "high"))])
    parts = (
        written(TEMPERATURE, "Cel", signs.temperature, there),
        written(HYPOTENSION, "", low, there),
        written(
            SYSTOLIC, "mm[Hg]", np.where(low, rules["systolic_low"], rules["systolic_usual"]), there
        ),
        written(FLUIDS, "", low, there),
        written(OTHER_PRESSORS, "1", np.array(PRESSORS, np.float64)[signs.pressure], there),
        written(VASOPRESSIN, "", False, there),
        written(HIGH_DOSE, "", signs.pressure == Pressure.MORE_PRESSORS, there),
        written(DEVICE, "", _devices()[tired], there),
        written(AIRWAY, "", False, there & (tired == Oxygen.POSITIVE_PRESSURE)),
        written(FLOW, "L/min", flow, there),
        written("inspired oxygen", "%", inspired[tired], there),
        written(SATURATION, "%", rules["saturation"], there),
        written("antipyretic given", "", False, there),
        written("tocilizumab given", "", treated.tocilizumab, there),
        written("corticosteroid given", "", treated.steroids, there),
    )
    return parts + (_organs(signs, there) if organs_well else ())


def _devices() -> NDArray[np.int8]:
    """The place of the device of each `Oxygen` in the words of the vocabulary."""
    listed = items()[DEVICE].words
    words = (NO_DEVICE, CANNULA, FAST_CANNULA, VENTILATOR)
    return np.array([listed.index(word) for word in words], np.int8)


def _organs(signs: Signs, there: Flags) -> tuple[Written, ...]:
    return (
        *(written(item, "1", 0.0, there) for item in _NO_ORGANS),
        *(written(item, "", False, there) for item in _NOT_SO),
        *(written(item, "", signs.fever, there) for item in _IN_HOSPITAL),
    )
