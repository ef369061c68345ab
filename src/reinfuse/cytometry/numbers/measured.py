"""A percentage with everything that is needed to believe it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reinfuse.cytometry.numbers.assay import Assay
from reinfuse.cytometry.numbers.blank import Blank, KnownBackground, NoBlank
from reinfuse.cytometry.numbers.corrected import Corrected, correct_for_background
from reinfuse.cytometry.numbers.guards import Acquisition, find_doubts, list_unchecked
from reinfuse.cytometry.numbers.limits import CountingLimits, Limits, find_limits
from reinfuse.cytometry.numbers.share import NoShare, Share, share_of
from reinfuse.quantity import Limit, Quantity


class State(StrEnum):
    """What may be said of a count.

    A count is compared with the limit of blank, as CLSI EP17 has it: above it, something was
    detected, also where fewer events were seen than a sample at the limit of detection has on
    average. Source: Armbruster and Pry 2008, PMC2556583 (summary read).
    """

    NOT_DETECTED = "not detected"
    BELOW_DETECTION = "detected, below the limit of detection"
    NOT_QUANTIFIABLE = "positive, not quantifiable"
    QUANTIFIED = "quantified"
    COUNTED = "counted, not judged: no blank"
    NOT_EVALUABLE = "not evaluable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A share of a population, with its background, its limits and what may be said.

    `corrected` is after the background, and None where no blank was given. `reasons` say why a
    count is not evaluable; `unchecked` names guards that had nothing to look at.
    """

    assay: Assay
    share: Share
    blank: Blank | KnownBackground | NoBlank
    limits: Limits | CountingLimits
    corrected: Corrected | None
    state: State
    reasons: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """The best estimate of the share, 0 to 1: after the background where one is known."""
        return self.corrected.value if self.corrected else self.share.value

    @property
    def low(self) -> float:
        """The lower limit of the share; 0 without a blank, as every event could be false."""
        return self.corrected.interval.low if self.corrected else 0.0

    @property
    def high(self) -> float:
        """The upper limit of the share; without a blank that of the count, which can only fall."""
        return (self.corrected or self.share).interval.high

    @property
    def quantity(self) -> Quantity | None:
        """The percentage as a record holds it, a limit where it is one; None if not evaluable.

        Not detected is below the limit of detection; detected but not quantifiable is below the
        limit of quantification, and the state beside it says that it is not nothing. What was
        counted without a blank is at most the upper limit of its count.
        """
        if self.state is State.NOT_EVALUABLE:
            return None
        if isinstance(self.limits, CountingLimits):
            return Quantity(100 * self.high, "%", Limit.AT_MOST)
        if self.state is State.QUANTIFIED:
            return Quantity(100 * self.value, "%")
        if self.state is State.NOT_DETECTED:
            return Quantity(self.limits.detection_percent, "%", Limit.BELOW)
        return Quantity(self.limits.quantification_percent, "%", Limit.BELOW)

    @property
    def said(self) -> tuple[str, ...]:
        """Everything in words, one sentence a line, the state first."""
        lines = [f"{self.assay.what}: {self.state}"]
        lines += self.reasons
        lines.append(f"{self.share.said}, among {self.assay.of}")
        lines.append(f"background: {self.blank.said}")
        if self.corrected:
            lines.append(f"{self.corrected.said}; what the gate does not recover is not in it")
        lines.append(self.limits.said)
        lines += [f"not checked: {name}, for it was not recorded" for name in self.unchecked]
        return tuple(lines)


def measure(
    k: int,
    n: int,
    *,
    assay: Assay,
    blank: Blank | KnownBackground | NoBlank,
    acquisition: Acquisition,
    level: float = 0.95,
) -> Measured | NoShare:
    """`k` events of `n` with background, limits and state; NoShare if nothing was looked at."""
    share = share_of(k, n, level=level)
    if isinstance(share, NoShare):
        return share
    limits = find_limits(n, blank, assay.rule)
    reasons = find_doubts(
        share, blank=blank, limits=limits, guards=assay.guards, acquisition=acquisition
    )
    return Measured(
        assay=assay,
        share=share,
        blank=blank,
        limits=limits,
        corrected=None if isinstance(blank, NoBlank) else correct_for_background(share, blank),
        state=State.NOT_EVALUABLE if reasons else _state(k, limits),
        reasons=reasons,
        unchecked=list_unchecked(assay.guards, acquisition),
    )


def _state(k: int, limits: Limits | CountingLimits) -> State:
    if isinstance(limits, CountingLimits):
        return State.NOT_DETECTED if k == 0 else State.COUNTED
    if k <= limits.blank_events:
        return State.NOT_DETECTED
    if k < limits.detection_events:
        return State.BELOW_DETECTION
    return State.NOT_QUANTIFIABLE if k < limits.quantification_events else State.QUANTIFIED
