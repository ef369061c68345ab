"""What published populations say about a curve before this patient is looked at.

Every parameter is one row: typical value, spread, unit, scale, source and standing. On its own
scale each has a normal distribution, so a standard normal value stands for each of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from reinfuse.kinetics.normal import normal_cdf
from reinfuse.kinetics.published import (
    OGASAWARA_POPULATION,
    STEIN_POPULATION,
    NotPublished,
    PublishedPopulation,
    SpreadReading,
    read_spread,
)
from reinfuse.source import Source, Standing


class Scale(StrEnum):
    """Where a parameter has a normal distribution; `spread` is its SD there."""

    LOG = "natural logarithm"
    LOGIT = "logit of a share"
    LOGIT_PERCENT = "logit of a percentage"
    FOLD = "natural logarithm of what exceeds one doubling"
    UNIFORM = "even; spread is half its width"
    LOG_UNIFORM = "even on the logarithm; spread is half its width"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """One parameter before the data: `median` in `unit`, `spread` on `scale`."""

    name: str
    unit: str
    meaning: str
    median: float
    spread: float
    scale: Scale
    source: Source
    note: str = ""

    def __str__(self) -> str:
        """The prior on one line: middle, central 90 %, source and standing."""
        low, high = (float(natural(self, np.array([z]))[0]) for z in (-_Z90, _Z90))
        return (
            f"{self.name}: {self.median:.3g} {self.unit} (90 % {low:.3g} to {high:.3g}); "
            f"{self.source}"
        )


STEIN = Source(
    cite="Stein 2019, tisagenlecleucel, 90 patients",
    doi="10.1002/psp4.12388",
    place="population parameters, as entered in nlmixr2lib and a QSP port",
    standing=Standing.PORT,
)
OGASAWARA = Source(
    cite="Ogasawara 2021, lisocabtagene maraleucel, 261 patients",
    doi="10.1007/s40262-021-01039-5",
    place="abstract",
    standing=Standing.ABSTRACT,
)
OURS = Source(cite="reinfuse", place="kinetics.priors", standing=Standing.OURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One row of Stein 2019; `elsewhere` is the mean that Ogasawara 2021 prints, if it does."""

    name: str
    unit: str
    meaning: str
    typical: float
    printed: float  # random effect as printed: a variance or a standard deviation
    scale: Scale
    elsewhere: float | None = None
    note: str = ""


def _typical(population: PublishedPopulation, name: str) -> float:
    found = population.parameter(name).typical
    if isinstance(found, NotPublished):
        raise KeyError(name)
    return found


def _printed(name: str) -> float:
    found = STEIN_POPULATION.parameter(name).printed_spread
    if isinstance(found, NotPublished):
        raise KeyError(name)
    return found


def _half_life(population: PublishedPopulation, name: str) -> float:
    return math.log(2.0) / _typical(population, name)


STEIN_TABLE: tuple[Published, ...] = (
    Published(
        name="fold expansion",
        unit="fold",
        meaning="level at the peak over the level extrapolated back to day 0",
        typical=_typical(STEIN_POPULATION, "fold"),
        printed=_printed("fold"),
        scale=Scale.FOLD,
        note="doubling time = Tmax x ln 2 / ln fold; Ogasawara's fold starts after a lag of "
        "3.27 d and cannot be compared, its doubling time (0.755 d against 0.78 d) can",
    ),
    Published(
        name="Tmax",
        unit="d",
        meaning="day of the highest level",
        typical=_typical(STEIN_POPULATION, "tmax"),
        printed=_printed("tmax"),
        scale=Scale.LOG,
        elsewhere=_typical(OGASAWARA_POPULATION, "tmax"),
    ),
    Published(
        name="contraction half-life",
        unit="d",
        meaning="ln 2 / rate of the fast decline",
        typical=_half_life(STEIN_POPULATION, "alpha"),
        printed=_printed("alpha"),
        scale=Scale.LOG,
        elsewhere=_half_life(OGASAWARA_POPULATION, "alpha"),
    ),
    Published(
        name="persisting share",
        unit="share of the peak",
        meaning="part of the peak that declines slowly",
        typical=_typical(STEIN_POPULATION, "fb"),
        printed=_printed("fb"),
        scale=Scale.LOGIT,
        note="published for transgene copies; used here as a share of the peak odds",
    ),
    Published(
        name="terminal half-life",
        unit="d",
        meaning="ln 2 / rate of the slow decline",
        typical=_half_life(STEIN_POPULATION, "beta"),
        printed=_printed("beta"),
        scale=Scale.LOG,
        elsewhere=_half_life(OGASAWARA_POPULATION, "beta"),
    ),
)

OUR_TABLE: tuple[Prior, ...] = (
    Prior(
        name="gate width",
        unit="d",
        meaning="half-width of the turn from rise to decline",
        median=0.5,
        spread=0.5,
        scale=Scale.LOG,
        source=OURS,
        note="published models turn at once; 90 % between 0.2 and 1.1 d",
    ),
    Prior(
        name="residual SD",
        unit="ln odds",
        meaning="SD of a measured percentage around the curve, on the logit scale",
        median=0.56,
        spread=0.4,
        scale=Scale.LOG,
        source=STEIN,
        note="typical value is Stein's for ln qPCR copies; its spread of 0.4, and the step to "
        "percentages by flow cytometry, are ours",
    ),
    Prior(
        name="peak",
        unit="%",
        meaning="highest level of the curve, CAR-T cells of their gate",
        median=20.0,
        spread=2.0,
        scale=Scale.LOGIT_PERCENT,
        source=OURS,
        note="wide on purpose: published peaks are in copies/ug and say nothing of a percentage",
    ),
    Prior(
        name="limit of detection",
        unit="%",
        meaning="lowest percentage the assay reports",
        median=0.1,
        spread=math.log(10.0),
        scale=Scale.LOG_UNIFORM,
        source=OURS,
        note="not stated: even on the logarithm from 0.01 to 1 %",
    ),
    Prior(
        name="sampling gap",
        unit="d",
        meaning="days between samples around the highest one",
        median=3.0,
        spread=0.6,
        scale=Scale.LOG,
        source=OURS,
        note="not stated: 90 % between 1.1 and 8 d",
    ),
)

_Z90 = 1.6448536269514722
_DOUBLING = 2.0


def curve_priors(reading: SpreadReading = SpreadReading.WIDER) -> tuple[Prior, ...]:
    """Every parameter's prior under one reading of the printed random effects.

    The default takes the wider reading for each parameter: which one is right is not settled, a
    prior that is too wide costs sharpness, and one that is too narrow costs truth. Where a second
    population was published, the variance between the two (half the squared difference of their
    logarithms) is added: this patient belongs to neither.
    """
    return tuple(_from_published(row, reading) for row in STEIN_TABLE) + OUR_TABLE


def natural(prior: Prior, z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values in the prior's unit from standard normal values `z`, of any shape."""
    match prior.scale:
        case Scale.LOG:
            return prior.median * np.exp(prior.spread * z)
        case Scale.LOGIT:
            return _share(prior.median, prior.spread, z)
        case Scale.LOGIT_PERCENT:
            return 100.0 * _share(prior.median / 100.0, prior.spread, z)
        case Scale.FOLD:
            return _DOUBLING + (prior.median - _DOUBLING) * np.exp(prior.spread * z)
        case Scale.UNIFORM:
            return prior.median + prior.spread * (2.0 * normal_cdf(z) - 1.0)
        case Scale.LOG_UNIFORM:
            return prior.median * np.exp(prior.spread * (2.0 * normal_cdf(z) - 1.0))


def prior_named(name: str, priors: Sequence[Prior]) -> Prior:
    """The one prior of that name."""
    return next(prior for prior in priors if prior.name == name)


def printed_spread(printed: float, reading: SpreadReading) -> float:
    """SD of the logarithm from a random effect as printed, under one reading."""
    return read_spread(printed, reading)


def _from_published(row: Published, reading: SpreadReading) -> Prior:
    within = printed_spread(row.printed, reading)
    between = 0.0 if row.elsewhere is None else math.log(row.elsewhere / row.typical) ** 2 / 2.0
    notes = [f"random effect {row.printed:g} read {reading}"]
    if row.elsewhere is not None:
        notes.append(f"{OGASAWARA.cite}: {row.elsewhere:g} {row.unit} [{OGASAWARA.standing}]")
    notes.extend([row.note] if row.note else [])
    return Prior(
        name=row.name,
        unit=row.unit,
        meaning=row.meaning,
        median=row.typical,
        spread=math.sqrt(within**2 + between),
        scale=row.scale,
        source=STEIN,
        note="; ".join(notes),
    )


def _share(middle: float, spread: float, z: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1.0 / (1.0 + np.exp(-(math.log(middle / (1.0 - middle)) + spread * z)))
