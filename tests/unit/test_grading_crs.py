"""CRS by the ASTCT consensus, sign by sign."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reinfuse.grading import Grade, Trust
from reinfuse.grading.crs import grade_crs
from reinfuse.quantity import Quantity
from reinfuse.record import (
    Alive,
    Assessment,
    Course,
    Drug,
    FollowUp,
    Infusion,
    Kind,
    Observation,
    Origin,
    Presence,
    Product,
    Purpose,
    Regimen,
    Sign,
    Topic,
)
from reinfuse.timeline import read_when

INFUSION = Infusion(id="infusion", when=read_when("2024-03-01"), product="product")


def course(**parts: object) -> Course:
    return Course(
        title="invented",
        kind=Kind.INVENTED,
        products=(Product(id="product", origin=Origin.AUTOLOGOUS),),
        infusions=(INFUSION,),
        follow_up=(FollowUp(id="seen", when=read_when("2024-09-01"), status=Alive.ALIVE),),
        **parts,  # type: ignore[arg-type]
    )


def value(name: str, day: int, text: str, device: str | None = None) -> Observation:
    return Observation(
        id=f"{name}-{day}".replace(" ", "-"),
        when=read_when(f"infusion day {day}"),
        analyte=name,
        value=Quantity.parse(text),
        device=device,
    )


def watched(**day_3: Observation) -> tuple[Observation, ...]:
    """Fifteen days of normal signs, with some of day 3 exchanged."""
    found = []
    for day in range(15):
        normal = {
            "temperature": value("temperature", day, "36.8 °C"),
            "systolic": value("systolic blood pressure", day, "120 mmHg"),
            "flow": value("oxygen flow", day, "0 L/min", "room air"),
        }
        found += list((normal | day_3 if day == 3 else normal).values())
    return tuple(found)


def drug(purpose: Purpose, when: str, *names: str) -> Regimen:
    return Regimen(
        id=f"{purpose}-{when}".replace(" ", "-"),
        when=read_when(when),
        purpose=purpose,
        drugs=tuple(Drug(name=name) for name in names),
    )


FEVER = value("temperature", 3, "38.0 °C")
LOW = value("systolic blood pressure", 3, "84 mmHg")
# Day 3 has fever; each row adds one sign and says the grade by the printed table.
TABLE = [
    ("nothing else", {}, (), 1),
    ("fluids", {}, (drug(Purpose.FLUIDS, "infusion day 3", "crystalloid"),), 2),
    ("one vasopressor", {}, (drug(Purpose.VASOPRESSOR, "infusion day 3", "norepinephrine"),), 3),
    ("vasopressin alone", {}, (drug(Purpose.VASOPRESSOR, "infusion day 3", "vasopressin"),), 3),
    ("one and vasopressin", {},
     (drug(Purpose.VASOPRESSOR, "infusion day 3", "norepinephrine", "vasopressin"),), 3),
    ("two vasopressors", {},
     (drug(Purpose.VASOPRESSOR, "infusion day 3", "norepinephrine", "epinephrine"),), 4),
    ("cannula at 6 L/min", {"flow": value("oxygen flow", 3, "6 L/min", "nasal cannula")}, (), 2),
    ("cannula at 7 L/min", {"flow": value("oxygen flow", 3, "7 L/min", "nasal cannula")}, (), 3),
    ("high-flow cannula",
     {"flow": value("oxygen flow", 3, "40 L/min", "high-flow cannula")}, (), 3),
    ("face mask", {"flow": value("oxygen flow", 3, "5 L/min", "face mask")}, (), 3),
    ("CPAP", {"flow": value("oxygen flow", 3, "10 L/min", "CPAP")}, (), 4),
    ("cannula and two vasopressors",
     {"flow": value("oxygen flow", 3, "2 L/min", "nasal cannula")},
     (drug(Purpose.VASOPRESSOR, "infusion day 3", "norepinephrine", "dopamine"),), 4),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "signs", "regimens", "expected"), TABLE, ids=lambda row: str(row)[:20]
)
def test_a_watched_course_has_the_grade_of_the_printed_table(
    name: str, signs: dict[str, Observation], regimens: tuple[Regimen, ...], expected: int
) -> None:
    found = graded(observations=watched(temperature=FEVER, **signs), regimens=regimens)
    assert (found.low, found.high, found.trust) == (expected, expected, Trust.DERIVED), name


def graded(**parts: object) -> Grade:
    return grade_crs(course(**parts), INFUSION)


def test_a_low_pressure_whose_treatment_is_not_recorded_can_be_up_to_4() -> None:
    found = graded(observations=watched(temperature=FEVER, systolic=LOW))
    assert (found.low, found.high) == (2, 4)
    assert "vasopressors" in found.missing


def test_a_low_pressure_with_no_vasopressor_stated_is_2() -> None:
    stated = Sign(
        id="none",
        when=read_when("infusion day 3"),
        what="vasopressor",
        presence=Presence.ABSENT,
    )
    found = graded(observations=watched(temperature=FEVER, systolic=LOW), signs=(stated,))
    assert (found.low, found.high) == (2, 2)


def test_a_value_in_a_wrong_unit_is_no_value() -> None:
    wrong = value("temperature", 3, "38.5 %")
    found = graded(observations=watched(temperature=wrong))
    assert (found.low, found.high) == (0, 1)


def test_without_fever_low_pressure_is_not_crs() -> None:
    found = graded(observations=watched(systolic=LOW))
    assert (found.low, found.high) == (0, 0)


def test_a_fever_of_37_9_is_no_fever() -> None:
    found = graded(observations=watched(temperature=value("temperature", 3, "37.9 °C")))
    assert (found.low, found.high) == (0, 0)


def test_after_treatment_fever_is_no_longer_asked_for() -> None:
    observations = [
        item
        for item in watched(temperature=FEVER)
        if not (item.analyte == "oxygen flow" and item.id.endswith("-5"))
    ]
    observations.append(value("oxygen flow", 5, "40 L/min", "high-flow cannula"))
    treated = (drug(Purpose.CRS_TREATMENT, "infusion day 4", "tocilizumab"),)
    assert graded(observations=tuple(observations)).high == 1
    found = graded(observations=tuple(observations), regimens=treated)
    assert (found.low, found.high) == (3, 3)


def test_treatment_alone_grades_nothing() -> None:
    found = graded(regimens=(drug(Purpose.CRS_TREATMENT, "infusion day 4", "tocilizumab"),))
    assert (found.low, found.high, found.trust) == (0, 4, Trust.NOT_EVALUABLE)


def test_one_day_without_a_record_widens_the_interval() -> None:
    observations = tuple(item for item in watched(temperature=FEVER) if not item.id.endswith("-7"))
    found = graded(observations=observations)
    assert (found.low, found.high) == (1, 4)
    assert "temperature on the other days" in found.missing


def test_a_fever_put_down_to_an_infection_is_left_out() -> None:
    sign = Sign(
        id="fever", when=read_when("infusion day 3"), what="fever", attributed_to="infection"
    )
    found = graded(signs=(sign,))
    assert (found.low, found.high) == (0, 4)


def test_a_fever_denied_every_day_excludes_crs() -> None:
    sign = Sign(
        id="no-fever",
        when=read_when("infusion day 0 to 14"),
        what="fever",
        presence=Presence.ABSENT,
    )
    found = graded(signs=(sign,))
    assert (found.low, found.high) == (0, 0)


def test_death_of_crs_is_grade_5_and_an_unknown_fate_leaves_it_open() -> None:
    dead = FollowUp(id="death", when=read_when("infusion day 9"), status=Alive.DEAD, cause="CRS")
    one = replace(course(), follow_up=(dead,))
    assert (grade_crs(one, INFUSION).low, grade_crs(one, INFUSION).high) == (5, 5)
    unknown = replace(course(), follow_up=())
    assert grade_crs(unknown, INFUSION).high == 5


def test_what_was_reported_stands_beside_and_never_instead() -> None:
    said = Assessment(
        id="said", when=read_when("infusion day 3"), topic=Topic.CRS, value="3", of="infusion"
    )
    found = graded(observations=watched(temperature=FEVER), assessments=(said,))
    assert (found.low, found.high, found.reported) == (1, 1, "3")
