"""Whether groups of a cohort differ in survival: the log-rank test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.cohort.times import Floats, Integers, Steps, Times
from reinfuse.errors import ReinfuseError

_FEWEST_GROUPS = 2


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LogRank:
    """The log-rank test; `patients`, `observed` and `expected` have the axis (groups).

    `variance` has the axes (groups, groups). `p_value` is the chance of a chi-square as large
    with `degrees` degrees of freedom if the groups do not differ.
    """

    groups: tuple[str, ...]
    patients: Integers
    observed: Integers
    expected: Floats
    variance: Floats
    chi_square: float
    degrees: int
    p_value: float


def compare_survival(
    times: Times, groups: Sequence[str], *, strata: Sequence[str] | None = None
) -> LogRank:
    """The log-rank test between groups, within strata if there are any.

    Every cause of `times` is the event; late entry is taken in. Groups stand in the order of
    their names; one in which no event was expected takes no part.

    Source: Mantel 1966; ties by the hypergeometric variance.
    """
    names = tuple(sorted(set(groups)))
    member = np.array([names.index(group) for group in groups], dtype=np.int64)
    stratum = np.asarray(strata if strata is not None else [""] * len(groups))
    if len(member) != times.stop.size or stratum.size != times.stop.size:
        raise ReinfuseError("not one group for each patient", fix="give one group per patient")
    if len(names) < _FEWEST_GROUPS:
        raise ReinfuseError("one group cannot be compared with itself", fix="give two or more")
    expected, variance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for one in np.unique(stratum):
        within = stratum == one
        more, vary = _of_stratum(times.only(within), member[within], len(names))
        expected, variance = expected + more, variance + vary
    observed = np.bincount(member[times.ended > 0], minlength=len(names))
    chi_square, degrees = _chi_square(observed - expected, variance, expected > 0)
    return LogRank(
        groups=names,
        patients=np.bincount(member, minlength=len(names)),
        observed=observed,
        expected=expected,
        variance=variance,
        chi_square=chi_square,
        degrees=degrees,
        p_value=_upper_tail(chi_square, degrees),
    )


def _of_stratum(times: Times, member: Integers, groups: int) -> tuple[Floats, Floats]:
    """Expected events and their variance over the days of one stratum."""
    steps = Steps.of(times)
    events = steps.events.sum(axis=1)
    at_risk = np.zeros((steps.day.size, groups))
    for group in np.unique(member):
        at_risk[:, group] = times.only(member == group).at_risk(steps.day)
    share = at_risk / steps.at_risk[:, None]
    # A risk set of one has no spread; the maximum keeps its 0 from being divided by 0.
    spread = events * (steps.at_risk - events) / np.maximum(steps.at_risk - 1, 1)
    variance = np.diag(spread @ share) - share.T @ (share * spread[:, None])
    return events @ share, variance


def _chi_square(apart: Floats, variance: Floats, part: np.ndarray) -> tuple[float, int]:
    degrees = int(part.sum()) - 1
    if degrees < 1:
        return 0.0, max(degrees, 0)
    # Observed and expected add up to the same, so one group says nothing that the others do not.
    off = apart[part][1:]
    inner = variance[np.ix_(part, part)][1:, 1:]
    if not inner.any():
        return 0.0, degrees
    return float(off @ np.linalg.pinv(inner, hermitian=True) @ off), degrees


def _upper_tail(chi_square: float, degrees: int) -> float:
    """The chance that a chi-square with so many degrees of freedom is at least as large.

    Source: Abramowitz and Stegun, 26.4.4 and 26.4.5.
    """
    if degrees < 1:
        return 1.0
    half = chi_square / 2
    odd = degrees % 2
    total = math.erfc(math.sqrt(half)) if odd else math.exp(-half)
    # Gamma(k + 1) of even degrees, Gamma(k + 1/2) of odd ones: each term follows from the last.
    term = math.exp(-half) * (math.sqrt(half) / math.gamma(1.5) if odd else half)
    for number in range(1, (degrees - 1) // 2 + 1 if odd else degrees // 2):
        total += term
        term *= half / (number + (0.5 if odd else 1.0))
    return total
