"""ASTCT ICANS 2019, by ICE and by CAPD: every threshold at, just under and just over it."""

from __future__ import annotations

import pytest

from reinfuse.grading.catalogue import criterion_named
from reinfuse.grading.icans import ice_grade
from reinfuse.record.chart import Chart
from tests.spec.toxicity_charts import (
    ADULT,
    AWAKE,
    CHILD,
    CHILD_AWAKE,
    Day,
    bounds,
    daily,
    graded,
    just_over,
    just_under,
    marks,
)

NAME, BY_ICE, BY_CAPD = "ASTCT-ICANS-2019", "ASTCT-ICANS-2019 ICE", "ASTCT-ICANS-2019 child"
ICE, CAPD = "ICE score", "CAPD score"
NOT_TESTABLE = "ICE not testable because unarousable"


def icans(day: Day, age: tuple[float, str] | None = ADULT) -> tuple[object, object]:
    return bounds(graded(NAME, day, age=age))


def points(value: float) -> tuple[float, str]:
    return value, "{score}"


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        (10, 0), (just_under(10), 1), (9, 1), (8, 1), (7, 1), (just_under(7), 2), (6, 2),
        (4, 2), (3, 2), (just_under(3), 3), (2, 3), (1, 3), (0.001, 3), (0, 3),
    ],
)  # fmt: skip
def test_ice_sets_the_grade_of_somebody_awake(score: float, grade: int) -> None:
    assert icans({**AWAKE, ICE: points(score)}) == (grade, grade)
    assert ice_grade(score) == grade  # the reader of courses has the same cuts


def test_ice_0_is_grade_3_awake_and_grade_4_unarousable() -> None:
    zero: Day = {**AWAKE, ICE: points(0)}
    assert icans(zero) == (3, 3)
    assert icans({**zero, "wakefulness": "to touch"}) == (3, 3)
    assert icans({**zero, "wakefulness": "unarousable"}) == (4, 4)
    assert icans({**zero, "wakefulness": None}) == (3, 4)
    assert icans({**zero, "wakefulness": None, NOT_TESTABLE: True}) == (4, 4)
    assert icans({**zero, "wakefulness": None, NOT_TESTABLE: False}) == (3, 3)


def test_untestable_because_unarousable_needs_no_score() -> None:
    assert icans({**AWAKE, ICE: None, "wakefulness": None, NOT_TESTABLE: True}) == (4, 4)


SIGNS: list[tuple[Day, int]] = [
    ({"wakefulness": "spontaneous"}, 0),
    ({"wakefulness": "to voice"}, 2),
    ({"wakefulness": "to touch"}, 3),
    ({"wakefulness": "unarousable"}, 4),
    ({"seizure": "resolving rapidly"}, 3),
    ({"seizure": "non-convulsive resolving with treatment"}, 3),
    ({"seizure": "longer than 5 minutes"}, 4),
    ({"seizure": "repeated without return to baseline"}, 4),
    ({"deep focal weakness": True}, 4),
    ({"cerebral edema": "focal"}, 3),
    ({"cerebral edema": "diffuse"}, 4),
    ({"raised intracranial pressure": True}, 4),
    ({"tremor": True}, 0),
    ({"myoclonus": True}, 0),
    ({"intracranial hemorrhage": True}, 0),
]


@pytest.mark.parametrize(("signs", "grade"), SIGNS)
def test_a_sign_sets_the_same_grade_at_every_age(signs: Day, grade: int) -> None:
    assert icans({**AWAKE, **signs}) == (grade, grade)
    assert icans({**CHILD_AWAKE, **signs}, age=CHILD) == (grade, grade)


def test_ice_10_in_somebody_who_wakes_to_voice_is_grade_2() -> None:
    assert icans({**AWAKE, "wakefulness": "to voice"}) == (2, 2)


def test_the_worst_domain_counts() -> None:
    assert icans({**AWAKE, ICE: points(8), "wakefulness": "to touch"}) == (3, 3)
    assert icans({**AWAKE, ICE: points(1), "wakefulness": "to voice"}) == (3, 3)


def test_the_example_under_the_table_is_grade_3() -> None:
    assert icans({**AWAKE, ICE: points(3), "seizure": "resolving rapidly"}) == (3, 3)


PARTS: Day = {
    "ICE orientation": points(4),
    "ICE naming": points(3),
    "ICE command": points(1),
    "ICE writing": points(1),
    "ICE attention": points(1),
}
UNTOTALLED: Day = {**AWAKE, ICE: None}


@pytest.mark.parametrize(
    ("parts", "low", "high"),
    [
        ({}, 0, 0),
        ({"ICE attention": points(0)}, 1, 1),
        ({"ICE attention": None}, 0, 1),  # 9 or 10
        ({"ICE attention": points(0), "ICE writing": None}, 1, 1),  # 8 or 9
        ({"ICE naming": None}, 0, 1),  # 7 to 10
        ({"ICE orientation": None}, 0, 2),  # 6 to 10
        ({"ICE orientation": points(0), "ICE naming": points(0)}, 2, 2),  # 3
        ({"ICE orientation": points(0), "ICE naming": None}, 2, 2),  # 3 to 6
        ({"ICE orientation": points(0), "ICE naming": None, "ICE writing": None}, 2, 3),
    ],
)
def test_parts_that_were_not_charted_leave_every_total_that_they_allow(
    parts: Day, low: int, high: int
) -> None:
    assert icans({**UNTOTALLED, **PARTS, **parts}) == (low, high)


def test_a_total_that_was_charted_stands_before_its_parts() -> None:
    assert icans({**AWAKE, **PARTS, ICE: points(6)}) == (2, 2)


def test_one_part_alone_bounds_the_total() -> None:
    assert icans({**UNTOTALLED, "ICE orientation": points(0)}) == (2, 3)


@pytest.mark.parametrize(
    ("score", "wakes", "grade"),
    [
        (0, "spontaneous", 0),
        (0.001, "spontaneous", 1),
        (1, "spontaneous", 1),
        (8, "spontaneous", 1),
        (8, "to voice", 2),
        (just_under(9), "to voice", 2),
        (9, "spontaneous", 3),
        (just_over(9), "spontaneous", 3),
        (9, "to voice", 3),
        (32, "spontaneous", 3),
        (4, "to touch", 3),
        (4, "unarousable", 4),
    ],
)
def test_capd_and_wakefulness_set_the_grade_of_a_child(
    score: float, wakes: str, grade: int
) -> None:
    day: Day = {**CHILD_AWAKE, CAPD: points(score), "wakefulness": wakes}
    assert icans(day, age=CHILD) == (grade, grade)


def test_capd_alone_does_not_tell_grade_1_from_2() -> None:
    day: Day = {**CHILD_AWAKE, CAPD: points(5), "wakefulness": None, NOT_TESTABLE: False}
    low, high = icans(day, age=CHILD)
    assert (low, high) == (1, 3)


@pytest.mark.parametrize(
    ("rass", "low", "high"), [(-3, 3, 3), (just_over(-4), 3, 3), (-4, 0, 3), (-5, 0, 3)]
)
def test_capd_is_not_scored_in_deep_sedation(rass: float, low: int, high: int) -> None:
    day: Day = {**CHILD_AWAKE, CAPD: points(20), "RASS": points(rass)}
    assert icans(day, age=CHILD) == (low, high)


BOTH: Day = {**AWAKE, ICE: points(5), CAPD: points(12)}


@pytest.mark.parametrize(
    ("age", "low", "high"),
    [
        ((11, "a"), 3, 3),
        ((just_under(12), "a"), 3, 3),
        ((12, "a"), 2, 2),
        ((just_over(12), "a"), 2, 2),
        ((143, "mo"), 3, 3),
        ((144, "mo"), 2, 2),
        (None, 2, 3),
    ],
)
def test_the_table_is_chosen_by_age_and_twelve_is_ice(
    age: tuple[float, str] | None, low: int, high: int
) -> None:
    assert icans(BOTH, age=age) == (low, high)


def test_each_table_can_be_asked_for_by_itself() -> None:
    assert bounds(graded(BY_ICE, BOTH, age=CHILD)) == (2, 2)
    assert bounds(graded(BY_CAPD, BOTH, age=ADULT)) == (3, 3)


def test_without_an_age_it_is_named_as_missing() -> None:
    assert "age" in graded(NAME, BOTH, age=None).missing


def test_a_score_of_the_other_age_says_nothing() -> None:
    assert icans({**AWAKE, ICE: None, CAPD: points(12)}) == (0, 3)
    assert icans({**CHILD_AWAKE, CAPD: None, ICE: points(2)}, age=CHILD) == (0, 3)


def test_sedation_for_another_reason_leaves_the_score_open() -> None:
    causes = {ICE: "sedation for endoscopy", "wakefulness": "sedation for endoscopy"}
    day: Day = {**AWAKE, ICE: points(0), "wakefulness": "unarousable"}
    sedated = [*marks(0, {"age": ADULT}), *marks(1, day, causes)]
    seizing = [*marks(0, {"age": ADULT}),
               *marks(1, {**day, "seizure": "resolving rapidly"}, causes)]  # fmt: skip
    grade = criterion_named(NAME).grade
    assert bounds(grade(Chart.of("patient", sedated))) == (0, 4)
    assert bounds(grade(Chart.of("patient", seizing))) == (3, 4)


def test_edema_of_a_hemorrhage_does_not_count() -> None:
    day: Day = {**AWAKE, "cerebral edema": "diffuse", "intracranial hemorrhage": True}
    found = marks(1, day, {"cerebral edema": "intracranial hemorrhage"})
    found += marks(0, {"age": ADULT})
    assert bounds(criterion_named(NAME).grade(Chart.of("patient", found))) == (0, 0)


def test_death_from_icans_is_grade_5_and_from_crs_is_not() -> None:
    for name, age in ((NAME, ADULT), (BY_ICE, ADULT), (BY_CAPD, CHILD)):
        day = CHILD_AWAKE if age is CHILD else AWAKE
        assert bounds(graded(name, {**day, "death cause": "ICANS"}, age=age)) == (5, 5)
        assert bounds(graded(name, {**day, "death cause": "CRS"}, age=age)) == (0, 0)


def test_the_days_make_a_series_with_its_episode() -> None:
    grade = graded(NAME, AWAKE, {**AWAKE, ICE: points(8)}, {**AWAKE, ICE: points(2)}, AWAKE)
    assert daily(grade) == [(0, 0), (1, 1), (3, 3), (0, 0)]
    assert [(one.onset, one.peak_day, one.resolved) for one in grade.episodes] == [(2, 3, 4)]
    assert grade.as_published == 3


def test_a_bare_score_leaves_what_was_not_charted_open() -> None:
    grade = graded(NAME, {ICE: points(8)})
    assert bounds(grade) == (1, 4)
    assert {"wakefulness", "seizure", "cerebral edema"} <= set(grade.missing)


# Rules in public use that are not those of the consensus; ours must differ from each.


@pytest.mark.parametrize("score", [10, 8, 5])
def test_a_seizure_is_never_grade_2(score: float) -> None:
    """A public sample row has ICANS 2 with a seizure."""
    day: Day = {**AWAKE, ICE: points(score), "seizure": "resolving rapidly"}
    assert icans(day) == (3, 3)


@pytest.mark.parametrize("score", [3, 4, 5, 6])
def test_ice_3_to_6_is_not_grade_1(score: float) -> None:
    """A public note gives 1 for ICE 3 to 7."""
    assert icans({**AWAKE, ICE: points(score)}) == (2, 2)


def test_twelve_years_is_not_a_child_of_this_table() -> None:
    """A public terminology asks for CAPD at 12 and under."""
    assert icans({**AWAKE, CAPD: points(12)}, age=(12, "a")) == (0, 0)
