"""What is believed of the middle and the spread of cohorts before their data are looked at.

With five studies or fewer the spread is hardly seen in the data, so that the prior decides how wide
the answer is: three stand side by side, and each is printed with its source and standing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.source import Source, Standing

Floats = NDArray[np.float64]


class Spread(StrEnum):
    """The family of the prior of tau, the standard deviation between cohorts."""

    HALF_NORMAL = "half-normal"
    HALF_CAUCHY = "half-Cauchy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """mu normal with `mu_mean` and `mu_sd` (infinite: flat); tau of a family with `tau_scale`.

    Both are on the scale that is pooled: log odds for rates.
    """

    name: str
    tau_family: Spread
    tau_scale: float
    mu_mean: float
    mu_sd: float
    source: Source

    def __post_init__(self) -> None:
        """Refuse scales that are no scales."""
        if not (0 < self.tau_scale < math.inf and self.mu_sd > 0 and math.isfinite(self.mu_mean)):
            raise ReinfuseError(
                f"a prior with tau scale {self.tau_scale:g} and mu {self.mu_mean:g} +- "
                f"{self.mu_sd:g} cannot be",
                fix="give scales above 0; an infinite mu_sd is a flat prior",
            )

    @property
    def standing(self) -> Standing:
        """How sure we are of the source of the prior of tau."""
        return self.source.standing

    def __str__(self) -> str:
        """The prior on one line, with source and standing."""
        flat = math.isinf(self.mu_sd)
        middle = "mu flat" if flat else f"mu normal({self.mu_mean:g}, {self.mu_sd:g})"
        return f"{self.name}: {middle}, tau {self.tau_family}({self.tau_scale:g}); {self.source}"

    def log_mu(self, mu: Floats) -> Floats:
        """The log density of mu; 0 everywhere where it is flat, which no evidence can rest on."""
        if math.isinf(self.mu_sd):
            return np.zeros_like(mu)
        score = (mu - self.mu_mean) / self.mu_sd
        return -0.5 * score**2 - math.log(self.mu_sd) - 0.5 * math.log(2 * math.pi)

    def log_tau(self, tau: Floats) -> Floats:
        """The log density of tau >= 0."""
        score = tau / self.tau_scale
        if self.tau_family is Spread.HALF_NORMAL:
            return -0.5 * score**2 + 0.5 * math.log(2 / math.pi) - math.log(self.tau_scale)
        return -np.log1p(score**2) + math.log(2 / math.pi) - math.log(self.tau_scale)

    def draw(self, rng: np.random.Generator) -> tuple[float, float]:
        """One mu and one tau; a flat mu cannot be drawn from."""
        if math.isinf(self.mu_sd):
            raise ReinfuseError("a flat prior has no draws", fix="give mu a standard deviation")
        normal = self.tau_family is Spread.HALF_NORMAL
        tau = abs(rng.standard_normal() if normal else rng.standard_cauchy()) * self.tau_scale
        return float(rng.normal(self.mu_mean, self.mu_sd)), float(tau)


_MU_SD = 2.5  # log odds: the middle cohort's rate lies between 0.7 % and 99.3 % (95 %); ours

NARROW = Prior(
    name="narrow",
    tau_family=Spread.HALF_NORMAL,
    tau_scale=0.5,
    mu_mean=0.0,
    mu_sd=_MU_SD,
    source=Source(
        cite="Röver 2021",
        doi="10.1002/jrsm.1475",
        place="half-normal(0.5) for a log odds ratio; for log odds of one arm, and mu, ours",
        standing=Standing.RECALLED,
    ),
)
MIDDLE = Prior(
    name="middle",
    tau_family=Spread.HALF_NORMAL,
    tau_scale=1.0,
    mu_mean=0.0,
    mu_sd=_MU_SD,
    source=Source(
        cite="RBesT",
        place="vignette introduction, gMAP: tau half-normal(1), mu sd 2; mu sd 2.5 is ours",
        standing=Standing.PORT,
    ),
)
WIDE = Prior(
    name="wide",
    tau_family=Spread.HALF_NORMAL,
    tau_scale=2.0,
    mu_mean=0.0,
    mu_sd=_MU_SD,
    source=Source(cite="reinfuse", place="twice the middle prior", standing=Standing.OURS),
)

#: Side by side for few studies; the middle one leads.
THREE_PRIORS: tuple[Prior, ...] = (NARROW, MIDDLE, WIDE)
