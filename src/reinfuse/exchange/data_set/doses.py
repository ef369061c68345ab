"""The doses of one subject: repeated ones written out, rates as durations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reinfuse.errors import Severity
from reinfuse.exchange.data_set.kinds import RowKind
from reinfuse.exchange.data_set.rows import SubjectRows
from reinfuse.exchange.data_set.told import Place, Sort, Told

DOSE = Sort("data-dose", "a dose that cannot be read")
STEADY = Sort("data-steady-state", "a steady state that is written out", Severity.NOTE)
STEADY_STATE_DOSES = 20
MOST_REPEATED = 10_000
# How far two statements of one duration may lie apart, as a share.
_SAME = 1e-6


@dataclass(frozen=True, slots=True)
class Given:
    """One dose, and the row (by its place in the subject's rows) that it stands in."""

    time: float
    amount: float
    duration: float
    at: int


@dataclass(frozen=True, slots=True)
class _Row:
    """The numbers of one dose row."""

    at: int
    time: float
    amount: float
    rate: float | None
    duration: float | None
    apart: float | None
    more: float | None
    steady: float | None


def doses_of(rows: SubjectRows, kinds: Sequence[int], times: Sequence[float | None]) -> list[Given]:
    """Every dose in order of time; what cannot be read has been told."""
    if rows.has("DOSE"):
        return _constant(rows)
    wanted = [at for at, kind in enumerate(kinds) if kind == RowKind.DOSE]
    if not wanted:
        return []
    amounts = rows.numbers("AMT" if rows.has("AMT") else "DV")
    rate, duration, apart, more, steady = (
        rows.numbers(name) for name in ("RATE", "DUR", "II", "ADDL", "SS")
    )
    found: list[Given] = []
    for at in wanted:
        time, amount = times[at], amounts[at]
        if time is None:
            continue
        if amount is None or amount <= 0:
            what = "the amount of the dose is " + ("missing" if amount is None else f"{amount:g}")
            rows.told.add(DOSE, rows.place(at), what, "write an amount above 0")
            continue
        row = _Row(at, time, amount, rate[at], duration[at], apart[at], more[at], steady[at])
        found += _written_out(row, rows.told, rows.place(at), first=not found)
    return sorted(found, key=lambda one: one.time)


def _constant(rows: SubjectRows) -> list[Given]:
    """The one dose at time 0 that every row of a subject repeats."""
    amounts = {one for one in rows.numbers("DOSE") if one is not None}
    if not amounts:
        return []
    if len(amounts) > 1 or min(amounts) < 0:
        low, high = min(amounts), max(amounts)
        name = rows.header.spelled("DOSE")
        what = f"{name} goes from {low:g} to {high:g}, and stands for one dose at time 0"
        rows.told.add(DOSE, rows.place(0), what, f"write --columns AMT={name}, or TIME={name}")
        return []
    amount = amounts.pop()
    return [Given(0.0, amount, 0.0, 0)] if amount > 0 else []


def _written_out(row: _Row, told: Told, place: Place, *, first: bool) -> list[Given]:
    """The doses that one row stands for."""
    duration = _duration(row, told, place)
    if duration is None:
        return []
    steps = [0]
    if row.more:
        if not row.apart or row.apart < 0 or not 0 < row.more <= MOST_REPEATED:
            what = f"ADDL is {row.more:g} and II {_shown(row.apart)}"
            fix = f"write how many doses follow, at most {MOST_REPEATED}, and an II above 0"
            told.add(DOSE, place, what, fix)
            return []
        steps = list(range(int(row.more) + 1))
    if row.steady:
        before = _steady(row, told, place, first=first)
        if before is None:
            return []
        steps = [*range(-before, 0), *steps]
    apart = row.apart or 0.0
    if not math.isfinite(row.time + max(map(abs, steps)) * apart):
        told.add(DOSE, place, f"II is {apart:g}", "write the time between the doses")
        return []
    return [Given(row.time + step * apart, row.amount, duration, row.at) for step in steps]


def _steady(row: _Row, told: Told, place: Place, *, first: bool) -> int | None:
    """How many doses before this one a steady state stands for; None if it cannot be read."""
    if row.steady != 1:
        told.add(DOSE, place, f"SS is {row.steady:g}", "write 1 for steady state, or 0")
        return None
    if not row.apart or row.apart < 0:
        what = f"SS is 1 and II is {_shown(row.apart)}: a steady infusion is not read"
        told.add(DOSE, place, what, "write the time between the doses into II")
        return None
    if not first:
        what = "SS is 1 on a later dose: read as one dose, after those that stand before it"
        told.add(STEADY, place, what, "write SS 0, or give the time after it an ID of its own")
        return 0
    what = f"SS is 1: {STEADY_STATE_DOSES} doses before it are written out, {row.apart:g} apart"
    fix = f"within 3 % where the half-life is below {STEADY_STATE_DOSES // 5} intervals; else ADDL"
    told.add(STEADY, place, what, fix)
    return STEADY_STATE_DOSES


def _duration(row: _Row, told: Told, place: Place) -> float | None:
    """How long the dose runs; None if that cannot be read."""
    rate, said = row.rate or 0.0, row.duration or 0.0
    if rate < 0 or said < 0:
        what = f"RATE is {rate:g}" if rate < 0 else f"the duration is {said:g}"
        fix = "a rate or duration that is estimated is not read: write the number that was given"
        told.add(DOSE, place, what, fix)
        return None
    if not rate:
        return said
    by_rate = row.amount / rate
    if not math.isfinite(by_rate):
        told.add(DOSE, place, f"RATE is {rate:g} and AMT {row.amount:g}", "correct one of them")
        return None
    if said and abs(by_rate - said) > _SAME * said:
        what = f"AMT / RATE makes a duration of {by_rate:g}, and {said:g} is written"
        told.add(DOSE, place, what, "keep one of the two columns")
        return None
    return by_rate


def _shown(number: float | None) -> str:
    return "missing" if number is None else f"{number:g}"
