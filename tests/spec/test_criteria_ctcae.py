"""Laboratory grades of CTCAE 5.0 and 6.0 at, just under and just over every printed bound."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reinfuse.grading.blood.ctcae_cells import Measurement, condition_of
from reinfuse.grading.ctcae import count_grade, count_rows
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from tests.spec.counts import ENTRIES, EXAMPLES, bounds, check_that_knowing_less_widens

PER_UL, PER_NL = "{cells}/uL", "10*9/L"

# Item, version, lower limit of normal, unit, then grade: the lowest value that still has it.
FALLING = [
    ("neutrophils", "5.0", 2.0, PER_NL, {0: 2.0, 1: 1.5, 2: 1.0, 3: 0.5}),
    ("neutrophils", "6.0", 2.0, PER_NL, {0: 1.5, 1: 1.0, 2: 0.5, 3: 0.1}),
    ("neutrophils", "5.0", 2000, PER_UL, {0: 2000, 1: 1500, 2: 1000, 3: 500}),
    ("neutrophils", "6.0", 2000, PER_UL, {0: 1500, 1: 1000, 2: 500, 3: 100}),
    ("platelets", "5.0", 150, PER_NL, {0: 150, 1: 75, 2: 50, 3: 25}),
    ("platelets", "6.0", 150, PER_NL, {0: 150, 1: 75, 2: 50, 3: 10}),
    ("platelets", "5.0", 150e3, PER_UL, {0: 150e3, 1: 75e3, 2: 50e3, 3: 25e3}),
    ("platelets", "6.0", 150e3, PER_UL, {0: 150e3, 1: 75e3, 2: 50e3, 3: 10e3}),
    ("hemoglobin", "5.0", 12, "g/dL", {0: 12, 1: 10, 2: 8}),
    ("hemoglobin", "6.0", 120, "g/L", {0: 120, 1: 100, 2: 80}),
    ("white blood cells", "5.0", 4, PER_NL, {0: 4, 1: 3, 2: 2, 3: 1}),
    ("white blood cells", "6.0", 4000, PER_UL, {0: 4000, 1: 3000, 2: 2000, 3: 1000}),
    ("lymphocytes", "5.0", 1.1, PER_NL, {0: 1.1, 1: 0.8, 2: 0.5, 3: 0.2}),
    ("lymphocytes", "5.0", 1100, PER_UL, {0: 1100, 1: 800, 2: 500, 3: 200}),
    ("CD4+ T cells", "6.0", 0.7, PER_NL, {0: 0.7, 1: 0.5, 2: 0.2, 3: 0.05}),
    ("fibrinogen", "5.0", 2, "g/L", {0: 2, 1: 1.5, 2: 1.0, 3: 0.5}),
    ("fibrinogen", "6.0", 200, "mg/dL", {0: 200, 1: 150, 2: 100, 3: 50}),
]
# Item, version, upper limit of normal, baseline, unit, then grade: the highest value that has it.
RISING = [
    ("ALT", "5.0", 40, 30, "U/L", {0: 40, 1: 120, 2: 200, 3: 800}),
    ("ALT", "5.0", 40, 100, "U/L", {0: None, 1: 300, 2: 500, 3: 2000}),
    ("ALT", "6.0", 40, 40, "U/L", {0: 40, 1: 120, 2: 200, 3: 800}),
    ("ALT", "6.0", 40, 100, "U/L", {0: None, 1: 150, 2: 200, 3: 400}),
    ("AST", "6.0", 40, 100, "U/L", {0: None, 1: 150, 2: 200, 3: 400}),
    ("bilirubin", "5.0", 1.2, 1.0, "mg/dL", {0: 1.2, 1: 1.8, 2: 3.6, 3: 12}),
    ("bilirubin", "6.0", 1.2, 2.0, "mg/dL", {0: None, 1: 3, 2: 5, 3: 20}),
    ("bilirubin", "5.0", 20.52, 17.1, "umol/L", {0: 20.52, 1: 30.78, 2: 61.56, 3: 205.2}),
    ("creatinine", "5.0", 1.1, 1.1, "mg/dL", {0: 1.1, 1: 1.65, 2: 3.3, 3: 6.6}),
    ("creatinine", "5.0", 0.7, 0.7, "mg/dL", {0: 0.7, 1: 1.05, 2: 2.1, 3: 4.2}),
    ("creatinine", "6.0", 97, 90, "umol/L", {0: 97, 1: 145.5, 2: 291, 3: 582}),
    ("gamma-glutamyl transferase", "6.0", 40, 100, "U/L", {0: None, 1: 150, 2: 300, 3: 1000}),
    ("INR", "5.0", None, None, "{ratio}", {0: 1.2, 1: 1.5, 2: 2.5}),
    ("aPTT", "6.0", 36, None, "s", {0: 36, 1: 54, 2: 90}),
]  # fmt: skip
ITEM_OF = {"aPTT": "activated partial thromboplastin time"}


def chart(item: str, value: float, unit: str, **limits: float | None) -> Chart:
    marks = [
        Mark(item=item, day=3, value=Quantity(value, unit)),
        Mark(item="anticoagulation", day=3, value=False),
    ]
    for name, limit in limits.items():
        if limit is not None:
            named = f"{item} {name.replace('_', ' ')}"
            marks.append(Mark(item=named, day=0, value=Quantity(limit, unit)))
    return Chart.of("a patient", marks)


@pytest.mark.parametrize(("term", "version", "lower", "unit", "lowest"), FALLING)
def test_a_value_on_a_lower_bound_belongs_to_the_milder_grade(
    term: str, version: str, lower: float, unit: str, lowest: dict[int, float]
) -> None:
    limits = {"lower_limit_of_normal": lower, "baseline": lower / 5}
    name = f"CTCAE-{version} {term}"
    for grade, bound in lowest.items():
        over, under = bound * (1 + 1e-6), bound * (1 - 1e-6)
        assert bounds(name, chart(term, bound, unit, **limits)) == (grade, grade)
        assert bounds(name, chart(term, over, unit, **limits)) == (grade, grade)
        worse = bounds(name, chart(term, under, unit, **limits))
        assert worse[0] == worse[1] == grade + 1


@pytest.mark.parametrize(("term", "version", "upper", "baseline", "unit", "highest"), RISING)
def test_a_value_on_an_upper_bound_belongs_to_the_milder_grade(
    term: str,
    version: str,
    upper: float | None,
    baseline: float | None,
    unit: str,
    highest: dict[int, float | None],
) -> None:
    limits = {
        "upper_limit_of_normal": upper,
        "lower_limit_of_normal": upper and upper / 2,
        "baseline": baseline,
    }
    name, item = f"CTCAE-{version} {term}", ITEM_OF.get(term, term)
    for grade, bound in highest.items():
        if bound is None:
            continue
        over, under = bound * (1 + 1e-6), bound * (1 - 1e-6)
        assert bounds(name, chart(item, bound, unit, **limits)) == (grade, grade)
        assert bounds(name, chart(item, under, unit, **limits)) == (grade, grade)
        worse = bounds(name, chart(item, over, unit, **limits))
        assert worse[0] == worse[1] == grade + 1


@pytest.mark.parametrize(("value", "unit"), [(0.7, PER_NL), (700, PER_UL)])
def test_700_neutrophils_are_grade_3_in_version_5_and_grade_2_in_version_6(
    value: float, unit: str
) -> None:
    counted = chart("neutrophils", value, unit)
    assert bounds("CTCAE-5.0 neutrophils", counted) == (3, 3)
    assert bounds("CTCAE-6.0 neutrophils", counted) == (2, 2)


def calculator_labelled_version_5(per_ul: float) -> int:
    """A public calculator: 500 to 999 is grade 2, 200 to 499 grade 3, below 200 grade 4."""
    for grade, floor in ((1, 1000), (2, 500), (3, 200)):
        if per_ul >= floor:
            return grade
    return 4


@pytest.mark.parametrize("version", ["5.0", "6.0"])
def test_the_table_tells_a_wrong_public_rule_apart(version: str) -> None:
    differing = [
        per_ul
        for per_ul in (1200, 999, 700, 500, 499, 300, 200, 199, 150)
        if bounds(f"CTCAE-{version} neutrophils", chart("neutrophils", per_ul, PER_UL))
        != (calculator_labelled_version_5(per_ul),) * 2
    ]
    assert differing == {"5.0": [1200, 999, 700, 500, 499, 300, 200], "6.0": [199, 150]}[version]


def test_without_a_lower_limit_of_normal_grades_0_and_1_stay_open() -> None:
    grade = ENTRIES["CTCAE-5.0 platelets"].grade(chart("platelets", 120, PER_NL))
    assert (grade.low, grade.high) == (0, 1)
    assert grade.missing == ("platelets lower limit of normal",)


def test_without_a_baseline_alt_is_graded_up_to_its_multiple_of_the_limit() -> None:
    counted = chart("ALT", 160, "U/L", upper_limit_of_normal=40)
    grade = ENTRIES["CTCAE-5.0 ALT"].grade(counted)
    assert (grade.low, grade.high) == (0, 2)
    assert "ALT baseline" in grade.missing


def test_a_fall_of_fibrinogen_counts_only_below_normal() -> None:
    fell = {"baseline": 8.0, "lower_limit_of_normal": 2.0}
    assert bounds("CTCAE-5.0 fibrinogen", chart("fibrinogen", 2.0, "g/L", **fell)) == (0, 0)
    assert bounds("CTCAE-5.0 fibrinogen", chart("fibrinogen", 1.9, "g/L", **fell)) == (4, 4)


@pytest.mark.parametrize(
    ("sodium", "symptoms", "grade"),
    [(130, False, 1), (129, False, 2), (129, True, 3), (125, False, 2), (124, False, 3),
     (120, False, 3), (119, False, 4)],
)  # fmt: skip
def test_symptoms_raise_hyponatremia(sodium: float, symptoms: bool, grade: int) -> None:
    marks = [
        Mark(item="sodium", day=0, value=Quantity(sodium, "mmol/L")),
        Mark(item="sodium lower limit of normal", day=0, value=Quantity(135, "mmol/L")),
        Mark(item="symptoms of hyponatremia", day=0, value=symptoms),
    ]
    assert bounds("CTCAE-5.0 hyponatremia", Chart.of("a patient", marks)) == (grade, grade)


def test_the_worse_of_two_values_of_a_day_counts_for_each_term() -> None:
    marks = [
        Mark(item="sodium", day=day, value=Quantity(value, "mmol/L"))
        for day, value in ((0.2, 161), (0.8, 118))
    ]
    both = Chart.of("a patient", marks)
    assert bounds("CTCAE-5.0 hypernatremia", both) == (4, 4)
    assert bounds("CTCAE-5.0 hyponatremia", both) == (4, 4)


@pytest.mark.parametrize("analyte", sorted(count_rows()))
@pytest.mark.parametrize("relative", [0.2, 0.5, 0.9, 1.0, 1.1, 1.5])
def test_the_grade_of_a_course_is_the_same(analyte: str, relative: float) -> None:
    row = count_rows()[analyte]
    lower = row.surely_normal
    name = f"CTCAE-5.0 {analyte}"
    for floor in (*row.floors, lower):
        value = floor * relative
        counted = chart(analyte, value, row.unit, lower_limit_of_normal=lower)
        assert bounds(name, counted) == count_grade(row, value, lower)


LIVER = ("ALT", "AST", "bilirubin", "alkaline phosphatase", "gamma-glutamyl transferase")
RELATIVE = st.sampled_from([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 10.0, 20.0, 25.0])


@settings(max_examples=EXAMPLES)
@given(
    item=st.sampled_from(LIVER),
    version=st.sampled_from(["5.0", "6.0"]),
    value=RELATIVE,
    baseline=RELATIVE,
    kept=st.sets(st.sampled_from([f"{{}} {what}" for what in ("", "baseline")])),
)
def test_a_limit_or_baseline_taken_away_widens_a_liver_grade(
    item: str, version: str, value: float, baseline: float, kept: set[str]
) -> None:
    unit = "mg/dL" if item == "bilirubin" else "U/L"
    full = chart(item, value * baseline, unit, upper_limit_of_normal=1.0, baseline=baseline)
    names = {name.format(item).strip() for name in kept}
    less = Chart.of(
        full.subject, [mark for mark in full.marks if mark.item == item or mark.item in names]
    )
    entry = ENTRIES[f"CTCAE-{version} {item}"]
    check_that_knowing_less_widens(entry.grade, full, less)


def test_every_cell_of_the_table_can_be_read_and_printed() -> None:
    for entry in ENTRIES.values():
        if entry.criterion.name.startswith("CTCAE"):
            assert entry.table
            assert all(row.asks for row in entry.table)
    with pytest.raises(ValueError, match="cannot be read"):
        condition_of("about 3 x ULN", Measurement("ALT", "U/L"))
