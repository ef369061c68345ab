"""The normal distribution that touches the posterior at a mode, and the evidence it implies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.whitened.climb import height_of
from reinfuse.estimation.whitened.counted import Counted
from reinfuse.estimation.whitened.search import Mode

_STEP = 0.5  # SDs of the posterior, so that the solver's noise stays small beside the curve
_FAINT = 0.05  # curvature against the posterior's own below which no cross term is asked for
_FLATTEST = 0.02  # curvature is not believed to be below this, against the climb's own
_FAR = 3.0  # times one: curvature on a scale that is not yet right
_RESCALINGS = 3
_LEAST_RESCALED = 0.05  # at a time
_HALF = 0.5

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Laplace:
    """Mean (`"latents"`) and covariance (`"latents latents"`) at a mode.

    `log_evidence` is the log of the likelihood averaged over the prior, were the posterior
    normal; `information` is the curvature of minus the log likelihood.
    """

    mean: Array
    covariance: Array
    information: Array
    log_evidence: float


def laplace(counted: Counted, mode: Mode) -> Laplace:
    """The normal at a mode: Fisher's curvature, or differences of slopes or else of values."""
    slopes = counted.slopes(mode.z[None]) if counted.gives_slopes else None
    if slopes is not None and slopes.fisher is not None:
        return _normal(mode.z, mode.height, slopes.fisher[0])
    values, vectors = np.linalg.eigh(mode.curvature)
    root = vectors / np.sqrt(np.maximum(values, _FLATTEST))
    if slopes is not None:
        bent, slope = _from_slopes(counted, mode, root), root.T @ slopes.gradient[0]
    else:
        root, bent, slope = _rescaled(counted, mode, root)
    at, along = _axes(bent, root)
    total = (along * np.maximum(at, _FLATTEST)) @ along.T
    back = np.linalg.inv(root)
    information = back.T @ (total - root.T @ root) @ back
    step = root @ np.linalg.solve(total, slope - root.T @ mode.z)
    mean, height = _nearer(counted, mode, step)
    return _normal(mean, height, information)


def _axes(bent: Array, root: Array) -> tuple[Array, Array]:
    """Curvatures of minus the log posterior on the scale of `root`, and their axes."""
    total = bent + root.T @ root
    at, along = np.linalg.eigh(_HALF * (total + total.T))
    return at, along


def _rescaled(counted: Counted, mode: Mode, root: Array) -> tuple[Array, Array, Array]:
    """A scale on which all curvatures are near one, with curvature and slope measured on it.

    A climb on a noisy likelihood takes noise for curvature: its scale is then too fine, and
    differences on it would measure the noise again.
    """
    for _ in range(_RESCALINGS):
        bent, slope = _from_values(counted, mode, root)
        at, along = _axes(bent, root)
        if at.min() > 1.0 / _FAR and at.max() < _FAR:
            break
        root = root @ (along / np.sqrt(np.clip(at, _LEAST_RESCALED, 1.0 / _LEAST_RESCALED)))
    else:
        bent, slope = _from_values(counted, mode, root)
    return root, bent, slope


def _nearer(counted: Counted, mode: Mode, step: Array) -> tuple[Array, float]:
    """The mode moved by Newton's step, if that is higher, and its height."""
    moved = mode.z + step
    height = float(height_of(moved[None], counted.values(moved[None]))[0])
    return (moved, height) if height > mode.height else (mode.z, mode.height)


def _normal(mean: Array, height: float, information: Array) -> Laplace:
    values, vectors = np.linalg.eigh(np.eye(len(mean)) + information)
    values = np.maximum(values, _FLATTEST)
    return Laplace(
        mean=mean,
        covariance=(vectors / values) @ vectors.T,
        information=information,
        log_evidence=height - 0.5 * float(np.log(values).sum()),
    )


def _from_slopes(counted: Counted, mode: Mode, root: Array) -> Array:
    """Curvature of minus the log likelihood along the columns of `root`, from slopes."""
    steps = _STEP * root.T
    found = counted.slopes(np.concatenate([mode.z + steps, mode.z - steps]))
    ahead, behind = np.split(found.gradient, 2)
    return -((ahead - behind) @ root) / (2.0 * _STEP)


def _from_values(counted: Counted, mode: Mode, root: Array) -> tuple[Array, Array]:
    """The same from values alone, and the slope; cross terms only where both ways are curved."""
    steps, middle = _STEP * root.T, mode.log_likelihood
    ahead, behind = np.split(counted.values(np.concatenate([mode.z + steps, mode.z - steps])), 2)
    sides = ahead + behind
    # At a wall the curvature beyond it means nothing: the way is left to the climb's own.
    own = 1.0 - (root**2).sum(axis=0)
    straight = np.where(np.isfinite(sides), (2.0 * middle - sides) / _STEP**2, own)
    bent = np.diag(straight)
    usable = np.isfinite(sides) & (np.abs(straight) > _FAINT)
    one, other = np.nonzero(np.triu(np.outer(usable, usable), 1))
    if len(one):
        both = steps[one] + steps[other]
        far, near = np.split(counted.values(np.concatenate([mode.z + both, mode.z - both])), 2)
        known = sides[one] + sides[other] - 2.0 * middle - far - near
        bent[one, other] = bent[other, one] = np.where(
            np.isfinite(known), known / (2.0 * _STEP**2), 0.0
        )
    possible = np.isfinite(sides)
    slope = np.where(possible, ahead, 0.0) - np.where(possible, behind, 0.0)
    return bent, np.where(possible, slope / (2.0 * _STEP), root.T @ mode.z)
