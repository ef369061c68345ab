"""Quantiles of many patients in little memory: counts in bins of equal ratio, which add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.errors import ReinfuseError

ERROR = 0.005  # a quantile of levels need not be surer than half a percent
_FINEST = 1e-4  # with finer ones the bins of all floating-point numbers would not fit in a key

# Bin i holds what lies in (ratio^(i-1), ratio^i]. In a key the bins of one cell stand in the order
# of their values: negative ones backwards, zero at the middle, positive ones.
_SPAN = 1 << 25
_ZERO = _SPAN // 2
_SHIFT = _SPAN // 4
_NONE = _SPAN - 1  # what is no finite number
_AT_ONCE = 1 << 16  # values, so that what is worked on stays near the processor


@dataclass(frozen=True, slots=True)
class Summary:
    """What is kept of many values of each cell of `shape`, such as `"times outputs"`.

    `counts` values lie in the bins of `keys`, which ascend. A quantile is off by at most the
    relative `error`; `low`, `high` (nan where nothing was counted), `counted` and `missing`
    (values that are no finite numbers) are exact. However many values are added, the bins stay
    those that floating-point numbers have: at error 0.005 230 for a factor of ten.

    Source: DDSketch, Masson et al. 2019, doi:10.14778/3352063.3352135, section 2.1 (bins and
    quantile) and 2.2 (negative values, zero).
    """

    shape: tuple[int, ...]
    error: float
    keys: NDArray[np.int64]
    counts: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    counted: NDArray[np.int64]
    missing: NDArray[np.int64]


def no_summary(shape: Sequence[int], *, error: float = ERROR) -> Summary:
    """The summary of no values at all."""
    if not _FINEST <= error < 1:
        raise ReinfuseError(
            f"quantiles cannot be kept to a relative error of {error:g}",
            fix=f"take one from {_FINEST:g} to below 1",
        )
    whole = tuple(shape)
    return Summary(
        shape=whole, error=error, keys=np.zeros(0, np.int64), counts=np.zeros(0, np.int64),
        low=np.full(whole, np.nan), high=np.full(whole, np.nan),
        counted=np.zeros(whole, np.int64), missing=np.zeros(whole, np.int64),
    )  # fmt: skip


def summary_of(values: ArrayLike, *, error: float = ERROR) -> Summary:
    """The summary over the first axis of `values`, such as `"patients times outputs"`."""
    given = np.asarray(values)
    empty = no_summary(given.shape[1:], error=error)
    if not given.size:
        return empty
    cells = given.reshape(len(given), -1)
    step = max(1, _AT_ONCE // len(cells))
    parts = [
        _part(cells[:, first : first + step], first, error)
        for first in range(0, cells.shape[1], step)
    ]
    keys, counts, low, high, counted = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Summary(
        shape=empty.shape, error=error, keys=keys, counts=counts,
        low=low.reshape(empty.shape), high=high.reshape(empty.shape),
        counted=counted.reshape(empty.shape),
        missing=(len(given) - counted).reshape(empty.shape),
    )  # fmt: skip


def merged(one: Summary, other: Summary) -> Summary:
    """The summary of the values of both; the same in whatever order summaries are merged."""
    if (one.shape, one.error) != (other.shape, other.error):
        raise ReinfuseError(
            f"summaries of {one.shape} at {one.error:g} and of {other.shape} at {other.error:g}"
            " do not add up",
            fix="summarise the same times and outputs with the same error",
        )
    keys, place = np.unique(np.concatenate([one.keys, other.keys]), return_inverse=True)
    counts = np.zeros(len(keys), np.int64)
    np.add.at(counts, place, np.concatenate([one.counts, other.counts]))
    return Summary(
        shape=one.shape, error=one.error, keys=keys, counts=counts,
        low=np.fmin(one.low, other.low), high=np.fmax(one.high, other.high),
        counted=one.counted + other.counted, missing=one.missing + other.missing,
    )  # fmt: skip


def quantiles(summary: Summary, shares: Sequence[float]) -> NDArray[np.float64]:
    """Quantiles at `shares` from 0 to 1, `"shares ..."` before the shape; nan of no values.

    Of n values in order it is the one before which share * (n - 1), rounded down, others stand, as
    `numpy.quantile` has it with method `lower`; within the summary's error, and exact at 0 and 1.
    """
    outside = [share for share in shares if not 0 <= share <= 1]
    if outside:
        raise ReinfuseError(f"{outside[0]:g} is no share of the values", fix="give 0 to 1")
    low, high = summary.low.reshape(-1), summary.high.reshape(-1)
    counted = summary.counted.reshape(-1)
    found = np.full((len(shares), len(counted)), np.nan)
    there = np.flatnonzero(counted)
    if len(there):
        below = np.cumsum(summary.counts)
        before = np.concatenate([[0], np.cumsum(counted)[:-1]])
        for row, share in enumerate(shares):
            rank = np.floor(share * (counted[there] - 1)).astype(np.int64)
            bins = np.searchsorted(below, before[there] + rank, side="right")
            middle = _middles(summary.keys[bins] % _SPAN, summary.error)
            found[row, there] = np.clip(middle, low[there], high[there])
            if share in {0, 1}:
                found[row, there] = (low, high)[int(share)][there]
    return found.reshape(len(shares), *summary.shape)


def _part(values: NDArray, first: int, error: float) -> tuple[NDArray, ...]:
    """Keys, counts, lowest, highest and how many of some cells, `"values cells"`."""
    # Cells first: what is sorted then lies side by side.
    cells = np.ascontiguousarray(values.T, np.float64)
    finite = np.isfinite(cells)
    whole = bool(finite.all())
    codes = _codes(cells, error)
    if not whole:
        codes[~finite] = _NONE
    codes.sort(axis=1)
    keys, counts = _runs(codes)
    there = True if whole else finite
    low = cells.min(1, where=there, initial=np.inf)
    high = cells.max(1, where=there, initial=-np.inf)
    counted = finite.sum(1)
    low[counted == 0] = high[counted == 0] = np.nan
    return keys + first * _SPAN, counts, low, high, counted


def _codes(values: NDArray[np.float64], error: float) -> NDArray[np.int32]:
    """Where in its cell each value is counted; anything for what is no finite number."""
    bins = np.abs(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        np.log(bins, out=bins)
        bins *= 1 / np.log(_ratio(error))
        np.ceil(bins, out=bins)
        bins += _SHIFT
        np.maximum(bins, 0.0, out=bins)  # zero, whose logarithm is below every number's
        np.copysign(bins, values, out=bins)
        bins += _ZERO
        return bins.astype(np.int32)


def _runs(codes: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Keys and counts of sorted codes, `"cells values"`."""
    begins = np.ones(codes.shape, bool)
    np.not_equal(codes[:, 1:], codes[:, :-1], out=begins[:, 1:])
    first = np.flatnonzero(begins)
    counts = np.diff(first, append=codes.size)
    code = codes.reshape(-1)[first].astype(np.int64)
    kept = code != _NONE
    return (code + first // codes.shape[1] * _SPAN)[kept], counts[kept]


def _middles(codes: NDArray[np.int64], error: float) -> NDArray[np.float64]:
    """The value that is off by at most the error from everything in its bin."""
    signed = codes - _ZERO
    ratio = _ratio(error)
    # In two factors: the upper end of the last bin is beyond the largest number.
    power = (np.abs(signed) - _SHIFT).astype(np.float64)
    middle = np.exp(power / 2 * np.log(ratio))
    middle = middle * (2 / (ratio + 1)) * middle
    return np.where(signed == 0, 0.0, np.copysign(middle, signed))


def _ratio(error: float) -> float:
    return (1 + error) / (1 - error)
