"""Whether the fitted model would have produced what was observed, and bands to draw beneath it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from reinfuse.engine.simulate import simulate
from reinfuse.estimation.mechanistic.latents import Latent
from reinfuse.estimation.mechanistic.likelihood import node_terms
from reinfuse.estimation.mechanistic.observed import OUTPUT, UNIT, Kind, Observed
from reinfuse.estimation.mechanistic.predictions import FAST, Looked, asked_of, predicted
from reinfuse.estimation.mechanistic.problem import limits_of, outputs_of
from reinfuse.estimation.mechanistic.reach import part_of
from reinfuse.estimation.mechanistic.repeats import drawn_node, looks, repeated
from reinfuse.estimation.mechanistic.result import Band, Check
from reinfuse.estimation.mechanistic.rows import rows_of
from reinfuse.estimation.mechanistic.scatter import SCATTER, scaled, unscaled
from reinfuse.estimation.mechanistic.student import draws as student_draws
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.estimation.summary import LEVELS, summarise
from reinfuse.mechanism.equations import course_model

Array = NDArray[np.float64]

_DENSE_UNTIL, _DENSE, _SPARSE = 35.0, 0.5, 1.0  # d
_MOST_DAYS = 400


def checks_of(
    windows: Sequence[Window], latents: Sequence[Latent], z: Array, rng: np.random.Generator
) -> tuple[Check, ...]:
    """One check for everything observed, in order; `z` is `"draws latents"`."""
    found: list[Check] = []
    limits = limits_of(latents, z)
    for place, window in enumerate(windows):
        asked = asked_of(window, place)
        if not asked.looked:
            continue
        simulated = predicted(asked, latents, z)
        ok = simulated.solved
        for looked in asked.looked:
            limit = limits.get(looked.observed.kind)
            own = None if limit is None else limit[ok]
            found.append(_check(place, looked, outputs_of(simulated, looked)[ok], own, rng))
    return tuple(found)


def bands_of(
    windows: Sequence[Window], latents: Sequence[Latent], z: Array, rng: np.random.Generator
) -> tuple[Band, ...]:
    """CAR-T cells, marrow and each lesion over the days of every window."""
    return tuple(
        band
        for place, window in enumerate(windows)
        for band in _bands(window, place, latents, z, rng)
    )


def days_of(window: Window) -> Array:
    """Days of a window: half days while curves are steep, whole ones after."""
    until = min(_DENSE_UNTIL, window.last_day)
    dense = np.arange(window.first_day, until, _DENSE)
    step = max(_SPARSE, (window.last_day - until) / _MOST_DAYS)
    return np.concatenate([dense, np.arange(until, window.last_day + 0.5 * step, step)])


def _check(
    place: int, looked: Looked, outputs: Array, limit: Array | None, rng: np.random.Generator
) -> Check:
    observed = looked.observed
    if observed.change is not None:
        logs = node_terms(looked, outputs, None) + looked.nodes.log_weights
        node = drawn_node(logs, rng)
        said = looks(looked, outputs, node, rng)
        volumes = outputs[np.arange(len(outputs)), looked.at[node]]
        agreeing = float(np.mean(said == observed.change))
        return Check(
            window=place, observed=observed, repeated=summarise(volumes), lower=None,
            agreeing=agreeing,
        )  # fmt: skip
    again = repeated(looked, outputs, limit, rng)
    lower = None if observed.value is None else float(np.mean(again < observed.value))
    return Check(
        window=place, observed=observed, repeated=summarise(again), lower=lower,
        agreeing=_agreeing(observed, again, limit),
    )  # fmt: skip


def _agreeing(observed: Observed, again: Array, limit: Array | None) -> float | None:
    if observed.above is not None:
        return float(np.mean(again > observed.above))
    if observed.below is not None:
        return float(np.mean(again < observed.below))
    if observed.limit_unknown and limit is not None:
        return float(np.mean(again < limit))
    return None


def _bands(
    window: Window, place: int, latents: Sequence[Latent], z: Array, rng: np.random.Generator
) -> Iterator[Band]:
    lesions = range(1, len(window.lesions) + 1)
    shown = {OUTPUT[kind]: kind for kind in (Kind.CAR_PERCENT, Kind.MRD)}
    shown |= {OUTPUT[Kind.LESION_VOLUME].format(lesion=k): Kind.LESION_VOLUME for k in lesions}
    model = part_of(course_model(len(window.lesions), window.first_day), tuple(sorted(shown)))
    days = days_of(window)
    simulated = simulate(model, rows_of(window, place, latents, z), days, settings=FAST)
    for output, kind in shown.items():
        levels = scaled(kind, simulated.of(output)[simulated.solved])
        noise = SCATTER[kind].sd * student_draws(rng, levels.shape)
        yield Band(
            window=place, output=output, unit=UNIT[kind] or "", days=days, levels=LEVELS,
            curve=unscaled(kind, np.quantile(levels, LEVELS, axis=0)),
            repeated=unscaled(kind, np.quantile(levels + noise, LEVELS, axis=0)),
        )  # fmt: skip
