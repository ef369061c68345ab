"""From the words of a target to virtual patients: who they are and what is done with them.

Each word has one meaning for all targets, written before a target was looked at. What a note of
the table of targets says beyond its words stands in the table beside this file.
"""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from reinfuse.evidence import Target
from reinfuse.evidence.target import MARROW_BLASTS
from reinfuse.mechanism.products import Origin, Product
from reinfuse.mechanism.sign_rules import (
    OXYGEN_LADDER,
    PRESSURE_LADDER,
    SignRules,
    shipped_rules,
)
from reinfuse.trials.calibration.unknowns import GRADED, OF_LESIONS, Values, What, Who, unknowns
from reinfuse.trials.population import (
    PEOPLE,
    Around,
    Between,
    Changed,
    Dose,
    LesionSetting,
    On,
    Rule,
    Setting,
    TocilizumabRule,
)

_FILE = os.path.join(os.path.dirname(__file__), "settings.csv")

USUAL_DOSE = 3.1e6  # CAR-T cells per kg: the reference of Stein 2019, doi:10.1002/psp4.12388
DONOR_DOSE = 1e6  # per kg; ours
HOST_SHARE = 0.05  # of a patient's immune system after HSCT, to which a donor's cells are foreign
LASTING_FEVER = 38.5  # Cel at which `at high fever` gives tocilizumab; ours
USUAL_GRADE, USUAL_DOSES = 2, 2  # `usual` tocilizumab: from which ASTCT grade, and how often; ours
CNS_SHARE = 0.5  # of `CNS or non-CNS`, where a note does not say
NON_CNS_VOLUME = 20.0  # mL, median; ours
# Leukemia of the CNS is cells in the fluid, seldom a mass: in 150 mL of fluid 0.05 mL of cells are
# 230 a uL, and 0.001 mL 5 a uL, where a count of the fluid begins to be called leukemic. Ours.
CNS_VOLUME = 0.05  # mL, median
CNS_SEEN_FROM = 0.001  # mL
VOLUME_SPREAD = 1.0  # of their logarithm; ours
SECOND_LESION = 0.5  # share of patients with a lesion outside the CNS who have another; ours
SEEN_FROM = {"CNS": CNS_SEEN_FROM, "non-CNS": 0.5}  # mL of living cells: CSF, uptake in PET; ours

CHOSEN = (
    "what the infusion before led to changes nothing in the model, except through immunity",
    f"own cells are dosed at {USUAL_DOSE:g}/kg and a donor's at {DONOR_DOSE:g}/kg, unless a note "
    "of the target says otherwise; dose hardly matters here",
    f"usual tocilizumab is given from grade {USUAL_GRADE} by ASTCT on, at most {USUAL_DOSES} "
    f"doses; `at high fever` is one dose at {LASTING_FEVER:g} Cel; neither changes CAR-T cells or "
    "leukemia in the model, so that only targets of CRS are simulated with it",
    f"after a transplant {100 * (1 - HOST_SHARE):g} % of the immune system is the donor's",
    "costimulation changes nothing in the model",
    "death is not modelled: who dies early counts among those whose product fails",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """A part of the patients of a target: its share, and the lesions that imaging must see."""

    share: float
    setting: Setting
    seen_from: float


@cache
def extras() -> Mapping[tuple[str, str], str]:
    """What notes of targets say beyond their words, by target and key."""
    with open(_FILE, encoding="utf-8", newline="") as handle:
        rows = {(row["target"], row["key"]): row["value"] for row in csv.DictReader(handle)}
    return MappingProxyType(rows)


def strata_of(target: Target, values: Values) -> tuple[Stratum, ...]:
    """The patients of a target at some values of the unknowns; shares add up to 1."""
    word = target.taken("extramedullary")
    kinds = ("non-CNS", "CNS") if word == "CNS or non-CNS" else (word,)
    cns = float(extras().get((target.id, "CNS share"), CNS_SHARE))
    shares = (1 - cns, cns) if len(kinds) > 1 else (1.0,)
    return tuple(
        Stratum(
            share=share,
            setting=_setting(target, kind, values),
            seen_from=SEEN_FROM.get(kind, SEEN_FROM["non-CNS"]),
        )
        for kind, share in zip(kinds, shares, strict=True)
    )


def at_burden(setting: Setting, blasts: float) -> Setting:
    """The same patients with one share of blasts in the marrow."""
    return replace(setting, marrow=Around(median=blasts, spread=0.0))


def asks(target: Target) -> str:
    """What a response needs besides, by the definition of the outcome; empty for nothing."""
    return extras().get((target.id, "asks"), "")


def _setting(target: Target, kind: str, values: Values) -> Setting:
    low, high = MARROW_BLASTS[target.taken("marrow")]
    product = product_of(target)
    lesions = _lesions(target, kind)
    return Setting(
        marrow=Between(low=low, high=high),
        product=product,
        dose=Dose(amount=_dose(target)),
        lesions=lesions,
        people=PEOPLE[target.taken("age")],
        tocilizumab=_tocilizumab(target),
        parameters=_changed(values, product.origin, kind, len(lesions)),
        signs=signs_at(values),
    )


def product_of(target: Target) -> Product:
    """The product in the words of the mechanism."""
    second = target.taken("infusion") == "second"
    if target.taken("origin") == "donor after HSCT":
        return Product(origin=Origin.DONOR, first=not second, foreign=HOST_SHARE)
    origin = Origin.OWN_AGAIN if second else Origin.OWN
    same = target.taken("binder") == "same" if second else None
    return Product(origin=origin, first=not second, same_binder=same)


def _dose(target: Target) -> float:
    usual = USUAL_DOSE if target.taken("origin") == "autologous" else DONOR_DOSE
    return float(extras().get((target.id, "dose per kg"), usual))


def _lesions(target: Target, kind: str) -> tuple[LesionSetting, ...]:
    if kind == "none":
        return ()
    usual = CNS_VOLUME if kind == "CNS" else NON_CNS_VOLUME
    volume = float(extras().get((target.id, "lesion volume"), usual))
    first = LesionSetting(kind=kind, volume=volume, spread=VOLUME_SPREAD)
    only = kind == "CNS" or extras().get((target.id, "lesions")) == "1"
    return (first,) if only else (first, replace(first, share=SECOND_LESION))


def _tocilizumab(target: Target) -> TocilizumabRule | None:
    if target.endpoint not in GRADED:
        return None
    if target.taken("tocilizumab") == "at high fever":
        return TocilizumabRule(rule=Rule(on=On.FEVER, at=LASTING_FEVER))
    return TocilizumabRule(rule=Rule(on=On.GRADE, at=USUAL_GRADE), doses=USUAL_DOSES)


def _changed(values: Values, origin: Origin, kind: str, lesions: int) -> dict[str, Changed]:
    """What the values change of the mechanism for these patients."""
    mine = {Origin.OWN: Who.OWN, Origin.OWN_AGAIN: Who.AGAIN, Origin.DONOR: Who.DONOR}[origin]
    here = {Who.ALL, mine, Who.CNS if kind == "CNS" else Who.NON_CNS}
    found: dict[str, Changed] = {}
    for one in unknowns():
        always = one.of in ("immunity_start", "gvhd_hazard")
        if one.what not in (What.MIDDLE, What.SPREAD) or not (always or one.who in here):
            continue
        value = values[one.name]
        for name in _names(one.of, lesions):
            before = found.get(name, Changed())
            found[name] = (
                replace(before, value=value)
                if one.what is What.MIDDLE
                else replace(before, spread=value)
            )
    return found


def _names(of: str, lesions: int) -> tuple[str, ...]:
    if of not in OF_LESIONS:
        return (of,)
    return tuple(f"{of}_{number}" for number in range(1, lesions + 1))


def signs_at(values: Values) -> SignRules:
    """The rules of signs; of two thresholds that change places, the upper stays level."""
    rules = shipped_rules()
    moved = {"fever_from": rules["fever_from"] * values["signs_mild"]}
    for lowest, *severe in (PRESSURE_LADDER, OXYGEN_LADDER):
        floor = moved[lowest] = rules[lowest] * values["signs_mild"]
        for name in severe:
            floor = moved[name] = max(floor, rules[name] * values["signs_severe"])
    return rules.changed(**moved, patient_deviation=values["signs_deviation"])


def patients_of(share: float, patients: int) -> int:
    """How many of all patients a stratum has."""
    return max(1, math.floor(share * patients + 0.5))
