"""The CRS scales beside the consensus: every threshold at, just under and just over it."""

from __future__ import annotations

import pytest

from reinfuse.grading.catalogue import criterion_named
from reinfuse.source import Standing
from tests.spec.toxicity_charts import (
    CHILD,
    FEVER,
    NO_ORGANS,
    ONE,
    WELL,
    Day,
    bounds,
    graded,
    just_over,
    just_under,
)

LEE, PENN, CARTOX = "Lee-CRS-2014", "Penn-CRS", "CARTOX-CRS-2018"
MSKCC, CTCAE = "MSKCC-CRS", "CTCAE-5.0 CRS"
ALL = (LEE, PENN, CARTOX, MSKCC, CTCAE)
QUIET: Day = {**WELL, **NO_ORGANS}
PRESSORS, HIGH = "vasopressors other than vasopressin", "high-dose vasopressor"
ORGAN, LIVER, KIDNEY = (
    "worst organ toxicity grade",
    "transaminitis grade",
    "creatinine toxicity grade",
)
MASK: Day = {"oxygen device": "face mask"}
VENTILATOR: Day = {"oxygen device": "mechanical ventilation", "inspired oxygen": (30, "%")}
ONE_PRESSOR: Day = {PRESSORS: (1, ONE)}
TWO_PRESSORS: Day = {PRESSORS: (2, ONE)}
WITH_VASOPRESSIN: Day = {PRESSORS: (1, ONE), "vasopressin": True}
HIGH_DOSE: Day = {PRESSORS: (1, ONE), HIGH: True}


def fio2(value: float, unit: str = "%") -> Day:
    return {**MASK, "inspired oxygen": (value, unit)}


def test_a_well_day_is_grade_0_everywhere() -> None:
    assert [bounds(graded(name, QUIET)) for name in ALL] == [(0, 0)] * len(ALL)


# What each scale gives for the same signs; a dash is a sign that it has no line for.
TABLE: list[tuple[Day, str]] = [
    #                                            Lee Penn CARTOX MSKCC CTCAE
    ({"temperature": (just_under(38), "Cel")}, "0 0 0 0 0"),
    ({"temperature": (38, "Cel")}, "1 1 1 1 1"),
    ({"temperature": (just_over(38), "Cel")}, "1 1 1 1 1"),
    ({"constitutional symptoms": True}, "1 1 0 1 1"),
    ({"hypotension": True}, "2 0 2 0 2"),
    ({"IV fluids for hypotension": True}, "2 3 2 0 2"),
    (ONE_PRESSOR, "2 3 2 2 3"),
    ({PRESSORS: (just_under(1), ONE)}, "0 0 0 0 0"),
    ({"vasopressin": True}, "2 3 2 2 3"),
    ({PRESSORS: (just_under(2), ONE)}, "2 3 2 2 3"),
    (TWO_PRESSORS, "3 3 3 2 3"),
    (WITH_VASOPRESSIN, "3 3 3 2 3"),
    (HIGH_DOSE, "3 4 3 2 3"),
    ({**ONE_PRESSOR, "hours on vasopressor": (just_under(24), "h")}, "2 3 2 2 3"),
    ({**ONE_PRESSOR, "hours on vasopressor": (24, "h")}, "2 3 2 3 3"),
    ({**ONE_PRESSOR, "hours on vasopressor": (just_over(24), "h")}, "2 3 2 3 3"),
    ({**ONE_PRESSOR, "hours on vasopressor": (1, "d")}, "2 3 2 3 3"),
    ({"hypotension refractory to high-dose vasopressor": True}, "0 0 0 4 0"),
    ({"life-threatening hypotension": True}, "0 0 4 0 0"),
    ({"life-threatening CRS": True}, "0 0 0 0 4"),
    (fio2(30), "2 3 2 2 2"),
    (fio2(just_under(40)), "2 3 2 2 2"),
    (fio2(40), "3 3 3 3 3"),
    (fio2(just_over(40)), "3 3 3 3 3"),
    (fio2(0.39, "1"), "2 3 2 2 2"),
    (fio2(0.40, "1"), "3 3 3 3 3"),
    ({"oxygen device": "CPAP", "inspired oxygen": (35, "%")}, "2 3 2 2 2"),
    (VENTILATOR, "4 4 4 4 2"),
    ({ORGAN: (just_under(1), ONE)}, "0 0 0 0 0"),
    ({ORGAN: (1, ONE)}, "0 0 1 0 0"),
    ({ORGAN: (just_under(2), ONE)}, "0 0 1 0 0"),
    ({ORGAN: (2, ONE)}, "2 0 2 0 0"),
    ({ORGAN: (just_under(3), ONE)}, "2 0 2 0 0"),
    ({ORGAN: (3, ONE)}, "3 0 3 0 0"),
    ({ORGAN: (just_under(4), ONE)}, "3 0 3 0 0"),
    ({ORGAN: (4, ONE)}, "4 0 4 0 0"),
    ({LIVER: (just_under(1), ONE)}, "0 0 0 0 0"),
    ({LIVER: (1, ONE)}, "0 0 1 0 0"),
    ({LIVER: (2, ONE)}, "2 0 2 0 0"),
    ({LIVER: (just_under(3), ONE)}, "2 0 2 0 0"),
    ({LIVER: (3, ONE)}, "3 2 3 0 0"),
    ({LIVER: (just_under(4), ONE)}, "3 2 3 0 0"),
    ({LIVER: (4, ONE)}, "3 3 3 0 0"),  # transaminitis of grade 4 is not grade 4
    ({KIDNEY: (just_under(2), ONE)}, "0 0 0 0 0"),
    ({KIDNEY: (2, ONE)}, "0 2 0 0 0"),
    ({KIDNEY: (just_under(3), ONE)}, "0 2 0 0 0"),
    ({KIDNEY: (3, ONE)}, "0 3 0 0 0"),
    ({"hospitalized for CRS": True}, "0 2 0 0 0"),
    ({"IV therapy for CRS": True}, "0 2 0 0 0"),
    ({"coagulopathy needing replacement": True}, "0 3 0 0 0"),
]


# An item that only one scale has a line for is not asked of the others.
def full(signs: Day) -> Day:
    needed: Day = {"hours on vasopressor": (1, "h")}
    return {**QUIET, **needed, **signs}


@pytest.mark.parametrize(("signs", "grades"), TABLE)
def test_each_scale_grades_the_same_signs_by_its_own_lines(signs: Day, grades: str) -> None:
    found = [bounds(graded(name, full(signs))) for name in ALL]
    assert found == [(int(grade), int(grade)) for grade in grades.split()]


@pytest.mark.parametrize(
    ("mmhg", "age", "grade"),
    [
        (just_under(90), (40, "a"), 2),
        (90, (40, "a"), 0),
        (just_under(90), CHILD, 2),
        (90, CHILD, 0),
    ],
)
def test_cartox_prints_a_systolic_of_90(mmhg: float, age: tuple[float, str], grade: int) -> None:
    day: Day = {**QUIET, "systolic blood pressure": (mmhg, "mm[Hg]")}
    assert bounds(graded(CARTOX, day, age=age)) == (grade, grade)


def test_oxygen_of_unknown_fraction_can_be_below_40_percent_or_above() -> None:
    assert bounds(graded(LEE, {**QUIET, **MASK})) == (2, 3)
    assert bounds(graded(PENN, {**QUIET, **MASK})) == (3, 3)


def test_a_fraction_above_room_air_tells_that_oxygen_was_given() -> None:
    silent: Day = {**QUIET, "oxygen device": None}
    assert bounds(graded(LEE, {**silent, "inspired oxygen": (45, "%")})) == (3, 4)
    assert bounds(graded(LEE, {**silent, "inspired oxygen": (30, "%")})) == (2, 4)
    assert bounds(graded(LEE, {**silent, "inspired oxygen": (21, "%")})) == (0, 4)


# High doses by rate, each held for 3 hours: (rates), hours -> whether the dose is high.
NE, EPI = "norepinephrine rate", "epinephrine rate"
DOPA, PHENYL = "dopamine rate", "phenylephrine rate"
NONE_RUNNING: Day = {
    NE: (0, "ug/min"),
    EPI: (0, "ug/min"),
    DOPA: (0, "ug/kg/min"),
    PHENYL: (0, "ug/min"),
    "hours at vasopressor rate": (3, "h"),
    HIGH: None,
    PRESSORS: (1, ONE),
}
DOSES: list[tuple[Day, bool]] = [
    ({NE: (just_under(20), "ug/min")}, False),
    ({NE: (20, "ug/min")}, True),
    ({NE: (just_over(20), "ug/min")}, True),
    ({DOPA: (just_under(10), "ug/kg/min")}, False),
    ({DOPA: (10, "ug/kg/min")}, True),
    ({PHENYL: (199.9, "ug/min")}, False),
    ({PHENYL: (200, "ug/min")}, True),
    ({EPI: (just_under(10), "ug/min")}, False),
    ({EPI: (10, "ug/min")}, True),
    ({NE: (20, "ug/min"), "hours at vasopressor rate": (just_under(3), "h")}, False),
    ({NE: (20, "ug/min"), "hours at vasopressor rate": (just_over(3), "h")}, True),
    # 8 + 8/2 + 4 + 40/10 is 20 in norepinephrine
    ({NE: (8, "ug/min"), DOPA: (8, "ug/kg/min"), EPI: (4, "ug/min"), PHENYL: (40, "ug/min")}, True),
    (
        {NE: (8, "ug/min"), DOPA: (8, "ug/kg/min"), EPI: (4, "ug/min"), PHENYL: (39, "ug/min")},
        False,
    ),
    # beside vasopressin 10 is enough
    ({NE: (10, "ug/min"), "vasopressin": True}, True),
    ({NE: (9.9, "ug/min"), "vasopressin": True}, False),
    ({NE: (10, "ug/min")}, False),
    ({"norepinephrine equivalent": (20, "ug/min")}, True),
    ({"norepinephrine equivalent": (just_under(20), "ug/min")}, False),
]


@pytest.mark.parametrize(("doses", "high"), DOSES)
def test_a_dose_is_high_by_its_rate_held_for_three_hours(doses: Day, high: bool) -> None:
    weights: Day = {
        "norepinephrine rate by weight": (0.05, "ug/kg/min"),
        "epinephrine rate by weight": (0.05, "ug/kg/min"),
    }
    grade = graded(PENN, {**QUIET, **NONE_RUNNING, **weights, **doses})
    assert bounds(grade) == ((4, 4) if high else (3, 3))


@pytest.mark.parametrize(
    ("item", "rate", "grade"),
    [
        ("norepinephrine rate by weight", just_under(0.2), 3),
        ("norepinephrine rate by weight", 0.2, 4),
        ("epinephrine rate by weight", just_under(0.1), 3),
        ("epinephrine rate by weight", 0.1, 4),
    ],
)
def test_penn_knows_high_rates_by_weight(item: str, rate: float, grade: int) -> None:
    weights: Day = {
        "norepinephrine rate by weight": (0, "ug/kg/min"),
        "epinephrine rate by weight": (0, "ug/kg/min"),
    }
    day: Day = {**QUIET, **NONE_RUNNING, **weights, item: (rate, "ug/kg/min")}
    assert bounds(graded(PENN, day)) == (grade, grade)


def test_without_the_hours_or_a_rate_a_dose_stays_open() -> None:
    running: Day = {**QUIET, **NONE_RUNNING, NE: (30, "ug/min")}
    assert bounds(graded(LEE, running)) == (3, 3)
    assert bounds(graded(LEE, {**running, "hours at vasopressor rate": None})) == (2, 3)
    assert bounds(graded(LEE, {**running, NE: (5, "ug/min"), DOPA: None})) == (2, 3)


def test_a_running_rate_tells_that_a_pressor_was_given() -> None:
    running: Day = {**QUIET, **NONE_RUNNING, PRESSORS: None, NE: (5, "ug/min")}
    assert bounds(graded(PENN, running))[0] == 3
    assert bounds(graded(LEE, {**running, EPI: (2, "ug/min")}))[0] == 3


def test_none_of_them_is_taken_from_the_grade_of_another() -> None:
    """The same three days of signs have a grade of their own in each scale."""
    days: list[Day] = [
        {**QUIET, **FEVER, **HIGH_DOSE, "hours on vasopressor": (12, "h")},
        {**QUIET, **FEVER, ORGAN: (3, ONE), KIDNEY: (3, ONE), "hours on vasopressor": (0, "h")},
    ]
    names = ("ASTCT-CRS-2019", *ALL)
    assert [[graded(name, day).low for name in names] for day in days] == [
        [3, 3, 4, 3, 2, 3],
        [1, 3, 3, 3, 1, 1],
    ]


@pytest.mark.parametrize("name", ALL)
def test_a_sign_put_down_to_another_cause_or_a_death_from_one_does_not_count(name: str) -> None:
    assert bounds(graded(name, {**QUIET, "death cause": "CRS"})) == (5, 5)
    assert bounds(graded(name, {**QUIET, "death cause": "leukemia"})) == (0, 0)


def test_ctcae_is_used_only_by_choice_and_says_why() -> None:
    assert criterion_named(CTCAE).by_choice
    assert not any(criterion_named(name).by_choice for name in ALL if name != CTCAE)


@pytest.mark.parametrize("name", [LEE, PENN, CARTOX])
def test_the_doses_are_marked_as_recalled(name: str) -> None:
    rows = [row for row in criterion_named(name).table if row.part == HIGH]
    assert [row.standing for row in rows] == [Standing.RECALLED]


@pytest.mark.parametrize("name", ALL)
def test_each_scale_names_the_others_as_not_to_be_mixed(name: str) -> None:
    entry = criterion_named(name)
    assert set(entry.variants) == {"ASTCT-CRS-2019", *ALL} - {name}
