"""What the stored values of a PET series are: activity, or an SUV that the scanner computed."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.suv.body import BODY_SURFACE, BODY_WEIGHT, NORMALISERS, Normaliser
from reinfuse.imaging.suv.facts import PetFacts

# DICOM PS3.3 C.8.9.1.1.3; named in a refusal, while anything else in the attribute is not repeated.
OTHER_UNITS = {
    *("NONE", "CM2", "PCNT", "CPS", "MGMINML", "UMOLMINML", "MLMING", "MLG", "1CM", "UMOLML"),
    *("PROPCNTS", "PROPCPS", "MLMINML", "MLML", "STDDEV"),
}
UNITS_TAG = "(0054,1001) Units"
SUV_TYPE_TAG = "(0054,1006) SUVType"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Stored values times `scale` are activity in Bq/mL, or an SUV where `normaliser` is set."""

    path: str
    scale: float
    normaliser: Normaliser | None


def stored_as(facts: PetFacts) -> Stored:
    """What slope times stored value is, by units, SUV type and the factors of Philips.

    Raises ReinfuseError for units that no SUV can be computed from, by name.
    """
    if facts.units == "BQML":
        return Stored(path="BQML: activity, Bq/mL", scale=1.0, normaliser=None)
    if facts.units == "CNTS":
        return _counts(facts)
    if facts.units == "GML":
        return _uptake(facts)
    if facts.units == "CM2ML":
        return _uptake_by_surface(facts)
    if not facts.units:
        what = f"{UNITS_TAG} is missing"
    elif facts.units in OTHER_UNITS:
        what = f"{UNITS_TAG} is {facts.units}"
    else:
        what = f"{UNITS_TAG} is no unit of the standard"
    raise ReinfuseError(
        f"{what}, from which no SUV can be computed",
        where=facts.where,
        fix="export the series in BQML; BQML, CNTS of Philips, GML and CM2ML can be read",
    )


def _counts(facts: PetFacts) -> Stored:
    if _is_factor(facts.philips_suv_factor):
        return Stored(
            path="CNTS: counts times the SUV factor (7053,1000) of Philips",
            scale=float(facts.philips_suv_factor or 0.0),
            normaliser=BODY_WEIGHT,
        )
    if _is_factor(facts.philips_activity_factor):
        return Stored(
            path="CNTS: counts times the activity factor (7053,1009) of Philips, Bq/mL",
            scale=float(facts.philips_activity_factor or 0.0),
            normaliser=None,
        )
    raise ReinfuseError(
        f"{UNITS_TAG} is CNTS, and neither factor of Philips, (7053,1000) or (7053,1009), is there",
        where=facts.where,
        fix="export again with private attributes kept, or in BQML",
    )


def _uptake(facts: PetFacts) -> Stored:
    kind = facts.suv_type or BODY_WEIGHT.suv_type
    for known in NORMALISERS:
        if known.suv_type == kind and not known.is_surface:
            said = kind if facts.suv_type else f"not stated, which is {kind}"
            path = f"GML: {known.name} of the scanner, SUV type {said}"
            return Stored(path=path, scale=1.0, normaliser=known)
    raise _not_of(facts, "GML")


def _uptake_by_surface(facts: PetFacts) -> Stored:
    if facts.suv_type in {"", BODY_SURFACE.suv_type}:
        return Stored(
            path="CM2ML: SUVbsa of the scanner, cm2/mL", scale=1.0, normaliser=BODY_SURFACE
        )
    raise _not_of(facts, "CM2ML")


def _not_of(facts: PetFacts, units: str) -> ReinfuseError:
    known = {one.suv_type for one in NORMALISERS}
    kind = facts.suv_type if facts.suv_type in known else "no term of the standard"
    return ReinfuseError(
        f"{UNITS_TAG} is {units} and {SUV_TYPE_TAG} is {kind}: they do not go together",
        where=facts.where,
        fix="export the series in BQML",
    )


def _is_factor(factor: float | None) -> bool:
    # Infinity is not below itself, and a NaN is above nothing.
    return factor is not None and 0.0 < factor < float("inf")
