"""Endpoints that the visits of a design cannot tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reinfuse.trials.design.design import Assays, Visits
from reinfuse.trials.design.endpoints import Endpoint, What

NEAR_DAYS = 35  # a blood sample so many days before a day still speaks of it; our own choice
APLASIA_FROM = 28  # B cells are looked at from this day on; our own choice
_BLOOD = {What.APLASIA, What.LOSS_OF_APLASIA, What.PERSISTENCE}
_DISEASE_ONCE = {What.CR, What.MRD_NEGATIVE_CR, What.SITES_CLEARED}
_DISEASE_TO_THE_END = {What.RELAPSE_FREE, What.CD19_NEGATIVE, What.CD19_POSITIVE}

DEEP_MRD = 0.01  # per cent that a test must reach before undetectable is negative: mrd_classes

Told = tuple[str, str]  # what, fix


@dataclass(frozen=True, slots=True)
class Looks:
    """When and by what patients are looked at."""

    visits: Visits
    assays: Assays


def senseless(endpoint: Endpoint, looks: Looks, lesions: int) -> Iterator[Told]:
    """Each reason why no visit can tell an endpoint."""
    day, visits = round(endpoint.day), looks.visits
    if endpoint.what is What.MRD_NEGATIVE_CR and looks.assays.mrd > DEEP_MRD:
        yield (
            f"the limit of MRD, {looks.assays.mrd:g} %, is above {DEEP_MRD:g} %",
            "negative asks for a test that reaches it: lower `mrd`, or leave the endpoint out",
        )
    if endpoint.what is What.SITES_CLEARED and not lesions:
        yield "the population has no lesions", "add `lesions` to `population`, or leave it out"
    if endpoint.what in _DISEASE_ONCE and visits.disease[0] > day:
        yield f"no look at the disease comes by day {day}", "add such a visit to `disease`"
    if endpoint.what in _DISEASE_TO_THE_END and visits.disease[-1] < day:
        yield (
            f"it goes to day {day}, and the last look at the disease is on day"
            f" {visits.disease[-1]}",
            f"add a visit on day {day} or later to `disease`",
        )
    if endpoint.what in _BLOOD and not any(
        day - NEAR_DAYS <= one <= day and one >= APLASIA_FROM for one in visits.blood
    ):
        yield (
            f"no blood is taken in the {NEAR_DAYS} days up to day {day}",
            f"add a visit on day {day} or shortly before to `blood`",
        )
    if endpoint.what is What.ACUTE_GVHD and day > visits.last:
        yield f"the trial ends on day {visits.last}", "write an earlier day, or add a later visit"
