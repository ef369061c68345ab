"""CAR-HEMATOTOX, EASIX, conditioning: every threshold at, just under and just over."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.grading.grade import Grade, Trust
from reinfuse.grading.risk import CRITERIA, hematotox
from reinfuse.grading.risk.before import grade_before
from reinfuse.grading.rules.condition import above, at_least, at_most, below
from reinfuse.grading.rules.score import Line, Score, Tier
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.treatment import Intensity
from tests.spec.charts_in_words import chart, marks, rows, without

NAMED = {entry.criterion.name: entry for entry in CRITERIA}


def with_line(rule: Score, line: Line) -> Score:
    kept = tuple(line if one.name == line.name else one for one in rule.lines)
    assert kept != rule.lines
    return replace(rule, lines=kept)


# --- CAR-HEMATOTOX

GOOD_COUNTS = """
    platelets 250 10*9/L; neutrophils 3 10*9/L; hemoglobin 13 g/dL; C-reactive protein 0.2 mg/dL;
    ferritin 100 ng/mL
"""

HEMATOTOX_POINTS = rows("""
    platelets 176 10*9/L              | 0
    platelets 175 10*9/L              | 1
    platelets 75 10*9/L               | 1
    platelets 74 10*9/L               | 2
    platelets 74000 {cells}/uL        | 2
    neutrophils 1200 {cells}/uL       | 0
    neutrophils 1199 {cells}/uL       | 1
    neutrophils 1.2 10*9/L            | 0
    neutrophils 1.19 10*9/L           | 1
    hemoglobin 9 g/dL                 | 0
    hemoglobin 8.9 g/dL               | 1
    hemoglobin 90 g/L                 | 0
    hemoglobin 89 g/L                 | 1
    C-reactive protein 2.9 mg/dL      | 0
    C-reactive protein 3 mg/dL        | 1
    C-reactive protein 29 mg/L        | 0
    C-reactive protein 30 mg/L        | 1
    ferritin 649 ng/mL                | 0
    ferritin 650 ng/mL                | 1
    ferritin 650 ug/L                 | 1
    ferritin 2000 ng/mL               | 1
    ferritin 2001 ng/mL               | 2
""")


def hematotox_points(rule: Score, *texts: str) -> Grade:
    return grade_before(
        rule, hematotox.BEFORE_LYMPHODEPLETION, "", chart(GOOD_COUNTS, *texts, day=-5.0)
    )


def told_apart(rule: Score, table: list[tuple[str, ...]]) -> set[str]:
    """The rows of a table that a wrong rule gets wrong."""
    return {
        finding for finding, points in table if hematotox_points(rule, finding).low != int(points)
    }


@pytest.mark.parametrize(("finding", "points"), HEMATOTOX_POINTS)
def test_a_value_alone_makes_its_points_of_car_hematotox(finding: str, points: str) -> None:
    found = NAMED["CAR-HEMATOTOX"].grade(chart(GOOD_COUNTS, finding, day=-5.0))
    assert (found.low, found.high, found.as_published) == (int(points),) * 3


def test_car_hematotox_runs_to_7_and_is_high_from_2() -> None:
    worst = """
        platelets 20 10*9/L; neutrophils 0.2 10*9/L; hemoglobin 7 g/dL;
        C-reactive protein 120 mg/L; ferritin 5000 ng/mL
    """
    assert hematotox_points(hematotox.RULE, worst).low == 7
    classes = [hematotox.RULE.class_of(points) for points in range(4)]
    assert classes == ["low", "low", "high", "high"]


def plain_hematotox(had: dict[str, float]) -> int:
    """CAR-HEMATOTOX as a ladder of ifs; CRP in mg/dL, hemoglobin in g/dL."""
    count, iron = had["platelets"], had["ferritin"]
    points = 0 if count > 175 else (1 if count >= 75 else 2)
    points += 0 if iron < 650 else (1 if iron <= 2000 else 2)
    points += 1 if had["neutrophils"] < 1200 else 0
    points += 1 if had["hemoglobin"] < 9 else 0
    return points + (1 if had["C-reactive protein"] >= 3 else 0)


@given(data=st.data())
def test_car_hematotox_is_that_of_a_plain_ladder(data: st.DataObject) -> None:
    near = {
        "platelets": ("10*9/L", (74, 75, 76, 175, 176)),
        "neutrophils": ("{cells}/uL", (1199, 1200, 1201)),
        "hemoglobin": ("g/dL", (8.9, 9, 9.1)),
        "C-reactive protein": ("mg/dL", (2.9, 3, 3.1)),
        "ferritin": ("ng/mL", (649, 650, 2000, 2001)),
    }
    had = {name: data.draw(st.sampled_from(values)) for name, (_, values) in near.items()}
    written = [f"{name} {had[name]} {near[name][0]}" for name in had]
    assert hematotox_points(hematotox.RULE, *written).low == plain_hematotox(had)


@pytest.mark.parametrize(
    ("missing", "most"),
    [
        ("platelets", 2),
        ("neutrophils", 1),
        ("hemoglobin", 1),
        ("C-reactive protein", 1),
        ("ferritin", 2),
    ],
)
def test_a_missing_value_leaves_car_hematotox_open(missing: str, most: int) -> None:
    found = NAMED["CAR-HEMATOTOX"].grade(without(chart(GOOD_COUNTS, day=-5.0), missing))
    assert (found.low, found.high, found.missing) == (0, most, (missing,))
    assert found.as_published is None


@pytest.mark.parametrize(("day", "counts"), [(-9, False), (-8, True), (-2, True), (-1, False)])
def test_car_hematotox_is_scored_on_day_minus_8_to_minus_2(day: int, counts: bool) -> None:
    found = NAMED["CAR-HEMATOTOX"].grade(chart(GOOD_COUNTS, day=float(day)))
    assert found.evaluable is counts


def test_the_value_nearest_to_day_minus_5_counts_and_the_earlier_of_two_as_near() -> None:
    grade = NAMED["CAR-HEMATOTOX"].grade
    other = without(chart(GOOD_COUNTS, day=-5.0), "platelets").marks
    for early, late, points in ((-6, -3, 2), (-8, -4, 0), (-7, -3, 2)):
        found = [
            *other,
            *marks("platelets 50 10*9/L", float(early)),
            *marks("platelets 250 10*9/L", float(late)),
        ]
        assert grade(Chart.of("a patient", found)).low == points


# What a public tool calls by the same name: 0 to 10 points from cut-offs of nobody.
MADE_UP = replace(
    hematotox.RULE,
    lines=tuple(
        Line(item, (Tier(1, "", first), Tier(2, "", second)))
        for item, first, second in (
            (
                "neutrophils",
                at_most("neutrophils", 1, "10*9/L"),
                below("neutrophils", 0.5, "10*9/L"),
            ),
            ("hemoglobin", at_most("hemoglobin", 10, "g/dL"), below("hemoglobin", 8, "g/dL")),
            (
                "platelets",
                at_most("platelets", 100, "10*9/L"),
                below("platelets", 50, "10*9/L"),
            ),
            (
                "C-reactive protein",
                at_least("C-reactive protein", 10, "mg/L"),
                above("C-reactive protein", 50, "mg/L"),
            ),
            ("ferritin", at_least("ferritin", 500, "ng/mL"), above("ferritin", 1000, "ng/mL")),
        )
    ),
)


def test_the_table_catches_made_up_cut_offs_from_0_to_10() -> None:
    caught = told_apart(MADE_UP, HEMATOTOX_POINTS)
    assert {name.split(" ")[0] for name in caught} == {
        "platelets",
        "neutrophils",
        "hemoglobin",
        "C-reactive",
        "ferritin",
    }


def test_the_table_catches_crp_in_mg_per_l_taken_for_mg_per_dl() -> None:
    wrong = with_line(
        hematotox.RULE,
        Line("C-reactive protein", (Tier(1, "", at_least("C-reactive protein", 3, "mg/L")),)),
    )
    assert told_apart(wrong, HEMATOTOX_POINTS) == {
        "C-reactive protein 2.9 mg/dL",
        "C-reactive protein 29 mg/L",
    }


# --- EASIX


def index(name: str, *texts: str, day: float = -5.0) -> Grade:
    return NAMED[name].grade(chart(*texts, day=day))


@pytest.mark.parametrize(
    ("name", "values", "number"),
    rows("""
        EASIX   | LDH 200 U/L; creatinine 1 mg/dL; platelets 100 10*9/L              | 2
        EASIX   | LDH 200 U/L; creatinine 88.4 umol/L; platelets 100 10*9/L          | 2
        EASIX   | LDH 300 U/L; creatinine 0.8 mg/dL; platelets 60 10*9/L             | 4
        EASIX   | LDH 0.3 U/mL; creatinine 0.8 mg/dL; platelets 60000 {cells}/uL     | 4
        s-EASIX | LDH 400 U/L; platelets 50 10*9/L                                   | 8
        m-EASIX | LDH 250 U/L; C-reactive protein 4 mg/dL; platelets 100 10*9/L      | 10
        m-EASIX | LDH 250 U/L; C-reactive protein 40 mg/L; platelets 100 10*9/L      | 10
    """),
)
def test_easix_is_a_number_in_its_printed_units(name: str, values: str, number: str) -> None:
    found = index(name, values.replace("LDH", "lactate dehydrogenase"))
    assert (found.low, found.high, found.as_published) == (float(number),) * 3
    assert found.because[0].text == f"log2 {name} {math.log2(float(number)):.2f}"
    assert found.trust is Trust.DERIVED


def test_no_platelets_make_no_easix() -> None:
    found = index("s-EASIX", "lactate dehydrogenase 400 U/L; platelets 0 10*9/L")
    assert not found.evaluable
    assert found.missing == ("platelets above 0",)


def test_platelets_below_a_limit_leave_easix_open_upward() -> None:
    found = index("s-EASIX", "lactate dehydrogenase 400 U/L; platelets <20 10*9/L")
    assert found.low == pytest.approx(20.0)
    assert found.high is None
    assert found.missing == ("platelets",)
    assert found.shown().endswith(" or more")


@pytest.mark.parametrize("missing", ["lactate dehydrogenase", "creatinine", "platelets"])
def test_a_missing_value_leaves_easix_without_bounds(missing: str) -> None:
    values = "lactate dehydrogenase 200 U/L; creatinine 1 mg/dL; platelets 100 10*9/L"
    found = NAMED["EASIX"].grade(without(chart(values, day=-5.0), missing))
    assert (found.low, found.high, found.trust) == (None, None, Trust.BOUNDED)
    assert found.missing == (missing,)


def test_easix_of_later_days_stands_in_the_series() -> None:
    values = "lactate dehydrogenase 200 U/L; platelets 100 10*9/L"
    later = "lactate dehydrogenase 900 U/L; platelets 30 10*9/L"
    both = [*marks(values, -5.0), *marks(later, 4.0), *marks("platelets 20 10*9/L", 5.0)]
    found = NAMED["s-EASIX"].grade(Chart.of("a patient", both))
    assert found.low == 2
    assert [(day.day, day.low, day.high) for day in found.series] == [(-5, 2, 2), (4, 30, 30)]


@given(
    ldh=st.floats(50, 5000),
    limit=st.floats(1, 100),
    share=st.floats(0.01, 0.99),
    above_it=st.booleans(),
)
def test_a_limit_gives_bounds_that_hold_every_value_behind_it(
    ldh: float, limit: float, share: float, above_it: bool
) -> None:
    sign, true = (">", limit / share) if above_it else ("<", limit * share)
    lactate = Mark(item="lactate dehydrogenase", day=-5.0, value=Quantity(ldh, "U/L"))
    exact = Mark(item="platelets", day=-5.0, value=Quantity(true, "10*9/L"))
    behind = Mark(item="platelets", day=-5.0, value=Quantity.parse(f"{sign}{limit} 10*9/L"))
    whole = NAMED["s-EASIX"].grade(Chart.of("a patient", [lactate, exact]))
    part = NAMED["s-EASIX"].grade(Chart.of("a patient", [lactate, behind]))
    assert isinstance(whole.low, float)
    assert isinstance(part.low, float)
    high = math.inf if part.high is None else float(part.high)
    assert part.low <= whole.low <= high


# --- conditioning

NOTHING_ELSE = """
    total body irradiation dose 0 Gy; busulfan dose 0 mg/kg; melphalan dose 0 mg/m2;
    thiotepa dose 0 mg/kg; no other myelosuppressive drug in conditioning
"""
SHORT = {
    "NMA": Intensity.NON_MYELOABLATIVE.value,
    "RIC": Intensity.REDUCED.value,
    "MAC": Intensity.MYELOABLATIVE.value,
}
SINGLE = "total body irradiation fractionation: single"
FRACTIONS = "total body irradiation fractionation: fractionated"


@pytest.mark.parametrize(
    ("doses", "first", "second"),
    rows(f"""
        thiotepa dose 0 mg/kg                                             | NMA | NMA
        total body irradiation dose 2 Gy; {SINGLE}                        | NMA | NMA
        total body irradiation dose 2.01 Gy; {SINGLE}                     | RIC | RIC
        total body irradiation dose 4.99 Gy; {SINGLE}                     | RIC | RIC
        total body irradiation dose 5 Gy; {SINGLE}                        | MAC | MAC
        total body irradiation dose 5 Gy; {FRACTIONS}                     | RIC | RIC
        total body irradiation dose 7.99 Gy; {FRACTIONS}                  | RIC | RIC
        total body irradiation dose 8 Gy; {FRACTIONS}                     | MAC | MAC
        total body irradiation dose 12 Gy; {FRACTIONS}                    | MAC | MAC
        busulfan dose 3.2 mg/kg; busulfan route: intravenous              | RIC | RIC
        busulfan dose 6.4 mg/kg; busulfan route: intravenous              | RIC | RIC
        busulfan dose 6.5 mg/kg; busulfan route: intravenous              | MAC | RIC
        busulfan dose 7.2 mg/kg; busulfan route: intravenous              | MAC | RIC
        busulfan dose 7.3 mg/kg; busulfan route: intravenous              | MAC | MAC
        busulfan dose 8 mg/kg; busulfan route: oral                       | RIC | RIC
        busulfan dose 8.1 mg/kg; busulfan route: oral                     | MAC | RIC
        busulfan dose 9 mg/kg; busulfan route: oral                       | MAC | RIC
        busulfan dose 9.1 mg/kg; busulfan route: oral                     | MAC | MAC
        busulfan dose 12.8 mg/kg; busulfan route: intravenous             | MAC | MAC
        melphalan dose 140 mg/m2                                          | RIC | RIC
        melphalan dose 150 mg/m2                                          | RIC | RIC
        melphalan dose 151 mg/m2                                          | MAC | MAC
        thiotepa dose 5 mg/kg                                             | RIC | RIC
        thiotepa dose 9.9 mg/kg                                           | RIC | RIC
        thiotepa dose 10 mg/kg                                            | MAC | MAC
        other myelosuppressive drug in conditioning                       | RIC | RIC
    """),
)
def test_doses_set_the_intensity_of_a_conditioning(doses: str, first: str, second: str) -> None:
    charted = chart(NOTHING_ELSE, doses, day=-6.0)
    for name, level in (
        ("conditioning intensity", first),
        ("conditioning intensity CIBMTR", second),
    ):
        found = NAMED[name].grade(charted)
        assert (found.low, found.high) == (SHORT[level], SHORT[level])


@pytest.mark.parametrize(
    ("doses", "low", "high"),
    rows("""
        busulfan dose 12.8 mg/kg                     | MAC | MAC
        busulfan dose 7 mg/kg                        | RIC | MAC
        total body irradiation dose 6 Gy             | RIC | MAC
        total body irradiation dose 2 Gy             | NMA | MAC
        melphalan dose 140 mg/m2                     | RIC | MAC
    """),
)
def test_what_was_not_recorded_leaves_the_intensity_open(doses: str, low: str, high: str) -> None:
    found = NAMED["conditioning intensity"].grade(chart(doses, day=-6.0))
    assert (found.low, found.high) == (SHORT[low], SHORT[high])


def test_the_intensity_is_recalled_and_used_by_choice_in_the_words_of_the_record() -> None:
    for name in ("conditioning intensity", "conditioning intensity CIBMTR"):
        entry = NAMED[name]
        assert entry.by_choice
        assert set(entry.criterion.levels) == {word.value for word in Intensity}
