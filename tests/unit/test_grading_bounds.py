"""What is not known widens a grade: courses in which a hasty reader would be wrong."""

from __future__ import annotations

import pytest

from reinfuse.exchange.course_file import read_course_text
from reinfuse.grading import Grade, grade_course

HEAD = """title: invented
kind: invented example
products: [{id: p, origin: autologous}]
infusions: [{id: one, when: 2024-03-12, product: p}]
follow_up: [{id: seen, when: 2024-09-01, status: alive}]
"""
NORMAL = "observations:\n" + "".join(
    f"  - {{when: one day {day}, analyte: temperature, value: 36.8 °C}}\n"
    f"  - {{when: one day {day}, analyte: systolic blood pressure, value: 115 mmHg}}\n"
    f"  - {{when: one day {day}, analyte: oxygen flow, value: 0 L/min, device: room air}}\n"
    f"  - {{when: one day {day}, analyte: ICE score, value: 10 points}}\n"
    for day in range(15)
)


def grades(text: str, head: str = HEAD) -> list[Grade]:
    reading = read_course_text(head + text, "course.yaml")
    assert reading.course is not None, reading.problems
    return list(grade_course(reading.course))


def bounds(topic: str, text: str, head: str = HEAD, subject: str = "") -> tuple[object, object]:
    found = [
        grade
        for grade in grades(text, head)
        if grade.topic == topic and (not subject or grade.subject == subject)
    ]
    assert found, topic
    return found[0].low, found[0].high


FEVER = "signs: [{id: f, when: one day 3, what: Fever}]\n"


LONG_FEVER = "signs: [{id: f, when: one day 3 to 7, what: fever}]\n"
LOOSE_FEVER = "signs: [{id: f, when: one day 2..5, what: fever}]\n"
WORDED_FEVER = "signs: [{when: one day 3, what: fever, attributed_to: cytokine release syndrome}]\n"
UNNAMED = "regimens: [{when: one day 4 to 6, purpose: vasopressor}]\n"
LOOSE = """regimens:
  - {when: one day 4..6, purpose: vasopressor, drugs: [{name: norepinephrine}]}
"""
ALIAS = "observations: [{when: one day 4, analyte: body temperature, value: 40.1 °C}]\n"


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        # A vasopressor whose drugs are not named is one at least, on top of a normal pressure.
        (LONG_FEVER + UNNAMED + NORMAL, 3, 4),
        # One that was given on one of three feverish days was given all the same.
        (LONG_FEVER + LOOSE + NORMAL, 3, 3),
        # A morning without fever does not exclude a fever that was recorded on one of four days.
        (LOOSE_FEVER + NORMAL, 1, 1),
        (LOOSE_FEVER, 1, 4),
        # Other names of the same thing are the same thing.
        (ALIAS, 1, 4),
        # A sign put down to cytokine release syndrome in words is one of CRS.
        (WORDED_FEVER, 1, 4),
    ],
)
def test_crs_keeps_what_it_cannot_exclude(text: str, low: int, high: int) -> None:
    assert bounds("CRS", text) == (low, high)


def test_room_air_in_the_morning_does_not_undo_hypoxia_of_the_day() -> None:
    text = (
        "signs:\n  - {id: f, when: one day 4, what: fever}\n"
        "  - {id: h, when: one day 4, what: hypoxia}\n" + NORMAL
    )
    assert bounds("CRS", text) == (2, 4)


def test_a_seizure_on_one_of_several_days_is_a_seizure() -> None:
    text = "signs: [{id: s, when: one day 3..6, what: Seizure}]\n" + NORMAL
    assert bounds("ICANS", text) == (3, 3)


def test_a_low_number_is_not_low_for_a_toddler() -> None:
    head = HEAD + "patient: {age: 3 a}\n"
    low = NORMAL.replace("115 mmHg", "86 mmHg")
    assert bounds("CRS", FEVER + low, head)[0] == 1
    assert bounds("CRS", FEVER + low)[0] == 2


def test_a_child_who_has_turned_twelve_is_graded_by_ice() -> None:
    head = HEAD + "patient: {age: 9 a}\nprocedures: [{when: 2019-03-12, what: referral}]\n"
    assert bounds("ICANS", NORMAL, head) == (0, 0)
    capd = NORMAL.replace("ICE score, value: 10", "CAPD score, value: 0")
    assert bounds("ICANS", capd, head) == (0, 4)


def test_a_death_of_crs_belongs_to_its_own_infusion() -> None:
    head = HEAD.replace(
        "2024-03-12, product: p}",
        "2023-03-12, product: p}, {id: two, when: 2024-03-12, product: p}",
    ).replace(
        "{id: seen, when: 2024-09-01, status: alive}",
        "{id: d, when: two day 9, status: dead, cause: cytokine release syndrome}",
    )
    assert bounds("CRS", FEVER, head, "one") == (1, 4)
    assert bounds("CRS", FEVER, head, "two") == (5, 5)


def test_a_death_of_another_cause_is_no_grade_5_and_an_unknown_one_may_be() -> None:
    dead = "{id: seen, when: one day 9, status: dead, cause: sepsis}"
    head = HEAD.replace("{id: seen, when: 2024-09-01, status: alive}", dead)
    assert bounds("CRS", FEVER, head) == (1, 4)
    assert bounds("CRS", FEVER, head.replace(", cause: sepsis", "")) == (1, 5)


def test_split_doses_are_one_episode() -> None:
    head = HEAD.replace("product: p}]", "product: p}, {id: two, when: one day 1, product: p}]", 1)
    assert bounds("CRS", FEVER, head, "one") == (1, 4)


MARROW = "observations: [{{id: m, when: one day 28, analyte: {}, site: marrow, value: '{}'}}]\n"


@pytest.mark.parametrize(
    ("analyte", "value", "low", "high"),
    [
        ("blasts", "< 5 %", "CR", "CRi"),
        ("blasts", "> 5 %", "no remission", "no remission"),
        ("MRD", "> 1 %", "CR", "no remission"),
        ("measurable residual disease", "4 %", "CR", "CRi"),
    ],
)
def test_a_value_beyond_a_limit_is_not_the_limit(
    analyte: str, value: str, low: str, high: str
) -> None:
    assert bounds("marrow response", MARROW.format(analyte, value)) == (low, high)


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("> 1 %", "0.01 % or above", "0.01 % or above"),
        ("< 0.01 %", "undetectable", "below 0.01 %"),
        ("0 %", "undetectable", "0.01 % or above"),
    ],
)
def test_mrd_beyond_a_limit_keeps_its_side(value: str, low: str, high: str) -> None:
    assert bounds("MRD", MARROW.format("MRD", value)) == (low, high)


def test_counts_of_the_day_count_before_those_of_the_week_after() -> None:
    text = MARROW.format("blasts", "1 %") + "".join(
        f"  - {{when: one day {day}, analyte: {name}, value: {value}}}\n"
        for day, name, value in (
            (28, "ANC", "0.1 10*9/L"),
            (28, "PLT", "20 10*9/L"),
            (34, "ANC", "2.0 10*9/L"),
            (34, "PLT", "180 10*9/L"),
        )
    )
    text = text.replace("[{id: m", "\n  - {id: m").replace("'1 %'}]", "1 %}")
    assert bounds("marrow response", text) == ("CRi", "CRi")


def test_fluid_of_the_spine_is_no_blood_count() -> None:
    text = (
        "observations: [{when: one day 3, analyte: white blood cells, site: CSF,"
        " value: 2 cells/uL}]\n"
    )
    assert not [grade for grade in grades(text) if "CTCAE" in grade.topic]


def test_a_relapse_without_any_marrow_is_not_called_refractory() -> None:
    text = (
        "assessments:\n"
        "  - {id: cr, when: 2023-01-10, topic: response, value: CR, site: bone marrow}\n"
        "  - {id: r, when: 2023-12-01, topic: relapse, value: relapse, sites: [bone marrow]}\n"
    )
    assert bounds("relapse or refractory", text) == ("relapse", "relapse")
    nothing = "assessments: [{id: r, when: 2023-12-01, topic: relapse, value: relapse}]\n"
    assert bounds("relapse or refractory", nothing) == ("relapse", "primary refractory")


def test_a_molecular_relapse_of_the_marrow_is_not_extramedullary() -> None:
    text = (
        "observations: [{when: one day 90, analyte: MRD, site: bone marrow, value: 0.5 %}]\n"
        "assessments: [{id: r, when: one day 90, topic: relapse, value: molecular,"
        " sites: [bone marrow]}]\n"
    )
    assert bounds("relapse class", text) == ("molecular, marrow", "molecular, marrow")


def test_the_marrow_of_the_relapse_counts_and_not_the_one_after_salvage() -> None:
    text = (
        "observations:\n  - {when: one day 90, analyte: blasts, site: bone marrow, value: 60 %}\n"
        "  - {when: one day 118, analyte: blasts, site: bone marrow, value: 1 %}\n"
        "assessments: [{id: r, when: one day 90, topic: relapse, value: relapse}]\n"
    )
    assert bounds("relapse class", text) == ("combined", "marrow")


HSCT = HEAD + "transplants: [{id: hsct, when: 2024-05-01, kind: allogeneic}]\n"


def counts(*rows: tuple[int, float]) -> str:
    return "observations:\n" + "".join(
        f"  - {{when: hsct day {day}, analyte: neutrophils, value: {value} 10*9/L}}\n"
        for day, value in rows
    )


def test_few_counts_do_not_make_a_graft_failure() -> None:
    topic = "neutrophil engraftment"
    assert bounds(topic, counts((10, 0.1), (11, 0.2)), HSCT) == ("reached", "not reached")
    assert bounds(topic, counts((25, 1.5), (28, 2.5)), HSCT) == ("reached", "not reached")
    never = counts(*((day, 0.1) for day in range(0, 36, 3)))
    assert bounds(topic, never, HSCT) == ("not reached", "not reached")
    soon = counts((5, 0.1), (14, 0.6), (15, 0.7), (16, 0.9))
    assert bounds(topic, soon, HSCT) == ("reached", "reached")


def test_an_autologous_transplant_has_no_gvhd() -> None:
    topics = {grade.topic for grade in grades("", HSCT.replace("allogeneic", "autologous"))}
    assert not {"acute GVHD", "chronic GVHD"} & topics


def lesion(*looks: str) -> str:
    rows = "".join(f"      - {{{look}}}\n" for look in looks)
    return f"  - id: l{len(rows)}\n    site: left pelvis\n    looks:\n{rows}"


OLD = lesion("when: one day -9, axes: 4 x 4 x 4 cm", "when: one day 30, change: resolved")


def test_a_new_lesion_is_progression_and_no_cr() -> None:
    text = "lesions:\n" + OLD + lesion("when: one day 30, axes: 3 x 3 x 3 cm, change: new")
    assert bounds("extramedullary response, all lesions", text) == ("progression", "progression")
    assert bounds("overall response", text) == ("no CR", "no CR")


def test_growth_is_told_from_the_smallest_size_and_not_from_the_first() -> None:
    text = "lesions:\n" + lesion(
        "when: one day -9, axes: 10 x 10 x 10 cm",
        "when: one day 30, axes: 1 x 1 x 1 cm",
        "when: one day 90, axes: 6 x 6 x 6 cm",
    )
    found = [grade for grade in grades(text) if grade.topic == "extramedullary response"]
    assert [(grade.low, grade.high) for grade in found] == [
        ("partial", "partial"),
        ("progression", "progression"),
    ]


def test_a_word_against_a_size_leaves_both() -> None:
    text = "lesions:\n" + lesion(
        "when: one day -9, axes: 4 x 4 x 4 cm",
        "when: one day 30, axes: 3.9 x 3.9 x 3.9 cm, change: resolved",
    )
    assert bounds("extramedullary response", text) == ("complete", "stable")
