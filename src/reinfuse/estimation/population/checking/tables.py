"""Measurements and subjects of a checked fit as rows for a file beside the page."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from reinfuse.estimation.population.checking.fit_check import FitCheck
from reinfuse.estimation.population.predict import parameters_of

MEASUREMENT_COLUMNS = (
    "id", "row", "assay", "occasion", "time", "observed", "beyond", "limit", "pred", "ipred_mode",
    "ipred_mean", "iwres", "cwres", "pd", "npde",
)  # fmt: skip


def residual_table(check: FitCheck) -> Iterator[tuple[str, ...]]:
    """The headings, then one row for each measurement; cells are empty where there is no number.

    `beyond` is `below` or `above` a `limit`, or empty. `pd` and `npde` of such a measurement are
    drawn within the limit.
    """
    yield MEASUREMENT_COLUMNS
    found, problem = check.residuals, check.fit.problem
    cells = check.design.present.T
    pd, errors = check.npde.pd.T[cells], check.npde.npde.T[cells]
    for one in range(found.count):
        beyond = bool(found.beyond[one])
        side = "" if not beyond else "below" if found.observed[one] < 0 else "above"
        numbers = (
            math.nan if beyond else found.observed[one], found.limit[one] if beyond else math.nan,
            found.pred[one], found.ipred_mode[one], found.ipred_mean[one], found.iwres[one],
            found.cwres[one], pd[one], errors[one],
        )  # fmt: skip
        texts = [_text(float(value)) for value in numbers]
        yield (
            problem.subjects[found.subject[one]], str(found.row[one]),
            problem.assays[found.assay[one]], str(found.occasion[one]),
            _text(float(found.time[one])), texts[0], side, *texts[1:],
        )  # fmt: skip


def subject_table(check: FitCheck) -> Iterator[tuple[str, ...]]:
    """The headings, then one row for each subject: what it has, its likelihood, its numbers.

    Parameters are in their own units at the mode, of the first occasion and covariates as they
    were at the start; `eta` are random effects at the mode and at the conditional mean.
    """
    problem, effects = check.fit.problem, check.effects
    structure = problem.structure
    found = parameters_of(
        structure, problem.arrays, np.asarray(check.fit.population.beta), check.modes.z
    )
    values = {name: _by_subject(np.asarray(one), len(problem.subjects))
              for name, one in found.items()}  # fmt: skip
    yield (
        "id", "measurements", "beyond", "minus_2ll", "pareto_k", "mode_found", *structure.names,
        *(f"eta_mode_{name}" for name in effects.parameters),
        *(f"eta_mean_{name}" for name in effects.parameters),
    )  # fmt: skip
    present, beyond = check.design.present.sum(0), np.isinf(check.design.observed).sum(0)
    likelihood = check.fit.likelihood
    for one, name in enumerate(problem.subjects):
        yield (
            name, str(present[one]), str(beyond[one]), _text(float(likelihood.subjects[one])),
            _text(float(likelihood.shapes[one])), "yes" if check.modes.arrived[one] else "no",
            *(_text(float(values[parameter][one])) for parameter in structure.names),
            *(_text(float(value)) for value in effects.mode[:, one]),
            *(_text(float(value)) for value in effects.mean[:, one]),
        )  # fmt: skip


def _by_subject(values: np.ndarray, subjects: int) -> np.ndarray:
    first = values[0] if values.ndim > 1 else values
    return np.broadcast_to(first, (subjects,))


def _text(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else ""
