"""Arrays of values written as a long table, as one that was read from a file would be."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any  # the columns of a table being made are integers or numbers

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.quantity import Limit
from reinfuse.record.long_table import LIMITS, NO_WORD, TYPES, LongTable, Measure
from reinfuse.record.vocabulary import Kind, items

EXACT, BELOW = LIMITS.index(Limit.EXACT), LIMITS.index(Limit.BELOW)


@dataclass(frozen=True, slots=True)
class Written:
    """One item of every patient on every visit, `"patients visits"` or what spreads to it.

    `values` are numbers in `unit`, places in the words of the item, or truths. `there` says where
    it was charted; a number that is nan was not. `limits` are places in `LIMITS`.
    """

    item: str
    unit: str
    values: NDArray
    there: NDArray[np.bool_]
    limits: NDArray[np.int8] | int = EXACT


def written(
    item: str, unit: str, values: ArrayLike, there: NDArray[np.bool_], limit: float | None = None
) -> Written:
    """An item where it was looked at; a number below `limit` becomes one below that limit."""
    told = np.broadcast_to(np.asarray(values), there.shape)
    if items()[item].kind is not Kind.NUMBER:
        return Written(item, unit, told, there)
    there = there & ~np.isnan(told)
    if limit is None:
        return Written(item, unit, told, there)
    under = told < limit
    limits = np.where(under, BELOW, EXACT).astype(np.int8)
    return Written(item, unit, np.where(under, limit, told), there, limits)


def table_of(names: tuple[str, ...], days: Sequence[float], parts: Sequence[Written]) -> LongTable:
    """The long table of patients who were seen on the same days."""
    shape = (len(names), len(days), len(parts))
    values, limits = np.zeros(shape), np.zeros(shape, np.int8)
    words = np.full(shape, NO_WORD, np.int8)
    there = np.zeros(shape, dtype=bool)
    for place, part in enumerate(parts):
        there[:, :, place], limits[:, :, place] = part.there, part.limits
        number = items()[part.item].kind is Kind.NUMBER
        (values if number else words)[:, :, place] = part.values
    chosen = np.nonzero(there)
    columns: dict[str, Any] = {
        "patient": chosen[0],
        "day": np.asarray(days, np.float64)[chosen[1]],
        "measure": chosen[2],
        "value": np.nan_to_num(values[chosen]),
        "word": words[chosen],
        "limit": limits[chosen],
        "row": np.arange(2, len(chosen[0]) + 2),
        "starts": np.concatenate([[0], np.cumsum(there.sum(axis=(1, 2)))]),
    }
    arrays: dict[str, Any] = {n: _array(code, columns.get(n)) for n, code in TYPES.items()}
    measures = tuple(Measure(part.item, part.unit) for part in parts)
    return LongTable(patients=names, measures=measures, **arrays)


def _array(code: str, numbers: NDArray | None) -> array[Any]:
    found = array(code)
    if numbers is not None:
        found.frombytes(np.ascontiguousarray(numbers, dtype=np.dtype(code)).tobytes())
    return found
