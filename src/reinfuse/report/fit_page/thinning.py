"""What is drawn of many points: a stated part of them, by chance, the same every time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MOST_POINTS = 700  # of one panel
MOST_ROWS = 400  # of one table; more go into a file beside the page


def thinned(count: int, most: int = MOST_POINTS) -> np.ndarray:
    """Places of at most `most` of `count`, in order; always the same ones.

    By chance and not every so many: measurements of a set recur in a rhythm.
    """
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(count).choice(count, most, replace=False))


def thinned_words(
    count: int, most: int = MOST_POINTS, *, of: str = "measurements"
) -> Sequence[str]:
    """What a reader must know of it; nothing where all are drawn."""
    if count <= most:
        return ()
    drawn = len(thinned(count, most))
    return (f"{drawn} of {count} {of} are drawn, taken by chance.",)


def usual(values: np.ndarray, share: float = 0.002) -> np.ndarray:
    """Finite values without this share of the outermost on each side; 0 and 1 for none."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return np.asarray([0.0, 1.0])
    low, high = np.quantile(finite, [share, 1.0 - share])
    return np.asarray(finite[(finite >= low) & (finite <= high)])
