"""Virtual patients of the reference model, drawn as they were when its engine was first timed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import HOME
from reinfuse.engine.language import Model, read_model_file

Numbers = NDArray[np.float64]

FILE = HOME / "examples" / "models" / "reference.model"
# Days of outputs: before the infusion, daily for a month, then to the end of a year.
TIMES = np.round(
    np.concatenate([np.arange(-4.5, 0.0), np.arange(0.5, 30.5), np.linspace(33.0, 365.0, 25)]), 3
)

_USUAL_SPREAD = 0.45
_SPREADS = {
    **dict.fromkeys(("v1", "v2", "cl", "q", "kD", "Kd", "H0"), 0.25),
    **dict.fromkeys(("rL", "kk"), 0.3),
    **dict.fromkeys(("KAb", "KAm", "KA1", "KA2", "hk", "KAE", "mu", "kA1"), 0.9),
    "rho": 0.18,
}
_OWN = 16  # parameters, the last ones, that say what a patient begins with and is given


class Reference(NamedTuple):
    """The model, and one row of its parameters for each patient."""

    model: Model
    rows: Numbers


def reference(patients: int, *, seed: int = 1) -> Reference:
    """So many patients: log-normal parameters, 40 % given tocilizumab, 25 % a transplant.

    Who is drawn hangs on how many are, as in the first timings.
    """
    model = read_model_file(FILE)
    chance = np.random.default_rng(seed)
    usual = {parameter.name: parameter.value for parameter in model.parameters}
    drawn = {name: np.full(patients, value) for name, value in usual.items()}
    for name in model.parameter_names[:-_OWN]:
        spread = _SPREADS.get(name, _USUAL_SPREAD)
        drawn[name] = usual[name] * np.exp(spread * chance.standard_normal(patients))

    def spread(low: float, high: float) -> Numbers:
        return chance.uniform(low, high, patients)

    def some(share: float, draw: Callable[[], Numbers], others: float) -> Numbers:
        has = chance.random(patients) < share
        return np.where(has, draw(), others)

    drawn["kG1"] = some(0.25, lambda: 0.01 * np.exp(0.5 * chance.standard_normal(patients)), 0.0)
    burden = 10 ** spread(7.5, 11.9)
    drawn["start_Pm"] = burden
    drawn["start_Pb"] = burden * 10 ** spread(-3.0, -0.7)
    drawn["start_P1"] = some(0.5, lambda: burden * 10 ** spread(-4.0, -1.0), 0.0)
    drawn["start_P2"] = some(0.3, lambda: burden * 10 ** spread(-4.0, -1.0), 0.0)
    negative = some(0.4, lambda: 10 ** spread(-7.0, -3.0), 0.0)
    for place in "bm12":
        drawn[f"start_N{place}"] = negative * drawn[f"start_P{place}"]
    drawn["start_Bc"] = drawn["B0"] * spread(0.01, 1.0)
    drawn["start_H"] = drawn["H0"] * spread(0.1, 1.0)
    drawn["t_toci"] = some(0.5, lambda: spread(3.0, 9.0), 7.0)
    drawn["t_hsct"] = spread(60.0, 150.0)
    drawn["toci"] = some(0.4, lambda: np.full(patients, 560.0), 0.0)
    drawn["hsct_cells"] = some(0.25, lambda: np.full(patients, 1e-3), 1.0)
    drawn["hsct_A"] = np.where(drawn["hsct_cells"] < 1.0, 0.05, 1.0)
    drawn["dose"] = 10 ** spread(7.0, 8.5)
    return Reference(model, np.stack([drawn[name] for name in model.parameter_names], axis=1))


def log_error(model: Model, found: NDArray[np.floating], expected: NDArray[np.floating]) -> Numbers:
    """The largest error of each patient in powers of ten, over times and outputs.

    Of cells it is the difference of log10 (cells + 1000), well below what any assay sees; of the
    rest the difference relative to the value plus 0.001.
    """
    cells = np.array([seen.unit == "cells" for seen in model.observables])
    one, other = found.astype(np.float64), expected.astype(np.float64)
    counted = np.abs(
        np.log10(np.maximum(one[..., cells], 0.0) + 1e3)
        - np.log10(np.maximum(other[..., cells], 0.0) + 1e3)
    )
    rest = np.abs(one - other)[..., ~cells] / (np.abs(other[..., ~cells]) + 1e-3) / np.log(10.0)
    return np.maximum(counted.max((-1, -2)), rest.max((-1, -2)))
