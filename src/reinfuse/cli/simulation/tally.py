"""What is counted while pieces go by: how patients ended, and quantiles by time and output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any  # arrays of several kinds by name

import numpy as np
from numpy.typing import NDArray

from reinfuse.engine.status import Status
from reinfuse.engine.summary import Summary, merged, no_summary, summary_of


@dataclass(frozen=True, slots=True)
class Tally:
    """Of patients before `done`: how many ended with each status, and a summary if one is made."""

    done: int
    ended: NDArray[np.int64]
    summary: Summary | None


def no_tally(shape: tuple[int, int] | None) -> Tally:
    """The tally of nobody; with a summary where its shape, `"times outputs"`, is given."""
    return Tally(0, np.zeros(len(Status), np.int64), None if shape is None else no_summary(shape))


def with_piece(tally: Tally, outputs: NDArray[np.floating], status: NDArray[np.int32]) -> Tally:
    """The tally with the next patients."""
    return Tally(
        tally.done + len(status),
        tally.ended + np.bincount(status, minlength=len(Status)),
        None if tally.summary is None else merged(tally.summary, summary_of(outputs)),
    )


def ended(tally: Tally) -> tuple[tuple[Status, int], ...]:
    """Each way in which patients ended, with how many; those that were solved first."""
    return tuple((one, int(tally.ended[one])) for one in Status if tally.ended[one])


def status_word(status: Status) -> str:
    """The status as it stands in a table."""
    return status.name.lower().replace("_", " ")


def tally_in(tally: Tally) -> dict[str, NDArray[np.generic]]:
    """A tally with a summary as arrays."""
    found = {"done": np.asarray(tally.done), "ended": tally.ended}
    if tally.summary is not None:
        summary = tally.summary
        found |= {
            "shape": np.asarray(summary.shape), "error": np.asarray(summary.error),
            "keys": summary.keys, "counts": summary.counts, "low": summary.low,
            "high": summary.high, "counted": summary.counted, "missing": summary.missing,
        }  # fmt: skip
    return found


def tally_from(arrays: Mapping[str, NDArray[Any]]) -> Tally:
    """The tally that arrays hold; KeyError where one is not there."""
    summary = None
    if "keys" in arrays:
        summary = Summary(
            shape=tuple(arrays["shape"].tolist()), error=float(arrays["error"]),
            keys=arrays["keys"], counts=arrays["counts"], low=arrays["low"], high=arrays["high"],
            counted=arrays["counted"], missing=arrays["missing"],
        )  # fmt: skip
    return Tally(int(arrays["done"]), arrays["ended"], summary)
