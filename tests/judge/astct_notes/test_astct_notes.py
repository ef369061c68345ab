"""The examples that the consensus itself prints under its tables."""

from __future__ import annotations

from reinfuse.grading.crs import grade_crs
from reinfuse.grading.icans import grade_icans
from reinfuse.quantity import Quantity
from reinfuse.record import (
    Alive,
    Course,
    Drug,
    FollowUp,
    Infusion,
    Kind,
    Observation,
    Purpose,
    Regimen,
    Sign,
)
from reinfuse.timeline import read_when

INFUSION = Infusion(id="infusion", when=read_when("2024-03-01"), product="product")


def value(analyte: str, day: int, text: str, device: str | None = None) -> Observation:
    return Observation(
        id=f"{analyte}-{day}",
        when=read_when(f"infusion day {day}"),
        analyte=analyte,
        value=Quantity.parse(text),
        device=device,
    )


def course(ill: tuple[Observation, ...], **parts: object) -> Course:
    days: list[Observation] = []
    for day in range(15):
        days += [
            value("temperature", day, "36.9 °C"),
            value("systolic blood pressure", day, "115 mmHg"),
            value("oxygen flow", day, "0 L/min", "room air"),
            value("ICE score", day, "10 points"),
        ]
    replaced = {item.id for item in ill}
    return Course(
        title="example of the consensus",
        kind=Kind.INVENTED,
        infusions=(INFUSION,),
        observations=(*(item for item in days if item.id not in replaced), *ill),
        follow_up=(FollowUp(id="seen", when=read_when("2024-06-01"), status=Alive.ALIVE),),
        **parts,  # type: ignore[arg-type]
    )


def test_fever_one_vasopressor_and_a_low_flow_cannula_are_grade_3() -> None:
    ill = (
        value("temperature", 4, "38.6 °C"),
        value("oxygen flow", 4, "2 L/min", "nasal cannula"),
    )
    pressor = Regimen(
        id="pressor",
        when=read_when("infusion day 4"),
        purpose=Purpose.VASOPRESSOR,
        drugs=(Drug(name="norepinephrine"),),
    )
    grade = grade_crs(course(ill, regimens=(pressor,)), INFUSION)
    assert (grade.low, grade.high) == (3, 3)


def test_an_ice_of_3_with_a_generalised_seizure_is_grade_3() -> None:
    seizure = Sign(id="seizure", when=read_when("infusion day 6"), what="seizure")
    ill = (value("ICE score", 6, "3 points"),)
    grade = grade_icans(course(ill, signs=(seizure,)), INFUSION)
    assert (grade.low, grade.high) == (3, 3)
