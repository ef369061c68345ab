"""One line for each patient and arm: made from what was seen, read back from the table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from reinfuse.trials.design import Arm, Design, Endpoint, Sort
from reinfuse.trials.running.read_off import read_off
from reinfuse.trials.running.seen import Seen

Floats = NDArray[np.float64]

ABOUT = (
    "patient", "arm", "solved", "weight_kg", "marrow_blasts_percent", "lesions", "crs_grade_low",
    "crs_grade_high", "tocilizumab_day", "tocilizumab_doses", "steroids_day",
)  # fmt: skip
_PARTS = {
    Sort.SHARE: ("low", "high", "whole"),
    Sort.TIME: ("low", "high", "stop", "ended"),
    Sort.VALUE: ("low", "high"),
}
_DIGITS = 6  # of numbers in the table: far beyond what an assay tells


def header_of(design: Design) -> tuple[str, ...]:
    """The columns of the table of patients."""
    return (*ABOUT, *(name for one in design.endpoints for name in columns_of(one)))


def columns_of(endpoint: Endpoint) -> tuple[str, ...]:
    """The columns of an endpoint, each with a part of `Read` at its end, such as `_low`."""
    return tuple(f"{endpoint.column}_{part}" for part in _PARTS[endpoint.sort])


def rows_of(design: Design, arm: Arm, seen: Seen) -> list[list[str]]:
    """The lines of an arm, in the order of the patients, who are counted from 1."""
    given = seen.course.given
    about: list[Iterable[str]] = [
        (str(number + 1) for number in seen.numbers.tolist()),
        (arm.name for _ in seen.numbers),
        ("yes" if solved else "no" for solved in seen.solved.tolist()),
        _shown(seen.patients.weight),
        _shown(100.0 * seen.patients.blasts),
        (str(int(count)) for count in seen.patients.present.sum(axis=1)),
        _shown(np.where(seen.solved, seen.crs.low[0], np.nan)),
        _shown(np.where(seen.solved, seen.crs.high[0], np.nan)),
        _shown(given.tocilizumab[:, 0]),
        (str(int(count)) for count in (~np.isnan(given.tocilizumab)).sum(axis=1)),
        _shown(given.steroids[:, 0]),
    ]
    for endpoint in design.endpoints:
        read = read_off(design, endpoint, seen)
        about += [_shown(getattr(read, part)) for part in _PARTS[endpoint.sort]]
    return [list(line) for line in zip(*about, strict=True)]


def text_of(lines: Iterable[Sequence[str]]) -> str:
    """Lines as CSV."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(lines)
    return stream.getvalue()


def _shown(values: Floats) -> list[str]:
    """Numbers as text; nothing for nan."""
    return ["" if value != value else f"{value:.{_DIGITS}g}" for value in values.tolist()]  # noqa: PLR0124 # nan
