"""What is given and when, as parameters of the mechanism."""

from __future__ import annotations

from dataclasses import dataclass

NEVER = 1e6  # d; a day that no simulation reaches
F_ARA_A = 285.23 / 365.21  # of fludarabine phosphate, by molar mass
_REFERENCE_WEIGHT, _REFERENCE_VOLUME = 70.0, 109.0  # kg, L: Langenhorst 2019
_DAYS = 3  # of lymphodepletion


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What doses are scaled by: kg, m2, and the filtration rate in mL/min."""

    weight: float = 60.0
    surface: float = 1.65
    filtration: float = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Depletion:
    """Lymphodepletion: its first day against the infusion's, and doses in mg/m2 and day.

    Fludarabine is the phosphate, as prescribed. Both are given on three days; a regimen with
    other days is brought to the same sums.
    """

    first_day: float = -5.0
    fludarabine: float = 30.0
    cyclophosphamide: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One infusion with what goes with it; days are of the model, doses of CAR-T cells or mg."""

    day: float = 0.0
    dose: float = 1e8
    depletion: Depletion | None = Depletion()
    tocilizumab: tuple[tuple[float, float], ...] = ()  # up to two (day, mg)
    steroids: tuple[float, float] | None = None  # first and last day


def plan_values(plan: Plan, body: Body) -> dict[str, float]:
    """The parameters that a plan sets."""
    given = {"infusion_day": plan.day, "dose": plan.dose}
    if plan.depletion is None:
        given["depletion_day"] = NEVER
    else:
        given |= {
            "depletion_day": plan.day + plan.depletion.first_day,
            "fludarabine": plan.depletion.fludarabine * body.surface * F_ARA_A,
            "cyclophosphamide": plan.depletion.cyclophosphamide / 1000.0,
        }
    for number, (day, milligrams) in enumerate(plan.tocilizumab[:2], 1):
        given |= {f"tocilizumab_day_{number}": day, f"tocilizumab_dose_{number}": milligrams}
    if plan.steroids is not None:
        given |= {"steroid_first": plan.steroids[0], "steroid_last": plan.steroids[1]}
    return given


def fludarabine_volume(weight: float) -> float:
    """Volume of F-ara-A in L, one compartment, at a weight in kg: Langenhorst 2019."""
    return _REFERENCE_VOLUME * weight / _REFERENCE_WEIGHT


def fludarabine_loss(body: Body) -> float:
    """Elimination of F-ara-A in 1/d: Langenhorst 2019, CL 3.24 + 0.782 x eGFR in L/h per 70 kg."""
    filtration = body.filtration * 60.0 / 1000.0  # L/h
    by_weight = (_REFERENCE_WEIGHT / body.weight) ** 0.25
    return (3.24 + 0.782 * filtration) * 24.0 / _REFERENCE_VOLUME * by_weight


def fludarabine_exposure(depletion: Depletion, body: Body) -> float:
    """Exposure to F-ara-A over all three days, mg*h/L."""
    amount = depletion.fludarabine * body.surface * F_ARA_A * _DAYS
    return amount / (fludarabine_volume(body.weight) * fludarabine_loss(body) / 24.0)
