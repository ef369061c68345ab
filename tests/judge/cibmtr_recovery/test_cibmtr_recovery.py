"""The registry's worked example of platelet recovery."""

from __future__ import annotations

from reinfuse.grading.transplant import grade_transplant
from reinfuse.quantity import Quantity
from reinfuse.record import (
    BloodProduct,
    Course,
    Kind,
    Observation,
    Transfusion,
    Transplant,
)
from reinfuse.timeline import read_when

PLATELETS = (10, 35, 30, 25, 10, 15, 19, 23, 25, 40, 50)
HSCT = Transplant(id="hsct", when=read_when("2024-01-10"), kind="allogeneic")


def day_of_recovery(transfused: bool) -> str:
    course = Course(
        title="example of the registry",
        kind=Kind.INVENTED,
        transplants=(HSCT,),
        transfusions=(
            (Transfusion(id="t", when=read_when("hsct day 0"), product=BloodProduct.PLATELETS),)
            if transfused
            else ()
        ),
        observations=tuple(
            Observation(
                id=f"platelets-{day}",
                when=read_when(f"hsct day {day}"),
                analyte="platelets",
                value=Quantity(count, "10*9/L"),
            )
            for day, count in enumerate(PLATELETS)
        ),
    )
    grade = next(
        item for item in grade_transplant(course, HSCT) if item.topic == "platelet engraftment"
    )
    return grade.because[0].text


def test_recovery_is_on_day_7_after_the_transfusion_of_day_0() -> None:
    assert "on day 7" in day_of_recovery(transfused=True)


def test_without_the_transfusion_it_would_have_been_day_1() -> None:
    assert "on day 1," in day_of_recovery(transfused=False)
