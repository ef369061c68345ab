"""Whether something about the studies explains how they differ: meta-regression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reinfuse.errors import ReinfuseError
from reinfuse.pooling.effects.back import Floats
from reinfuse.pooling.effects.effects import Effects, read_column, refuse_studies
from reinfuse.pooling.inverse_variance.between import estimate_tau2
from reinfuse.pooling.inverse_variance.checking import check_level, why_not_pooled
from reinfuse.pooling.inverse_variance.inference import Inference, infer, wald_together
from reinfuse.pooling.inverse_variance.likelihood import log_likelihood
from reinfuse.pooling.inverse_variance.method import Method
from reinfuse.pooling.inverse_variance.spread import PERCENT, spread_of
from reinfuse.pooling.inverse_variance.weighted import Studies, fit_at, pooled_alone
from reinfuse.pooling.not_pooled import NotPooled

INTERCEPT = "intercept"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Regressed:
    """Coefficients of the moderators; the arrays have the axis (names), the intercept first.

    `tau2`, `q` and `i2` are of what the moderators leave unexplained. `qm` tests them together:
    a chi-square, or an F with Knapp and Hartung. `r2` is the percentage by which tau squared
    fell, at least 0, and `None` when there was nothing to explain.
    """

    method: Method
    knapp_hartung: bool
    ad_hoc_guard: bool
    level: float
    k: int
    names: tuple[str, ...]
    b: Floats
    se: Floats
    statistic: Floats
    df: int | None
    p: Floats
    low: Floats
    high: Floats
    tau2: float
    q: float
    q_p: float
    qm: float
    qm_p: float
    r2: float | None
    i2: float
    h2: float
    log_likelihood: float


def meta_regression(
    effects: Effects,
    moderators: Mapping[str, ArrayLike],
    method: Method = Method.REML,
    *,
    knapp_hartung: bool = False,
    ad_hoc_guard: bool = False,
    level: float = 0.95,
) -> Regressed | NotPooled:
    """How the effect changes with each moderator: name to one number for each study.

    Studies are few and moderators are many: what is found so raises a question and settles none.
    Raises ReinfuseError for a moderator that is missing for a study.
    """
    check_level(level)
    design = design_of(effects, moderators)
    reason = why_not_pooled(effects, design, "a regression")
    if reason is not None:
        return reason
    studies = Studies(yi=effects.yi, vi=effects.vi, design=design)
    tau2 = estimate_tau2(studies, method)
    fit = fit_at(studies, tau2)
    found = infer(
        fit, Inference(level=level, knapp_hartung=knapp_hartung, ad_hoc_guard=ad_hoc_guard)
    )
    if isinstance(found, NotPooled):
        return found
    qm, qm_p = wald_together(found, slice(1, None))
    spread = spread_of(studies, tau2, method)
    return Regressed(
        method=method,
        knapp_hartung=knapp_hartung,
        ad_hoc_guard=ad_hoc_guard,
        level=level,
        k=effects.k,
        names=(INTERCEPT, *moderators),
        b=found.b,
        se=found.se,
        statistic=found.statistic,
        df=found.df,
        p=found.p,
        low=found.low,
        high=found.high,
        tau2=tau2,
        q=spread.q,
        q_p=spread.q_p,
        qm=qm,
        qm_p=qm_p,
        r2=_explained(effects, method, tau2),
        i2=spread.i2,
        h2=spread.h2,
        log_likelihood=log_likelihood(studies, fit, restricted=method is Method.REML),
    )


def design_of(effects: Effects, moderators: Mapping[str, ArrayLike]) -> Floats:
    """A column of ones and the moderators, with the axes (studies, coefficients)."""
    if not moderators:
        raise ReinfuseError("there is no moderator", fix="name one, or pool without")
    columns = [np.ones(effects.k)]
    for name, values in moderators.items():
        column = read_column(values, name)
        if column.size != effects.k:
            raise ReinfuseError(
                f"{column.size} values of {name} for {effects.k} studies",
                fix="give one for each study",
            )
        missing = ~np.isfinite(column)
        fix = "leave the study or the moderator out; a missing value is not an average one"
        refuse_studies(missing, effects.labels, f"{name} is missing", fix=fix)
        columns.append(column)
    return np.column_stack(columns)


def _explained(effects: Effects, method: Method, left: float) -> float | None:
    before = estimate_tau2(pooled_alone(effects.yi, effects.vi), method)
    return max(0.0, PERCENT * (before - left) / before) if before > 0.0 else None
