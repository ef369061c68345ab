"""Lymphodepletion as the mechanism holds it: the sums of two drugs, given over three days."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from reinfuse.estimation.mechanistic.reading_days import Frame
from reinfuse.estimation.mechanistic.remarks import Remark
from reinfuse.mechanism.plan import Body, Depletion, fludarabine_exposure
from reinfuse.record import Drug, Purpose, Regimen
from reinfuse.timeline import DayRange, Ending, When

FLUDARABINE, CYCLOPHOSPHAMIDE = "fludarabine", "cyclophosphamide"
_USUAL_FIRST, _EARLIEST = Depletion().first_day, -30.0
_DAYS = 3.0  # over which the model gives it


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """A dose in mg/m2 and day, and on how many days, where nobody says."""

    dose: float
    days: int


USUAL: Mapping[str, Usual] = MappingProxyType(
    {FLUDARABINE: Usual(dose=30.0, days=3), CYCLOPHOSPHAMIDE: Usual(dose=500.0, days=2)}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Depleted:
    """Lymphodepletion and its first days, None where none is recorded; and what is said of it."""

    depletion: Depletion | None
    days: tuple[float, float] | None
    left_out: tuple[Remark, ...]
    assumed: tuple[Remark, ...]


def read_depletion(frame: Frame, body: Body) -> Depleted:
    """What was given to make room before an infusion."""
    found = _regimens(frame)
    if not found:
        why = "no lymphodepletion is recorded: taken that none was given"
        return Depleted(
            depletion=None, days=None, left_out=(),
            assumed=(Remark(entry=frame.infusion.id, why=why),),
        )  # fmt: skip
    assumed: list[Remark] = []
    left_out: list[Remark] = []
    sums = dict.fromkeys(USUAL, 0.0)
    for regimen in found:
        for name, amount in _sums(frame, regimen, body, assumed, left_out).items():
            sums[name] += amount
    low, high = _first_days(frame, found, assumed)
    depletion = Depletion(
        first_day=(low + high) / 2.0,
        fludarabine=sums[FLUDARABINE] / _DAYS,
        cyclophosphamide=sums[CYCLOPHOSPHAMIDE] / _DAYS,
    )
    if sums[FLUDARABINE]:
        exposure = fludarabine_exposure(depletion, body)
        why = f"fludarabine is taken to give an exposure of {exposure:.0f} mg*h/L, by population"
        assumed.append(Remark(entry=found[0].id, why=why))
    return Depleted(
        depletion=depletion, days=(low, high), left_out=tuple(left_out), assumed=tuple(assumed)
    )


def _regimens(frame: Frame) -> list[Regimen]:
    ours = {part.id for part in frame.parts}
    others = {item.id for item in frame.course.infusions} - ours
    found = []
    for item in frame.course.regimens:
        if item.purpose is not Purpose.LYMPHODEPLETION or item.of in others:
            continue
        days = frame.days(item)
        if item.of in ours or (days.low >= _EARLIEST and days.high <= 0):
            found.append(item)
    return found


def _sums(
    frame: Frame, regimen: Regimen, body: Body, assumed: list[Remark], left_out: list[Remark]
) -> dict[str, float]:
    """By drug the mg/m2 of all days together."""
    held = [drug for drug in regimen.drugs if drug.name.casefold() in USUAL]
    for drug in regimen.drugs:
        if drug.name.casefold() not in USUAL:
            why = f"{drug.name} for lymphodepletion, which the model does not hold"
            left_out.append(Remark(entry=regimen.id, why=why))
    if not held:
        why = "no fludarabine or cyclophosphamide is named: the usual doses of both assumed"
        assumed.append(Remark(entry=regimen.id, why=why))
        return {name: usual.dose * usual.days for name, usual in USUAL.items()}
    sums: dict[str, float] = {}
    for drug in held:
        name = drug.name.casefold()
        sums[name] = sums.get(name, 0.0) + _sum(frame, regimen, drug, body, assumed)
    return sums


def _sum(frame: Frame, regimen: Regimen, drug: Drug, body: Body, assumed: list[Remark]) -> float:
    """The mg/m2 of one drug over all its days."""
    usual = USUAL[drug.name.casefold()]
    daily, each = _by_surface(drug, body)
    if daily is None:
        why = f"dose of {drug.name} not stated: {usual.dose:g} mg/m2 on {usual.days} days assumed"
        assumed.append(Remark(entry=regimen.id, why=why))
        return usual.dose * usual.days
    if drug.times is not None:
        return daily * drug.times
    days = _length(frame, drug.when) or _length(frame, regimen.when)
    if days is not None:
        return daily * days
    if each:
        why = f"how often {drug.name} was given is not stated: once assumed"
        assumed.append(Remark(entry=regimen.id, why=why))
        return daily
    why = f"number of days of {drug.name} not stated: {usual.days} assumed"
    assumed.append(Remark(entry=regimen.id, why=why))
    return daily * usual.days


def _by_surface(drug: Drug, body: Body) -> tuple[float | None, bool]:
    """The dose in mg/m2, and whether it is that of one giving and not of a day."""
    per_square = {"mg/m2": 1.0, "mg": 1.0 / body.surface, "mg/kg": body.weight / body.surface}
    if drug.dose is None:
        return None, False
    for unit, factor in per_square.items():
        if drug.dose.fits(unit):
            return drug.dose.to(unit).value * factor, True
        if drug.dose.fits(f"{unit}/d"):
            return drug.dose.to(f"{unit}/d").value * factor, False
    return None, False


def _length(frame: Frame, when: When) -> float | None:
    """How many days a period lasts, both ends counted."""
    if not when.stated or when.ending is not Ending.KNOWN:
        return None
    days = frame.moment(when.end).low - frame.moment(when.start).low + 1.0
    return days if math.isfinite(days) and days >= 1 else None


def _first_days(
    frame: Frame, found: Sequence[Regimen], assumed: list[Remark]
) -> tuple[float, float]:
    """The earliest and latest first day, before the infusion."""
    starts: list[DayRange] = []
    for regimen in found:
        starts.append(frame.days(regimen))
        starts += [frame.moment(drug.when.start) for drug in regimen.drugs if drug.when.stated]
    low = max(min(days.low for days in starts), _EARLIEST)
    high = min(0.0, *(days.high for days in starts))
    if not math.isfinite(min(days.low for days in starts)) or low > high:
        why = f"the days of lymphodepletion are not recorded: from day {_USUAL_FIRST:g} assumed"
        assumed.append(Remark(entry=found[0].id, why=why))
        return _USUAL_FIRST, _USUAL_FIRST
    return low, high
