"""Weight and surface of a patient, recorded or assumed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from reinfuse.estimation.mechanistic.remarks import Remark
from reinfuse.mechanism.plan import Body
from reinfuse.quantity import Quantity
from reinfuse.record import Patient
from reinfuse.synopsis.vocabulary import number_in

ADULT_YEARS, ADULT_KG = 18.0, 60.0
# What can be: kg, cm and mL/min, beyond which a number is a slip (ours).
WEIGHTS, HEIGHTS, FILTRATIONS = (1.0, 500.0), (20.0, 280.0), (1.0, 400.0)
# Of children, where nobody weighed them: years and kg, between which lines are drawn (ours).
CHILDREN = ((0.0, 3.5), (1.0, 10.0), (5.0, 18.0), (10.0, 32.0), (15.0, 55.0), (18.0, 60.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bodied:
    """A body, and what of it was taken for granted."""

    body: Body
    assumed: tuple[Remark, ...]


def read_body(patient: Patient) -> Bodied:
    """Weight, surface and filtration; what is not recorded is assumed and said."""
    assumed: list[str] = []
    weight = _number(patient.weight, "kg", WEIGHTS)
    if weight is None:
        weight, who = _usual_weight(patient)
        assumed.append(f"body weight is {_why(patient.weight)}: {weight:g} kg assumed, {who}")
    height = _number(patient.height, "cm", HEIGHTS)
    if height is None:
        # Costeff 1966, recalled: from weight alone.
        surface = (4.0 * weight + 7.0) / (weight + 90.0)
        why = _why(patient.height)
        assumed.append(f"height is {why}: body surface of {surface:.2f} m2 by weight alone")
    else:
        surface = math.sqrt(weight * height / 3600.0)  # Mosteller 1987, recalled
    filtration = _number(patient.egfr, "mL/min/{1.73_m2}", FILTRATIONS)
    if filtration is None:
        filtration = Body().filtration
        assumed.append(f"filtration rate is {_why(patient.egfr)}: {filtration:g} mL/min assumed")
    return Bodied(
        body=Body(weight=weight, surface=surface, filtration=filtration),
        assumed=tuple(Remark(entry="", why=why) for why in assumed),
    )


def _number(value: Quantity | None, unit: str, can_be: tuple[float, float]) -> float | None:
    found = number_in(value, unit)
    return found if found is not None and can_be[0] <= found <= can_be[1] else None


def _why(value: Quantity | None) -> str:
    return "not recorded" if value is None else f"recorded as {value.shown()}, which cannot be"


def _usual_weight(patient: Patient) -> tuple[float, str]:
    years = number_in(patient.age, "a")
    if years is None:
        return ADULT_KG, "as of an adult, since no age is recorded either"
    if years >= ADULT_YEARS:
        return ADULT_KG, "as of an adult"
    pairs = pairwise(CHILDREN)
    (young, light), (old, heavy) = next(pair for pair in pairs if years <= pair[1][0])
    part = (years - young) / (old - young)
    return round(light + part * (heavy - light), 1), f"roughly as of a child of {years:.0f} years"
