"""What the picture says of judgements, of the disease, and of the patient at follow-up."""

from __future__ import annotations

from reinfuse.record import (
    Alive,
    Assessment,
    Comorbidity,
    Diagnosis,
    FollowUp,
    Fusion,
    Karyotype,
    Mutation,
    Topic,
    VirusTest,
)
from reinfuse.report.timeline.vocabulary import Lane, Scene, Shape, Told, capital, in_marrow

_TOXICITY = frozenset({Topic.CRS, Topic.ICANS, Topic.ACUTE_GVHD, Topic.CHRONIC_GVHD, Topic.GVHD})
_LANE_OF_TOPIC = {
    Topic.EXPANSION: Lane.CAR_T,
    Topic.RESPONSE: Lane.MARROW,
    Topic.RELAPSE: Lane.MARROW,
    Topic.DISEASE_STATUS: Lane.FOLLOW_UP,
}


def tell_assessment(entry: Assessment, _: Scene) -> Told:
    """A grade, response or judgement in a word."""
    toxic = entry.topic in _TOXICITY
    lane = Lane.TOXICITY if toxic else _LANE_OF_TOPIC.get(entry.topic, Lane.OTHER)
    sites = (*entry.sites, *((entry.site,) if entry.site else ()))
    if lane is Lane.MARROW and sites and not any(in_marrow(site) for site in sites):
        lane = Lane.OUTSIDE
    return Told(
        entry=entry,
        lane=lane,
        label=capital(_assessment_words(entry)),
        shape=_assessment_shape(entry),
        series=str(entry.topic),
        of=entry.of,
        rank=1,
    )


def _assessment_words(entry: Assessment) -> str:
    value = entry.value.lower()
    if value in ("none", "no", "absent"):
        return f"no {entry.topic.removesuffix(' grade')}"
    if value in ("reached", "yes", "present") or value == entry.topic:
        return str(entry.topic)
    if entry.topic is Topic.RESPONSE:
        return entry.value
    joint = " " if entry.topic.endswith("grade") else ": "
    return f"{entry.topic}{joint}{entry.value}"


def _assessment_shape(entry: Assessment) -> Shape:
    if entry.topic is Topic.RELAPSE:
        return Shape.DIAMOND
    if entry.topic is Topic.RESPONSE:
        return Shape.CHECK if _is_remission(entry.value) else Shape.DOT
    none = entry.value.lower() in ("none", "no", "absent", "0")
    return Shape.TRIANGLE if entry.topic in _TOXICITY and not none else Shape.DOT


def _is_remission(value: str) -> bool:
    words = value.lower()
    return value.startswith("CR") or words.startswith(("complete", "full resolution"))


def tell_diagnosis(entry: Diagnosis, _: Scene) -> Told:
    """The disease."""
    return Told(
        entry=entry,
        lane=Lane.FOLLOW_UP,
        label=f"Diagnosis: {entry.disease}",
        shape=Shape.DIAMOND,
        rank=0,
    )


def _finding_words(entry: Karyotype | Fusion | Mutation | Comorbidity | VirusTest) -> str:
    if isinstance(entry, Karyotype):
        return f"karyotype {entry.normalised or entry.printed}"
    if isinstance(entry, Fusion):
        return f"fusion {entry.name}"
    if isinstance(entry, Mutation):
        return f"mutation {entry.gene} {entry.variant or ''}".strip()
    if isinstance(entry, Comorbidity):
        return f"{entry.name} ({entry.status})" if entry.status else entry.name
    verdict = entry.value.shown() if entry.value is not None else entry.result or ""
    return f"{entry.virus} {entry.marker} {verdict}".strip()


def tell_finding(entry: Karyotype | Fusion | Mutation | Comorbidity | VirusTest, _: Scene) -> Told:
    """A finding of the diagnosis, another disease or a virus marker."""
    label = capital(_finding_words(entry))
    series = f"{entry.virus} {entry.marker}" if isinstance(entry, VirusTest) else ""
    return Told(entry=entry, lane=Lane.FOLLOW_UP, label=label, series=series, rank=8)


def tell_follow_up(entry: FollowUp, _: Scene) -> Told:
    """The patient alive, or the death."""
    dead = entry.status is Alive.DEAD
    detail = entry.cause if dead else entry.disease
    label = f"{entry.status}, {detail}" if detail else str(entry.status)
    shape = Shape.CROSS if dead else Shape.DOT
    return Told(entry=entry, lane=Lane.FOLLOW_UP, label=capital(label), shape=shape, rank=1)
