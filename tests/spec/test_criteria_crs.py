"""ASTCT CRS 2019: every threshold at, just under and just over; then its course over days."""

from __future__ import annotations

import pytest

from reinfuse.grading.catalogue import criterion_named
from reinfuse.quantity import Limit, Quantity
from reinfuse.record.chart import Chart, Mark
from tests.spec.toxicity_charts import (
    CHILD,
    FEVER,
    NO_ORGANS,
    ONE,
    TREATMENTS,
    WELL,
    Day,
    bounds,
    daily,
    graded,
    just_over,
    just_under,
    marks,
)

NAME = "ASTCT-CRS-2019"
ILL: Day = {**WELL, **FEVER}
PRESSORS = "vasopressors other than vasopressin"
SBP = "systolic blood pressure"


def crs(*days: Day, age: tuple[float, str] | None = (40, "a")) -> tuple[object, object]:
    return bounds(graded(NAME, *days, age=age))


@pytest.mark.parametrize(
    ("celsius", "grade"),
    [(36.8, 0), (37.9, 0), (just_under(38.0), 0), (38.0, 1), (just_over(38.0), 1), (41.0, 1)],
)
def test_fever_begins_at_38_degrees(celsius: float, grade: int) -> None:
    assert crs({**WELL, "temperature": (celsius, "Cel")}) == (grade, grade)


@pytest.mark.parametrize(
    ("signs", "grade"),
    [
        ({}, 1),
        ({"hypotension": True}, 2),
        ({"IV fluids for hypotension": True}, 2),
        ({"hypotension": True, "IV fluids for hypotension": True}, 2),
        ({PRESSORS: (1, ONE)}, 3),
        ({PRESSORS: (just_under(1), ONE)}, 1),
        ({PRESSORS: (1, ONE), "vasopressin": True}, 3),  # vasopressin does not count beside it
        ({"vasopressin": True}, 3),  # alone it does
        ({PRESSORS: (just_under(2), ONE)}, 3),
        ({PRESSORS: (2, ONE)}, 4),
        ({PRESSORS: (2, ONE), "vasopressin": True}, 4),
        ({PRESSORS: (3, ONE)}, 4),
        ({"inotrope": True}, 1),
    ],
)
def test_the_pressure_column(signs: Day, grade: int) -> None:
    assert crs({**ILL, **signs}) == (grade, grade)


@pytest.mark.parametrize(
    ("age", "mmhg", "stated", "low", "high"),
    [
        (40, 90, False, 1, 1),
        (40, just_under(90), None, 2, 2),
        (40, 89, None, 2, 2),
        (40, 90, None, 1, 2),  # the usual pressure may be far above it
        (40, 120, True, 2, 2),
        (10, 89, None, 2, 2),
        (just_under(10), 89, None, 1, 2),  # a child's number means what its age makes of it
        (9, 89, True, 2, 2),
        (9, 60, False, 1, 1),
    ],
)
def test_a_systolic_below_90_is_hypotension_from_the_age_of_ten(
    age: float, mmhg: float, stated: bool | None, low: int, high: int
) -> None:
    day = {**ILL, SBP: (mmhg, "mm[Hg]"), "hypotension": stated}
    assert crs(day, age=(age, "a")) == (low, high)


def test_a_pressure_counts_in_either_unit() -> None:
    below, at = (90 / 7.500616827 - 0.001, "kPa"), (90 / 7.500616827 + 0.001, "kPa")
    assert crs({**ILL, SBP: below, "hypotension": None}) == (2, 2)
    assert crs({**ILL, SBP: at, "hypotension": None}) == (1, 2)


def test_without_an_age_a_low_number_leaves_hypotension_open() -> None:
    assert crs({**ILL, SBP: (80, "mm[Hg]"), "hypotension": None}, age=None) == (1, 2)


@pytest.mark.parametrize(
    ("signs", "low", "high"),
    [
        ({"oxygen device": "nasal cannula", "oxygen flow": (2, "L/min")}, 2, 2),
        ({"oxygen device": "nasal cannula", "oxygen flow": (just_under(6), "L/min")}, 2, 2),
        ({"oxygen device": "nasal cannula", "oxygen flow": (6, "L/min")}, 2, 2),
        ({"oxygen device": "nasal cannula", "oxygen flow": (just_over(6), "L/min")}, 3, 3),
        ({"oxygen device": "nasal cannula", "oxygen flow": (15, "L/min")}, 3, 3),
        ({"oxygen device": "nasal cannula", "oxygen flow": (6, "L/min", Limit.ABOVE)}, 3, 3),
        ({"oxygen device": "nasal cannula", "oxygen flow": (6, "L/min", Limit.AT_LEAST)}, 2, 3),
        ({"oxygen device": "nasal cannula"}, 2, 3),  # its flow may be either
        ({"oxygen device": "blow-by", "oxygen flow": (6, "L/min")}, 2, 2),
        ({"oxygen device": "high-flow nasal cannula"}, 3, 3),
        ({"oxygen device": "high-flow nasal cannula", "oxygen flow": (4, "L/min")}, 3, 3),
        ({"oxygen device": "face mask"}, 3, 3),
        ({"oxygen device": "non-rebreather mask"}, 3, 3),
        ({"oxygen device": "Venturi mask"}, 3, 3),
        ({"oxygen device": "CPAP"}, 4, 4),
        ({"oxygen device": "BiPAP"}, 4, 4),
        ({"oxygen device": "mechanical ventilation"}, 4, 4),
        (
            {"oxygen device": "mechanical ventilation", "intubated for airway protection": True},
            1,
            1,
        ),
        (
            {"oxygen device": "mechanical ventilation", "intubated for airway protection": None},
            1,
            4,
        ),
        ({"oxygen device": None, "oxygen flow": (0, "L/min")}, 1, 1),
        ({"oxygen device": None, "oxygen flow": (6, "L/min")}, 2, 4),
        ({"oxygen device": None, "oxygen flow": (just_over(6), "L/min")}, 3, 4),
        ({"oxygen device": None}, 1, 4),
        ({"oxygen device": "none", "oxygen flow": (0, "L/min")}, 1, 1),
        ({"oxygen device": "none", "oxygen flow": (3, "L/min")}, 2, 4),
    ],
)
def test_the_oxygen_column(signs: Day, low: int, high: int) -> None:
    assert crs({**ILL, **signs}) == (low, high)


@pytest.mark.parametrize(
    ("device", "percent", "low", "high"),
    [
        (None, 90, 1, 4),
        (None, just_under(90), 2, 4),
        (None, 82, 2, 4),
        ("none", 90, 1, 1),
        ("none", just_under(90), 2, 4),  # hypoxia, and what it was given is not known
        ("face mask", 85, 3, 3),
    ],
)
def test_a_low_saturation_without_support_leaves_2_to_4(
    device: str | None, percent: float, low: int, high: int
) -> None:
    day = {**ILL, "oxygen device": device, "oxygen saturation": (percent, "%")}
    assert crs(day) == (low, high)


def test_a_saturation_counts_as_a_fraction_too() -> None:
    assert crs({**ILL, "oxygen device": None, "oxygen saturation": (0.89, "1")}) == (2, 4)
    assert crs({**ILL, "oxygen device": None, "oxygen saturation": (0.90, "1")}) == (1, 4)


@pytest.mark.parametrize(
    ("pressure", "oxygen", "grade"),
    [
        ({"hypotension": True}, {"oxygen device": "CPAP"}, 4),
        ({PRESSORS: (2, ONE)}, {"oxygen device": "face mask"}, 4),
        ({"hypotension": True}, {"oxygen device": "face mask"}, 3),
        ({}, {"oxygen device": "nasal cannula", "oxygen flow": (6, "L/min")}, 2),
    ],
)
def test_the_worse_column_counts(pressure: Day, oxygen: Day, grade: int) -> None:
    assert crs({**ILL, **pressure, **oxygen}) == (grade, grade)


def test_the_example_under_the_table_is_grade_3() -> None:
    day: Day = {
        "temperature": (38.0, "Cel"),
        PRESSORS: (1, ONE),
        "oxygen device": "nasal cannula",
        "oxygen flow": (2, "L/min"),
    }
    assert crs({**WELL, **day}) == (3, 3)


# The course: fever opens it, treatment lifts the need for fever, all signs gone ends it.

HYPOTENSIVE: Day = {**WELL, "hypotension": True}
ON_PRESSOR: Day = {**WELL, PRESSORS: (1, ONE)}


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_once_treated_fever_is_no_longer_asked_for(treatment: str) -> None:
    grade = graded(NAME, ILL, {**ILL, treatment: True}, ON_PRESSOR, HYPOTENSIVE, WELL)
    assert daily(grade) == [(1, 1), (1, 1), (3, 3), (2, 2), (0, 0)]
    assert [(one.onset, one.peak, one.peak_day, one.resolved) for one in grade.episodes] == [
        (1, 3, 3, 5)
    ]
    assert grade.episodes[0].days_to_peak == 2
    assert grade.as_published == 3


def test_untreated_fever_is_asked_for_every_day() -> None:
    grade = graded(NAME, ILL, HYPOTENSIVE, ILL)
    assert daily(grade) == [(1, 1), (0, 0), (1, 1)]
    assert len(grade.episodes) == 1  # hypotension never went away: one episode


def test_a_dose_on_an_afebrile_day_of_a_crs_lifts_the_need_for_fever() -> None:
    treated: Day = {**HYPOTENSIVE, "corticosteroid given": True}
    assert daily(graded(NAME, ILL, treated, HYPOTENSIVE)) == [(1, 1), (2, 2), (2, 2)]


def test_after_all_signs_are_gone_a_new_episode_needs_fever_again() -> None:
    treated: Day = {**ILL, "tocilizumab given": True}
    grade = graded(NAME, treated, HYPOTENSIVE, WELL, HYPOTENSIVE, ILL, WELL)
    assert daily(grade) == [(1, 1), (2, 2), (0, 0), (0, 0), (1, 1), (0, 0)]
    assert [(one.onset, one.peak, one.resolved) for one in grade.episodes] == [(1, 2, 3), (5, 1, 6)]


@pytest.mark.parametrize("left", [{"hypotension": True}, {"oxygen device": "blow-by"}, FEVER])
def test_one_sign_that_stays_keeps_the_treatment_at_work(left: Day) -> None:
    treated: Day = {**ILL, "tocilizumab given": True}
    grade = graded(NAME, treated, {**WELL, **left}, ON_PRESSOR)
    assert daily(grade)[-1] == (3, 3)


def test_hypotension_without_any_fever_is_no_crs_and_says_why() -> None:
    grade = graded(NAME, HYPOTENSIVE, ON_PRESSOR)
    assert bounds(grade) == (0, 0)
    assert "fever criterion unmet" in grade.because[-1].text


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_a_dose_before_any_fever_leaves_the_grade_open(treatment: str) -> None:
    grade = graded(NAME, {**WELL, treatment: True}, ON_PRESSOR)
    assert daily(grade) == [(0, 0), (0, 3)]
    assert any("indeterminate" in reason.text for reason in grade.because)
    assert grade.as_published is None


def test_fever_after_an_early_dose_opens_the_grade_all_the_same() -> None:
    grade = graded(NAME, {**WELL, "tocilizumab given": True}, {**ILL, "hypotension": True})
    assert bounds(grade) == (2, 2)


def test_after_an_early_dose_and_fever_an_afebrile_sign_stays_open() -> None:
    assert daily(graded(NAME, {**WELL, "tocilizumab given": True}, ILL, ON_PRESSOR)) == [
        (0, 0),
        (1, 1),
        (0, 3),
    ]


def test_treatment_that_was_not_charted_leaves_an_afebrile_day_open() -> None:
    silent = dict.fromkeys(TREATMENTS)
    grade = graded(NAME, {**ILL, **silent}, ON_PRESSOR)
    assert daily(grade) == [(1, 1), (0, 3)]
    assert set(TREATMENTS) <= set(grade.missing)


def test_a_dose_before_the_fever_of_the_same_day_counts_by_the_hour() -> None:
    def timed(dose: float, fever: float) -> list[tuple[object, object]]:
        found = marks(1, {**ILL, "temperature": None, "tocilizumab given": None})
        found += marks(dose, {"tocilizumab given": True}) + marks(fever, FEVER)
        found += marks(2, HYPOTENSIVE)
        return daily(criterion_named(NAME).grade(Chart.of("patient", found)))

    assert timed(1.25, 1.75)[1] == (0, 2)
    assert timed(1.75, 1.25)[1] == (2, 2)
    assert timed(1.0, 1.75)[1] == (2, 2)  # without its hour the dose counts as given for the fever


def test_a_fever_put_down_to_infection_opens_nothing() -> None:
    found = marks(1, {**ILL, "hypotension": True}, {"temperature": "infection"})
    assert bounds(criterion_named(NAME).grade(Chart.of("patient", found))) == (0, 0)


def test_support_put_down_to_what_was_there_before_does_not_count() -> None:
    day: Day = {**ILL, "oxygen device": "CPAP"}
    found = marks(1, day, {"oxygen device": "sleep apnea, at home"})
    assert bounds(criterion_named(NAME).grade(Chart.of("patient", found))) == (1, 1)


def test_a_crs_that_begins_late_asks_for_another_cause() -> None:
    late = graded(NAME, ILL, WELL, first=15)
    assert any("look for another cause" in reason.text for reason in late.because)
    assert not any("another cause" in reason.text for reason in graded(NAME, ILL).because)


def test_an_inotrope_is_told_and_changes_nothing() -> None:
    grade = graded(NAME, {**ILL, "inotrope": True})
    assert bounds(grade) == (1, 1)
    assert any("inotrope" in reason.text for reason in grade.because)


def test_death_from_crs_is_grade_5_and_from_infection_is_not() -> None:
    assert crs({**ILL, "death cause": "CRS"}) == (5, 5)
    assert crs({**ILL, "death cause": "infection"}) == (1, 1)
    assert crs({"death cause": "CRS"}) == (5, 5)


def test_nothing_charted_is_not_evaluable() -> None:
    grade = graded(NAME)
    assert bounds(grade) == (None, None)
    assert not grade.evaluable


def test_days_before_the_infusion_are_not_assessed() -> None:
    assert bounds(graded(NAME, ILL, first=-1)) == (None, None)


def test_a_stated_suppression_is_taken_as_it_is() -> None:
    assert crs({**ON_PRESSOR, "fever suppressed by treatment": True}) == (3, 3)


# Rules in public use that are not those of the consensus; ours must differ from each.


def test_organ_toxicity_does_not_make_an_astct_grade() -> None:
    """A public grader named after ASTCT gives 4 for an organ toxicity of grade 4."""
    organs: Day = {"worst organ toxicity grade": (4, ONE), "creatinine": (9.0, "mg/dL")}
    assert crs({**ILL, **organs}) == (1, 1)


def test_an_afebrile_patient_without_signs_is_grade_0() -> None:
    """The same public grader gives 1."""
    assert crs(WELL) == (0, 0)


def test_a_cannula_counts_on_the_day_of_an_intubation_for_the_airway() -> None:
    day = {
        **ILL,
        "oxygen device": "mechanical ventilation",
        "intubated for airway protection": True,
    }
    cannula = {"oxygen device": "nasal cannula", "oxygen flow": (3.0, "L/min")}
    found = Chart.of("patient", [*marks(1.6, {**WELL, **day}), *marks(1.2, cannula)])
    assert bounds(criterion_named("ASTCT-CRS-2019").grade(found)) == (2, 2)


@pytest.mark.parametrize(
    ("cause", "grade"),
    [
        ("CRS", 2), ("unknown", 2), ("sepsis or CRS", 2), ("unknown, not ICANS", 2),
        ("sepsis", 0), ("sepsis, not CRS", 0), ("not due to CRS or ICANS", 0), ("non-CRS", 0),
        ("unrelated to CAR-T", 0),
    ],
)  # fmt: skip
def test_a_denied_cause_is_another_cause(cause: str, grade: int) -> None:
    signs = {**ILL, "hypotension": True}
    causes = {"temperature": cause, "hypotension": cause}
    found = Chart.of("patient", marks(1, {**WELL, **signs}, causes))
    assert bounds(criterion_named("ASTCT-CRS-2019").grade(found)) == (grade, grade)


def test_either_a_ventilator_or_two_pressors_is_grade_4() -> None:
    """A public macro asks for both, and gives 3 for each alone."""
    assert crs({**ILL, "oxygen device": "mechanical ventilation"}) == (4, 4)
    assert crs({**ILL, PRESSORS: (2, ONE)}) == (4, 4)


def test_vasopressin_beside_one_pressor_does_not_make_two() -> None:
    """The same macro counts it, and so takes them for two pressors."""
    assert crs({**ILL, PRESSORS: (1, ONE), "vasopressin": True}) == (3, 3)


def test_hypotension_on_fluids_alone_is_grade_2() -> None:
    """The same macro knows no such grade, and gives 1."""
    assert crs({**ILL, "hypotension": True, "IV fluids for hypotension": True}) == (2, 2)


def test_six_litres_are_low_flow() -> None:
    """A public package calls 6 L/min high flow, and gives 3."""
    assert crs({**ILL, "oxygen device": "nasal cannula", "oxygen flow": (6, "L/min")}) == (2, 2)


def test_a_child_is_hypotensive_by_its_sign_alone() -> None:
    assert crs({**ILL, SBP: (80, "mm[Hg]")}, age=CHILD) == (1, 1)
    assert crs({**ILL, SBP: (95, "mm[Hg]"), "hypotension": True}, age=CHILD) == (2, 2)


def test_the_printed_table_names_every_item() -> None:
    entry = criterion_named(NAME)
    text = " ".join(row.asks for row in entry.table)
    for item in ("temperature", "vasopressin", "oxygen flow", "death cause", *TREATMENTS):
        assert item in text
    assert not entry.by_choice
    assert NO_ORGANS.keys().isdisjoint(entry.items)


def test_a_reason_points_at_the_entry_it_rests_on() -> None:
    found = [
        Mark(item=mark.item, day=1, value=mark.value, ref=f"ref {mark.item}")
        for mark in marks(1, {**ILL, SBP: (80, "mm[Hg]"), "hypotension": None})
    ]
    found.append(Mark(item="age", day=0, value=Quantity(40, "a")))
    grade = criterion_named(NAME).grade(Chart.of("patient", found))
    assert grade.because[0].entries == (f"ref {SBP}",)
