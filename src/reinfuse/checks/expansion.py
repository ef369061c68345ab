"""An opinion on expansion against what was measured after the same infusion."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.checks.case import Case, number_in
from reinfuse.checks.response import is_complete
from reinfuse.errors import Finding, Severity
from reinfuse.record import Assessment, Infusion, Observation, Result, Topic

POOR = ("poor", "absent", "none", "no", "failed", "weak", "insufficient", "not well")
# A peak from here on is not a poor expansion by itself (ours; no threshold is published for a
# percentage whose denominator is unknown).
NOTABLE_PEAK = {"%": 10.0, "{cells}/uL": 10.0, "{copies}/ug": 10_000.0}


def find_expansion_against_measurement(case: Case) -> Iterator[Finding]:
    """Expansion called poor beside a notable peak and an MRD-negative CR."""
    for said in case.course.assessments:
        infusion = next((item for item in case.course.infusions if item.id == said.of), None)
        if said.topic is not Topic.EXPANSION or said.value.casefold() not in POOR:
            continue
        if infusion is None:
            continue
        peak = _peak(case, infusion)
        response, mrd = _response(case, infusion), _negative_mrd(case, infusion)
        if peak is None or peak.value is None or response is None or mrd is None:
            continue
        about = (said.id, peak.id, response.id, mrd.id)
        yield Finding(
            severity=Severity.CONTRADICTION,
            rule="expansion-against-measurement",
            what=f"expansion of {infusion.id} is called {said.value} beside a peak of "
            f"{peak.value.shown()} and an MRD-negative {response.value}",
            where=case.where(*about),
            fix="say by which measure it was poor: peak, exposure or persistence",
            about=about,
        )


def _peak(case: Case, infusion: Infusion) -> Observation | None:
    """The highest notable value of CAR-T cells or transgene after the infusion."""
    for unit, least in NOTABLE_PEAK.items():
        notable = [
            (number, item)
            for item in case.measured("CAR-T cells", "CAR transgene")
            if case.follows(item, infusion)
            for number in [number_in(item.value, unit)]
            if number is not None and number >= least
        ]
        if notable:
            return max(notable, key=lambda pair: pair[0])[1]
    return None


def _response(case: Case, infusion: Infusion) -> Assessment | None:
    for item in case.course.assessments:
        if item.topic is Topic.RESPONSE and item.of == infusion.id and is_complete(item.value):
            return item
    return None


def _negative_mrd(case: Case, infusion: Infusion) -> Observation | None:
    for item in case.measured("MRD"):
        negative = item.result in (Result.NEGATIVE, Result.NOT_DETECTED)
        if negative and case.follows(item, infusion):
            return item
    return None
