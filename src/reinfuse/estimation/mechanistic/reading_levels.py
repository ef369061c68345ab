"""What was measured of cells, marrow and cytokines, as the outputs of the mechanism know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypedDict

from reinfuse.estimation.mechanistic.observed import UNIT, Kind, Observed
from reinfuse.estimation.mechanistic.reading_days import (
    MOST_BEFORE,
    NORMAL_BEFORE,
    Frame,
    Placed,
    place,
)
from reinfuse.estimation.mechanistic.remarks import Remark
from reinfuse.grading.marrow import REMISSION_BELOW_PERCENT
from reinfuse.grading.names import is_blood, is_marrow
from reinfuse.quantity import Limit, Quantity, find_unit
from reinfuse.record import Observation, Result
from reinfuse.record.plausible import analyte_name
from reinfuse.synopsis.cart import CART
from reinfuse.synopsis.vocabulary import number_in

# Cells that were infused leave the blood within hours: what is seen earlier is the bag (ours).
FIRST_SEEN = 0.5
# A level of 100 % has no odds; it is taken as one cell short in a thousand.
FULL_PERCENT, NEARLY_FULL_PERCENT = 100.0, 99.9
_SHARES = (Kind.CAR_PERCENT, Kind.BLASTS, Kind.MRD)

_OF_BLOOD: Mapping[str, Kind] = {
    "IL-6": Kind.IL6,
    "IFN-gamma": Kind.IFN,
    "IL-10": Kind.IL10,
    "C-reactive protein": Kind.CRP,
    "ferritin": Kind.FERRITIN,
    "T cells": Kind.T_CELLS,
    "B cells": Kind.B_CELLS,
}
_OF_MARROW: Mapping[str, Kind] = {"blasts": Kind.BLASTS, "MRD": Kind.MRD}
_OF_CELLS: Mapping[str, Kind] = {
    "fraction": Kind.CAR_PERCENT,
    "cells per volume": Kind.CAR_PER_UL,
    "copies per DNA mass": Kind.CAR_COPIES,
}
_NEAR: Mapping[str, str] = {
    "lymphocytes": "lymphocytes are T, B and NK cells together, and the model has no such output",
    "CD4+ T cells": "a part of the T cells, and the model does not part them",
    "CD8+ T cells": "a part of the T cells, and the model does not part them",
    "abnormal cells": "abnormal cells, and what they are a share of is not certain",
}
_ABSENT = (Result.NEGATIVE, Result.NOT_DETECTED)
_SEEN = (Result.POSITIVE, Result.DETECTED)
_MORPHOLOGY = (None, "morphology", "cytology", "microscopy")
_T_CELLS = ("t cells", "cd3+ t cells", "cd3+ cells", "cd3 cells", "t lymphocytes")
_WIDER_GATES = (
    "lymphocytes",
    "leukocytes",
    "white blood cells",
    "mononuclear cells",
    "pbmc",
    "peripheral blood mononuclear cells",
)


class Told(TypedDict, total=False):
    """What a measurement says, by the names of `Observed`."""

    value: float
    below: float
    above: float
    limit_unknown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """What was read, in the order of the record, and what is to be said of it."""

    observed: tuple[Observed, ...]
    left_out: tuple[Remark, ...]
    assumed: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One measurement: the kind and what it says, or why it says nothing."""

    kind: Kind | None = None
    told: Told | None = None
    why: str = ""
    assumed: tuple[str, ...] = ()


def read_levels(frame: Frame) -> Levels:
    """Every measurement of the window that an output of the model can be held against."""
    observed: list[Observed] = []
    left_out: list[Remark] = []
    assumed: list[Remark] = []
    for item in frame.course.observations:
        name = analyte_name(item.analyte)
        if not _speaks(name):
            continue
        reach = MOST_BEFORE if name in _OF_MARROW else NORMAL_BEFORE
        placed = place(frame, item, peak=item.peak, reach=reach)
        if isinstance(placed, Remark) and name not in _NEAR:
            left_out.append(placed)
        if not isinstance(placed, Placed):
            continue
        read = _read(item, placed)
        if read.kind is None or read.told is None:
            left_out += [Remark(entry=item.id, why=read.why)] if read.why else []
            continue
        days = placed.days if read.kind not in _OF_CELLS.values() else _seen_days(placed.days)
        told = read.told
        observed.append(
            Observed(kind=read.kind, days=days, peak=item.peak, entries=(item.id,), **told)
        )
        assumed += [*placed.assumed, *(Remark(entry=item.id, why=why) for why in read.assumed)]
    return Levels(observed=tuple(observed), left_out=tuple(left_out), assumed=tuple(assumed))


def _speaks(name: str) -> bool:
    return name in CART or any(name in known for known in (_OF_BLOOD, _OF_MARROW, _NEAR))


def _read(item: Observation, placed: Placed) -> _Read:
    name = analyte_name(item.analyte)
    if name in CART:
        return _cart(item, placed)
    if name in _OF_MARROW:
        return _marrow(item, _OF_MARROW[name])
    if name in _OF_BLOOD:
        return _blood(item, _OF_BLOOD[name], placed)
    return _Read(why=_NEAR[name])


def _told(item: Observation, unit: str) -> Told | str:
    """What a measurement says in a unit, or why it says nothing."""
    value, limit = item.value, number_in(item.limit, unit)
    under: Told = {"limit_unknown": True} if not limit else {"below": limit}
    if value is None:
        if item.result in _ABSENT:
            return under
        if item.result in _SEEN and limit:
            return {"above": limit}
        return f"{item.result.value if item.result else 'no result'}, and no number is printed"
    if not value.fits(unit):
        return f"in {_label(value)}, which cannot be turned into {find_unit(unit).label}"
    return _of_number(value.to(unit), limit or 0.0, under)


def _of_number(value: Quantity, limit: float, under: Told) -> Told:
    number = value.value
    if value.limit in (Limit.ABOVE, Limit.AT_LEAST):
        return {"above": number}
    if number <= 0 or (value.exact and number < limit):
        return under
    return {"value": number} if value.exact else {"below": number}


def _label(value: Quantity) -> str:
    return find_unit(value.unit).label or "a plain number"


def _of_kind(item: Observation, kind: Kind, assumed: tuple[str, ...] = ()) -> _Read:
    told = _told(item, UNIT[kind] or "")
    if isinstance(told, str):
        return _Read(why=told)
    if kind in _SHARES and max(told.get("value", 0.0), told.get("above", 0.0)) > FULL_PERCENT:
        return _Read(why="above 100 %, which cannot be")
    if told.get("limit_unknown"):
        assumed = (*assumed, "under a limit of detection that is not stated")
    return _Read(kind=kind, told=told, assumed=assumed)


def _marrow(item: Observation, kind: Kind) -> _Read:
    if item.site is not None and not is_marrow(item.site):
        return _Read(why=f"measured in {item.site}, for which the model has no output")
    assumed = () if item.site else ("taken to be of the marrow, since no site is stated",)
    morphology = kind is Kind.BLASTS and (item.method or "").casefold() in ("", *_MORPHOLOGY[1:])
    if morphology and item.value is None and item.result in (*_ABSENT, Result.NORMAL):
        return _few_blasts(assumed)
    read = _of_kind(item, kind, assumed)
    if morphology and read.told is not None:
        number = read.told.get("value", read.told.get("below", 0.0))
        if "above" not in read.told and number < REMISSION_BELOW_PERCENT:
            return _few_blasts(assumed)
    return read


def _few_blasts(assumed: tuple[str, ...]) -> _Read:
    normal = (
        f"so few blasts can be normal ones: leukemia below {REMISSION_BELOW_PERCENT:g} % is all "
        "that is taken from it"
    )
    below: Told = {"below": REMISSION_BELOW_PERCENT}
    return _Read(kind=Kind.BLASTS, told=below, assumed=(*assumed, normal))


def _blood(item: Observation, kind: Kind, placed: Placed) -> _Read:
    if not is_blood(item.site):
        return _Read(why=f"measured in {item.site}, and the model's output is of blood")
    read = _of_kind(item, kind)
    if kind is not Kind.T_CELLS or read.told is None or placed.days[1] < 0:
        return read
    value = read.told.get("value")
    if value is None:
        return read
    both = "counts CAR-T cells too: the other T cells, which the model tells, are taken as fewer"
    return replace(read, told={"below": value}, assumed=(*read.assumed, both))


def _cart(item: Observation, placed: Placed) -> _Read:
    if not is_blood(item.site):
        return _Read(why=f"measured in {item.site}, and the model's output is of blood")
    if placed.days[1] < 0:
        return _Read(why="CAR-T cells before the infusion, which the model does not hold")
    if placed.days[1] < FIRST_SEEN:
        return _Read(why="of the day of infusion: before the cells, or as they were given")
    kind = _cart_kind(item)
    if kind is None:
        unit = _label(item.value) if item.value is not None else "another unit"
        return _Read(why=f"in {unit}, for which the model has no output")
    read = _of_kind(item, kind)
    return _gated(item, read) if kind is Kind.CAR_PERCENT and read.told is not None else read


def _cart_kind(item: Observation) -> Kind | None:
    written = item.value if item.value is not None else item.limit
    if written is not None:
        return _OF_CELLS.get(written.dimension)
    gene = analyte_name(item.analyte) == CART[1] or "pcr" in (item.method or "").casefold()
    return Kind.CAR_COPIES if gene else Kind.CAR_PERCENT


def _gated(item: Observation, read: _Read) -> _Read:
    """A percentage as one of T cells: what it is of decides what it says."""
    told: Told = read.told or {}
    if told.get("value", 0.0) >= FULL_PERCENT:
        told = {"value": NEARLY_FULL_PERCENT}
    gate = " ".join((item.denominator or "").replace("-", " ").casefold().split())
    if not gate:
        stated = "percentages are taken as of T cells; what they are of is not stated"
        return replace(read, told=told, assumed=(*read.assumed, stated))
    if gate in _T_CELLS:
        return replace(read, told=told)
    if gate not in _WIDER_GATES:
        return _Read(why=f"in per cent of {item.denominator}, and the model's are of T cells")
    least = told.get("value", told.get("above"))
    if least is None:
        under = f"below a limit in per cent of {item.denominator}; that of T cells is not known"
        return replace(read, told={"limit_unknown": True}, assumed=(under,))
    wider = f"in per cent of {item.denominator}: of T cells it is at least as much"
    return replace(read, told={"above": least}, assumed=(*read.assumed, wider))


def _seen_days(days: tuple[float, float]) -> tuple[float, float]:
    return max(days[0], FIRST_SEEN), days[1]
