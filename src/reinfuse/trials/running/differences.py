"""Arms set against the first arm of a design."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.trials.design import Design, Endpoint, Sort, What
from reinfuse.trials.running.estimates import Estimate, Z
from reinfuse.trials.running.table import ArmTable

Floats = NDArray[np.float64]

PAIRED, UNPAIRED = "Agresti-Min, paired", "Agresti-Caffo"
MOVED, MOVED_RATIO = "from the limits of both", "ratio, from the limits of both"
_RATIOS = {What.CMAX, What.IL6_PEAK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An arm less the first arm, `against`; of `ratio` it is the arm over the first.

    `surely` and `possibly` are the least and the most that missing visits allow, `low` and `high`
    limits around both, nan where there is nothing to compare. `n` are patients compared: pairs,
    where the trial is paired and the endpoint a share. `as_seen` is the difference of a share among
    those who missed no visit that it asks for, with its limits.
    """

    endpoint: Endpoint
    arm: str
    against: str
    n: int
    surely: float
    possibly: float
    low: float
    high: float
    method: str
    as_seen: tuple[float, float, float] | None = None
    ratio: bool = False

    @property
    def middle(self) -> float:
        """One number for it: as seen, or between the least and the most."""
        return self.as_seen[0] if self.as_seen else (self.surely + self.possibly) / 2

    @property
    def none_within(self) -> bool:
        """Whether no difference at all lies within the limits, as seen where there is that."""
        nothing = 1.0 if self.ratio else 0.0
        low, high = self.as_seen[1:] if self.as_seen else (self.low, self.high)
        return not (low > nothing or high < nothing)


def differences_of(
    design: Design, tables: dict[str, ArmTable], estimates: Sequence[Estimate]
) -> tuple[Difference, ...]:
    """Every arm but the first against the first, by endpoint."""
    found = {(one.endpoint.column, one.arm): one for one in estimates}
    first = design.arms[0].name
    return tuple(
        _difference(design, tables, found[endpoint.column, arm.name], found[endpoint.column, first])
        for endpoint in design.endpoints
        for arm in design.arms[1:]
    )


def _difference(
    design: Design, tables: dict[str, ArmTable], arm: Estimate, first: Estimate
) -> Difference:
    if arm.endpoint.sort is not Sort.SHARE:
        return _moved(arm, first)
    own, other = tables[arm.arm].of(arm.endpoint), tables[first.arm].of(arm.endpoint)
    compare = _paired if design.paired else _unpaired
    least, most = compare(own[0], other[1]), compare(own[1], other[0])
    seen = compare(*(np.where(one[2] > 0, one[0], np.nan) for one in (own, other)))
    both = ~np.isnan(own[1] + other[1]) if design.paired else None
    return Difference(
        endpoint=arm.endpoint, arm=arm.arm, against=first.arm,
        n=arm.n + first.n if both is None else int(both.sum()), surely=least[0],
        possibly=most[0], low=least[1], high=most[2], as_seen=seen,
        method=PAIRED if design.paired else UNPAIRED,
    )  # fmt: skip


def _paired(own: Floats, other: Floats) -> tuple[float, float, float]:
    """The difference of two shares of the same patients, and its limits; nan where it is open.

    Source: Agresti and Min 2005, doi:10.1002/sim.1781: half a patient added to each cell.
    """
    both = ~np.isnan(own + other)
    own, other, n = own[both], other[both], int(both.sum())
    if not n:
        return math.nan, math.nan, math.nan
    more, less = float(((own > 0) & (other <= 0)).sum()), float(((own <= 0) & (other > 0)).sum())
    many, gain, loss = n + 2.0, more + 0.5, less + 0.5
    middle = (gain - loss) / many
    reach = Z * math.sqrt(gain + loss - (gain - loss) ** 2 / many) / many
    return (more - less) / n, max(-1.0, middle - reach), min(1.0, middle + reach)


def _unpaired(own: Floats, other: Floats) -> tuple[float, float, float]:
    """The difference of two shares of different patients, and its limits.

    Source: Agresti and Caffo 2000, doi:10.1080/00031305.2000.10474560: a success and a failure
    added to each.
    """
    own, other = own[~np.isnan(own)], other[~np.isnan(other)]
    if not len(own) or not len(other):
        return math.nan, math.nan, math.nan
    shares = [(one.sum() + 1.0) / (len(one) + 2.0) for one in (own, other)]
    parts = [
        share * (1 - share) / (len(one) + 2.0)
        for share, one in zip(shares, (own, other), strict=True)
    ]
    middle, reach = shares[0] - shares[1], Z * math.sqrt(sum(parts))
    found = float(own.mean() - other.mean())
    return found, max(-1.0, middle - reach), min(1.0, middle + reach)


def _moved(arm: Estimate, first: Estimate) -> Difference:
    """A difference, or a ratio, from the limits of two estimates as if they were independent.

    That is too wide for the same patients in both arms, never too narrow where they fare alike.
    Source: Zou and Donner 2008, doi:10.1002/sim.3095.
    """
    ratio = arm.endpoint.what in _RATIOS
    own, other = (_scaled(one, ratio=ratio) for one in (arm, first))
    least, most = own[0] - other[1], own[1] - other[0]
    low = least - math.hypot(own[0] - own[2], other[3] - other[1])
    high = most + math.hypot(own[3] - own[1], other[0] - other[2])
    numbers = (least, most, low, high)
    if ratio:
        numbers = tuple(math.exp(one) for one in numbers)  # type: ignore[assignment]
    return Difference(
        endpoint=arm.endpoint, arm=arm.arm, against=first.arm, n=arm.n + first.n,
        surely=numbers[0], possibly=numbers[1], low=numbers[2], high=numbers[3],
        method=MOVED_RATIO if ratio else MOVED, ratio=ratio,
    )  # fmt: skip


def _scaled(one: Estimate, *, ratio: bool) -> tuple[float, float, float, float]:
    numbers = (one.surely, one.possibly, one.low, one.high)
    if not ratio:
        return numbers
    # Below a limit a value may be anything: of 0 there is no ratio.
    first, second, low, high = (math.log(x) if x > 0 else math.nan for x in numbers)
    return first, second, low, high
