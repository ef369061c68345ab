"""The visual predictive check: quantiles of the data against those of replicates, bin by bin.

Source: Bergstrand et al. 2011, doi:10.1208/s12248-011-9255-z, for the correction by prediction.
Measurements below a limit rank lowest, in the data as in every replicate, and their share has a
panel of its own: a quantile that lies below the limit is said to, and is given no number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.checking.bins import (
    Bin,
    Bins,
    Panel,
    clock_of,
    panels_of,
    several_occasions,
)
from reinfuse.estimation.population.checking.design import Design, censor
from reinfuse.estimation.population.checking.predictions import population_middle
from reinfuse.estimation.population.checking.ranks import known_quantiles, quantiles_of
from reinfuse.estimation.population.checking.simulate import replicates
from reinfuse.estimation.population.structure import Population

QUANTILES = (0.05, 0.5, 0.95)
BAND = (0.025, 0.5, 0.975)
REPLICATES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One visual predictive check: how time is cut, what it is split by, whether corrected."""

    bins: Bins = None
    by: str = ""
    corrected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcPanel:
    """One panel; arrays have a place for each bin, last. Values are levels.

    `observed` (`"quantiles bins"`) and `simulated` (`"quantiles band bins"`, the band being 2.5,
    50 and 97.5 % of replicates) are -inf where they lie below the limit and +inf above an upper
    one. `below` and `above` are shares (`"bins"`, and `"band bins"` of replicates). `limit` is the
    highest lower limit of each bin, -inf where there is none. `time` and `value` are the data.
    """

    panel: Panel
    observed: np.ndarray
    simulated: np.ndarray
    below: np.ndarray
    below_simulated: np.ndarray
    above: np.ndarray
    above_simulated: np.ndarray
    limit: np.ndarray
    time: np.ndarray
    value: np.ndarray

    @property
    def bins(self) -> tuple[Bin, ...]:
        """The bins, in order of time."""
        return self.panel.bins


@dataclass(frozen=True, slots=True, kw_only=True)
class Vpc:
    """A visual predictive check, panel by panel."""

    panels: tuple[VpcPanel, ...]
    asked: Asked
    replicates: int
    seed: int
    subjects: int
    time_unit: str
    clock: str
    notes: tuple[str, ...] = ()


def visual_checks(
    design: Design,
    population: Population,
    *,
    seed: int,
    asked: Sequence[Asked] = (Asked(),),
    count: int = REPLICATES,
) -> tuple[Vpc, ...]:
    """One check for each of `asked`, all from the same replicates.

    Only quantiles and shares of each replicate are kept. Raises ReinfuseError where a prediction
    that would divide is not above zero, or where a replicate leaves the finite numbers.
    """
    middle = population_middle(design, population)
    gathered = [_Gathered(design, middle, one) for one in asked]
    for chunk in replicates(design, population, seed=seed, count=count):
        _check_finite(design, chunk.values, chunk.first)
        reported = censor(design, chunk.values).reshape(len(chunk.values), -1)
        for one in gathered:
            one.add(reported)
    return tuple(one.finished(count, seed) for one in gathered)


def _check_finite(design: Design, values: np.ndarray, first: int) -> None:
    bad = ~np.isfinite(values) & design.present
    if bad.any():
        replicate, _, subject = (int(one[0]) for one in np.nonzero(bad))
        raise ReinfuseError(
            f"replicate {first + replicate + 1} left the finite numbers",
            where=f"ID {design.problem.subjects[subject]}",
            fix="the population's variances are too wide for this curve: look at the fit",
        )


class _Gathered:
    """What is kept of each replicate for one check; filled chunk by chunk."""

    def __init__(self, design: Design, middle: np.ndarray, asked: Asked) -> None:
        self.design, self.asked = design, asked
        self.panels = panels_of(design, bins=asked.bins, by=asked.by)
        self.observed = design.observed.ravel()
        self.below, self.above = design.below.ravel(), design.above.ravel()
        self.on_logs = design.on_logs.ravel()
        self.shift = self._shift(middle.ravel()) if asked.corrected else None
        self.kept: list[list[list[tuple[np.ndarray, np.ndarray, np.ndarray]]]] = [
            [[] for _ in panel.bins] for panel in self.panels
        ]

    def _shift(self, middle: np.ndarray) -> np.ndarray:
        """What each cell is moved by: a difference of logarithms, or a factor of levels."""
        shift = np.zeros(middle.shape)
        for panel in self.panels:
            for one in panel.bins:
                mine = middle[one.cells]
                if self.on_logs[one.cells[0]]:
                    shift[one.cells] = np.median(mine) - mine
                elif (mine > 0).all():
                    shift[one.cells] = np.median(mine) / mine
                else:
                    raise ReinfuseError(
                        "a population prediction is not above zero, so it cannot correct"
                        f" (time {one.low:g} to {one.high:g})",
                        fix="leave those times out, or ask for the check without correction",
                    )
        return shift

    def moved(self, values: np.ndarray, cells: np.ndarray) -> np.ndarray:
        """Values of cells (last axis), corrected where that was asked for."""
        if self.shift is None:
            return values
        by = self.shift[cells]
        return values + by if self.on_logs[cells[0]] else values * by

    def add(self, reported: np.ndarray) -> None:
        """Keep quantiles and shares of these replicates (`"replicates cells"`)."""
        for panel, kept in zip(self.panels, self.kept, strict=True):
            for one, place in zip(panel.bins, kept, strict=True):
                place.append(self._summary(reported[:, one.cells], one.cells))

    def _summary(
        self, values: np.ndarray, cells: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        moved = self.moved(values, cells)
        return (
            known_quantiles(moved, QUANTILES, self.moved(self.below[cells], cells),
                            self.moved(self.above[cells], cells)),
            np.isneginf(values).mean(-1),
            np.isposinf(values).mean(-1),
        )  # fmt: skip

    def finished(self, count: int, seed: int) -> Vpc:
        """The check, once every replicate has been added."""
        design = self.design
        clock = "time since the infusion" if several_occasions(design) else "time"
        return Vpc(
            panels=tuple(self._panel(*both) for both in zip(self.panels, self.kept, strict=True)),
            asked=self.asked,
            replicates=count,
            seed=seed,
            subjects=design.observed.shape[1],
            time_unit=design.data.time_unit,
            clock=clock,
            notes=design.notes,
        )

    def _panel(
        self, panel: Panel, kept: list[list[tuple[np.ndarray, np.ndarray, np.ndarray]]]
    ) -> VpcPanel:
        data = [self._summary(self.observed[one.cells], one.cells) for one in panel.bins]
        drawn = [[np.concatenate(part, axis=-1) for part in zip(*one, strict=True)]
                 for one in kept]  # fmt: skip
        cells = np.concatenate([one.cells for one in panel.bins])
        logs = bool(self.on_logs[cells[0]])
        points = np.concatenate([
            self.moved(self.observed[one.cells], one.cells) for one in panel.bins
        ])  # fmt: skip
        return VpcPanel(
            panel=panel,
            observed=_levels(np.stack([one[0] for one in data], axis=-1), logs),
            simulated=_levels(
                np.stack([quantiles_of(one[0], BAND).swapaxes(0, 1) for one in drawn], axis=-1),
                logs,
            ),
            below=np.stack([one[1] for one in data]),
            below_simulated=np.stack([quantiles_of(one[1], BAND) for one in drawn], axis=-1),
            above=np.stack([one[2] for one in data]),
            above_simulated=np.stack([quantiles_of(one[2], BAND) for one in drawn], axis=-1),
            limit=_levels(
                np.stack([self.moved(self.below[one.cells], one.cells).max()
                          for one in panel.bins]), logs
            ),
            time=clock_of(self.design).ravel()[cells],
            value=_levels(points, logs),
        )  # fmt: skip


def _levels(values: np.ndarray, logs: bool) -> np.ndarray:
    """Values as levels; -inf stays below every level."""
    return np.where(np.isneginf(values), -np.inf, np.exp(values)) if logs else values
