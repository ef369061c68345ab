"""Each of the 121 facts of the founding report, and where the course file holds it.

The fact table was made by reading the report; the course file was written from the table. Here
every row is looked up again by its source, and its value, site and time are compared.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from reinfuse.evidence import shipped_studies
from reinfuse.exchange.course_file import read_course, sourced
from reinfuse.quantity import Quantity
from reinfuse.record import Assessment, Claim, Course, NotStated

HERE = Path(__file__)
FACTS = tuple(csv.DictReader((HERE.parent / "facts.csv").read_text(encoding="utf-8").splitlines()))
FOUNDING_CASE = HERE.parents[2] / "examples" / "founding-case.yaml"

# How the fact table writes a unit, and how we do.
UNITS = {"year": "a", "mg/m2/day": "mg/m2/d"}

# Facts told in words that the course holds in other words: each of these must be held.
HELD_AS = """
    D01 | referral; fever; abdominal discomfort; one week before referral
    D04 | 46, XX, t(1, 19); 46,XX,t(1;19)(q23;p13.3)
    D05 | TCF3::PBX1; E2A-PBX1; RT-PCR
    T01 | induction; venetoclax; prednisone
    T03 | reinduction; hyper-CVAD-A; cyclophosphamide; vindesine; epirubicin; dexamethasone
    T06 | chemotherapy; hyper-CVAD-A
    C10 | CAR-T cells; not detected
    C11 | expansion; poor
    H01 | allogeneic; haploidentical; daughter; peripheral blood stem cells
    H02 | conditioning; fludarabine; cyclophosphamide; anti-thymocyte globulin; reduced intensity
    H05 | GVHD prophylaxis; ciclosporin; methotrexate; mycophenolate mofetil; low dose
    H06 | neutrophil engraftment; reached
    H07 | platelet engraftment; reached
    R03 | abnormal clinical examination; absent
    R05 | enucleation; removed
    R06 | extramedullary B-ALL; extramedullary; new
    R09 | extramedullary B-ALL; TdT; PAX5; CD19; CD22; gastroscopy with biopsies
    R13 | lumbar puncture; negative
    R15 | skin rash; whole body; chronic GVHD
    R16 | GVHD treatment; prednisone
    S01 | lymphodepletion; fludarabine; cyclophosphamide
    S05 | IL-6; IL-10; IFN-gamma; increased
    S13 | reduced
    S14 | resolved; full resolution
    S16 | platelets; decreased
    F05 | acute GVHD; none
    F06 | GVHD; none
    M01 | poor T-cell function; loss of the target antigen; primed by the first infusion
    M02 | T-cell dysfunction; easier to harvest; graft-versus-leukemia without severe GVHD
    M03 | bridge to transplantation; sequential CD22 CAR-T
    X01 | figure 1; before infusion 2, one month after and three months after
    X02 | figure 2a; IL-6, IL-10, IFN-gamma, ferritin and CRP over infusion 2
    X03 | figure 2b; CAR-T percentages over time
    X04 | figure 2c; timeline
"""

# Times that the course tells by other entries, by a range, or more closely than the table.
TOLD_AS = """
    D01 | 2020-07-21
    D04 | with diagnosis
    D05 | with diagnosis
    D06 | with diagnosis
    D07 | with diagnosis
    D08 | with diagnosis
    T01 | after diagnosis
    T02 | after induction
    T03 | after induction-response
    T04 | after hyper-cvad-1
    T05 | after hyper-cvad-1
    T06 | after mrd-after-course-1
    T07 | after hyper-cvad-2
    T08 | after hyper-cvad-2
    C03 | 2020-09-15..2020-11-30, after relapse-marrow-mrd
    C04 |
    C09 | on or after infusion-1 day 0, before car-t-day-40
    C11 | after infusion-1
    H01 | 2021-02
    H02 | before hsct
    H03 | 2021-02
    H04 | 2021-02
    H05 | about hsct
    R05 | after marrow-at-eye-relapse
    R06 | after enucleation
    R15 | before lymphodepletion-2
    R16 | before lymphodepletion-2
    S00 | before lymphodepletion-2
    S02 | after lymphodepletion-2
    S03 |
    S04 | infusion-2 day 1 to infusion-2 day 8..12
    S16 | from after infusion-2
    S17 | from after platelets-low
    S18 | not stated
    F02 | with last-follow-up
    F03 | with last-follow-up
    F04 | with last-follow-up
    F05 | from hsct day 0
    F06 | from hsct day 0
"""

# Sites that the course leaves out where the report states none, or names more closely.
SITED_AS = {
    "H06": None,
    "H07": None,
    "H08": None,
    "R07": None,
    "R09": "upper GI tract",
    "S14": "all extramedullary sites",
}
WHOLE_PATIENT = ("patient", "product", "graft")


def _table(text: str) -> dict[str, str]:
    lines = (line.split("|") for line in text.strip().splitlines())
    return {name.strip(): value.strip() for name, value in lines}


WORDS, TIMES = _table(HELD_AS), _table(TOLD_AS)


@pytest.fixture(scope="module")
def course() -> Course:
    reading = read_course(FOUNDING_CASE)
    assert reading.course is not None, reading.problems
    return reading.course


def parts_of(value: object) -> Iterator[object]:
    """Every record value inside a record value, itself first."""
    if dataclasses.is_dataclass(value):
        yield value
        for field in dataclasses.fields(value):
            yield from parts_of(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from parts_of(item)


def holders(course: Course, fact: str) -> list[object]:
    """Everything in the course that names the fact as its source."""
    return [part for part in parts_of(course) if f"report:{fact}" in getattr(part, "source", ())]


def words_of(holder: object) -> Iterator[str]:
    """Every word that a value holds, save remarks, sources and names of entries."""
    if isinstance(holder, str):
        yield holder
    elif isinstance(holder, tuple):
        for item in holder:
            yield from words_of(item)
    elif dataclasses.is_dataclass(holder):
        for field in dataclasses.fields(holder):
            if field.name not in ("id", "note", "source", "when", "looks"):
                yield from words_of(getattr(holder, field.name))


def numbers_of(value: str) -> list[float] | None:
    """The numbers that a row prints: one, or the axes of a lesion; None for words."""
    try:
        return [float(part) for part in value.split(" x ")]
    except ValueError:
        return None


def rows(*kinds: str) -> list[str]:
    return [row["id"] for row in FACTS if row["id"][0] in kinds]


ROWS = {row["id"]: row for row in FACTS}
STATED = rows("P", "D", "T", "C", "H", "R", "S", "F")


def test_there_are_121_facts() -> None:
    assert len(FACTS) == len(ROWS) == 121


@pytest.mark.parametrize("fact", [name for name in ROWS if name[0] != "Q"])
def test_each_fact_is_held_somewhere(course: Course, fact: str) -> None:
    named = [part for part, sources in sourced(course) if f"report:{fact}" in sources]
    assert named, f"nothing in the course names {fact}: {ROWS[fact]['what']}"
    assert len(named) == len(holders(course, fact))


def test_no_source_names_a_row_that_is_not_there(course: Course) -> None:
    named = {source for _, sources in sourced(course) for source in sources}
    assert {name.removeprefix("report:") for name in named} <= set(ROWS)


@pytest.mark.parametrize("fact", rows("Q"))
def test_a_contradiction_is_found_and_never_put_in(course: Course, fact: str) -> None:
    assert not holders(course, fact)


@pytest.mark.parametrize(
    "fact", [name for name in STATED if ROWS[name]["unit"] and numbers_of(ROWS[name]["value"])]
)
def test_each_number_is_held_as_printed(course: Course, fact: str) -> None:
    row = ROWS[fact]
    unit = UNITS.get(row["unit"], row["unit"])
    held = [part for item in holders(course, fact) for part in parts_of(item)]
    quantities = [part for part in held if isinstance(part, Quantity)]
    for number in numbers_of(row["value"]) or ():
        assert any(
            one.exact
            and one.dimension == Quantity(1, unit).dimension
            and one.to(unit).value == pytest.approx(number, rel=1e-12)
            for one in quantities
        ), f"{number} {unit} is not among {[str(one) for one in quantities]}"


@pytest.mark.parametrize("fact", [name for name in STATED if not ROWS[name]["unit"]])
def test_each_word_is_held(course: Course, fact: str) -> None:
    row = ROWS[fact]
    held = "; ".join(text for item in holders(course, fact) for text in words_of(item))
    for word in WORDS.get(fact, row["value"] or row["what"]).split("; "):
        assert word.casefold() in held.casefold(), f"{word!r} is not in {held!r}"


@pytest.mark.parametrize("fact", ["C05", "S06"])
def test_a_reported_grade_is_held_as_a_verdict(course: Course, fact: str) -> None:
    (held,) = holders(course, fact)
    assert isinstance(held, Assessment)
    assert held.value == ROWS[fact]["value"]


@pytest.mark.parametrize("fact", [name for name in STATED if ROWS[name]["when"]])
def test_each_time_is_held(course: Course, fact: str) -> None:
    stated = ROWS[fact]["when"]
    written = stated.replace("infusion 1", "infusion-1").replace("infusion 2", "infusion-2")
    expected = TIMES.get(fact, written.replace("HSCT", "hsct").replace("T01", "induction"))
    expected = expected.replace("day -4 to -2", "day -4 to infusion-1 day -2")
    expected = expected.replace("day -3 to -2", "day -3 to infusion-1 day -2")
    told = [str(part.when) for part in holders(course, fact) if hasattr(part, "when")]
    if not expected:
        assert not told, f"{fact} is held by something that has no time of its own"
        return
    assert any(set(expected.split(", ")) <= set(one.split(", ")) for one in told), told


@pytest.mark.parametrize("fact", STATED)
def test_each_site_is_held(course: Course, fact: str) -> None:
    where = ROWS[fact]["where"]
    expected = SITED_AS.get(fact, None if where in WHOLE_PATIENT else where)
    sites = {part.site for part in holders(course, fact) if hasattr(part, "site")}
    if sites:
        assert expected in sites, f"{expected!r} is not among {sites}"


@pytest.mark.parametrize("fact", rows("M", "X"))
def test_each_opinion_and_figure_is_held(course: Course, fact: str) -> None:
    row = ROWS[fact]
    held = "; ".join(text for item in holders(course, fact) for text in words_of(item))
    for word in WORDS.get(fact, row["value"] or row["what"]).split("; "):
        assert word.casefold() in held.casefold(), f"{word!r} is not in {held!r}"


@pytest.mark.parametrize("fact", rows("N"))
def test_what_is_not_stated_is_listed_and_nowhere_filled_in(course: Course, fact: str) -> None:
    held = holders(course, fact)
    assert [type(part) for part in held] == [NotStated]


@pytest.mark.parametrize("fact", rows("E"))
def test_each_cited_result_is_a_claim_and_stands_in_the_study_table(
    course: Course, fact: str
) -> None:
    (claim,) = holders(course, fact)
    assert isinstance(claim, Claim)
    studies = [study for study in shipped_studies() if study.fact == fact]
    assert studies, f"no study has {fact} in its column `fact`"
    value = ROWS[fact]["value"]
    if "/" in value:
        assert f"{claim.events}/{claim.n}" == value
        assert {f"{study.events}/{study.n}" for study in studies} == {value}
    elif claim.percent is not None:
        assert claim.percent == Quantity(float(value), "%")
    elif "-" in value and ROWS[fact]["unit"] == "%":
        low, high = value.split("-")
        assert f"{low} to {high} %" in (claim.note or "")
        assert {(one.percent_low, one.percent_high) for one in studies} == {
            (float(low), float(high))
        }
    else:
        assert value.split(";")[0] in (claim.note or "")
