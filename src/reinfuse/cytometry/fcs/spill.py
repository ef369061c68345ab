"""The spill matrix that a file carries, under whichever of its names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from reinfuse.cytometry.fcs.opened import Opened, listed
from reinfuse.cytometry.fcs.words import number, whole
from reinfuse.cytometry.sample import Spill
from reinfuse.errors import Finding, Severity

# The rule of the finding that tells of a matrix that is there and cannot be used: whoever
# compensates by the matrix of a file has to ask for it, because without it "no matrix" and
# "a broken one" look alike.
SPILL_UNREADABLE = "fcs-spill-unreadable"
KEYS = ("$SPILLOVER", "SPILLOVER", "$SPILL", "SPILL", "$COMP", "COMP", "$COMPENSATION")
MOST_DETECTORS = 1000


def read_spill(
    keywords: Mapping[str, str], names: Sequence[str], opened: Opened
) -> tuple[Spill | None, tuple[Finding, ...]]:
    """The first matrix that is there, None without one; a broken one is a finding of an error.

    `names` are those of the channels, which the matrix must name.
    """
    key = next((one for one in KEYS if keywords.get(one)), None)
    if key is None:
        return None, ()
    answer = parse_spill(keywords[key], names)
    if isinstance(answer, str):
        told = opened.tell(
            Severity.ERROR,
            SPILL_UNREADABLE,
            f"{key} {answer}; the matrix cannot be used",
            fix="compensate with a matrix of your own, or correct the keyword",
        )
        return None, (told,)
    return answer, ()


def parse_spill(text: str, names: Sequence[str]) -> Spill | str | None:
    """The matrix of `n, names, numbers by rows`; words for what is wrong; None for n = 0."""
    parts = [part.strip() for part in text.strip().rstrip(",").split(",")]
    size = whole(parts[0])
    if size is None or size > MOST_DETECTORS:
        return "does not begin with how many detectors it has"
    if size == 0:
        return None
    if len(parts) != 1 + size + size * size:
        return (
            f"says {size} detectors, which takes {size} names and {size * size} numbers, and has "
            f"{len(parts) - 1} entries"
        )
    channels, written = tuple(parts[1 : 1 + size]), parts[1 + size :]
    if len(set(channels)) < size:
        return "names a detector twice"
    absent = [channel for channel in channels if channel not in names]
    if absent:
        return f"names {listed(absent)}, of which the file has no channel"
    values = [number(one) for one in written]
    wrong = sum(value is None for value in values)
    if wrong:
        return f"has {wrong} entries that are no numbers"
    matrix = np.array(values, dtype=np.float64).reshape(size, size)
    if not matrix.diagonal().all():
        return "has a 0 in its diagonal"
    return Spill(channels=channels, matrix=matrix)
