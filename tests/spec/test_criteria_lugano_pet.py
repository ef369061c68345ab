"""Lugano 2014 by PET, the five-point scale and LYRIC as drawn tables."""

from __future__ import annotations

import pytest

from reinfuse.grading.catalogue import criterion_named
from reinfuse.grading.lesions.deauville import suggested
from reinfuse.grading.lesions.lugano_pet import grade_pet_lesions, grade_pet_visits
from reinfuse.grading.rules.finding import exactly
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from tests.spec.lesion_charts import (
    drawn,
    ends,
    lesion,
    mark,
    quiet,
    sized,
)


def scored(*marks: Mark, marrow: str | None = "normal", new: bool | None = False) -> Chart:
    found = [*lesion("mass", "node"), mark("lesion SUVmax", -3, Quantity(10, "{SUV}"), "mass")]
    found += marks
    if marrow:
        found.append(mark("marrow uptake", 56, marrow))
    if new is not None:
        found.append(mark("new lesion", 56, new, how="PET"))
    return Chart.of("patient", found)


PET = """
    score | SUVmax | change    | marrow    | new | low | high
    1     | -      | -         | normal    | no  | CMR | CMR
    2     | -      | -         | normal    | no  | CMR | CMR
    3     | 12     | increased | normal    | no  | CMR | CMR
    4     | -      | decreased | normal    | no  | PMR | PMR
    4     | -      | unchanged | normal    | no  | NMR | NMR
    4     | -      | increased | normal    | no  | PMD | PMD
    5     | -      | decreased | normal    | no  | PMR | PMR
    5     | 7.5    | -         | normal    | no  | PMR | PMR
    5     | 7.6    | -         | normal    | no  | PMR | NMR
    5     | 10     | -         | normal    | no  | NMR | NMR
    5     | 10.1   | -         | normal    | no  | NMR | PMD
    5     | 12.4   | -         | normal    | no  | NMR | PMD
    5     | 12.5   | -         | normal    | no  | PMD | PMD
    4     | -      | -         | normal    | no  | PMR | PMD
    X     | -      | -         | normal    | no  | CMR | CMR
    2     | -      | -         | normal    | yes | PMD | PMD
    2     | -      | -         | normal    | -   | CMR | PMD
    2     | -      | -         | reduced   | no  | PMR | PMR
    2     | -      | -         | unchanged | no  | NMR | NMR
    2     | -      | -         | new       | no  | PMD | PMD
    2     | -      | -         | -         | no  | CMR | PMD
    -     | 5      | -         | normal    | no  | CMR | PMR
"""


@pytest.mark.parametrize(("score", "uptake", "change", "marrow", "new", "low", "high"), drawn(PET))
def test_metabolic_response(
    score: str, uptake: str, change: str, marrow: str, new: str, low: str, high: str
) -> None:
    marks = [] if score == "-" else [mark("Deauville score", 56, score, "mass")]
    if uptake != "-":
        marks.append(mark("lesion SUVmax", 56, Quantity(float(uptake), "{SUV}"), "mass"))
    if change != "-":
        marks.append(mark("uptake change", 56, change, "mass"))
    chart = scored(
        *marks,
        marrow=None if marrow == "-" else marrow,
        new=None if new == "-" else new == "yes",
    )
    assert ends(grade_pet_visits(chart)[0]) == (low, high)


def test_marrow_uptake_after_a_growth_factor_does_not_count() -> None:
    marrow = Mark(item="marrow uptake", day=56, value="new", attributed_to="G-CSF")
    chart = scored(mark("Deauville score", 56, "2", "mass"), marrow, marrow=None)
    assert ends(grade_pet_visits(chart)[0]) == ("CMR", "CMR")


def test_a_score_of_the_whole_scan_bounds_its_lesions() -> None:
    chart = scored(mark("Deauville score", 56, "2"))
    assert ends(grade_pet_visits(chart)[0]) == ("CMR", "CMR")


def test_each_lesion_has_its_own_metabolic_response() -> None:
    marks = [mark("Deauville score", 56, "2", "mass"), mark("Deauville score", 56, "5", "other")]
    marks.append(mark("uptake change", 56, "increased", "other"))
    found = {grade.subject: ends(grade) for grade in grade_pet_lesions(scored(*marks))}
    assert found == {"mass": ("CMR", "CMR"), "other": ("PMD", "PMD")}


SCORES = """
    lesion | mediastinum | liver | low | high
    1.5    | 1.6         | 2.0   | 1   | 2
    1.6    | 1.6         | 2.0   | 1   | 2
    1.61   | 1.6         | 2.0   | 3   | 3
    2.0    | 1.6         | 2.0   | 3   | 3
    2.01   | 1.6         | 2.0   | 4   | 4
    4.0    | 1.6         | 2.0   | 4   | 4
    4.01   | 1.6         | 2.0   | 4   | 5
    6.0    | 1.6         | 2.0   | 4   | 5
    6.01   | 1.6         | 2.0   | 5   | 5
"""


@pytest.mark.parametrize(("lesion", "mediastinum", "liver", "low", "high"), drawn(SCORES))
def test_what_three_uptakes_suggest(
    lesion: str, mediastinum: str, liver: str, low: str, high: str
) -> None:
    found = suggested(*(exactly(float(text)) for text in (lesion, mediastinum, liver)))
    assert (found.low, found.high) == (float(low), float(high))


def test_a_chart_of_uptakes_suggests_the_score_of_its_hottest_lesion() -> None:
    marks = [
        mark("lesion SUVmax", 28, Quantity(value, "{SUV}"), name)
        for name, value in (("one", 2.5), ("two", 9.0))
    ]
    marks.append(mark("mediastinum SUVmax", 28, Quantity(1.5, "{SUV}")))
    entry = criterion_named("Deauville-5PS from SUVmax")
    unknown = entry.grade(Chart.of("patient", marks))
    assert (unknown.low, unknown.high) == (3, 5)
    marks.append(mark("liver SUVmax", 28, Quantity(2.0, "{SUV}")))
    assert entry.grade(Chart.of("patient", marks)).low == 5


def test_pet_beats_ct_at_one_visit() -> None:
    marks = [*lesion("mass", "node"), *sized("mass", -3, "4.0 x 2.0 cm"), *quiet(-3), *quiet(56)]
    marks += [
        Mark(item=one.item, day=one.day, value=one.value, site=one.site, method="CT")
        for one in sized("mass", 56, "3.9 x 2.0 cm")
    ]
    ct_only = Chart.of("patient", marks)
    marks.append(mark("Deauville score", 57, "2", "mass", "PET"))
    marks.append(mark("marrow uptake", 57, "normal", None, "PET"))
    marks.append(mark("new lesion", 57, False, None, "PET"))
    both = criterion_named("Lugano-2014").grade(Chart.of("patient", marks))
    alone = criterion_named("Lugano-2014").grade(ct_only)
    assert (ends(alone), ends(both)) == (("SD", "SD"), ("CR", "CR"))


LYRIC = """
    day | axes         | other        | new | worse | low | high
    84  | 4.9 x 2.4 cm | 1.0 x 1.0 cm | no  | no    | SD  | SD
    84  | 6.0 x 3.0 cm | 1.0 x 1.0 cm | no  | no    | IR1 | IR1
    84  | 6.0 x 3.0 cm | 1.0 x 1.0 cm | no  | yes   | PD  | PD
    84  | 6.0 x 3.0 cm | 1.0 x 1.0 cm | no  | -     | IR1 | PD
    85  | 6.0 x 3.0 cm | 1.0 x 1.0 cm | no  | no    | PD  | PD
    56  | 4.0 x 2.0 cm | 2.5 x 1.0 cm | no  | no    | IR2 | IR2
    200 | 4.0 x 2.0 cm | 2.5 x 1.0 cm | no  | no    | IR2 | IR2
    200 | 3.0 x 1.0 cm | 1.0 x 1.0 cm | yes | no    | IR2 | IR2
    200 | 2.0 x 1.0 cm | 1.0 x 1.0 cm | no  | no    | PR  | PR
"""


@pytest.mark.parametrize(("day", "axes", "other", "new", "worse", "low", "high"), drawn(LYRIC))
def test_indeterminate_responses(
    day: str, axes: str, other: str, new: str, worse: str, low: str, high: str
) -> None:
    marks = [*lesion("mass", "node"), *sized("mass", -3, "4.0 x 2.0 cm"), *quiet(-3)]
    marks += [*lesion("other", "node"), *sized("other", -3, "1.0 x 1.0 cm")]
    at = float(day)
    marks += [*sized("mass", at, axes), *sized("other", at, other), *quiet(at)[:2]]
    marks.append(mark("new lesion", at, new == "yes"))
    if worse != "-":
        marks.append(mark("clinical deterioration", at, worse == "yes"))
    grade = criterion_named("LYRIC-2016").grade(Chart.of("patient", marks))
    assert ends(grade) == (low, high)


def test_a_further_rise_after_an_indeterminate_response_is_progression() -> None:
    marks = [*lesion("mass", "node"), *sized("mass", -3, "4.0 x 2.0 cm"), *quiet(-3)]
    for day, axes in ((28, "6.0 x 3.0 cm"), (84, "6.6 x 3.0 cm")):
        marks += [*sized("mass", day, axes), *quiet(day)]
        marks.append(mark("clinical deterioration", day, False))
    grade = criterion_named("LYRIC-2016").grade(Chart.of("patient", marks))
    assert [(day.low, day.high) for day in grade.series] == [("IR1", "IR1"), ("PD", "PD")]


def test_a_rise_of_the_uptake_alone_is_the_third_indeterminate_response() -> None:
    marks = [*lesion("mass", "node"), *sized("mass", -3, "4.0 x 2.0 cm"), *quiet(-3)]
    marks += [*sized("mass", 56, "4.0 x 2.0 cm"), *quiet(56)]
    marks.append(mark("Deauville score", 56, "5", "mass", "PET"))
    marks.append(mark("uptake change", 56, "increased", "mass", "PET"))
    marks.append(mark("marrow uptake", 56, "normal", None, "PET"))
    marks.append(mark("clinical deterioration", 56, False))
    grade = criterion_named("LYRIC-2016").grade(Chart.of("patient", marks))
    assert ends(grade) == ("IR3", "IR3")
