"""The posterior of one course as a problem of standard normal latents, with its slopes."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.engine.simulate import Settings, Simulated
from reinfuse.estimation.mechanistic.latents import Latent, What, latents_of
from reinfuse.estimation.mechanistic.likelihood import term
from reinfuse.estimation.mechanistic.observed import Kind
from reinfuse.estimation.mechanistic.predictions import FAST, Asked, Looked, asked_of, predicted
from reinfuse.estimation.mechanistic.rows import range_values
from reinfuse.estimation.mechanistic.scatter import SCATTER, scaled
from reinfuse.estimation.mechanistic.student import INFORMATION
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.estimation.whitened.problem import Slopes

Array = NDArray[np.float64]

_STEP = 0.1  # prior SDs: wide enough that the noise of 32 bits does not show in a slope
_EDGE = 9.0  # prior SDs beyond which nobody lives, and exponentials overflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Log likelihood of every observed thing, and what the model says of it in the middle.

    Both `"points observed"`, windows one after another; `middle` is on the scale of the
    measurement. `solved` (`"points"`) is False where a window could not be solved.
    """

    log_likelihood: Array
    middle: Array
    solved: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class MechanismProblem:
    """A course as `estimation.whitened` wants it: `latents` are the sampled ones, in order."""

    windows: tuple[Window, ...]
    latents: tuple[Latent, ...]
    asked: tuple[Asked, ...]
    settings: Settings = FAST

    @property
    def names(self) -> tuple[str, ...]:
        """One name per latent."""
        return tuple(latent.name for latent in self.latents)

    def log_likelihood(self, z: Array) -> Array:
        """Log likelihood of `"points latents"`; minus infinity where the solver gave up."""
        return _summed(self.terms(z), z)

    def gradient(self, z: Array) -> Slopes:
        """Slopes and expected curvature by central differences of every term."""
        points, latents = z.shape
        steps = _STEP * np.eye(latents)
        asked = np.concatenate([z[:, None], z[:, None] + steps, z[:, None] - steps], axis=1)
        terms = self.terms(asked.reshape(-1, latents))
        shape = (points, 2 * latents + 1, -1)
        slopes = _differences(terms.log_likelihood.reshape(shape), latents)
        moves = _differences(terms.middle.reshape(shape), latents)
        weights = self._information()
        outer = np.where(weights > 0, np.sqrt(weights) * moves, slopes)
        value = _summed(terms, asked.reshape(-1, latents)).reshape(points, -1)[:, 0]
        return Slopes(
            log_likelihood=value,
            gradient=slopes.sum(axis=2),
            fisher=np.einsum("pio,pjo->pij", outer, outer),
        )

    def terms(self, z: Array) -> Terms:
        """Every observed thing apart."""
        z = np.clip(z, -_EDGE, _EDGE)
        limits = limits_of(self.latents, z)
        likely, middle, solved = [], [], np.ones(len(z), bool)
        asked_of_any = [asked for asked in self.asked if asked.looked]
        for asked, simulated in zip(asked_of_any, self._simulated(asked_of_any, z), strict=True):
            solved &= simulated.solved
            for looked in asked.looked:
                outputs = outputs_of(simulated, looked)
                likely.append(term(looked, outputs, limits.get(looked.observed.kind)))
                levels = scaled(looked.observed.kind, outputs[:, looked.at])
                middle.append(levels @ np.exp(looked.nodes.log_weights))
        none = np.empty((0, len(z)))
        return Terms(
            log_likelihood=np.array(likely).T if likely else none.T,
            middle=np.array(middle).T if middle else none.T,
            solved=solved,
        )

    def _simulated(self, asked: Sequence[Asked], z: Array) -> list[Simulated]:
        """Windows side by side: the solver leaves Python alone while it works."""
        if len(asked) <= 1:
            return [predicted(one, self.latents, z, self.settings) for one in asked]
        with ThreadPoolExecutor(max_workers=len(asked)) as pool:
            return list(pool.map(lambda one: predicted(one, self.latents, z, self.settings), asked))

    def _information(self) -> Array:
        """What each value tells of its middle; 0 for what is no value, which tells by its slope."""
        return np.array(
            [
                INFORMATION / SCATTER[looked.observed.kind].sd ** 2
                if looked.observed.value is not None
                else 0.0
                for asked in self.asked
                for looked in asked.looked
            ]
        )


def problem_of(
    windows: Sequence[Window],
    latents: Sequence[Latent] | None = None,
    settings: Settings = FAST,
) -> MechanismProblem:
    """The problem of a course; `latents` are those of `latents_of` unless given."""
    every = latents_of(windows) if latents is None else latents
    return MechanismProblem(
        windows=tuple(windows),
        latents=tuple(latent for latent in every if latent.sampled),
        asked=tuple(asked_of(window, place) for place, window in enumerate(windows)),
        settings=settings,
    )


def outputs_of(simulated: Simulated, looked: Looked) -> Array:
    """What the model says on an observed thing's days, `"points days"`; 1 where not solved."""
    found = simulated.of(looked.observed.output)[:, looked.columns].astype(np.float64)
    return np.where(np.isfinite(found), found, 1.0)


def limits_of(latents: Sequence[Latent], z: Array) -> dict[Kind, Array]:
    """Drawn limits by kind, `"points"`, in the unit of the output."""
    return {
        latent.kind: range_values(latent, z[:, column])
        for column, latent in enumerate(latents)
        if latent.what is What.LIMIT and latent.kind is not None
    }


def _summed(terms: Terms, z: Array) -> Array:
    near = np.abs(z).max(axis=1, initial=0.0) <= _EDGE
    return np.where(terms.solved & near, terms.log_likelihood.sum(axis=1), -np.inf)


def _differences(values: Array, latents: int) -> Array:
    """Slopes by latent, `"points latents observed"`; 0 where a side is not a number."""
    ahead, behind = values[:, 1 : latents + 1], values[:, latents + 1 :]
    with np.errstate(invalid="ignore"):
        found = (ahead - behind) / (2.0 * _STEP)
    return np.where(np.isfinite(found), found, 0.0)
