"""The five sentences: what they say, what they admit, and what they rest on."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from reinfuse.exchange.course_file import read_course
from reinfuse.grading import grade_course
from reinfuse.quantity import Quantity
from reinfuse.record import (
    Alive,
    Course,
    Donor,
    DoseBasis,
    FollowUp,
    Infusion,
    Kind,
    Observation,
    Origin,
    Patient,
    Product,
    Purpose,
    Regimen,
    Result,
    Sex,
    Transplant,
)
from reinfuse.synopsis import (
    Sentence,
    burden_by_site,
    check_care,
    registry_view,
    summarise,
)
from reinfuse.timeline import read_when

FOUNDING = Path(__file__).parents[2] / "examples" / "founding-case.yaml"
PRODUCT = Product(id="cells", origin=Origin.AUTOLOGOUS, target=("CD19",))


def course(**parts: object) -> Course:
    return Course(title="an invented course", kind=Kind.INVENTED, **parts)  # type: ignore[arg-type]


def told(subject: Course, findings: int | None = None) -> tuple[Sentence, ...]:
    return summarise(subject, grade_course(subject), findings=findings).sentences


def level(name: str, when: str, value: str | None, **parts: object) -> Observation:
    return Observation(
        id=name,
        when=read_when(when),
        analyte="CAR-T cells",
        site="blood",
        value=Quantity.parse(value) if value else None,
        method="flow cytometry",
        **parts,  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def whole() -> Course:
    read = read_course(FOUNDING).course
    assert read is not None
    return read


@pytest.fixture(scope="module")
def founding(whole: Course) -> tuple[Sentence, ...]:
    return told(whole, 12)


def test_a_course_with_nothing_in_it_still_has_five_sentences() -> None:
    texts = [sentence.text for sentence in told(course())]
    assert texts == [
        "A patient of unrecorded age and sex with a disease that is not recorded;"
        " marrow blasts not recorded.",
        "No treatment of the leukemia is recorded.",
        "No CAR-T infusion is recorded.",
        "No infusion is recorded that could have caused CRS or ICANS.",
        "No follow-up is recorded; no look at the marrow is recorded;"
        " no disease outside the marrow is recorded; blood counts not recorded.",
    ]


AGES = """
    8 a     | male   | An 8-year-old boy
    11 a    | female | An 11-year-old girl
    17 a    | male   | A 17-year-old boy
    18 a    | male   | An 18-year-old man
    45 a    | female | A 45-year-old woman
    80 a    | other  | An 80-year-old patient
    90 a    | female | A woman aged 90 or more
    6 mo    | female | A 6-month-old girl
    18 mo   | male   | An 18-month-old boy
    5.9 a   | other  | A 5-year-old child
    8 kg    | male   | A patient of unreadable age (8 kg)
"""


@pytest.mark.parametrize("row", [line for line in AGES.splitlines() if line.strip()])
def test_age_and_sex_are_told_as_a_ward_tells_them(row: str) -> None:
    age, sex, expected = (cell.strip() for cell in row.split("|"))
    who = Patient(age=Quantity.parse(age), sex=Sex(sex))
    assert told(course(patient=who))[0].text.startswith(f"{expected} with ")


def test_an_age_without_a_sex_says_so() -> None:
    text = told(course(patient=Patient(age=Quantity(30, "a"))))[0].text
    assert text.startswith("A 30-year-old patient of unrecorded sex with ")


def test_treatment_is_told_in_the_order_in_which_it_was_given() -> None:
    subject = course(
        products=(PRODUCT,),
        donors=(Donor(id="brother", relation="brother", hla_match="10/10"),),
        infusions=(
            Infusion(
                id="cart",
                when=read_when("2020-06-01"),
                product="cells",
                dose=Quantity(1e6, "{cells}/kg"),
                basis=DoseBasis.CAR_POSITIVE,
            ),
        ),
        transplants=(
            Transplant(
                id="graft", when=read_when("2019-06-01"), kind="allogeneic", donor="brother"
            ),
        ),
        regimens=(
            Regimen(id="late", when=read_when("2020-05-01"), purpose=Purpose.BRIDGING, name="POMP"),
            Regimen(
                id="first", when=read_when("2019-01-01"), purpose=Purpose.INDUCTION, name="BFM"
            ),
        ),
    )
    assert told(subject)[1].text == (
        "Treatment so far: BFM; an allogeneic transplant from a brother, 10/10; POMP;"
        " autologous CAR-T cells against CD19 (1×10⁶ cells/kg, counted as CAR+ cells)."
    )


def test_a_dose_that_is_not_recorded_is_said_to_be_so() -> None:
    subject = course(products=(PRODUCT,), infusions=(Infusion(id="cart", product="cells"),))
    assert "(dose not recorded)" in told(subject)[1].text


def two_infusions(*levels: Observation) -> Course:
    return course(
        products=(PRODUCT,),
        infusions=(
            Infusion(id="one", when=read_when("2020-01-01"), product="cells"),
            Infusion(id="two", when=read_when("2020-09-01"), product="cells"),
        ),
        observations=levels,
    )


def test_peaks_of_unstated_gates_are_compared_as_that_and_no_more() -> None:
    subject = two_infusions(
        level("first", "one day 10", "20 %", peak=True),
        level("second", "two day 12", "50 %", peak=True),
    )
    assert told(subject)[2].text == (
        "After infusion 2 the CAR-T cells in blood peaked at 50 % of an unstated gate, day 12;"
        " no later level is recorded; the peak is 2.5 times that of infusion 1 (20 %, day 10),"
        " a ratio of percentages of an unstated gate and not of exposure."
    )


def test_peaks_of_different_gates_are_not_compared() -> None:
    subject = two_infusions(
        level("first", "one day 10", "20 %", denominator="lymphocytes", peak=True),
        level("second", "two day 12", "50 %", denominator="T cells", peak=True),
    )
    assert "not comparable with the peak of infusion 1 (20 %, day 10): the gates differ" in (
        told(subject)[2].text
    )


def test_peaks_in_different_units_are_not_compared() -> None:
    subject = two_infusions(
        level("first", "one day 10", "20 %", peak=True),
        level("second", "two day 12", "50 cells/uL", peak=True),
    )
    assert "unit or method differs" in told(subject)[2].text


def test_cells_that_were_not_detected_are_below_a_limit_and_never_gone() -> None:
    subject = two_infusions(
        level("peak", "two day 12", "50 %"),
        level("none", "two day 60", None, result=Result.NOT_DETECTED),
    )
    text = told(subject)[2].text
    assert "they were below an unknown limit by day 60" in text
    assert "gone" not in text


def test_a_stated_limit_is_told() -> None:
    gone = level("none", "two day 60", None, result=Result.NOT_DETECTED, limit=Quantity(0.1, "%"))
    subject = two_infusions(level("peak", "two day 12", "50 %"), gone)
    assert "they were below 0.1 % by day 60" in told(subject)[2].text


def test_one_level_late_in_the_course_is_not_compared_as_a_peak() -> None:
    subject = two_infusions(
        level("first", "one day 10", "20 %", peak=True), level("second", "two day 90", "6 %")
    )
    text = told(subject)[2].text
    assert "were measured once, at 6 % of an unstated gate, day 90" in text
    assert "one level is no peak to be compared with infusion 1 (20 %, day 10)" in text


def test_a_single_infusion_has_no_number() -> None:
    subject = course(
        products=(PRODUCT,),
        infusions=(Infusion(id="one", when=read_when("2020-01-01"), product="cells"),),
        observations=(
            level("high", "one day 10", "1000 cells/uL"),
            level("low", "one day 20", "90 cells/uL"),
        ),
    )
    text = told(subject)[2].text
    assert text.startswith("After the infusion the CAR-T cells in blood were measured highest at")
    assert "gate" not in text


def test_crs_of_which_nothing_is_recorded_is_possible_and_not_derived() -> None:
    subject = course(
        products=(PRODUCT,),
        infusions=(Infusion(id="one", when=read_when("2020-01-01"), product="cells"),),
        follow_up=(FollowUp(id="seen", when=read_when("2021-01-01"), status=Alive.ALIVE),),
    )
    assert "CRS 0 to 4 possible (nothing it needs is recorded), not reported" in (
        told(subject)[3].text
    )


def test_a_death_is_told_with_its_cause() -> None:
    dead = FollowUp(id="end", when=read_when("2021-01-01"), status=Alive.DEAD, cause="infection")
    assert told(course(follow_up=(dead,)))[4].text.startswith("Died of infection (2021-01-01);")


@pytest.mark.parametrize(
    ("number", "words"), [(0, "no findings"), (1, "1 finding "), (2, "2 findings")]
)
def test_findings_are_counted_where_their_number_is_handed_in(number: int, words: str) -> None:
    assert words in told(course(), number)[4].text


def test_every_entry_a_sentence_names_is_in_the_course(
    whole: Course, founding: tuple[Sentence, ...]
) -> None:
    known = {entry.id for entry in whole.entries()}
    known |= {item.id for item in (*whole.products, *whole.donors)}
    named = {ident for sentence in founding for ident in sentence.entries}
    assert named <= known


def test_the_founding_case_says_who(founding: tuple[Sentence, ...]) -> None:
    text = founding[0].text
    assert text.startswith("A 62-year-old woman with B-lineage acute lymphoblastic leukemia;")
    assert "TCF3::PBX1" in text
    assert "history of hepatitis B" in text


def test_the_founding_case_says_what_was_done(founding: tuple[Sentence, ...]) -> None:
    text = founding[1].text
    assert text.startswith("5 lines of therapy so far: venetoclax and prednisone; hyper-CVAD-A")
    assert text.index("autologous CAR-T") < text.index("transplant from") < text.index("donor-der")


def test_the_founding_case_says_what_the_second_cells_did(founding: tuple[Sentence, ...]) -> None:
    text = founding[2].text
    assert "peaked at 78.1 % of an unstated gate, day 14" in text
    assert "last seen at 6.7 %, day 77 to 105" in text
    assert "2.1 times that of infusion 1 (37.1 %, day 0 to 40)" in text
    assert "after infusion 1 they were below an unknown limit by day 40" in text


def test_the_founding_case_keeps_derived_beside_reported(founding: tuple[Sentence, ...]) -> None:
    text = founding[3].text
    assert "after infusion 2: CRS derived 1 to 4, reported 2 (scale not named)" in text
    assert "tocilizumab day 8" in text
    assert "chronic GVHD derived none to severe, reported none" in text


def test_the_founding_case_says_where_it_stands(founding: tuple[Sentence, ...]) -> None:
    text = founding[4].text
    assert "left eye removed" in text
    assert "upper GI tract, retroperitoneum and pelvis resolved (infusion 2 + 3 months)" in text
    assert "platelets 65 ×10⁹/L" in text
    assert text.endswith("the record has 12 findings for its reader.")


def test_sentences_change_with_the_record_and_nothing_else(whole: Course) -> None:
    assert told(whole) == told(replace(whole))


PARTS = [part.name for part in fields(Course) if part.name not in ("title", "kind")]


@pytest.mark.parametrize("part", PARTS)
def test_any_part_may_be_missing(whole: Course, part: str) -> None:
    emptied = Course(title=whole.title, kind=whole.kind)
    less = replace(whole, **{part: getattr(emptied, part)})
    grades = grade_course(less)
    sentences = summarise(less, grades, findings=1).sentences
    assert len(sentences) == 5
    assert all((text.endswith(".") and text[0].isupper()) or text[0].isdigit()
               for text in (sentence.text for sentence in sentences))  # fmt: skip
    assert burden_by_site(less).cells is not None
    assert check_care(less).items
    assert len(registry_view(less, grades)) >= 20
