"""The levels that a scale or a score allows in every cell at once, as ranks of its criterion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.cohort.columns import Columns, Floats, Numbers
from reinfuse.cohort.judge_columns import holds_in
from reinfuse.grading.rules.scale import Part, Row, Scale
from reinfuse.grading.rules.score import Line, Score
from reinfuse.grading.series import rank

Tiny = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Ranks:
    """The lowest and the highest rank that a criterion allows in each cell."""

    low: Floats
    high: Floats


def ranks_of(rule: Scale | Score, columns: Columns, cells: int) -> Ranks:
    """The ranks that a rule allows in each of so many cells."""
    return (
        _assessed(rule, columns, cells) if isinstance(rule, Scale) else _sums(rule, columns, cells)
    )


def stages_in(scale: Scale, columns: Columns, cells: int) -> dict[str, Numbers]:
    """The stage of each part of a scale in each cell."""
    return {part.name: _stages(part, columns, cells) for part in scale.parts}


def _assessed(scale: Scale, columns: Columns, cells: int) -> Ranks:
    known = {**columns, **stages_in(scale, columns, cells)}
    surely, possibly = _places(scale.rows, known, cells)
    if scale.opens is not None:
        opened = holds_in(scale.opens, known)
        surely = np.where(opened.surely, surely, -1)
        possibly = np.where(opened.possibly, possibly, -1)
    levels = (scale.otherwise, *(row.level for row in scale.rows))
    ranks = np.array([rank(scale.criterion, level) for level in levels])
    return Ranks(ranks[surely + 1], ranks[possibly + 1])


def _places(rows: Sequence[Row], columns: Columns, cells: int) -> tuple[Tiny, Tiny]:
    """The last row that surely holds, and the last that possibly does; -1 for none."""
    surely, possibly = np.full(cells, -1, dtype=np.int8), np.full(cells, -1, dtype=np.int8)
    for place, row in enumerate(rows):
        truth = holds_in(row.when, columns)
        surely[np.broadcast_to(truth.surely, cells)] = place
        possibly[np.broadcast_to(truth.possibly, cells)] = place
    return surely, possibly


def _stages(part: Part, columns: Columns, cells: int) -> Numbers:
    first = _span(part.rows, columns, cells)
    if not part.instead:
        return first
    other = _span(part.instead, columns, cells)
    both_low, both_high = np.minimum(first.low, other.low), np.maximum(first.high, other.high)
    low, high = np.maximum(first.low, other.low), np.minimum(first.high, other.high)
    exact, other_exact = first.low == first.high, other.low == other.high
    wide = (exact & other_exact) | (~exact & ~other_exact & (low > high))
    cases = [wide, exact, other_exact]
    return Numbers(
        np.select(cases, [both_low, first.low, other.low], low),
        np.select(cases, [both_high, first.high, other.high], high),
    )


def _span(rows: Sequence[Row], columns: Columns, cells: int) -> Numbers:
    levels = np.array([0.0, *(float(row.level) for row in rows)])
    surely, possibly = _places(rows, columns, cells)
    return Numbers(levels[surely + 1], levels[possibly + 1])


def _sums(score: Score, columns: Columns, cells: int) -> Ranks:
    low, high = np.zeros(cells), np.zeros(cells)
    for line in score.lines:
        surely, possibly = _points(line, columns, cells)
        low, high = low + surely, high + np.maximum(surely, possibly)
    if not score.criterion.levels:
        return Ranks(low, high)
    return Ranks(_ranked(score, low), _ranked(score, high))


def _points(line: Line, columns: Columns, cells: int) -> tuple[Floats, Floats]:
    """The most points of a tier that surely holds, and of one that possibly does; else 0."""
    surely, possibly = np.full(cells, -np.inf), np.full(cells, -np.inf)
    for tier in line.tiers:
        truth = holds_in(tier.when, columns)
        surely = np.where(truth.surely, np.maximum(surely, tier.points), surely)
        possibly = np.where(truth.possibly, np.maximum(possibly, tier.points), possibly)
    return tuple(np.where(np.isinf(one), 0.0, one) for one in (surely, possibly))  # type: ignore[return-value]


def _ranked(score: Score, sums: Floats) -> Floats:
    different, places = np.unique(sums, return_inverse=True)
    return np.array([rank(score.criterion, int(one)) for one in different])[places]
