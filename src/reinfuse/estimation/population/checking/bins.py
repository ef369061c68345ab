"""Times put into bins, within groups of measurements that may stand in one panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.checking.design import Design
from reinfuse.record.data_set import Known

MOST_NOMINAL = 24  # distinct times that are still taken as nominal
FEWEST_IN_BIN = 5  # measurements, on average, for nominal times to be used by themselves
DEFAULT_BINS = 10
MOST_GROUPS = 6
# What to bin by: nothing said, a number of equal counts, or edges.
Bins = int | Sequence[float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Measurements from `low` to `high`; `cells` are their places in the flat design."""

    low: float
    high: float
    middle: float
    cells: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Measurements that share one axis: one assay, and one group of what was asked for."""

    label: str
    unit: str
    assay: int
    bins: tuple[Bin, ...]


def panels_of(design: Design, *, bins: Bins = None, by: str = "") -> tuple[Panel, ...]:
    """Panels by assay and by `by`: a covariate (at the start), or `occasion`.

    Without `bins`, times that recur are bins by themselves, else equal counts are taken; a number
    asks for so many bins of equal counts, a row of numbers gives their edges. A numeric covariate
    with more than six values is split at its median. Raises ReinfuseError where edges do not rise
    or nobody has the covariate.
    """
    clock = clock_of(design)
    found = []
    for assay, one in enumerate(design.data.assays):
        mine = design.present & (np.asarray(design.problem.arrays.assay) == assay)
        for words, group in _groups(design, by):
            cells = np.flatnonzero(mine & group)
            if cells.size:
                several = len(design.data.assays) > 1
                label = ", ".join(part for part in (one.label if several else "", words) if part)
                found.append(
                    Panel(label=label, unit=one.unit, assay=assay,
                          bins=_binned(cells, clock.ravel()[cells], bins))
                )  # fmt: skip
    return tuple(found)


def clock_of(design: Design) -> np.ndarray:
    """The time of every cell: since its infusion where there are several, else as in the data."""
    arrays = design.problem.arrays
    return np.asarray(arrays.since if several_occasions(design) else arrays.time, np.float64)


def several_occasions(design: Design) -> bool:
    """Whether some subject was measured after more than one infusion."""
    return bool((np.asarray(design.problem.arrays.occasion)[design.present] > 0).any())


def first_value(known: Sequence[Known]) -> float | str | None:
    """A covariate as it was at the start; None where it was not recorded."""
    return known[0].value if known else None


def _groups(design: Design, by: str) -> list[tuple[str, np.ndarray]]:
    if not by:
        return [("", np.ones(design.observed.shape, bool))]
    if by.casefold() == "occasion":
        occasion = np.asarray(design.problem.arrays.occasion)
        return [(f"infusion {one + 1}", occasion == one) for one in np.unique(occasion)]
    values = [first_value(one.covariates.get(by, ())) for one in design.data.subjects]
    known = [one for one in values if one is not None]
    if not known:
        raise ReinfuseError(
            f"no subject has covariate {by}",
            fix=f"the data have {', '.join(design.data.covariates) or 'none'}, and `occasion`",
        )
    wide = [(words, np.broadcast_to(which, design.observed.shape))
            for words, which in _split(by, values)]  # fmt: skip
    if len(known) < len(values):
        missing = np.asarray([one is None for one in values])
        wide.append((f"{by} not recorded", np.broadcast_to(missing, design.observed.shape)))
    return wide


def _split(by: str, values: Sequence[float | str | None]) -> list[tuple[str, np.ndarray]]:
    known = [one for one in values if one is not None]
    kinds = sorted(set(known), key=lambda one: (isinstance(one, str), one))
    if len(kinds) <= MOST_GROUPS or any(isinstance(one, str) for one in kinds):
        if len(kinds) > MOST_GROUPS:
            raise ReinfuseError(
                f"covariate {by} has {len(kinds)} values: too many for panels",
                fix=f"group them into at most {MOST_GROUPS}",
            )
        return [
            (f"{by} {one:g}" if isinstance(one, float | int) else f"{by} {one}",
             np.asarray([value == one for value in values]))
            for one in kinds
        ]  # fmt: skip
    middle = float(np.median([one for one in known if not isinstance(one, str)]))
    numbers = np.asarray([np.nan if one is None else float(one) for one in values])
    return [(f"{by} below {middle:g}", numbers < middle), (f"{by} {middle:g} or more",
                                                          numbers >= middle)]  # fmt: skip


def _binned(cells: np.ndarray, times: np.ndarray, bins: Bins) -> tuple[Bin, ...]:
    if bins is None:
        nominal = np.unique(times)
        if len(nominal) <= MOST_NOMINAL and len(times) >= FEWEST_IN_BIN * len(nominal):
            groups = [times == one for one in nominal]
        else:
            groups = _equal_counts(times, DEFAULT_BINS)
    elif isinstance(bins, int):
        groups = _equal_counts(times, bins)
    else:
        groups = _by_edges(times, bins)
    return tuple(
        Bin(low=float(times[one].min()), high=float(times[one].max()),
            middle=float(np.median(times[one])), cells=cells[one])
        for one in groups if one.any()
    )  # fmt: skip


def _equal_counts(times: np.ndarray, count: int) -> list[np.ndarray]:
    """Bins of about equal counts; measurements of one time are never put apart."""
    if count < 1:
        raise ReinfuseError(f"{count} bins are asked for", fix="ask for at least one")
    edges = np.unique(np.quantile(times, np.arange(1, count) / count, method="higher"))
    place = np.searchsorted(edges, times, side="right")
    return [place == one for one in range(len(edges) + 1)]


def _by_edges(times: np.ndarray, edges: Sequence[float]) -> list[np.ndarray]:
    ends = np.asarray(edges, np.float64)
    if ends.size < 2 or (np.diff(ends) <= 0).any():  # noqa: PLR2004 # two ends make a bin
        raise ReinfuseError(
            f"the edges of bins are {', '.join(f'{one:g}' for one in ends)}",
            fix="give at least two, each above the one before",
        )
    if times.min() < ends[0] or times.max() > ends[-1]:
        raise ReinfuseError(
            f"measurements from {times.min():g} to {times.max():g} lie outside the bins"
            f" {ends[0]:g} to {ends[-1]:g}",
            fix="give edges that hold them all",
        )
    place = np.minimum(np.searchsorted(ends, times, side="right"), ends.size - 1)
    return [place == one for one in range(1, ends.size)]
