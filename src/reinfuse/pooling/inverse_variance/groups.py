"""Whether groups of studies differ: each pooled alone, then compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from reinfuse.errors import ReinfuseError
from reinfuse.pooling.effects.effects import Effects
from reinfuse.pooling.inverse_variance.method import Method
from reinfuse.pooling.inverse_variance.pooled import Pooled, pool
from reinfuse.pooling.not_pooled import NotPooled

_FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """The test that the pooled groups have one mean: a chi-square with `df` degrees."""

    q: float
    df: int
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroups:
    """Each group's pooled effect, in the order of `names`, and the test between them.

    A group of one study has none: it takes no part in the test.
    """

    names: tuple[str, ...]
    pooled: tuple[Pooled | NotPooled, ...]
    between: Between | NotPooled


def subgroups(
    effects: Effects,
    groups: Sequence[str],
    method: Method,
    *,
    knapp_hartung: bool = False,
    ad_hoc_guard: bool = False,
    level: float = 0.95,
) -> Subgroups:
    """The studies pooled by group, each group with its own tau squared.

    Groups stand in the order in which they first appear. For one tau squared in common, use
    `meta_regression` with a column of 0 and 1 for each group but one.
    """
    if len(groups) != effects.k:
        raise ReinfuseError(
            f"{len(groups)} groups for {effects.k} studies", fix="give one group for each study"
        )
    names = tuple(dict.fromkeys(groups))
    member = np.asarray(groups)
    pooled = tuple(
        pool(
            effects.only(member == name),
            method,
            knapp_hartung=knapp_hartung,
            ad_hoc_guard=ad_hoc_guard,
            level=level,
        )
        for name in names
    )
    return Subgroups(names=names, pooled=pooled, between=_between(pooled))


def _between(pooled: tuple[Pooled | NotPooled, ...]) -> Between | NotPooled:
    there = [one for one in pooled if isinstance(one, Pooled)]
    if len(there) < _FEWEST:
        return NotPooled(
            why="fewer than two groups have a pooled effect",
            fix="join groups, or compare studies by meta-regression",
        )
    means = np.array([one.b for one in there])
    weight = np.array([one.se for one in there]) ** -2.0
    apart = means - np.sum(weight * means) / np.sum(weight)
    q, df = float(np.sum(weight * apart**2)), len(there) - 1
    return Between(q=q, df=df, p=float(chi2.sf(q, df)))
