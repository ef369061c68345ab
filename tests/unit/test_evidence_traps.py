"""What misleads in the shipped table is found by a rule, not by the name of a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from reinfuse.errors import Finding
from reinfuse.evidence import Counts, read_studies, shipped_studies
from tests.unit.study_tables import counted, rules, write_table


def found(rule: str, *ids: str) -> tuple[Finding, ...]:
    """The findings of a rule about all of these rows of the shipped table."""
    return tuple(
        one for one in read_studies()[1] if one.rule == rule and set(ids) <= set(one.about)
    )


#: The traps that a careful clinician names, each with the rule that finds it and the rows.
TRAPS = (
    ("the FDA's 63 are inside ELIANA", "overlapping-cohorts", ("eliana-crs", "fda-crs")),
    ("two papers of one group, CNS", "overlapping-cohorts", ("e06", "prwcc-flu-cr")),
    ("two papers of one group, non-CNS", "overlapping-cohorts", ("e07", "prwcc-flu-cr")),
    ("3/14 was worked out from 21 %", "derived-count", ("e10",)),
    ("44 patients that are not all ALL", "cohort-called-otherwise", ("e08", "e09", "e10")),
    ("18 scanned infusions", "counts-no-patients", ("holland-em-cr",)),
    ("infusions beside patients", "mixed-counted", ("myers-2024-relapse", "e10")),
    ("a CR that is B-cell aplasia", "outcome-called-otherwise", ("myers-2024-prevention",)),
    ("Penn and Lee side by side", "mixed-scale", ("eliana-crs3", "lee-2015-crs3")),
    ("CRS of no stated scale", "scale-not-stated", ("fda-crs",)),
    ("4-1BB with CD28", "mixed-costimulation", ("eliana-orr", "zuma3-ph2-cr")),
    ("patient CR is no lesion cleared", "response-at-a-site", ("e07",)),
    ("patient CR is no CSF cleared", "response-at-a-site", ("e06",)),
    ("CLL and lymphoma beside B-ALL", "mixed-disease", ("kochenderfer-cr", "zhang-cr")),
    ("own and donor cells", "mixed-product", ("zhang-cr", "germany-cr")),
    ("first and second infusions", "mixed-infusion", ("e10", "germany-cr")),
    ("recalled", "recalled", ("brudno-cr",)),
    ("a range over four papers", "pooled-already", ("e03",)),
    ("a meta-analysis", "pooled-already", ("anagnostou-cr",)),
    ("two denominators of one cohort", "n-differs", ("cruz-response", "cruz-toxicity")),
)


@pytest.mark.parametrize(("trap", "rule", "ids"), TRAPS, ids=[trap for trap, _, _ in TRAPS])
def test_a_known_trap_is_caught_by_a_rule(trap: str, rule: str, ids: tuple[str, ...]) -> None:
    assert found(rule, *ids), trap


def test_a_toxicity_after_a_transplant_that_follows_car_t_is_no_target() -> None:
    rows = [one for one in shipped_studies() if one.outcome == "acute GVHD grade II-IV"]
    assert rows
    assert not any(row.may_be_target for row in rows)


def test_the_cited_cohort_of_44_is_told_with_the_groups_it_is_made_of() -> None:
    (finding,) = found("cohort-called-otherwise", "e10")
    assert finding.what == (
        "the 44 patients of gauthier-2021 are called B-ALL, yet its rows are of CLL (2/9), "
        "NHL (4/21), B-ALL (3/14), B-cell malignancies (9/44)"
    )
    assert finding.where == "studies.csv rows 9, 10, 11"


def test_the_same_error_is_found_under_any_name(tmp_path: Path) -> None:
    said = {"called": "multiple myeloma", "called_n": "30", "part_of": "whole-cohort"}
    table = (
        counted("whole", 9, 30, disease="B-cell malignancies"),
        counted("x", 4, 10, disease="MM", **said),
        counted("y", 5, 20, disease="LBCL", **said),
    )
    (finding,) = [
        one
        for one in read_studies(write_table(tmp_path / "t.csv", table))[1]
        if one.rule == "cohort-called-otherwise"
    ]
    assert "30 patients of whole-cohort are called multiple myeloma" in finding.what
    assert finding.about == ("x", "y")


def test_a_wider_name_for_a_cohort_is_no_error(tmp_path: Path) -> None:
    table = (counted("x", 4, 10, disease="B-ALL", called="acute lymphoblastic leukaemia"),)
    assert "cohort-called-otherwise" not in rules(
        read_studies(write_table(tmp_path / "t.csv", table))[1]
    )


#: Cohorts that the reference notes tabulate, by a row of each: section 3 of the notes on models.
TABULATED = """
    eliana-orr fda-cr cibmtr-2020-cr cibmtr-2020-crs3 germany-cr prwcc-flu-cr zuma3-ph2-cr
    zuma3-pooled-cr zuma3-pooled-complete zuma3-ph1-cr zuma3-ph1-crs3 zuma3-ph1-nt3 zuma3-ph2-crs3
    maude-2014-cr maude-2014-crs lee-2015-cr lee-2015-crs3 lee-2015-crs4 park-2018-cr park-2018-crs3
    hay-crs hay-crs3 hay-crs4 fabrizio-em-share e06 e07 holland-em-cr holland-em-share qi-cns
    chop-em-relapse em-308 e05 gauthier-cr e10 myers-2024-bcr myers-2024-hematogones
    myers-2024-prevention myers-2024-relapse myers-2024-nonresponse myers-2021-crs
    myers-2021-naive-cr myers-2021-retreated-cr xuzhou-cr zhang-cr ash2020-cr hua-mrd hua-dli-agvhd
    eleven-cr deng-cr opbg-cr kochenderfer-cr brudno-cr brudno-all cruz-response ludaopei-cart
    ludaopei-chemo ash135-agvhd2 ash135-agvhd3
"""
#: The same for section 3.3 of the notes on evidence: pooled figures, and single series.
POOLED = """
    anagnostou-cr anagnostou-adults-cr anagnostou-children-cr cgt-2023-orr cgt-2023-os bmt-2026-cr
    bmt-2026-mrd eight-trials-orr eight-trials-cr fimmu-2025-cr fimmu-2025-crs fimmu-2025-crs3
    fimmu-2025-nt3 medrxiv-2025-relapse medrxiv-2025-crs medrxiv-2025-nt cytotherapy-crs
    cytotherapy-crs-all cytotherapy-crs-lymphoma cytotherapy-nt han-2024-icans
"""
SINGLE = "cibmtr-578-cr eliana-75-cr leahy-cns leahy-no-cns ari-cr"


@pytest.mark.parametrize("name", [*TABULATED.split(), *POOLED.split(), *SINGLE.split()])
def test_every_cohort_that_was_noted_is_a_row(name: str) -> None:
    (row,) = [one for one in shipped_studies() if one.id == name]
    assert row.source.cite
    assert row.quote


@pytest.mark.parametrize("name", POOLED.split())
def test_a_pooled_figure_is_marked_as_one_and_is_no_target(name: str) -> None:
    (row,) = [one for one in shipped_studies() if one.id == name]
    assert row.pooled_of is not None
    assert not row.may_be_target


def test_the_impossible_denominator_of_a_preprint_did_not_come_in() -> None:
    rows = [one for one in shipped_studies() if one.cohort == "medrxiv-2025"]
    assert {one.n for one in rows} == {None}
    assert all("155,365" in (one.note or "") for one in rows)


def test_a_printed_interval_holds_its_estimate_wherever_one_is_given() -> None:
    given = [one for one in shipped_studies() if one.low is not None]
    assert len(given) > 10
    assert all(one.low <= one.estimate <= one.high for one in given)  # type: ignore[operator]  # the reader gives all three


def test_derived_counts_are_the_only_ones_that_fit_their_percentage() -> None:
    derived = [one for one in shipped_studies() if one.counts is Counts.DERIVED]
    assert len(derived) > 50
    assert not found("derived-ambiguous")
