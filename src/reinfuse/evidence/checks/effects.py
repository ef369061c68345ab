"""Whether an estimate, its interval and its spread can be so together.

An interval is taken to be a 95 % interval made with the normal distribution. Others exist, so one
that does not match its standard error is told and kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from reinfuse.errors import Finding
from reinfuse.evidence.checks.cells import Row, wrong
from reinfuse.evidence.checks.counts import half_a_digit
from reinfuse.evidence.study import Measure

#: How far from the middle, as a share of the width, an estimate may lie before we say so. Ours:
#: printed to two places, a hazard ratio of 0.5 (0.3 to 0.8) is off by less.
FARTHEST_FROM_MIDDLE = 0.1

_QUANTILE = 1.959963984540054  # of the normal distribution, below which 97.5 % lie
_AGAIN = "look the numbers up again"
_NUMBERS = ("estimate", "low", "high")


def check_estimate(row: Row, where: str) -> Iterator[Finding]:
    """What cannot be so in an estimate and its limits."""
    given = [column for column in _NUMBERS if row[column]]
    if bool(row["estimate"]) != bool(row["measure"]) and not row["mean"]:
        what = f"estimate is {row['estimate'] or 'empty'} and measure {row['measure'] or 'empty'}"
        fix = f"give both: a number, and one of {', '.join(Measure)}"
        yield wrong(row, where, "estimate-without-measure", what, fix)
    measure = Measure(row["measure"]) if row["measure"] else None
    if measure and measure.is_ratio and any(float(row[column]) <= 0 for column in given):
        what = f"a {measure} or its limit is not above 0"
        yield wrong(row, where, "ratio-not-positive", what, f"say log {measure}, or look again")
    if measure is Measure.PERCENT and any(not 0 <= float(row[c]) <= 100 for c in given):  # noqa: PLR2004  # percent
        what = "a percentage or its limit is below 0 or above 100"
        yield wrong(row, where, "percent-outside", what, _AGAIN)


def check_limits(row: Row, where: str) -> Iterator[Finding]:
    """What cannot be so in the two limits of an estimate."""
    if (row["low"] or row["high"]) and not row["estimate"]:
        fix = f"give estimate and measure; of counts, in percent, that is {Measure.PERCENT}"
        what = "an interval is given without its estimate"
        yield wrong(row, where, "estimate-without-measure", what, fix)
    if bool(row["low"]) != bool(row["high"]):
        yield wrong(row, where, "half-an-interval", "only one limit is given", "give both")
    if not (row["low"] and row["high"]):
        return
    if float(row["low"]) > float(row["high"]):
        what = f"low {row['low']} is above high {row['high']}"
        yield wrong(row, where, "interval-reversed", what, "swap them, or look them up again")
    elif row["estimate"] and not float(row["low"]) <= float(row["estimate"]) <= float(row["high"]):
        what = f"{row['estimate']} is not between {row['low']} and {row['high']}"
        yield wrong(row, where, "estimate-outside", what, _AGAIN)


def check_spread(row: Row, where: str) -> Iterator[Finding]:
    """What cannot be so in a standard error or deviation, and what seldom is."""
    for column, rule in (("se", "se-not-positive"), ("sd", "sd-not-positive")):
        if row[column] and float(row[column]) <= 0:
            what = f"{column} is {row[column]}"
            yield wrong(row, where, rule, what, "leave it empty if it was not printed")
    if bool(row["mean"]) != bool(row["sd"]):
        absent = "sd" if row["mean"] else "mean"
        yield wrong(row, where, "mean-without-sd", f"{absent} is not given", f"look up {absent}")


def check_agreement(row: Row, where: str) -> Iterator[Finding]:
    """The interval against estimate and standard error; only for rows that can be so."""
    yield from _se_for_sd(row, where)
    if not (row["measure"] and row["low"] and row["high"]):
        return
    measure = Measure(row["measure"])
    if row["se"] and not _widths_agree(row, measure):
        what = f"{row['low']} to {row['high']} is not 1.96 x {row['se']} to each side"
        fix = "see whether the interval is of another level, or the error on another scale"
        yield wrong(row, where, "interval-against-se", what, fix)
    low, high, middle = (_on_scale(float(row[c]), measure) for c in ("low", "high", "estimate"))
    off = abs(middle - (low + high) / 2)
    if measure is not Measure.PERCENT and high > low and off > FARTHEST_FROM_MIDDLE * (high - low):
        what = f"{row['estimate']} is far from the middle of {row['low']} to {row['high']}"
        yield wrong(row, where, "interval-off-centre", what, _AGAIN)


def _se_for_sd(row: Row, where: str) -> Iterator[Finding]:
    """A standard error is the deviation over the root of n, and often printed in its place."""
    if not (row["sd"] and row["se"] and row["n"]):
        return
    root = math.sqrt(int(row["n"]))
    room = half_a_digit(row["sd"]) / root + half_a_digit(row["se"])
    if abs(float(row["sd"]) / root - float(row["se"])) > room:
        what = f"sd {row['sd']} over the root of {row['n']} is not se {row['se']}"
        yield wrong(row, where, "se-for-sd", what, "see which of the two was printed")


def _widths_agree(row: Row, measure: Measure) -> bool:
    """Whether half the interval may be 1.96 standard errors, with all three numbers rounded."""
    halves = {column: half_a_digit(row[column]) for column in ("low", "high", "se")}
    low, high, se = (float(row[column]) for column in ("low", "high", "se"))
    narrow = _on_scale(high - halves["high"], measure) - _on_scale(low + halves["low"], measure)
    wide = _on_scale(high + halves["high"], measure) - _on_scale(low - halves["low"], measure)
    least, most = (2 * _QUANTILE * (se + side * halves["se"]) for side in (-1, 1))
    return narrow <= most and wide >= least


def _on_scale(value: float, measure: Measure) -> float:
    """The number on the scale on which its interval is symmetric; a rounded 0 is below all."""
    if not measure.is_ratio:
        return value
    return math.log(value) if value > 0 else -math.inf
