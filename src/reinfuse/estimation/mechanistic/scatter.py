"""How far a measurement scatters around the model, by kind: one table, all of it fixed.

No course holds enough samples to learn these from, so they are stated and not fitted. They cover
the assay, the day and the place of a sample, and that no patient follows the model exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.estimation.mechanistic.observed import Kind

_NONE = 1e-30  # in the unit of an output; the logarithm of nothing
_LEAST_SHARE = 1e-12  # of 100 %, and of what is missing to it
_PERCENT = 100.0


class MeasureScale(StrEnum):
    """On which scale a measurement scatters."""

    LOG = "natural logarithm"
    ODDS = "natural logarithm of the odds of a percentage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter:
    """Standard deviation of a measurement on `scale`, and why it is what it is.

    `unknown_limit` is the range, in the unit of the output, over which a limit that nobody stated
    is even on the logarithm.
    """

    scale: MeasureScale
    sd: float
    unknown_limit: tuple[float, float]
    why: str


_LOG, _ODDS = MeasureScale.LOG, MeasureScale.ODDS

#: By kind. All but that of copies are our own choice.
SCATTER: Mapping[Kind, Scatter] = MappingProxyType(
    {
        Kind.CAR_PERCENT: Scatter(
            scale=_ODDS, sd=0.6, unknown_limit=(0.01, 1.0),
            why="0.5 for the cytometer and a gate that is seldom stated, 0.3 for the model; ours",
        ),
        Kind.CAR_PER_UL: Scatter(
            scale=_LOG, sd=0.5, unknown_limit=(0.01, 2.0),
            why="0.4 for a count of lymphocytes times a percentage, 0.3 for the model; ours",
        ),
        Kind.CAR_COPIES: Scatter(
            scale=_LOG, sd=0.56, unknown_limit=(10.0, 200.0),
            why="residual of Stein 2019, doi:10.1002/psp4.12388, Table 1",
        ),
        Kind.BLASTS: Scatter(
            scale=_ODDS, sd=0.4, unknown_limit=(0.5, 5.0),
            why="a count of 200 to 500 cells, and marrow that differs from place to place; ours",
        ),
        Kind.MRD: Scatter(
            scale=_LOG, sd=0.5, unknown_limit=(1e-3, 1.1e-2),
            why="first pull and second pull of an aspirate differ by more than the count; ours. An "
            "unstated limit: even from 1e-5 to 1.1e-4 of cells",
        ),
        Kind.LESION_VOLUME: Scatter(
            scale=_LOG, sd=0.25, unknown_limit=(0.1, 1.0),
            why="an ellipsoid from three axes, each 5 to 10 % off; ours",
        ),
        Kind.LESION_CHANGE: Scatter(
            scale=_LOG, sd=0.35, unknown_limit=(0.1, 1.0),
            why="two volumes that are compared by eye; ours",
        ),
        Kind.IL6: Scatter(
            scale=_LOG, sd=0.6, unknown_limit=(1.0, 10.0),
            why="one sample a day of what changes within hours; ours",
        ),
        Kind.IFN: Scatter(
            scale=_LOG, sd=0.6, unknown_limit=(1.0, 10.0),
            why="one sample a day of what changes within hours; ours",
        ),
        Kind.IL10: Scatter(
            scale=_LOG, sd=0.6, unknown_limit=(1.0, 10.0),
            why="one sample a day of what changes within hours; ours",
        ),
        Kind.CRP: Scatter(
            scale=_LOG, sd=0.4, unknown_limit=(1.0, 10.0),
            why="a good assay of what infections raise too; ours",
        ),
        Kind.FERRITIN: Scatter(
            scale=_LOG, sd=0.5, unknown_limit=(5.0, 50.0),
            why="a good assay of what transfusions and the liver raise too; ours",
        ),
        Kind.T_CELLS: Scatter(
            scale=_LOG, sd=0.4, unknown_limit=(1.0, 20.0),
            why="a count of lymphocytes times a percentage; ours",
        ),
        Kind.B_CELLS: Scatter(
            scale=_LOG, sd=0.4, unknown_limit=(0.1, 5.0),
            why="a count of lymphocytes times a percentage; ours",
        ),
    }
)  # fmt: skip

# What imaging shows of a lesion; ours.
VISIBLE_VOLUME = 0.5  # mL, about 1 cm across
VISIBLE_SD = 0.5  # of its logarithm, between scanners and readers
REDUCED_TO = 0.8  # of the volume at the first look

# Tails: a Student's distribution of so many degrees, its SD being that of the table. See student.
DEGREES = 5


def scaled(kind: Kind, values: ArrayLike) -> NDArray[np.float64]:
    """Values in the unit of the output on the scale on which they scatter."""
    found = np.asarray(values, np.float64)
    if SCATTER[kind].scale is MeasureScale.LOG:
        return np.log(np.maximum(found, _NONE))
    share = np.clip(found / _PERCENT, _LEAST_SHARE, 1.0 - _LEAST_SHARE)
    return np.log(share) - np.log1p(-share)


def unscaled(kind: Kind, levels: ArrayLike) -> NDArray[np.float64]:
    """The way back from `scaled`."""
    found = np.asarray(levels, np.float64)
    if SCATTER[kind].scale is MeasureScale.LOG:
        return np.exp(found)
    return _PERCENT / (1.0 + np.exp(-found))
