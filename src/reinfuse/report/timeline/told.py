"""Every entry of a course as the picture tells it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reinfuse.record import (
    Assessment,
    Comorbidity,
    Course,
    Diagnosis,
    Entry,
    FollowUp,
    Fusion,
    Infection,
    Infusion,
    Karyotype,
    LesionLook,
    Mutation,
    Observation,
    Pathology,
    Procedure,
    Regimen,
    Sign,
    Transfusion,
    Transplant,
    VirusTest,
)
from reinfuse.report.timeline.given import (
    tell_infection,
    tell_infusion,
    tell_procedure,
    tell_regimen,
    tell_transfusion,
    tell_transplant,
)
from reinfuse.report.timeline.said import (
    tell_assessment,
    tell_diagnosis,
    tell_finding,
    tell_follow_up,
)
from reinfuse.report.timeline.seen import (
    of_leukemia,
    tell_look,
    tell_observation,
    tell_pathology,
    tell_sign,
)
from reinfuse.report.timeline.vocabulary import Scene, Told, in_marrow


def tell_course(course: Course) -> tuple[Told, ...]:
    """What the picture says of every entry, in the order of the course."""
    scene = Scene(course, _rows_outside(course))
    return tuple(_TELL[type(entry)](entry, scene) for entry in course.entries())


def row_names(course: Course) -> dict[str, str]:
    """The rows outside the marrow by their key: lesions by site, then other sites."""
    names = {lesion.id: lesion.site for lesion in course.lesions}
    return names | {key: site for site, key in _rows_outside(course).items() if key not in names}


def _rows_outside(course: Course) -> dict[str, str]:
    """The row of each site outside the marrow at which leukemia was seen or looked for."""
    rows: dict[str, str] = {}
    for lesion in course.lesions:
        rows.setdefault(lesion.site, lesion.id)
    for one in course.pathology:
        if one.lesion is not None and one.lesion in rows.values():
            rows.setdefault(one.site, one.lesion)
    looked = [one.site for one in course.pathology if not in_marrow(one.site)]
    looked += [
        one.site
        for one in course.observations
        if one.site and one.site != "blood" and not in_marrow(one.site) and of_leukemia(one)
    ]
    for site in looked:
        rows.setdefault(site, f"site {site}")
    return rows


# Any: each teller takes its own kind of entry, which the table guarantees and a type cannot say.
_TELL: dict[type[Entry], Callable[[Any, Scene], Told]] = {
    Assessment: tell_assessment,
    Comorbidity: tell_finding,
    Diagnosis: tell_diagnosis,
    FollowUp: tell_follow_up,
    Fusion: tell_finding,
    Infection: tell_infection,
    Infusion: tell_infusion,
    Karyotype: tell_finding,
    LesionLook: tell_look,
    Mutation: tell_finding,
    Observation: tell_observation,
    Pathology: tell_pathology,
    Procedure: tell_procedure,
    Regimen: tell_regimen,
    Sign: tell_sign,
    Transfusion: tell_transfusion,
    Transplant: tell_transplant,
    VirusTest: tell_finding,
}
