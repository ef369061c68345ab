"""Cells per microlitre, from a share and a count of its parent, or from counting beads."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from reinfuse.cytometry.numbers.measured import Measured, State
from reinfuse.cytometry.numbers.share import Interval
from reinfuse.errors import ReinfuseError
from reinfuse.quantity import Limit, Quantity, shown_number

UNIT = "{cells}/uL"


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsoluteCount:
    """How many cells of a population a microlitre holds, by another device.

    `of` is the population, in the words of the share's denominator. `cv` is the coefficient of
    variation of the count, 0.05 for 5 %; None is not known, and the interval then says so.
    """

    of: str
    count: Quantity
    cv: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beads:
    """Counting beads in the tube: `counted` events of `added`, in `volume_ul` of blood.

    `cv` is the coefficient of variation of added beads and pipetted volume together; None is not
    known.
    """

    counted: int
    added: float
    volume_ul: float
    cv: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoConcentration:
    """There is no concentration; `reason` says why."""

    reason: str

    @property
    def said(self) -> str:
        """The reason, for a reader."""
        return f"no concentration: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PerMicrolitre:
    """Cells per microlitre with their interval.

    `detection` is the limit of detection there, None where none is known. `carries` says whose
    errors the interval holds.
    """

    value: float
    interval: Interval
    detection: float | None
    carries: str
    measured: Measured

    @property
    def quantity(self) -> Quantity | None:
        """What may be quoted, a limit where it is one; None if the share is not evaluable.

        It follows the state of the share: what may not be quoted in percent may not be per uL.
        """
        state = self.measured.state
        if state is State.NOT_EVALUABLE:
            return None
        if state is State.QUANTIFIED:
            return Quantity(self.value, UNIT)
        if state is State.NOT_DETECTED and self.detection is not None:
            return Quantity(self.detection, UNIT, Limit.BELOW)
        return Quantity(self.interval.high, UNIT, Limit.AT_MOST)

    @property
    def said(self) -> str:
        """The concentration in words."""
        quoted = self.quantity
        value = "no number," if quoted is None else f"{quoted.limit.value}{_digits(quoted.value)}"
        low, high = (_digits(limit) for limit in (self.interval.low, self.interval.high))
        level = f"{100 * self.interval.level:g} %"
        limit = "" if self.detection is None else f"; LoD {_digits(self.detection)}"
        return (
            f"{self.measured.assay.what}: {value} cells/µL "
            f"({level} interval {low} to {high}, with the error of {self.carries}{limit}); "
            f"{self.measured.state}"
        )


def count_by_dual_platform(
    measured: Measured, count: AbsoluteCount
) -> PerMicrolitre | NoConcentration:
    """The share of a population times its absolute count.

    Raises ReinfuseError where the count is of another population, of another dimension, or
    negative.
    """
    if count.of != measured.assay.of:
        raise ReinfuseError(
            f"the count is of {count.of}, and the share of {measured.assay.what} "
            f"is one of {measured.assay.of}",
            fix="give the count of the share's own denominator, or the share of what was counted",
        )
    number = count.count.number_in(UNIT)
    if number < 0 or (count.cv is not None and count.cv < 0):
        raise ReinfuseError(f"a count of {count.count} with CV {count.cv} cannot be")
    if not count.count.exact:
        return NoConcentration(reason=f"the count of {count.of} is only a limit, {count.count}")
    carries = " and ".join(_carried(measured))
    told = f"{carries} and the absolute count" if count.cv is not None else f"{carries} only"
    return _scaled(measured, number, spread=count.cv or 0.0, carries=told)


def count_by_beads(measured: Measured, beads: Beads) -> PerMicrolitre | NoConcentration:
    """Target events per bead event, times beads added, per volume of blood.

    Raises ReinfuseError for a volume or number of beads that cannot be.
    """
    if not (beads.volume_ul > 0 and beads.added > 0 and beads.counted >= 0):
        raise ReinfuseError(
            f"{beads.counted} of {beads.added:g} beads in {beads.volume_ul:g} uL cannot be",
            fix="give beads added and the volume of blood, both above 0",
        )
    if beads.counted == 0:
        return NoConcentration(reason="no bead was counted")
    if beads.counted > beads.added:
        return NoConcentration(
            reason=f"{beads.counted:,} beads were counted and only {beads.added:,.0f} added"
        )
    factor = measured.share.n / beads.counted * beads.added / beads.volume_ul
    spread = math.hypot(1 / math.sqrt(beads.counted), beads.cv or 0.0)
    carries = f"{', '.join(_carried(measured))} and the beads"
    told = f"{carries} with their pipetting" if beads.cv is not None else f"{carries} counted"
    return _scaled(measured, factor, spread=spread, carries=told)


def _scaled(measured: Measured, factor: float, *, spread: float, carries: str) -> PerMicrolitre:
    """A share times a factor whose logarithm is normal with standard deviation `spread`.

    Distances from estimate to limit are added in squares on the logarithm, which keeps the skew
    of the share's interval. Where the estimate is 0 it has no logarithm: the two upper limits are
    multiplied, which is wider.
    Source: Zou 2008, recovery of variance estimates, doi:10.1093/aje/kwm258 (recalled).
    """
    level = measured.share.interval.level
    reach = float(special.ndtri((1 + level) / 2)) * spread
    value, low, high = measured.value, measured.low, measured.high
    if value == 0:
        low, high = 0.0, high * math.exp(reach)
    else:
        low = value * math.exp(-math.hypot(math.log(value / low), reach)) if low > 0 else 0.0
        high = value * math.exp(math.hypot(math.log(high / value), reach))
    detection = getattr(measured.limits, "detection_percent", None)
    return PerMicrolitre(
        value=value * factor,
        interval=Interval(low=low * factor, high=high * factor, level=level),
        detection=None if detection is None else detection / 100 * factor,
        carries=carries,
        measured=measured,
    )


def _carried(measured: Measured) -> tuple[str, ...]:
    """Whose errors the share itself carries: without a blank there is no background."""
    return ("the flow count", *(() if measured.corrected is None else ("the background",)))


def _digits(number: float) -> str:
    return shown_number(float(f"{number:.3g}"))
