"""Invented observations from known latents: the same kinds, days and limits as a course has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reinfuse.engine.simulate import Simulated
from reinfuse.errors import ReinfuseError
from reinfuse.estimation.mechanistic.latents import latents_of
from reinfuse.estimation.mechanistic.nodes import GAPS, HALF
from reinfuse.estimation.mechanistic.observed import Change, Kind, Observed
from reinfuse.estimation.mechanistic.predictions import EXACT, Looked, asked_of, predicted
from reinfuse.estimation.mechanistic.problem import limits_of, outputs_of
from reinfuse.estimation.mechanistic.repeats import looks
from reinfuse.estimation.mechanistic.scatter import SCATTER, scaled, unscaled
from reinfuse.estimation.mechanistic.student import draws
from reinfuse.estimation.mechanistic.window import Window

Array = NDArray[np.float64]


def simulate_observed(
    windows: Sequence[Window], z: Array, rng: np.random.Generator
) -> tuple[Window, ...]:
    """The windows with what latents `z` (`"latents"`, those of `latents_of`) would have shown.

    Each observed thing keeps its kind and its days. What comes out below a limit, stated or drawn,
    is told as below it; a value above it is told as a value. A highest sample is the highest of
    samples a drawn gap apart, on its day; its interval is kept if it falls into it. A lesion that
    was said to be reduced and now is seen and no smaller comes out as present, by which a fit is
    told less than was known. Raises ReinfuseError where the solver gives up.
    """
    latents = latents_of(windows)
    point = np.asarray(z, np.float64)[None]
    limits = {kind: float(values[0]) for kind, values in limits_of(latents, point).items()}
    invented = []
    for place, window in enumerate(windows):
        asked = asked_of(window, place)
        if not asked.looked:
            invented.append(window)
            continue
        every = np.arange(window.infusion_days[0], window.last_day + HALF, HALF)
        days = np.union1d(asked.days, every)
        simulated = predicted(replace(asked, days=days), latents, point, EXACT)
        if not simulated.solved.all():
            raise ReinfuseError(
                "the solver gives up at these latents", where=window.label, fix="draw others"
            )
        moved = tuple(_moved(looked, asked.days, days) for looked in asked.looked)
        invention = _Invention(window=window, simulated=simulated, limits=limits, rng=rng)
        invented.append(replace(window, observed=tuple(map(invention.told, moved))))
    return tuple(invented)


def _moved(looked: Looked, days: Array, more: Array) -> Looked:
    """The same thing among more days."""
    return replace(looked, columns=np.searchsorted(more, days[looked.columns]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Invention:
    """One window simulated for one patient."""

    window: Window
    simulated: Simulated
    limits: dict[Kind, float]
    rng: np.random.Generator

    def told(self, looked: Looked) -> Observed:
        """What would have been told of an observed thing."""
        observed = looked.observed
        node = self.rng.integers(len(looked.nodes.days), size=1)
        if observed.change is not None:
            return self._look(looked, observed.change, node)
        if observed.peak:
            value, days = self._highest(looked)
        else:
            level = outputs_of(self.simulated, looked)[:, looked.at[node]].ravel()
            value, days = float(self._measured(observed.kind, level)[0]), observed.days
        return _censored(replace(_bare(observed), value=value, days=days), observed, self.limits)

    def _look(self, looked: Looked, change: Change, node: NDArray[np.int64]) -> Observed:
        outputs = outputs_of(self.simulated, looked)
        said = looks(looked, outputs, node, self.rng)[0]
        if change is not Change.REDUCED and said is Change.REDUCED:
            said = Change.PRESENT
        return replace(looked.observed, change=said)

    def _highest(self, looked: Looked) -> tuple[float, tuple[float, float]]:
        """The highest of a series, and the days on which it can have been."""
        observed, times = looked.observed, self.simulated.times
        gap = float(self.rng.choice(GAPS))
        first = self.window.infusion_days[0] + HALF * self.rng.integers(round(gap / HALF))
        places = np.searchsorted(times, np.arange(first, self.window.last_day, gap))
        levels = self.simulated.of(observed.output)[0, places]
        measured = self._measured(observed.kind, levels)
        highest = int(measured.argmax())
        day = float(times[places[highest]])
        within = observed.days[0] <= day <= observed.days[1]
        days = observed.days if within and len(looked.nodes.days) > 1 else (day, day)
        return float(measured[highest]), days

    def _measured(self, kind: Kind, levels: Array) -> Array:
        noise = SCATTER[kind].sd * draws(self.rng, levels.shape)
        return unscaled(kind, scaled(kind, levels) + noise)


def _bare(observed: Observed) -> Observed:
    """A value of no matter what, for want of another."""
    return replace(observed, value=0.0, below=None, above=None, limit_unknown=False)


def _censored(told: Observed, as_it_was: Observed, limits: dict[Kind, float]) -> Observed:
    value = told.value or 0.0
    limit = limits.get(told.kind)
    if as_it_was.above is not None and value > as_it_was.above:
        return replace(told, value=None, above=as_it_was.above)
    if as_it_was.below is not None:
        if value < as_it_was.below:
            return replace(told, value=None, below=as_it_was.below, peak=False)
    elif limit is not None and value < limit:
        return replace(told, value=None, limit_unknown=True, peak=False)
    return told
