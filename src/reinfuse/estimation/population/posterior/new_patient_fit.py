"""What one new patient's measurements say: each parameter before and after, and the curve ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.smc import Outcome
from reinfuse.estimation.summary import Probability, Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientParameter:
    """One parameter before and after the patient was measured, in its own unit.

    `narrowing` is posterior over prior SD on the scale of estimation, where the prior is normal:
    1 is nothing learned. `informed` says it is below 0.8.
    """

    name: str
    unit: str
    before: Summary
    after: Summary
    narrowing: float
    informed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientMode:
    """A likeliest set of values: `values` by parameter, in their own units.

    `height` is ln(likelihood x prior) there, the prior without its constant; `covariance`
    (`"latents latents"`) the normal around it, on the scales of estimation; `starts` the share of
    searches that ended here.
    """

    values: Mapping[str, float]
    latents: NDArray[np.float64]
    covariance: NDArray[np.float64]
    height: float
    starts: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelBands:
    """Quantiles of the curve on days after the infusion: `level` is `"levels days"`."""

    days: NDArray[np.float64]
    levels: tuple[float, ...]
    level: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class BelowLimit:
    """From which day on the curve itself stays below a limit; a measurement scatters around it.

    `by` pairs days with the probability that the curve is below from then on; `not_within` is the
    probability that it is not below at the horizon.
    """

    limit: float
    day: Summary
    by: tuple[tuple[float, Probability], ...]
    horizon_days: float
    not_within: Probability


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPatientFit:
    """One patient against a known population.

    `draws` (`"draws latents"`, named by `latent_names`) are of equal weight, on the scales of
    estimation. `modes` are the likeliest values, the highest first. `log_evidence` is ln of the
    probability of the measurements in this population, `log_evidence_normal` the same by the
    normal around the highest mode: far apart, the posterior is not normal.
    """

    subject: str
    counts: Mapping[str, int]
    latent_names: tuple[str, ...]
    draws: NDArray[np.float64]
    parameters: tuple[PatientParameter, ...]
    modes: tuple[PatientMode, ...]
    log_evidence: float
    log_evidence_normal: float
    bands: LevelBands
    below: tuple[BelowLimit, ...]
    outcome: Outcome
    assumptions: tuple[str, ...]
    words: tuple[str, ...]

    def parameter(self, name: str) -> PatientParameter:
        """The parameter of that name; KeyError where there is none."""
        for one in self.parameters:
            if one.name == name:
                return one
        raise KeyError(name)
