"""The examples that the consensus prints under its tables, as charts."""

from __future__ import annotations

from reinfuse.grading.catalogue import criterion_named
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark


def chart(day: float, **values: Quantity | bool | str) -> Chart:
    marks = [
        Mark(item=name.replace("_", " "), day=day, value=value) for name, value in values.items()
    ]
    return Chart.of("example", [Mark(item="age", day=0, value=Quantity(50, "a")), *marks])


def test_fever_one_vasopressor_and_a_low_flow_cannula_are_grade_3() -> None:
    ill = chart(
        4,
        temperature=Quantity(38.0, "Cel"),
        vasopressors_other_than_vasopressin=Quantity(1, "1"),
        oxygen_device="nasal cannula",
        oxygen_flow=Quantity(2, "L/min"),
    )
    grade = criterion_named("ASTCT-CRS-2019").grade(ill)
    assert (grade.low, grade.high) == (3, 3)


def test_an_ice_of_3_with_a_generalised_seizure_is_grade_3() -> None:
    ill = chart(
        6,
        ICE_score=Quantity(3, "{score}"),
        wakefulness="spontaneous",
        seizure="resolving rapidly",
        deep_focal_weakness=False,
        cerebral_edema="none",
        raised_intracranial_pressure=False,
    )
    grade = criterion_named("ASTCT-ICANS-2019").grade(ill)
    assert (grade.low, grade.high) == (3, 3)
