"""Compensation: what each dye gave, out of what each detector saw.

Observed = true x S, with dyes as rows and detectors as columns, so that true = observed x
inverse(S); with more detectors than dyes it is the least-squares answer, observed x pinv(S).
Source: Bagwell and Adams 1993, doi:10.1111/j.1749-6632.1993.tb38775.x; Spidlen 2015, ISAC's
Gating-ML 2.0, doi:10.1002/cyto.a.22690, spectrum matrices.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from reinfuse.cytometry.sample import Floats, Sample, Spill
from reinfuse.errors import ReinfuseError

CHUNK = 1 << 13  # events at a time, and fewer where there are many dyes: they stay in the cache
# Multiplications at a time that BLAS does on one thread. Waking others takes up to ten times as
# long as the product itself.
PRODUCTS = 1 << 19
# Events are float32, to 6e-8 of a value; a condition number above this makes 6 % of it.
WORST_CONDITION = 1e6
MUCH = 0.3  # of a direction of length 1: a dye with this share takes part in it


def compensated(
    sample: Sample, names: Iterable[str], spill: Spill | None, *, matrix: str = ""
) -> dict[str, Floats]:
    """What the dyes gave, `"events"`, for the names that are asked for and no others.

    A name is a detector, a dye of `spill`, or a channel that it does not speak of, which is given
    as it was acquired, as are all without a `spill`. `matrix` is what errors call it.
    ReinfuseError if the matrix fits neither itself nor the sample, or cannot be undone.
    """
    asked = tuple(dict.fromkeys(names))
    rows = {} if spill is None else _rows(spill)
    mixed = [name for name in asked if name in rows]
    values = {name: sample.values(name).astype(np.float64) for name in asked if name not in rows}
    if spill is not None and mixed:
        where = f"{sample.file}, {matrix or _title(sample, spill)}"
        weights = unmixing(spill, where=where)[:, [rows[name] for name in mixed]]
        places = _places(sample, spill, where)
        values |= zip(mixed, _unmixed(sample, places, weights), strict=True)
    return {name: values[name] for name in asked}


def unmixing(spill: Spill, *, where: str = "spill matrix") -> Floats:
    """The (pseudo-)inverse that observed events are multiplied by, `"detectors dyes"`.

    ReinfuseError with `where` if the matrix does not fit its names or dyes cannot be told apart.
    """
    _check_shape(spill, where)
    directions, sizes, _ = np.linalg.svd(spill.matrix)
    if sizes[-1] * WORST_CONDITION < sizes[0] or sizes[0] == 0.0:
        alike = [
            dye
            for dye, share in zip(_dyes(spill), directions[:, -1], strict=True)
            if abs(share) > MUCH
        ]
        raise ReinfuseError(
            f"the spill matrix is singular: {', '.join(alike)} cannot be told apart",
            where=where,
            fix="use another matrix, or leave one of these dyes out of it",
        )
    square = spill.matrix.shape[0] == spill.matrix.shape[1]
    return np.asarray(np.linalg.inv(spill.matrix) if square else np.linalg.pinv(spill.matrix))


def _unmixed(sample: Sample, places: NDArray[np.intp], weights: Floats) -> Floats:
    """The dyes of `weights`, `"dyes events"`, from the detectors at `places`."""
    # A detector without weight is left unread: most matrices hold many zeros.
    used = weights.any(axis=1)
    places, across = places[used], np.ascontiguousarray(weights[used].T)
    whole = np.empty((across.shape[0], sample.count))
    step = min(CHUNK, max(1, PRODUCTS // across.size))
    for start in range(0, sample.count, step):
        part = slice(start, start + step)
        # inf in two detectors makes nan, which lies in no gate; the reader told of it.
        with np.errstate(invalid="ignore"):
            np.matmul(across, sample.events[places, part].astype(np.float64), out=whole[:, part])
    return whole


def _places(sample: Sample, spill: Spill, where: str) -> NDArray[np.intp]:
    names = sample.names
    absent = [channel for channel in spill.channels if channel not in names]
    if absent:
        raise ReinfuseError(
            f"the spill matrix names channels that the file lacks: {', '.join(absent)}",
            where=where,
            fix=f"use a matrix of this panel; the file has: {', '.join(names)}",
        )
    return np.array([names.index(channel) for channel in spill.channels], dtype=np.intp)


def _check_shape(spill: Spill, where: str) -> None:
    named, dyes = len(spill.channels), len(_dyes(spill))
    wrong = ""
    if spill.matrix.shape != (dyes, named) or not named:
        size = " x ".join(str(length) for length in spill.matrix.shape)
        wrong = f"the spill matrix is {size}, with names for {dyes} dyes and {named} detectors"
    elif dyes > named:
        wrong = f"the spill matrix has {dyes} dyes and only {named} detectors"
    elif len(set(spill.channels)) < named:
        wrong = f"the spill matrix names a detector twice: {', '.join(spill.channels)}"
    elif not np.isfinite(spill.matrix).all():
        wrong = "the spill matrix holds values that are no numbers"
    if wrong:
        raise ReinfuseError(wrong, where=where, fix="export the matrix again, or give another one")


def _rows(spill: Spill) -> dict[str, int]:
    """The row of each name: of the detectors with a dye of their own, and of the dyes."""
    dyes = _dyes(spill)
    detectors = spill.channels[: len(dyes)]
    return {name: row for names in (detectors, dyes) for row, name in enumerate(names)}


def _dyes(spill: Spill) -> tuple[str, ...]:
    return spill.dyes or spill.channels[: spill.matrix.shape[0]]


def _title(sample: Sample, spill: Spill) -> str:
    return "spill keyword" if spill is sample.spill else "spill matrix"
