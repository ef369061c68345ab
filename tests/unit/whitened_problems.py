"""Likelihoods over standard normal latents whose posteriors can be had in another way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.whitened import Slopes

Array = NDArray[np.float64]


def numbered(latents: int) -> tuple[str, ...]:
    return tuple(f"z{number}" for number in range(latents))


@dataclass(frozen=True)
class Measured:
    """Combinations `ways` (`"latents measurements"`) measured with SDs `sd`: an exact posterior."""

    ways: Array
    sd: Array
    seen: Array

    @property
    def names(self) -> tuple[str, ...]:
        return numbered(len(self.ways))

    def log_likelihood(self, z: Array) -> Array:
        return -0.5 * (((z @ self.ways - self.seen) / self.sd) ** 2).sum(axis=1)

    def covariance(self) -> Array:
        scaled = self.ways / self.sd
        return np.linalg.inv(np.eye(len(self.ways)) + scaled @ scaled.T)

    def mean(self) -> Array:
        return self.covariance() @ (self.ways / self.sd**2) @ self.seen

    def log_evidence(self) -> float:
        total = self.ways.T @ self.ways + np.diag(self.sd**2)
        miss = self.seen @ np.linalg.solve(total, self.seen)
        volume = np.linalg.slogdet(total)[1] - 2.0 * np.log(self.sd).sum()
        return float(-0.5 * (miss + volume))


@dataclass(frozen=True)
class MeasuredWithSlopes(Measured):
    """The same, and it knows its derivatives."""

    def gradient(self, z: Array) -> Slopes:
        missed = (self.seen - z @ self.ways) / self.sd**2
        return Slopes(log_likelihood=self.log_likelihood(z), gradient=missed @ self.ways.T)


@dataclass(frozen=True)
class MeasuredWithFisher(Measured):
    """The same, and it knows its curvature too."""

    def gradient(self, z: Array) -> Slopes:
        missed = (self.seen - z @ self.ways) / self.sd**2
        scaled = self.ways / self.sd
        return Slopes(
            log_likelihood=self.log_likelihood(z),
            gradient=missed @ self.ways.T,
            fisher=np.tile(scaled @ scaled.T, (len(z), 1, 1)),
        )


@dataclass(frozen=True)
class InThePlane:
    """A likelihood of the first two latents; the others keep the prior."""

    plane: Callable[[Array, Array], Array]
    latents: int

    @property
    def names(self) -> tuple[str, ...]:
        return numbered(self.latents)

    def log_likelihood(self, z: Array) -> Array:
        return self.plane(z[:, 0], z[:, 1])

    def quadrature(self) -> Plane:
        side = np.linspace(-6.0, 6.0, 1601)
        x, y = np.meshgrid(side, side, indexing="ij")
        prior = np.exp(-0.5 * (x**2 + y**2)) / (2.0 * np.pi)
        with np.errstate(under="ignore"):
            density = prior * np.exp(self.plane(x.ravel(), y.ravel()).reshape(x.shape))
        cell = (side[1] - side[0]) ** 2
        return Plane(x, y, density / density.sum(), float(np.log(density.sum() * cell)))


@dataclass(frozen=True)
class Plane:
    """The posterior on a grid."""

    x: Array
    y: Array
    weight: Array
    log_evidence: float

    def of(self, function: Callable[[Array, Array], Array]) -> float:
        return float((self.weight * function(self.x, self.y)).sum())
