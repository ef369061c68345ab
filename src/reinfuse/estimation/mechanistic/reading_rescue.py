"""Tocilizumab and steroids after an infusion."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from reinfuse.estimation.mechanistic.reading_days import MOST_BEFORE, SYSTEMIC, Frame, Placed, place
from reinfuse.estimation.mechanistic.remarks import Remark
from reinfuse.mechanism.plan import Body
from reinfuse.record import Drug, Purpose, Regimen
from reinfuse.synopsis.moments import gap
from reinfuse.synopsis.vocabulary import number_in
from reinfuse.timeline import DayRange, Ending

# The label's doses (recalled): 8 mg/kg, 12 below 30 kg, at most 800 mg.
USUAL_PER_KG, CHILD_PER_KG, CHILD_BELOW_KG, MOST_MG = 8.0, 12.0, 30.0, 800.0
LATEST = 7.0  # d after its earliest day that tocilizumab is given at most, where nobody says; ours
AGAIN_AFTER = 0.5  # d between doses of one entry, where nobody says; ours
MOST_DOSES = 2  # that the model holds
NEAR_DAYS = 3.0  # d between steroids that are taken as one period; ours

STEROIDS = ("dexamethasone", "methylprednisolone", "prednisone", "prednisolone", "hydrocortisone")
_CHEMOTHERAPY = tuple(purpose for purpose in SYSTEMIC if purpose is not Purpose.BRIDGING)
NOT_HELD = ("anakinra", "siltuximab", "ruxolitinib", "emapalumab", "etanercept", "dasatinib")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescue:
    """Doses of tocilizumab as (day, mg) with their uncertain days, and one period of steroids."""

    tocilizumab: tuple[tuple[float, float], ...]
    days: tuple[tuple[float, float], ...]
    steroids: tuple[float, float] | None
    left_out: tuple[Remark, ...]
    assumed: tuple[Remark, ...]


def read_rescue(frame: Frame, body: Body) -> Rescue:
    """What was given against toxicity after an infusion, as far as the model holds it."""
    left_out: list[Remark] = []
    assumed: list[Remark] = []
    doses: list[tuple[tuple[float, float], float, str]] = []
    periods: list[tuple[float, float, str]] = []
    for regimen in frame.course.regimens:
        for drug in regimen.drugs:
            name = drug.name.casefold()
            if name == "tocilizumab":
                doses += _tocilizumab(frame, regimen, drug, body, left_out, assumed)
            elif name in STEROIDS and regimen.purpose not in _CHEMOTHERAPY:
                periods += _steroid(frame, regimen, drug, left_out, assumed)
            elif name in NOT_HELD and _starts_within(frame, regimen, drug):
                why = f"{drug.name}, which the model does not hold"
                left_out.append(Remark(entry=regimen.id, why=why))
    doses.sort(key=lambda dose: dose[0])
    for _, milligrams, entry in doses[MOST_DOSES:]:
        why = f"tocilizumab {milligrams:.0f} mg: the model holds {MOST_DOSES} doses, the first"
        left_out.append(Remark(entry=entry, why=why))
    kept = doses[:MOST_DOSES]
    return Rescue(
        tocilizumab=tuple((sum(days) / 2.0, milligrams) for days, milligrams, _ in kept),
        days=tuple(days for days, _, _ in kept),
        steroids=_one_period(periods, left_out),
        left_out=tuple(left_out),
        assumed=tuple(assumed),
    )


def _starts(frame: Frame, regimen: Regimen, drug: Drug) -> DayRange:
    return frame.moment(drug.when.start) if drug.when.stated else frame.days(regimen)


def _starts_within(frame: Frame, regimen: Regimen, drug: Drug) -> bool:
    days = _starts(frame, regimen, drug)
    if regimen.of in {part.id for part in frame.parts}:
        return days.high >= 0
    return days.low >= 0 and isinstance(place(frame, regimen, peak=True), Placed)


def _tocilizumab(
    frame: Frame,
    regimen: Regimen,
    drug: Drug,
    body: Body,
    left_out: list[Remark],
    assumed: list[Remark],
) -> Iterator[tuple[tuple[float, float], float, str]]:
    ours = regimen.of in {part.id for part in frame.parts}
    others = {item.id for item in frame.course.infusions} - {part.id for part in frame.parts}
    if regimen.of in others or not (ours or _starts_within(frame, regimen, drug)):
        return
    days = _starts(frame, regimen, drug)
    low, high = max(days.low, 0.0), days.high
    if not math.isfinite(high):
        high = low + LATEST
        why = f"day of tocilizumab is not printed: day {low:.0f} to {high:.0f} assumed"
        assumed.append(Remark(entry=regimen.id, why=why))
    if low > high:
        left_out.append(Remark(entry=regimen.id, why="tocilizumab before the infusion"))
        return
    milligrams = _milligrams(regimen, drug, body, assumed)
    for number in range(drug.times or 1):
        later = number * AGAIN_AFTER
        yield (low + later, high + later), milligrams, regimen.id


def _milligrams(regimen: Regimen, drug: Drug, body: Body, assumed: list[Remark]) -> float:
    whole, by_weight = number_in(drug.dose, "mg"), number_in(drug.dose, "mg/kg")
    if whole is not None:
        return whole
    if by_weight is None:
        by_weight = CHILD_PER_KG if body.weight < CHILD_BELOW_KG else USUAL_PER_KG
        why = f"dose of tocilizumab not stated: {by_weight:g} mg/kg assumed"
        assumed.append(Remark(entry=regimen.id, why=why))
    return min(by_weight * body.weight, MOST_MG)


def _steroid(
    frame: Frame,
    regimen: Regimen,
    drug: Drug,
    left_out: list[Remark],
    assumed: list[Remark],
) -> Iterator[tuple[float, float, str]]:
    """One period of steroids after the infusion, from its first day to the one on which it ends."""
    when = drug.when if drug.when.stated else regimen.when
    start = _starts(frame, regimen, drug)
    if not when.stated or _of_another_time(frame, regimen, start):
        return
    ending = frame.moment(when.end) if when.ending is Ending.KNOWN else start
    if start.low < 0 and not (when.ending is Ending.KNOWN and ending.low > 0):
        open_end = when.ending is Ending.OPEN or regimen.purpose is Purpose.GVHD_TREATMENT
        end = "; when it ended is not told" if open_end else ""
        why = f"{drug.name} before the infusion, not taken to go on after it{end}"
        left_out.append(Remark(entry=regimen.id, why=why))
        return
    if not (start.bounded and ending.bounded):
        left_out.append(Remark(entry=regimen.id, why=f"{drug.name}: its days are not known"))
        return
    if not (start.exact and ending.exact):
        why = f"days of {drug.name} are uncertain: the middle of them assumed"
        assumed.append(Remark(entry=regimen.id, why=why))
    if when.ending is Ending.OPEN:
        why = f"the end of {drug.name} is not recorded: one day assumed"
        assumed.append(Remark(entry=regimen.id, why=why))
    first, last = (start.low + start.high) / 2.0, (ending.low + ending.high) / 2.0
    yield max(first, 0.0), math.floor(last) + 1.0, regimen.id


def _of_another_time(frame: Frame, regimen: Regimen, start: DayRange) -> bool:
    """Whether it was given around another infusion or transplant, or after the window."""
    ours = {part.id for part in frame.parts}
    others = {item.id for item in (*frame.course.infusions, *frame.course.transplants)} - ours
    if regimen.of in others or start.high < -MOST_BEFORE:
        return True
    if start.low >= 0:
        return not isinstance(place(frame, regimen, peak=True), Placed)
    return frame.before is not None and gap(frame.course, frame.before, regimen).high <= 0


def _one_period(
    periods: list[tuple[float, float, str]], left_out: list[Remark]
) -> tuple[float, float] | None:
    """The first period, with all that follow it closely; the model holds one."""
    if not periods:
        return None
    first, last, _ = min(periods)
    for start, end, entry in sorted(periods):
        if start <= last + NEAR_DAYS:
            last = max(last, end)
        else:
            why = f"steroids from day {start:.0f}: the model holds one period, the first"
            left_out.append(Remark(entry=entry, why=why))
    return first, last
