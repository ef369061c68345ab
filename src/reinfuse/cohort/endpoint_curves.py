"""One endpoint over many patients: who counts how, and the curve that follows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reinfuse.cohort.confidence import Scale
from reinfuse.cohort.incidence import IncidenceCurves, estimate_incidence
from reinfuse.cohort.survival import SurvivalCurve, estimate_survival
from reinfuse.cohort.times import Times
from reinfuse.grading.endpoints.definition import Definition, EndpointTime, Status

EVENT, COMPETING = "event", "competing"
_CODES = {Status.CENSORED: 0, Status.EVENT: 1, Status.COMPETING: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointCurves:
    """An endpoint of a cohort.

    `counted` are the patients in the curve, each at the latest day that their dates allow, or at
    the earliest where no latest is known and nothing happened; `uncertain` are those of them
    whose day is an interval. `left_out` have no evaluable status or no day. `curve` is a
    cumulative incidence where something competes, else survival; None for nobody.
    """

    definition: Definition
    counted: tuple[EndpointTime, ...]
    left_out: tuple[EndpointTime, ...]
    times: Times | None
    curve: SurvivalCurve | IncidenceCurves | None
    uncertain: int

    def count(self, status: Status) -> int:
        """How many counted patients ended so."""
        return sum(one.status is status for one in self.counted)


def curves_of(definition: Definition, found: Sequence[EndpointTime]) -> EndpointCurves:
    """The curve of an endpoint from the times of many patients."""
    counted = tuple(one for one in found if _last(one) is not None)
    left_out = tuple(one for one in found if _last(one) is None)
    uncertain = sum(one.days is not None and not one.days.exact for one in counted)
    if not counted:
        return EndpointCurves(
            definition=definition, counted=(), left_out=left_out, times=None, curve=None,
            uncertain=0,
        )  # fmt: skip
    stops = [_last(one) or 0.0 for one in counted]
    ends = [_CODES[one.status] for one in counted]
    competes = bool(definition.competing)
    times = Times.of(stops, ends, causes=(EVENT, COMPETING) if competes else (EVENT,))
    estimate = estimate_incidence if competes else estimate_survival
    return EndpointCurves(
        definition=definition,
        counted=counted,
        left_out=left_out,
        times=times,
        curve=estimate(times, scale=Scale.LOG_LOG),
        uncertain=uncertain,
    )


def _last(one: EndpointTime) -> float | None:
    """The day at which a patient stands in the curve; None where there is none to stand at."""
    if one.status is Status.NOT_EVALUABLE or one.days is None or one.days.high < 0:
        return None
    if math.isfinite(one.days.high):
        return max(0.0, one.days.high)
    known = one.status is Status.CENSORED and math.isfinite(one.days.low)
    return max(0.0, one.days.low) if known else None
