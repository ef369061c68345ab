"""Numbers against what can be, against one another, and against their cohort."""

from __future__ import annotations

import pytest

from reinfuse.errors import Severity
from reinfuse.quantity import Quantity
from reinfuse.record.plausible import RANGES, analyte_named, analytes, likely_meant
from reinfuse.source import Standing
from tests.unit.test_checks import findings_of, ungraded

INFUSION = """
products: [{id: own, origin: autologous, target: [CD19], transduction: 40 %}]
infusions: [{id: first, when: 2021-01-08, product: own, dose: 2e6 cells/kg}]
"""


def test_the_ranges_are_our_own_choice_and_say_so() -> None:
    assert RANGES.standing is Standing.OURS
    assert len(analytes()) >= 60


def test_no_two_analytes_share_a_spelling() -> None:
    spellings = [word.casefold() for one in analytes() for word in (one.name, *one.aliases)]
    assert len(spellings) == len(set(spellings))


def test_an_analyte_has_at_most_one_range_per_dimension() -> None:
    for analyte in analytes():
        dimensions = [Quantity(1, span.unit).dimension for span in analyte.ranges]
        assert len(dimensions) == len(set(dimensions)), analyte.name
        assert all(span.low < span.high for span in analyte.ranges), analyte.name


def test_names_are_found_whatever_their_case() -> None:
    assert analyte_named("plt") is analyte_named("Platelets")
    assert analyte_named("  white   blood cells ") is analyte_named("WBC")
    assert analyte_named("unobtainium") is None


def test_a_slip_of_the_pen_finds_its_analyte() -> None:
    meant = likely_meant("hemoglobine")
    assert meant is not None
    assert meant.name == "hemoglobin"
    assert likely_meant("unobtainium") is None


VALUES = """
    analyte                | value              | told
    platelets              | 65 x10^9/L         |
    platelets              | 65 x10^12/L        | out-of-range
    platelets              | 65 g/L             | wrong-unit
    platelets              | < 5 x10^9/L        |
    temperature            | 39 °C              |
    temperature            | 93 °C              | out-of-range
    hemoglobin             | 13 g/dL            |
    hemoglobin             | 130 g/dL           | out-of-range
    oxygen saturation      | 140 %              | out-of-range
    oxygen flow            | 6 L/min            |
    IL-6                   | 12000 pg/mL        |
    IL-6                   | > 5000 pg/mL       |
    ferritin               | 50 g/L             | out-of-range
    CRP                    | 12 mg/L            |
    MRD                    | 0.011 %            |
    blasts                 | 116 %              | out-of-range
    CAR-T cells            | 250 cells/uL       |
    CAR-T cells            | 250000 copies/ug   |
    CAR-T cells            | 250 mmHg           | wrong-unit
    ICE score              | 11 points          | out-of-range
    intraocular pressure   | 35 mmHg            |
    intraocular pressure   | 35 kPa             | out-of-range
    donor chimerism        | 99.9 %             |
    creatinine             | 80 umol/L          |
    creatinine             | 80 mg/L            |
    platlets               | 65 x10^9/L         | likely-misspelling
    something else         | 65 x10^9/L         |
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in VALUES.strip().splitlines()[1:]]


@pytest.mark.parametrize(("analyte", "value", "told"), ROWS, ids=[" ".join(row) for row in ROWS])
def test_which_values_are_told(analyte: str, value: str, told: str) -> None:
    text = f"observations: [{{id: one, when: 2021-01-08, analyte: {analyte}, value: '{value}'}}]"
    rules = ("out-of-range", "wrong-unit", "likely-misspelling")
    assert [rule for rule in rules if ungraded(rule, text)] == ([told] if told else [])


SLIPS = """
    analyte     | value       | fix
    hemoglobin  | 130 g/dL    | look up the unit: 130 g/L would be possible
    platelets   | 65 x10^12/L | look up the unit: 65 ×10⁹/L would be possible
    ferritin    | 50 g/L      | look up the unit: 50 mg/dL would be possible
    ICE score   | 12 points   | look up the number and its unit
    temperature | 3.9 °C      | look up the number and its unit
    CAR-T cells | 120 %       | look up the number and its unit
    platelets   | -5 x10^9/L  | look up the number and its unit
"""
FIXES = [[cell.strip() for cell in line.split("|")] for line in SLIPS.strip().splitlines()[1:]]


@pytest.mark.parametrize(("analyte", "value", "fix"), FIXES)
def test_another_unit_is_offered_only_where_there_is_one(
    analyte: str, value: str, fix: str
) -> None:
    text = f"observations: [{{id: one, when: 2021-01-08, analyte: {analyte}, value: '{value}'}}]"
    (found,) = ungraded("out-of-range", text)
    assert found.fix == fix


def test_a_column_in_a_wrong_unit_is_one_finding() -> None:
    rows = "".join(
        f"\n  - {{id: p{n}, when: 2021-01-{n + 1:02d}, analyte: platelets, value: {n + 60} g/L}}"
        for n in range(12)
    )
    (found,) = ungraded("wrong-unit", f"observations:{rows}")
    assert len(found.about) == 12
    assert "9 more" in found.what
    assert "and 4 more" in found.where


def test_patient_cells_and_signs_are_looked_at_too() -> None:
    text = """
patient: {age: 162 a, weight: 50 kg}
products: [{id: own, origin: autologous, transduction: 151 %}]
signs: [{id: fever, when: 2021-01-08, what: fever, value: 393 °C}]
"""
    about = {ident for one in ungraded("out-of-range", text) for ident in one.about}
    assert about == {"patient", "own", "fever"}


SAMPLE = """
observations:
  - {id: one, when: 2021-01-08, analyte: blasts, site: bone marrow, value: 16 %, occasion: a}
  - {id: two, when: 2021-01-08, analyte: MRD, site: bone marrow, value: 2.5 %, occasion: a}
"""


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ("2.5 %", "14 %"),
        ("16 %", "4 %"),
        ("occasion: a}\n", "occasion: b}\n"),
        ("MRD, site: bone marrow", "MRD, site: blood"),
        ("value: 2.5 %", "result: negative"),
    ],
)
def test_two_measures_of_one_sample_that_are_far_apart(was: str, instead: str) -> None:
    (found,) = findings_of("measures-far-apart", SAMPLE)
    assert "6.4-fold" in found.what
    assert "our threshold" in found.what
    changed = instead.join(SAMPLE.rsplit(was, 1))
    assert not findings_of("measures-far-apart", changed)


def test_samples_may_be_tied_by_their_times_too() -> None:
    text = SAMPLE.replace(", occasion: a", "").replace(
        "two, when: 2021-01-08", "two, when: with one"
    )
    assert findings_of("measures-far-apart", text)


CR = (
    INFUSION
    + """
observations: [{id: plt, when: first day 28, analyte: platelets, value: 65 x10^9/L}]
assessments: [{id: cr, when: first day 28, topic: response, value: CR, of: first}]
"""
)


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ("65 x", "165 x"),
        ("value: CR", "value: CRi"),
        ("plt, when: first day 28", "plt, when: first day 90"),
        ("plt, when: first day 28", "plt, when: first day 3"),
        ("analyte: platelets", "analyte: lymphocytes"),
    ],
)
def test_a_cr_with_low_counts_is_told(was: str, instead: str) -> None:
    (found,) = findings_of("response-against-counts", CR)
    assert found.severity is Severity.CONTRADICTION
    assert "CRi or CRh at best" in found.what
    assert not findings_of("response-against-counts", CR.replace(was, instead))


def test_below_50_platelets_leave_cri_only() -> None:
    (found,) = findings_of("response-against-counts", CR.replace("65 x", "35 x"))
    assert "this is CRi at best" in found.what


def test_a_good_count_of_that_week_outweighs_a_word_for_the_whole_period() -> None:
    text = CR.replace(
        "[{id: plt, when: first day 28, analyte: platelets, value: 65 x10^9/L}]",
        "[{id: plt, when: from first day 5, analyte: platelets, result: decreased}]",
    )
    assert findings_of("response-against-counts", text)
    better = text.replace(
        "decreased}]",
        "decreased}, {id: ok, when: first day 27, analyte: platelets, value: 140 x10^9/L}]",
    )
    assert not findings_of("response-against-counts", better)


def test_no_evidence_of_disease_with_low_counts_can_be_read_two_ways() -> None:
    (found,) = findings_of(
        "response-against-counts",
        """
observations: [{id: plt, when: with seen, analyte: platelets, value: 65 x10^9/L}]
follow_up: [{id: seen, when: 2022-01-08, status: alive, disease: no evidence of disease}]
""",
    )
    assert found.severity is Severity.AMBIGUITY


def test_a_dose_without_basis_is_worked_out_the_other_way() -> None:
    (found,) = findings_of("dose-basis", INFUSION)
    assert "8×10⁵ cells/kg were CAR+" in found.what
    assert not findings_of(
        "dose-basis", INFUSION.replace("cells/kg}", "cells/kg, basis: CAR+ cells}")
    )


TOCILIZUMAB = """
    weight | dose   | told
    50 kg  | 400 mg | no
    50 kg  | 800 mg | yes
    50 kg  | 162 mg | yes
    120 kg | 800 mg | no
    20 kg  | 240 mg | no
    20 kg  | 160 mg | yes
           | 900 mg | yes
           | 400 mg | no
"""
DOSES = [
    [cell.strip() for cell in line.split("|")] for line in TOCILIZUMAB.strip().splitlines()[1:]
]


@pytest.mark.parametrize(("weight", "dose", "told"), DOSES)
def test_a_flat_dose_against_the_weight(weight: str, dose: str, told: str) -> None:
    patient = f"patient: {{weight: {weight}}}\n" if weight else ""
    drugs = f"[{{name: tocilizumab, dose: {dose}}}]"
    text = (
        f"{patient}regimens: [{{id: t, when: 2021-01-08, purpose: CRS treatment, drugs: {drugs}}}]"
    )
    assert bool(findings_of("dose-and-weight", text)) is (told == "yes")


def test_two_flat_doses_speak_of_two_weights() -> None:
    text = """
regimens:
  - {id: a, when: 2021-01-08, purpose: CRS treatment, drugs: [{name: tocilizumab, dose: 400 mg}]}
  - {id: b, when: 2021-01-09, purpose: CRS treatment, drugs: [{name: tocilizumab, dose: 560 mg}]}
"""
    (found,) = findings_of("dose-and-weight", text)
    assert "50 kg and 70 kg" in found.what
    assert found.severity is Severity.NOTE
    assert not findings_of("dose-and-weight", text.replace("560", "400"))


COHORT = """
claims:
  - {id: a, cohort: c, called: B-ALL, called_n: 20, group: CLL, percent: 50 %}
  - {id: b, cohort: c, called: B-ALL, called_n: 20, group: ALL, percent: 17 %}
"""


def test_a_cohort_called_by_a_disease_that_its_groups_are_not() -> None:
    (found,) = findings_of("cohort-label", COHORT)
    assert "the 20 patients of c are called B-ALL" in found.what
    assert found.about == ("a", "b")
    assert not findings_of("cohort-label", COHORT.replace("CLL", "ALL in adults"))
    assert not findings_of(
        "cohort-label", COHORT.replace("called: B-ALL", "called: B-cell malignancies")
    )


def test_a_part_of_the_disease_is_no_stranger() -> None:
    text = COHORT.replace("called: B-ALL", "called: NHL").replace("group: ALL", "group: DLBCL")
    assert not findings_of("cohort-label", text)


CLAIMS = """
    claim                                               | told
    {id: a, cohort: c, events: 10, n: 15, percent: 67 %}   | no
    {id: a, cohort: c, events: 10, n: 15, percent: 66.7 %} | no
    {id: a, cohort: c, events: 10, n: 15, percent: 66 %}   | yes
    {id: a, cohort: c, events: 16, n: 15}                  | yes
    {id: a, cohort: c, events: 3, n: 0}                    | yes
    {id: a, cohort: c, called_n: 10, group: g, n: 15}      | yes
"""
COUNTS = [[cell.strip() for cell in line.split("|")] for line in CLAIMS.strip().splitlines()[1:]]


@pytest.mark.parametrize(("claim", "told"), COUNTS)
def test_counts_and_percentages_that_cannot_be(claim: str, told: str) -> None:
    assert bool(findings_of("claim-counts", f"claims: [{claim}]")) is (told == "yes")


def test_a_cited_count_is_held_against_the_study_table() -> None:
    text = "claims: [{id: a, cohort: c, study: E05, events: 6, n: 10}]"
    assert not findings_of("claim-against-study", text)
    (found,) = findings_of("claim-against-study", text.replace("events: 6", "events: 7"))
    assert "the study table has 6/10" in found.what
