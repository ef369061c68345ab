"""Whether a column of the table explains how cohorts differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.evidence import Study
from reinfuse.pooling import NotPooled
from reinfuse.pooling.effects import Effects
from reinfuse.pooling.inverse_variance import (
    Method,
    Regressed,
    Subgroups,
    meta_regression,
    subgroups,
)

_OF_STUDY = (
    *("population", "disease", "product", "infusion", "site", "age_group", "costimulation"),
    *("scale", "n", "counted", "counts", "outcome_definition", "follow_up", "pooled_of"),
)
_MOST_NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderated:
    """What a column explains: of numbers `regressed`, of words `groups`; the other is None.

    `k` rows have a value, those of `without` have none and take no part. `sizes` are how many rows
    each group has.
    """

    column: str
    k: int
    without: tuple[str, ...]
    effects: Effects
    regressed: Regressed | NotPooled | None
    groups: Subgroups | None
    sizes: tuple[int, ...] = ()


def moderate(
    column: str,
    studies: Sequence[Study],
    effects: Effects,
    *,
    method: Method,
    knapp_hartung: bool,
    level: float,
) -> Moderated:
    """Meta-regression on a column of numbers, groups by a column of words.

    Raises ReinfuseError for a column that the rows do not have, that is empty, or that mixes both.
    """
    cells = [_cell(one, column) for one in studies]
    have = np.array([bool(cell) for cell in cells], dtype=np.bool_)
    if not have.any():
        raise _without_column(column, studies)
    kept = effects.only(have)
    values = [cell for cell in cells if cell]
    numbers = [_number(cell) for cell in values]
    words = sum(number is None for number in numbers)
    if 0 < words < len(numbers):
        odd = next(cell for cell, number in zip(values, numbers, strict=True) if number is None)
        raise ReinfuseError(
            f"{column} holds numbers, and {odd!r}", fix="write numbers alone, or words alone"
        )
    regressed, groups = None, None
    if words:
        groups = subgroups(kept, values, method, knapp_hartung=knapp_hartung, level=level)
    else:
        regressed = meta_regression(
            kept,
            {column: [one or 0.0 for one in numbers]},
            method,
            knapp_hartung=knapp_hartung,
            level=level,
        )
    return Moderated(
        column=column,
        k=kept.k,
        without=tuple(one.label for one, there in zip(studies, have, strict=True) if not there),
        effects=kept,
        regressed=regressed,
        groups=groups,
        sizes=() if groups is None else tuple(values.count(name) for name in groups.names),
    )


def _cell(study: Study, column: str) -> str:
    more: Mapping[str, str] = dict(study.more)
    if column in more:
        return more[column].strip()
    value = getattr(study, column) if column in _OF_STUDY else None
    return "" if value is None else str(value)


def _number(cell: str) -> float | None:
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _without_column(column: str, studies: Sequence[Study]) -> ReinfuseError:
    known = dict.fromkeys((*_OF_STUDY, *(name for one in studies for name, _ in one.more)))
    held = [name for name in known if any(_cell(one, name) for one in studies)]
    return ReinfuseError(
        f"none of the rows has a {column}",
        fix=f"columns that they have: {', '.join(held[:_MOST_NAMED])}",
    )
