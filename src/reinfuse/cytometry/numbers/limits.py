"""Limit of blank, limit of detection and limit of quantification, in events and as shares."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from scipy import special

from reinfuse.cytometry.numbers.blank import Blank, KnownBackground, NoBlank
from reinfuse.cytometry.numbers.chance import Points, fixed, gamma_points
from reinfuse.cytometry.numbers.rules import Rule
from reinfuse.cytometry.numbers.share import percent
from reinfuse.errors import ReinfuseError


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The three limits of a gate in `n` cells, given its background.

    Events count the background with them, as the gate does: `blank_events` is the most that a
    blank shows in all but 5 % of runs; `detection_events` the smallest true mean that exceeds it in
    95 % of runs; `quantification_events` the smallest true mean that the rule lets be quoted.
    `expected` is the background's mean in `n` cells. The percentages of detection and
    quantification are those of target cells, with `expected` taken off.
    """

    n: int
    expected: float
    blank_events: int
    detection_events: float
    quantification_events: float
    rule: Rule

    @property
    def blank_percent(self) -> float:
        """The limit of blank as a percentage of the cells looked at, background included."""
        return 100 * self.blank_events / self.n

    @property
    def detection_percent(self) -> float:
        """The limit of detection as a percentage of target cells."""
        return 100 * max(self.detection_events - self.expected, 0) / self.n

    @property
    def quantification_percent(self) -> float:
        """The limit of quantification as a percentage of target cells."""
        return 100 * max(self.quantification_events - self.expected, 0) / self.n

    @property
    def said(self) -> str:
        """The limits in words."""
        return (
            f"LoB {self.blank_events} events ({percent(self.blank_percent / 100)} of cells), "
            f"LoD {self.detection_events:.1f} events, {self.expected:.3g} of them background "
            f"({percent(self.detection_percent / 100)} target cells), "
            f"LLOQ {self.quantification_events:.1f} events "
            f"({percent(self.quantification_percent / 100)} target cells; {self.rule.source})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingLimits:
    """What counting alone allows in `n` cells where no background is known.

    `seen_events` is the smallest true mean that shows at least one event in 95 % of runs. It is
    not a limit of detection: without a blank nobody knows how many events are false.
    """

    n: int
    seen_events: float
    quantification_events: float
    rule: Rule
    reason: str

    @property
    def seen_percent(self) -> float:
        """The counting limit as a percentage of the cells looked at."""
        return 100 * self.seen_events / self.n

    @property
    def said(self) -> str:
        """The limits in words, and what they are not."""
        return (
            f"LoB and LoD not known: {self.reason}. Counting limit only, as if no event could be "
            f"false: {self.seen_events:.1f} events ({percent(self.seen_percent / 100)}), "
            f"quantifiable by counting from {self.quantification_events:.1f} events "
            f"({self.rule.source})"
        )


def find_limits(
    n: int, blank: Blank | KnownBackground | NoBlank, rule: Rule
) -> Limits | CountingLimits:
    """The limits in `n` cells, n above 0.

    A known background makes false events Poisson. One that was counted, k_b of n_b, leaves its own
    error: false events are then Poisson with a gamma mean of shape k_b + 1, a negative binomial.
    Shape k_b + 1 makes "more than the limit of blank" the exact conditional test of two Poisson
    counts, so that at most 5 % of blanks exceed it whatever the background and however small the
    control. Jeffreys' k_b + 1/2 let up to 6.9 % exceed it when the control was a tenth of the
    sample.

    Source: CLSI EP17 as told in Armbruster and Pry 2008, PMC2556583 (summary read), on counts
    instead of normal errors; Przyborowski and Wilenski 1940, doi:10.1093/biomet/31.3-4.313
    (recalled).
    """
    if n <= 0:
        raise ReinfuseError("limits in no cells", fix="ask only where the denominator holds events")
    if isinstance(blank, NoBlank):
        return CountingLimits(
            n=n,
            seen_events=-math.log(rule.false_negative),
            quantification_events=_quantifiable(rule, expected=0.0, variance=0.0),
            rule=rule,
            reason=blank.said,
        )
    expected = blank.share * n
    variance = expected * n / blank.cells if isinstance(blank, Blank) else 0.0
    most = most_false(n, blank, rule)
    detection = max(
        float(special.gammaincinv(most + 1, 1 - rule.false_negative)), rule.detection_events or 0
    )
    return Limits(
        n=n,
        expected=expected,
        blank_events=most,
        detection_events=detection,
        quantification_events=max(
            detection, expected + _quantifiable(rule, expected=expected, variance=variance)
        ),
        rule=rule,
    )


def most_false(n: int, blank: Blank | KnownBackground, rule: Rule, *, carried: float = 0.0) -> int:
    """The limit of blank in events; `carried` is the mean of events from the tube before."""
    means = _means(n, blank)

    def exceeded(events: int) -> float:
        return means.average(special.pdtrc(events, means.values + carried))

    high = 1
    while exceeded(high) > rule.false_positive:
        high *= 2
    low = -1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if exceeded(middle) > rule.false_positive else (low, middle)
    return high


def chance_of_so_few(k: int, n: int, blank: Blank | KnownBackground) -> float:
    """How likely the background alone gives `k` events or fewer in `n` cells.

    A counted background enters with shape k_b, so that a small answer is small whatever it is.
    """
    means = _means(n, blank, more=0)
    return means.average(special.pdtr(k, means.values))


def _means(n: int, blank: Blank | KnownBackground, more: int = 1) -> Points:
    """Points of what is known of the mean number of false events in `n` cells."""
    if isinstance(blank, KnownBackground):
        return fixed(blank.share * n)
    known = gamma_points(blank.events + more)
    return replace(known, values=known.values * n / blank.cells)


def _quantifiable(rule: Rule, *, expected: float, variance: float) -> float:
    """The smallest mean of target events that the rule lets be quoted.

    The corrected count has the variance of the gated events and of the background taken off, so
    that sqrt(s + expected + variance) = cv * s at the limit.
    """
    events = float(rule.quantification_events or 0)
    if rule.quantification_cv is None:
        return events
    squared = rule.quantification_cv**2
    by_cv = (1 + math.sqrt(1 + 4 * squared * (expected + variance))) / (2 * squared)
    return max(events, by_cv)
