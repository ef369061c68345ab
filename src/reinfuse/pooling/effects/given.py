"""Effects as papers give them: an estimate with its standard error or interval, a mean."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.pooling.effects.back import Floats
from reinfuse.pooling.effects.cautions import not_in_the_middle
from reinfuse.pooling.effects.effects import (
    Effects,
    name_studies,
    read_column,
    refuse_studies,
    same_length,
)
from reinfuse.pooling.effects.measure import Measure, Scale

#: How far from the middle, as a share of the width, an estimate may lie before we say so. Ours:
#: printed to two places, a hazard ratio of 0.5 (0.3 to 0.8) is off by less.
FARTHEST_FROM_MIDDLE = 0.1


def effects_given(
    estimates: ArrayLike,
    *,
    standard_errors: ArrayLike | None = None,
    intervals: ArrayLike | None = None,
    interval_level: float = 0.95,
    scale: Scale = Scale.PLAIN,
    n: ArrayLike | None = None,
    labels: Sequence[str] | None = None,
) -> Effects:
    """One estimate for each study, with either its standard error or its interval.

    With `Scale.LOG`, estimates and limits are ratios as printed (a hazard ratio of 0.72, 0.50 to
    1.03) and are pooled as logarithms; standard errors are then those of the logarithms, which
    is how they are printed. `intervals` has the axes (studies, low and high); the standard error
    is the width over twice the normal quantile of `interval_level`. An estimate far from the
    middle of its interval makes a finding.

    Raises ReinfuseError for numbers that are missing, ratios that are not above 0, limits in the
    wrong order, and standard errors that are not above 0.
    """
    plain = read_column(estimates, "estimates")
    names = name_studies(labels, plain.size)
    yi = _on_scale(plain, scale, names)
    findings: tuple[Finding, ...] = ()
    if (standard_errors is None) == (intervals is None):
        raise ReinfuseError(
            "standard errors or intervals are needed, and not both",
            fix="give what the papers print; make the other from it first if they differ",
        )
    if standard_errors is not None:
        errors = read_column(standard_errors, "standard errors")
        same_length(estimates=plain, standard_errors=errors)
    else:
        errors, findings = _errors_of(intervals, yi, interval_level, scale, names)
    _refuse_errors(errors, names)
    return Effects(
        measure=Measure.GEN,
        labels=names,
        yi=yi,
        vi=errors**2,
        n=_sizes(n, names),
        scale=scale,
        findings=findings,
    )


def effects_of_means(
    means: ArrayLike,
    standard_deviations: ArrayLike,
    n: ArrayLike,
    *,
    labels: Sequence[str] | None = None,
) -> Effects:
    """One mean for each study, with variance sd^2 / n.

    Raises ReinfuseError for what is missing, a deviation that is not above 0, or n below 1.
    """
    yi, spread = read_column(means, "means"), read_column(standard_deviations, "deviations")
    size = read_column(n, "n")
    names = name_studies(labels, same_length(means=yi, standard_deviations=spread, n=size))
    refuse_studies(~np.isfinite(yi), names, "a mean is missing", fix="leave the study out")
    _refuse_errors(spread, names)
    sizes = _sizes(n, names)
    return Effects(measure=Measure.MN, labels=names, yi=yi, vi=spread**2 / size, n=sizes)


def _on_scale(values: Floats, scale: Scale, names: tuple[str, ...]) -> Floats:
    refuse_studies(
        ~np.isfinite(values), names, "an estimate or limit is missing", fix="leave the study out"
    )
    if scale is Scale.PLAIN:
        return values
    fix = "give ratios as printed, or choose the plain scale for logarithms"
    refuse_studies(values <= 0, names, "a ratio that is not above 0 has no logarithm", fix=fix)
    return np.log(values)


def _errors_of(
    intervals: ArrayLike | None,
    yi: Floats,
    level: float,
    scale: Scale,
    names: tuple[str, ...],
) -> tuple[Floats, tuple[Finding, ...]]:
    if not 0 < level < 1:
        raise ReinfuseError(
            f"a confidence level of {level:g} cannot be", fix="give a share such as 0.95"
        )
    limits = np.asarray(intervals, dtype=np.float64)
    if limits.shape != (yi.size, 2):
        raise ReinfuseError(
            f"intervals of shape {limits.shape} for {yi.size} studies",
            fix="give a low and a high limit for each study",
        )
    low, high = (_on_scale(limits[:, side], scale, names) for side in (0, 1))
    order = "the estimate does not lie between its limits"
    refuse_studies(~((low <= yi) & (yi <= high)), names, order, fix="check them in the paper")
    refuse_studies(low >= high, names, "an interval has no width", fix="check it in the paper")
    quantile = NormalDist().inv_cdf((1 + level) / 2)
    off = np.abs(yi - (low + high) / 2) > FARTHEST_FROM_MIDDLE * (high - low)
    named = [name for name, one in zip(names, off, strict=True) if one]
    return (high - low) / (2 * quantile), (not_in_the_middle(named),) if named else ()


def _refuse_errors(errors: Floats, names: tuple[str, ...]) -> None:
    refuse_studies(
        ~(np.isfinite(errors) & (errors > 0)),
        names,
        "a standard error or deviation is missing or not above 0",
        fix="no study knows its effect without error: find the number, or leave the study out",
    )


def _sizes(n: ArrayLike | None, names: tuple[str, ...]) -> Floats | None:
    if n is None:
        return None
    sizes = read_column(n, "n")
    name_studies(names, sizes.size)
    refuse_studies(~(sizes >= 1), names, "nobody was counted", fix="give n of 1 or more")
    return sizes
