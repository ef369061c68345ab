"""Burden by site over time, and every lesion with its size."""

from __future__ import annotations

from pathlib import Path

import pytest

from reinfuse.exchange.course_file import read_course
from reinfuse.quantity import Quantity
from reinfuse.record import (
    Alive,
    Assessment,
    Change,
    Course,
    FollowUp,
    Infusion,
    Kind,
    Lesion,
    LesionLook,
    Observation,
    Pathology,
    Procedure,
    Result,
    Topic,
)
from reinfuse.synopsis import (
    Burden,
    Cell,
    SiteState,
    burden_by_site,
    ellipsoid_volume_ml,
    lesion_series,
)
from reinfuse.synopsis.burden import last_cells
from reinfuse.synopsis.vocabulary import group_site
from reinfuse.timeline import DayRange, read_when

FOUNDING = Path(__file__).parents[2] / "examples" / "founding-case.yaml"
INFUSION = Infusion(id="cart", when=read_when("2020-06-01"), product="cells")


def course(**parts: object) -> Course:
    parts = {"infusions": (INFUSION,), **parts}
    return Course(title="an invented course", kind=Kind.INVENTED, **parts)  # type: ignore[arg-type]


def marrow(name: str, when: str, **parts: object) -> Observation:
    parts = {"analyte": "MRD", "site": "bone marrow", **parts}
    return Observation(id=name, when=read_when(when), **parts)  # type: ignore[arg-type]


def lesion(name: str, site: str, *looks: tuple[str, Change | None]) -> Lesion:
    return Lesion(
        id=name,
        site=site,
        looks=tuple(
            LesionLook(id=f"{name}-{number}", when=read_when(when), change=change)
            for number, (when, change) in enumerate(looks)
        ),
    )


def row(burden: Burden, site: str) -> list[Cell]:
    return [burden.at(site, number) for number in range(len(burden.times))]


@pytest.fixture(scope="module")
def founding() -> Burden:
    read = read_course(FOUNDING).course
    assert read is not None
    return burden_by_site(read)


SITES = """
    right retroperitoneum   | retroperitoneum
    left pelvic wall        | pelvis
    left eye                | left eye
    Right orbit             | right eye
    stomach                 | upper GI tract
    cerebrospinal fluid     | CSF
    bone marrow             | marrow
    left testis             | left testis
    left tibia              | left tibia
"""


@pytest.mark.parametrize("line", [line for line in SITES.splitlines() if line.strip()])
def test_sites_are_grouped_and_paired_organs_keep_their_side(line: str) -> None:
    written, group = (cell.strip() for cell in line.split("|"))
    assert group_site(written) == group


MARROW = [
    ({"value": Quantity(2, "%")}, SiteState.POSITIVE, "MRD 2 %"),
    ({"result": Result.NEGATIVE}, SiteState.NEGATIVE, "MRD negative (limit not stated)"),
    (
        {"result": Result.NEGATIVE, "limit": Quantity(0.01, "%")},
        SiteState.NEGATIVE,
        "MRD negative (limit 0.01 %)",
    ),
    ({"value": Quantity(16, "%"), "analyte": "blasts"}, SiteState.POSITIVE, "16 % blasts"),
    ({"value": Quantity(2, "%"), "analyte": "blasts"}, SiteState.REMISSION, "2 % blasts"),
    ({"value": Quantity(0.003, "%"), "limit": Quantity(0.01, "%")}, SiteState.NEGATIVE,
     "MRD 0.003 %"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "state", "text"), MARROW)
def test_the_marrow_is_told_in_its_own_measure(
    parts: dict[str, object], state: SiteState, text: str
) -> None:
    (cell,) = row(
        burden_by_site(course(observations=(marrow("m", "cart day 28", **parts),))), "marrow"
    )
    assert (cell.state, cell.text) == (state, text)


def test_a_value_in_a_wrong_unit_says_nothing_of_the_marrow() -> None:
    subject = course(observations=(marrow("m", "cart day 28", value=Quantity(3, "kg")),))
    assert burden_by_site(subject).sites == ()


def test_a_remission_by_morphology_with_residual_disease_is_positive() -> None:
    subject = course(
        observations=(marrow("m", "cart day 28", value=Quantity(0.5, "%")),),
        assessments=(
            Assessment(id="said", when=read_when("cart day 28"), topic=Topic.RESPONSE,
                       value="CR", site="bone marrow"),
        ),
    )  # fmt: skip
    (cell,) = row(burden_by_site(subject), "marrow")
    assert cell.state is SiteState.POSITIVE
    assert cell.text == "MRD 0.5 %; CR reported"


def test_looks_of_one_visit_share_a_column() -> None:
    subject = course(
        observations=(
            marrow("m", "cart day 28", result=Result.NEGATIVE),
            marrow("fluid", "cart day 31", analyte="blasts", site="cerebrospinal fluid",
                   result=Result.NEGATIVE),
        ),
        lesions=(lesion("l", "liver", ("cart + 1 month", Change.REDUCED)),),
    )  # fmt: skip
    (time,) = burden_by_site(subject).times
    assert set(time.entries) == {"m", "fluid", "l-0"}


def test_the_day_of_infusion_parts_two_visits() -> None:
    subject = course(
        observations=(
            marrow("before", "cart day -2", value=Quantity(9, "%")),
            marrow("fluid", "cart day 1", site="cerebrospinal fluid", result=Result.NEGATIVE),
        )
    )
    assert [time.label for time in burden_by_site(subject).times] == [
        "infusion day -2",
        "infusion day 1",
    ]


def test_the_same_measure_twice_is_two_visits() -> None:
    days = (14, 17, 20)
    subject = course(
        observations=tuple(
            marrow(f"m{day}", f"cart day {day}", table="marrow.csv", value=Quantity(1, "%"))
            for day in days
        )
    )
    assert [time.place.days for time in burden_by_site(subject).times] == [
        DayRange(day, day) for day in days
    ]


def test_columns_follow_the_clock_and_not_the_file() -> None:
    subject = course(
        observations=(
            marrow("late", "2021-03-01", result=Result.NEGATIVE),
            marrow("early", "2019-03-01", value=Quantity(9, "%")),
            marrow("between", "after early, before cart", value=Quantity(1, "%")),
        )
    )
    assert [time.entries for time in burden_by_site(subject).times] == [
        ("early",),
        ("between",),
        ("late",),
    ]


def test_what_was_not_looked_at_is_not_assessed() -> None:
    subject = course(
        observations=(marrow("m", "cart day 90", result=Result.NEGATIVE),),
        lesions=(lesion("l", "liver", ("cart day -10", Change.NEW)),),
    )
    assert [cell.state for cell in row(burden_by_site(subject), "liver")] == [
        SiteState.POSITIVE,
        SiteState.NOT_ASSESSED,
    ]


def test_a_removed_lesion_stays_removed_and_is_never_resolved() -> None:
    subject = course(
        observations=(marrow("m", "cart day 90", result=Result.NEGATIVE),),
        lesions=(lesion("l", "left eye", ("cart day -30", Change.NEW)),),
        procedures=(
            Procedure(id="cut", when=read_when("cart day -20"), what="enucleation",
                      site="left eye", removes="l"),
        ),
    )  # fmt: skip
    assert [cell.state for cell in row(burden_by_site(subject), "left eye")] == [
        SiteState.POSITIVE,
        SiteState.REMOVED,
        SiteState.REMOVED,
    ]


def test_a_lesion_that_came_back_is_not_carried_on_as_removed() -> None:
    back = lesion(
        "l",
        "left eye",
        ("cart day -30", Change.REMOVED),
        ("cart day 60", Change.NEW),
    )
    subject = course(
        observations=(marrow("m", "cart day 90", result=Result.NEGATIVE),), lesions=(back,)
    )
    assert [cell.state for cell in row(burden_by_site(subject), "left eye")] == [
        SiteState.REMOVED,
        SiteState.POSITIVE,
        SiteState.NOT_ASSESSED,
    ]


def test_one_lesion_of_two_looked_at_does_not_clear_the_site() -> None:
    subject = course(
        lesions=(
            lesion("l", "right retroperitoneum", ("cart day -9", Change.NEW),
                   ("cart day 30", Change.RESOLVED)),
            lesion("m", "left retroperitoneum", ("cart day -9", Change.NEW)),
        )
    )  # fmt: skip
    cell = row(burden_by_site(subject), "retroperitoneum")[1]
    assert cell.state is SiteState.NOT_ASSESSED
    assert cell.text == "right retroperitoneum: resolved; left retroperitoneum: not assessed"


def test_no_evidence_of_disease_in_the_patient_clears_no_site() -> None:
    subject = course(
        lesions=(lesion("l", "liver", ("cart day -9", Change.NEW)),),
        follow_up=(
            FollowUp(id="seen", when=read_when("cart day 300"), status=Alive.ALIVE,
                     disease="no evidence of disease"),
        ),
    )  # fmt: skip
    burden = burden_by_site(subject)
    assert burden.times[-1].label == "last follow-up"
    assert burden.times[-1].event == "no evidence of disease (of the patient as a whole)"
    assert row(burden, "liver")[-1].state is SiteState.NOT_ASSESSED


def test_blood_alone_opens_no_column() -> None:
    subject = course(
        observations=(
            marrow("m", "cart day 28", result=Result.NEGATIVE),
            *(
                marrow(f"b{day}", f"cart day {day}", analyte="blasts", site="blood",
                       table="blood.csv", value=Quantity(0, "%"))
                for day in (7, 14, 21, 27)
            ),
        )
    )  # fmt: skip
    burden = burden_by_site(subject)
    assert [time.label for time in burden.times] == ["infusion day 28"]
    assert burden.at("blood", 0).entries == ("b27",)


def test_a_relapse_that_nothing_measured_is_positive_by_report() -> None:
    said = Assessment(
        id="said", when=read_when("cart day 100"), topic=Topic.RELAPSE, value="relapse",
        sites=("skin",),
    )  # fmt: skip
    burden = burden_by_site(course(assessments=(said,)))
    assert burden.times[0].event == "relapse: skin"
    assert burden.at("skin", 0).text == "relapse reported"


def test_a_biopsy_follows_its_operation_into_one_column() -> None:
    subject = course(
        observations=(marrow("m", "2021-04", result=Result.NEGATIVE),),
        procedures=(Procedure(id="cut", when=read_when("after m"), what="biopsy", site="skin"),),
        pathology=(
            Pathology(id="seen", when=read_when("after cut"), site="skin", leukemia=True,
                      specimen="biopsy"),
        ),
    )  # fmt: skip
    (time,) = burden_by_site(subject).times
    assert time.label == "2021-04"


def test_the_founding_case_has_its_columns_in_order(founding: Burden) -> None:
    assert [time.label for time in founding.times] == [
        "diagnosis",
        "after hyper-CVAD-A, course 1",
        "after hyper-CVAD-A, course 2",
        "infusion 1 day 30",
        "transplant + 1 month",
        "2021-04",
        "transplant + 6 months",
        "infusion 2 + 1 month",
        "infusion 2 + 3 months",
        "last follow-up",
    ]


def test_the_founding_case_has_its_sites(founding: Burden) -> None:
    assert founding.sites == (
        "marrow",
        "left eye",
        "upper GI tract",
        "retroperitoneum",
        "pelvis",
        "CSF",
    )


FOUNDING_CELLS = """
    marrow          | 1 | positive                    | MRD 0.011 %; CR reported
    marrow          | 2 | positive                    | 16 % blasts; MRD 2.38 %
    marrow          | 4 | remission, MRD not measured | CR reported
    left eye        | 5 | removed                     | extramedullary B-ALL (resection); removed
    left eye        | 8 | removed                     | removed before
    upper GI tract  | 6 | positive                    | extramedullary B-ALL (biopsy)
    upper GI tract  | 7 | not assessed                | not assessed
    retroperitoneum | 6 | positive                    | 3.5 × 4.7 × 12.6 cm
    retroperitoneum | 7 | reduced                     | reduced
    pelvis          | 8 | resolved                    | resolved
    CSF             | 6 | negative                    | blasts negative
    marrow          | 9 | not assessed                | not assessed
"""


@pytest.mark.parametrize("line", [line for line in FOUNDING_CELLS.splitlines() if line.strip()])
def test_the_founding_case_cell_by_cell(founding: Burden, line: str) -> None:
    site, time, state, text = (cell.strip() for cell in line.split("|"))
    cell = founding.at(site, int(time))
    assert (cell.state.value, cell.text) == (state, text)


def test_an_ellipsoid_is_pi_sixths_of_its_axes() -> None:
    ball = (Quantity(20, "mm"), Quantity(2, "cm"), Quantity(2, "cm"))
    assert ellipsoid_volume_ml(ball) == pytest.approx(4.18879, abs=1e-5)  # a ball of radius 1 cm


def test_two_axes_have_no_volume() -> None:
    assert ellipsoid_volume_ml((Quantity(2, "cm"), Quantity(2, "cm"))) is None


def test_the_lesions_of_the_founding_case_sum_to_158_ml() -> None:
    read = read_course(FOUNDING).course
    assert read is not None
    volumes = [look.volume_ml for series in lesion_series(read) for look in series.looks]
    assert sum(volume for volume in volumes if volume is not None) == pytest.approx(
        158.06, abs=0.01
    )
    assert volumes.count(None) == len(volumes) - 2


def test_a_lesion_is_told_from_the_last_anchor() -> None:
    subject = course(lesions=(lesion("l", "liver", ("cart day 30", Change.REDUCED)),))
    ((point,),) = (series.looks for series in lesion_series(subject))
    assert (point.place.anchor, point.place.days) == ("cart", DayRange(30, 30))
    assert point.told == "infusion day 30"


def test_an_occasion_of_unknown_time_is_not_the_last_one() -> None:
    subject = course(
        observations=(
            marrow("timed", "cart day 28", result=Result.NEGATIVE),
            marrow("untimed", "not stated", value=Quantity(9, "%")),
        )
    )
    burden = burden_by_site(subject)
    last = last_cells(burden, range(len(burden.times)))
    assert last["marrow"].entries == ("timed",)
