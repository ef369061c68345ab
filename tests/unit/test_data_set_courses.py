"""A data set made of courses: middles of days, occasions, limits, and what is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from reinfuse.exchange.course_file import read_course
from reinfuse.quantity import Limit, Quantity
from reinfuse.record import Course, Infusion, Kind, Observation, Result
from reinfuse.record.data_set import Dose, Known
from reinfuse.record.patient import Patient, Sex
from reinfuse.synopsis.data_set import CourseData, data_set_of_courses
from reinfuse.timeline import read_when

EXAMPLES = Path(__file__).parents[2] / "examples"


def course(*observations: Observation, dose: Quantity | None = None) -> Course:
    return Course(
        title="an invented course",
        kind=Kind.INVENTED,
        patient=Patient(age=Quantity(40, "a"), sex=Sex.FEMALE),
        infusions=(
            Infusion(id="one", when=read_when("2020-01-01"), product="cells", dose=dose),
            Infusion(id="two", when=read_when("2020-07-01"), product="cells", dose=dose),
        ),
        observations=observations,
    )


def seen(when: str, ident: str = "seen", **parts: object) -> Observation:
    parts = {"analyte": "CAR-T cells", "site": "blood", **parts}
    return Observation(id=ident, when=read_when(when), **parts)  # type: ignore[arg-type]


def made(*observations: Observation, widest_days: float = 7.0) -> CourseData:
    return data_set_of_courses([("case", course(*observations))], widest_days=widest_days)


def test_samples_stand_on_the_clock_of_the_first_infusion_with_the_infusion_as_occasion() -> None:
    data = made(
        seen("one day 9", "a", value=Quantity(50, "{cells}/uL")),
        seen("two day 10", "b", value=Quantity(0.02, "10*9/L")),
    ).data
    assert data is not None
    (subject,) = data.subjects
    assert [(one.time, one.value, one.occasion) for one in subject.samples] == [
        (9.0, 50.0, 1),
        (192.0, 20.0, 2),  # 2020-01-01 to 2020-07-01 is 182 days
    ]
    assert [one.unit for one in data.assays] == ["{cells}/uL"]


def test_a_day_that_is_a_range_counts_as_its_middle_and_is_noted() -> None:
    data = made(seen("2020-01-09..2020-01-13", value=Quantity(5, "%")))
    assert data.data is not None
    assert data.data.subjects[0].samples[0].time == 10.0
    assert "taken on day 8 to 12: day 10 is used" in {one.what for one in data.notes}


def test_a_range_wider_than_allowed_is_left_out_and_named() -> None:
    observation = seen("2020-01-09..2020-01-13", value=Quantity(5, "%"))
    data = made(observation, widest_days=3.0)
    assert data.data is None
    assert [(one.where, one.what) for one in data.notes] == [
        ("case, seen", "taken on day 8 to 12, and no more than 3 days may be open: left out"),
        ("case", "no CAR-T measurement can be used: left out"),
    ]


def test_limits_stay_limits() -> None:
    data = made(
        seen("one day 1", "a", value=Quantity(50, "{copies}/ug", Limit.BELOW)),
        seen("one day 9", "b", value=Quantity(90_000, "{copies}/ug", Limit.ABOVE)),
        seen("one day 20", "c", result=Result.NOT_DETECTED, limit=Quantity(20, "{copies}/ug")),
    ).data
    assert data is not None
    assert [(one.value, one.low, one.high) for one in data.subjects[0].samples] == [
        (None, None, 50.0),
        (None, 90_000.0, None),
        (None, None, 20.0),
    ]


LEFT_OUT = {
    "not detected, and the limit is not stated: left out": {"result": Result.NOT_DETECTED},
    "a word without a number: left out": {"result": Result.POSITIVE},
}


@pytest.mark.parametrize("why", LEFT_OUT)
def test_what_holds_no_number_is_left_out_and_named(why: str) -> None:
    assert why in {one.what for one in made(seen("one day 9", **LEFT_OUT[why])).notes}


def test_marrow_is_no_blood_and_gates_are_assays_of_their_own() -> None:
    data = made(
        seen("one day 9", "a", value=Quantity(5, "%"), denominator="T cells"),
        seen("one day 9", "b", value=Quantity(2, "%"), denominator="leukocytes"),
        seen("one day 9", "c", value=Quantity(9, "%"), site="bone marrow"),
    ).data
    assert data is not None
    assert [one.label for one in data.assays] == ["% of T cells", "% of leukocytes"]
    assert [one.value for one in data.subjects[0].samples] == [5.0, 2.0]


def test_doses_count_as_infusions_unless_all_have_one_unit() -> None:
    sample = seen("one day 9", value=Quantity(5, "%"))
    known = course(sample, dose=Quantity(2e6, "{cells}/kg"))
    unknown = course(sample)
    alone = data_set_of_courses([("a", known)], widest_days=7)
    both = data_set_of_courses([("a", known), ("b", unknown)], widest_days=7)
    assert alone.data is not None
    assert both.data is not None
    assert alone.data.subjects[0].doses == (
        Dose(time=0.0, amount=2e6),
        Dose(time=182.0, amount=2e6, occasion=2),
    )
    assert {dose.amount for one in both.data.subjects for dose in one.doses} == {1.0}
    assert "each infusion counts as 1" in both.notes[-1].what


def test_what_is_not_recorded_of_a_patient_stays_unknown() -> None:
    data = made(seen("one day 9", value=Quantity(5, "%"))).data
    assert data is not None
    assert data.subjects[0].covariates == {
        "age": (Known(time=0.0, value=40.0),),
        "weight": (Known(time=0.0, value=None),),
        "height": (Known(time=0.0, value=None),),
        "sex": (Known(time=0.0, value="female"),),
    }


def test_the_examples_make_a_set_of_three() -> None:
    named = [
        (path.stem, found)
        for path in sorted(EXAMPLES.glob("*.yaml"))
        if (found := read_course(path).course) is not None
    ]
    made_of = data_set_of_courses(named, widest_days=7).data
    assert made_of is not None
    counts = {one.name: len(one.samples) for one in made_of.subjects}
    assert counts == {"founding-case": 1, "invented-adult": 32, "invented-child": 18}
