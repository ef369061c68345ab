"""What the CAR-T cells of the last infusion did, beside those of the one before."""

from __future__ import annotations

from reinfuse.quantity import Quantity
from reinfuse.record import Course
from reinfuse.synopsis.cart import (
    CartPoint,
    CartSeries,
    cart_measurements,
    highest,
    is_peak,
    latest,
)
from reinfuse.synopsis.words import Clause, Sentence, sentence, the


def tell_expansion(course: Course) -> Sentence:
    """Peak and last level of the last infusion, and its peak against the previous one's."""
    series = cart_measurements(course)
    if not series:
        return sentence([Clause("no CAR-T infusion is recorded")])
    last = series[-1]
    clauses = [_peak(last), _last_level(last)]
    if len(series) > 1:
        before = series[-2]
        clauses += [_comparison(last, before), _last_level(before, of_earlier=True)]
    return sentence(clauses)


def tell_level(point: CartPoint) -> str:
    """A measured level with its unit: `12.5 %`, `120 cells/µL or more`."""
    if point.value is None or point.unit is None:
        return "an unrecorded level"
    shown = Quantity(float(f"{point.value:.4g}"), point.unit).shown()
    return f"{shown} or more" if point.at_least else shown


def tell_gate(*points: CartPoint) -> str:
    """What percentages are percentages of: ` of an unstated gate`, ` of T cells`, or nothing."""
    if any(point.unit != "%" for point in points):
        return ""
    gates = {point.denominator for point in points}
    if gates == {None}:
        return " of an unstated gate"
    if None in gates:
        return " of gates that are not all stated"
    return f" of {gates.pop()}" if len(gates) == 1 else " of different gates"


def _peak(series: CartSeries) -> Clause:
    top = highest(series)
    if top is None:
        seen = "no CAR-T level in blood is recorded as a number"
        return Clause(f"after {the(series.label)} {seen}", (series.infusion,))
    how = "peaked at" if top.peak else "were measured highest at"
    if not is_peak(series, top):
        how = "were measured once, at"
    level = f"{tell_level(top)}{tell_gate(top)}, {top.days}"
    text = f"after {the(series.label)} the CAR-T cells in blood {how} {level}"
    return Clause(text, (series.infusion, top.entry))


def _last_level(series: CartSeries, *, of_earlier: bool = False) -> Clause:
    last, top = latest(series), highest(series)
    if last is None or (top is not None and last.entry == top.entry):
        return Clause("no later level is recorded" if not of_earlier and top is not None else "")
    start = f"after {series.label} they were" if of_earlier else "they were last"
    if last.detected:
        again = "last " if of_earlier else ""
        return Clause(f"{start} {again}seen at {tell_level(last)}, {last.days}", (last.entry,))
    limit = "an unknown limit"
    if last.limit is not None and last.unit is not None:
        limit = Quantity(last.limit, last.unit).shown()
    when = f"by {last.days}" if last.days.exact else f"on {last.days}"
    return Clause(f"{start.removesuffix(' last')} below {limit} {when}", (last.entry,))


def _comparison(last: CartSeries, before: CartSeries) -> Clause:
    one, other = highest(last), highest(before)
    if other is None or other.value is None:
        return Clause(f"no peak after {before.label} is recorded to compare it with")
    told = f"{before.label} ({tell_level(other)}, {other.days})"
    if one is None or one.value is None:
        return Clause(f"the peak of {told} has nothing to be compared with", (other.entry,))
    entries = (one.entry, other.entry)
    if not is_peak(last, one) or not is_peak(before, other):
        return Clause(f"one level is no peak to be compared with {told}", entries)
    if one.unit != other.unit or one.method != other.method:
        return Clause(f"not comparable with the peak of {told}: unit or method differs", entries)
    if one.denominator != other.denominator and None not in (one.denominator, other.denominator):
        return Clause(f"not comparable with the peak of {told}: the gates differ", entries)
    ratio = one.value / other.value
    kind = " of percentages" if one.unit == "%" else ""
    bounds = "" if not (one.at_least or other.at_least) else ", with a value out of range"
    return Clause(
        f"the peak is {ratio:.2g} times that of {told}, a ratio{kind}{tell_gate(one, other)}"
        f" and not of exposure{bounds}",
        entries,
    )
