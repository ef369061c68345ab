"""A straight creep over time that one odd tube cannot feign."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.cytometry.sample import Floats

TO_SIGMA = 1.4826


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The change from the first day to the last, on the scale, and in residual spreads."""

    change: float
    spreads: float


def trend(days: Floats, places: Floats, *, floor: float) -> Trend:
    """The change by the median of the slopes between all pairs, `"tubes"`; 0 within one day.

    Source: Theil 1950, Sen 1968, doi:10.1080/01621459.1968.10480934; recalled.
    """
    later, earlier = np.tril_indices(days.size, k=-1)
    apart = days[later] - days[earlier]
    pairs = apart != 0
    if not pairs.any():
        return Trend(change=0.0, spreads=0.0)
    slopes = (places[later] - places[earlier])[pairs] / apart[pairs]
    slope = float(np.median(slopes))
    change = slope * float(days.max() - days.min())
    left = places - slope * days
    spread = TO_SIGMA * float(np.median(np.abs(left - np.median(left))))
    return Trend(change=change, spreads=change / max(spread, floor))
