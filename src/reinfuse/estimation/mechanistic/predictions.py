"""What the model says on every day on which something was measured, for many points at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.engine.simulate import Settings, Simulated, simulate
from reinfuse.estimation.mechanistic.latents import Latent
from reinfuse.estimation.mechanistic.nodes import Neighbours, Nodes, neighbours_of, nodes_of
from reinfuse.estimation.mechanistic.observed import Change, Observed
from reinfuse.estimation.mechanistic.reach import part_of
from reinfuse.estimation.mechanistic.rows import rows_of
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.mechanism.equations import course_model

Array = NDArray[np.float64]

# Fast enough to sample with: its noise in a logarithm is a thousandth, see the tests.
FAST = Settings(rtol=1e-4, bits=32)
EXACT = Settings(rtol=1e-6, bits=64)
_SAME_DAY = 6  # decimals of a day


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One observed thing, and the days that it asks for.

    `columns` are places among the window's days. Into them point `at`, the places of the nodes,
    `first`, that of the first look at a lesion, and `around`, those of a highest sample's
    neighbours by gap (`"nodes neighbours"`, -1 where there is none).
    """

    observed: Observed
    nodes: Nodes
    columns: NDArray[np.int64]
    at: NDArray[np.int64]
    around: tuple[NDArray[np.int64], ...] = ()
    first: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A window's days, ascending, and everything that was observed on them."""

    window: Window
    place: int
    days: Array
    looked: tuple[Looked, ...]


def asked_of(window: Window, place: int) -> Asked:
    """Which days a window must be simulated for."""
    wanted = [_wanted(window, one) for one in window.observed]
    days = _ascending(np.concatenate([[], *(one.every for one in wanted)]), window.first_day)
    looked = tuple(_looked(one, days) for one in wanted)
    return Asked(window=window, place=place, days=days, looked=looked)


def predicted(
    asked: Asked, latents: Sequence[Latent], z: Array, settings: Settings = FAST
) -> Simulated:
    """The outputs that were observed in one window at its days, for `"points latents"`."""
    rows = rows_of(asked.window, asked.place, latents, z)
    model = course_model(len(asked.window.lesions), asked.window.first_day)
    outputs = tuple(sorted({looked.observed.output for looked in asked.looked}))
    return simulate(part_of(model, outputs), rows, asked.days, settings=settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """The days that one observed thing asks for, before they have places."""

    observed: Observed
    nodes: Nodes
    around: tuple[Neighbours, ...]
    first: Array  # one day, or none

    @property
    def every(self) -> Array:
        days = [self.nodes.days, self.first, *(group.days.ravel() for group in self.around)]
        return np.concatenate(days)


def _wanted(window: Window, one: Observed) -> _Wanted:
    nodes = nodes_of(one)
    return _Wanted(
        observed=one, nodes=nodes, around=neighbours_of(nodes, window) if one.peak else (),
        first=_first_look(window, one),
    )  # fmt: skip


def _first_look(window: Window, one: Observed) -> Array:
    """The day against which a look says that a lesion is smaller."""
    if one.change is not Change.REDUCED or one.lesion is None:
        return np.empty(0)
    days = window.lesions[one.lesion - 1].volume_days
    middle = window.first_day if days is None else 0.5 * (days[0] + days[1])
    return np.array([min(max(middle, window.first_day), one.days[0])])


def _looked(wanted: _Wanted, days: Array) -> Looked:
    columns = np.unique(_places(days, wanted.every[np.isfinite(wanted.every)]))
    own = days[columns]
    first = _places(own, wanted.first)
    return Looked(
        observed=wanted.observed, nodes=wanted.nodes, columns=columns,
        at=_places(own, wanted.nodes.days),
        around=tuple(
            np.where(np.isnan(group.days), -1, _places(own, np.nan_to_num(group.days)))
            for group in wanted.around
        ),
        first=int(first[0]) if len(first) else None,
    )  # fmt: skip


def _ascending(days: Array, start: float) -> Array:
    known: Array = np.unique(np.round(np.maximum(days[np.isfinite(days)], start), _SAME_DAY))
    if not len(known) or known[-1] <= start:
        known = np.append(known, start + 1.0)  # the engine wants a day after the start
    return known


def _places(days: Array, wanted: Array) -> NDArray[np.int64]:
    return np.searchsorted(days, np.round(np.maximum(wanted, days[0]), _SAME_DAY))
