"""A fit as a file: the model, the population and what a later command needs, in JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # a tree of plain values

import numpy as np

from reinfuse import __version__
from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.importance import Likelihood
from reinfuse.estimation.population.model import PopulationModel
from reinfuse.estimation.population.model_text import model_as_plain, model_from_plain
from reinfuse.estimation.population.problem import make_problem
from reinfuse.estimation.population.result import Outcome, PopulationFit
from reinfuse.estimation.population.structure import Population
from reinfuse.estimation.population.uncertainty import Uncertainty
from reinfuse.record.data_set import DataSet

KIND = "population fit"
_MOST_TRACE = 500  # rounds of the trace that are kept, evenly


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFit:
    """What a file holds of a fit; `content` is all of it as plain values."""

    model: PopulationModel
    population: Population
    data_sha256: str
    content: Mapping[str, Any]


def fit_as_plain(
    fit: PopulationFit,
    *,
    data_file: str = "",
    data_sha256: str = "",
    uncertainty: Uncertainty | None = None,
) -> dict[str, Any]:
    """A fit as plain values: `model` and `population` suffice to go on from it."""
    population, likelihood = fit.population, fit.likelihood
    every = max(1, len(fit.trace) // _MOST_TRACE)
    sds = np.sqrt(np.diagonal(fit.conditional.covariance, axis1=1, axis2=2))
    return {
        "kind": KIND,
        "reinfuse": __version__,
        "notice": "For research; not for decisions about treatment.",
        "data": {"file": data_file, "sha256": data_sha256, **fit.problem.counts},
        "model": model_as_plain(fit.problem.model),
        "outcome": str(fit.outcome),
        "loose": list(fit.loose),
        "notes": list(fit.notes),
        "typical": fit.typical,
        "effects": fit.effects,
        "references": dict(fit.problem.references),
        "variances": fit.variances,
        "residual": fit.residual,
        "population": {
            "beta_names": list(fit.problem.structure.beta_names),
            "random": [fit.problem.structure.names[one] for one in fit.problem.structure.random],
            "beta": population.beta.tolist(),
            "omega": population.omega.tolist(),
            "gamma": population.gamma.tolist(),
            "residual": population.residual.tolist(),
        },
        "likelihood": {
            "minus_2ll": likelihood.minus_2ll,
            "objective": likelihood.objective,
            "convention": "minus_2ll counts every constant; objective leaves out n ln(2 pi)",
            "monte_carlo_se": _finite(likelihood.se),
            "draws": likelihood.draws,
            "worst_pareto_k": _finite(likelihood.worst_shape),
        },
        "subjects": [
            {"id": name, "minus_2ll": part, "pareto_k": _finite(shape),
             "mean": mean, "sd": sd}
            for name, part, shape, mean, sd in zip(
                fit.problem.subjects, likelihood.subjects.tolist(), likelihood.shapes.tolist(),
                fit.conditional.mean.T.tolist(), sds.tolist(), strict=True,
            )
        ],
        "trace": {"names": list(fit.trace_names), "burn": fit.burn, "every": every,
                  "rows": np.round(fit.trace[::every], 6).tolist()},
        "uncertainty": None if uncertainty is None else _uncertainty_as_plain(uncertainty),
        "starts": [_finite(one) for one in fit.starts],
        "seed": fit.seed,
        "precision": fit.precision,
        "chains": fit.chains,
        "seconds": {"compile": fit.compile_seconds, "run": fit.run_seconds},
    }  # fmt: skip


def _uncertainty_as_plain(found: Uncertainty) -> dict[str, Any]:
    """Standard errors and intervals by name, and the covariance that new draws need."""
    return {
        "method": found.method,
        "numbers": [
            {"name": name, "estimate": estimate, "se": _finite(error),
             "low": _finite(low), "high": _finite(high)}
            for name, estimate, error, (low, high) in zip(
                found.names, found.estimates.tolist(), found.standard_errors.tolist(),
                found.intervals.tolist(), strict=True,
            )
        ],
        "condition": _finite(found.condition),
        "loose": [{"name": one.name, "why": one.why} for one in found.loose],
        "notes": list(found.notes),
        "vector": found.vector.tolist(),
        "vector_covariance": [[_finite(one) for one in row] for row in found.vector_covariance],
    }  # fmt: skip


def _finite(value: float) -> float | None:
    """The number, or None where it is not known: JSON has no infinity."""
    return value if np.isfinite(value) else None


def read_fit(path: Path) -> KeptFit:
    """What a file holds; raises ReinfuseError where it holds no fit."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise _no_fit(path, "it is not JSON") from error
    if not isinstance(content, dict) or content.get("kind") != KIND:
        raise _no_fit(path, "it holds no population fit")
    try:
        numbers = content["population"]
        population = Population(*(
            np.asarray(numbers[key], np.float64) for key in ("beta", "omega", "gamma", "residual")
        ))  # fmt: skip
        model = model_from_plain(content["model"], where=path.name)
    except (KeyError, TypeError, ValueError) as error:
        raise _no_fit(path, "a part of it is missing or was changed") from error
    count = len(numbers["random"])
    omega = population.omega.reshape(count, count) if count else np.zeros((0, 0))
    return KeptFit(
        model=model,
        population=population._replace(omega=omega),
        data_sha256=content["data"].get("sha256", ""),
        content=content,
    )


def restore_fit(kept: KeptFit, data: DataSet) -> PopulationFit:
    """The whole fit again, from its file and the data that it was fitted to.

    Raises ReinfuseError where the data are not those: their subjects differ.
    """
    problem = make_problem(data, kept.model)
    subjects = kept.content["subjects"]
    if [one["id"] for one in subjects] != list(problem.subjects):
        raise ReinfuseError(
            "the data are not those of the fit: their subjects differ",
            where=f"fit of {kept.content['data'].get('file') or 'unnamed data'}",
            fix="give the data set that was fitted",
        )
    mean = np.asarray([one["mean"] for one in subjects], np.float64).T
    sds = np.asarray([one["sd"] for one in subjects], np.float64)
    said, trace = kept.content["likelihood"], kept.content["trace"]
    shapes = [-np.inf if one["pareto_k"] is None else one["pareto_k"] for one in subjects]
    return PopulationFit(
        problem=problem,
        population=kept.population,
        outcome=Outcome(kept.content["outcome"]),
        likelihood=Likelihood(
            minus_2ll=said["minus_2ll"], objective=said["objective"],
            se=_or_infinite(said["monte_carlo_se"]),
            draws=said["draws"], subjects=np.asarray([one["minus_2ll"] for one in subjects]),
            shapes=np.asarray(shapes),
        ),
        # Correlations of latents within a subject are not kept: a file of them would be large.
        conditional=Conditional(mean, np.einsum("ni,ij->nij", sds**2, np.eye(sds.shape[1]))),
        trace=np.asarray(trace["rows"], np.float64),
        trace_names=tuple(trace["names"]),
        burn=trace["burn"] // trace["every"],
        starts=tuple(_or_infinite(one) for one in kept.content["starts"]),
        seed=kept.content["seed"],
        precision=kept.content["precision"],
        chains=kept.content["chains"],
        loose=tuple(kept.content["loose"]),
        notes=tuple(kept.content["notes"]),
    )  # fmt: skip


def _or_infinite(value: float | None) -> float:
    return np.inf if value is None else value


def _no_fit(path: Path, why: str) -> ReinfuseError:
    return ReinfuseError(
        f"{path.name} cannot be used: {why}", fix="make one with `reinfuse fit DATA -o FILE`"
    )
