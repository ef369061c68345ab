"""Beside what a course cites stand cohorts that may be pooled, and its answer as one patient."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from scipy.stats import binomtest

from reinfuse.evidence import shipped_studies
from reinfuse.evidence.sharing import relate_cohorts, share
from reinfuse.exchange.course_file import read_course
from reinfuse.grading import Grade, grade_course
from reinfuse.record import Course
from reinfuse.report.charts import Chart
from reinfuse.report.page.figures import forest_chart
from reinfuse.report.page.sections import Section, _literature
from reinfuse.report.page.templating import environment
from reinfuse.report.pool_page.cited import cited_studies, fair_pools
from reinfuse.report.pool_page.literature import Beside, literature_values
from reinfuse.report.pool_page.own_answer import Said, own_answers
from reinfuse.source import Standing

EXAMPLES = Path(__file__).parents[2] / "examples"


@cache
def course(name: str = "founding-case") -> Course:
    read = read_course(EXAMPLES / f"{name}.yaml").course
    assert read is not None
    return read


@cache
def grades(name: str = "founding-case") -> tuple[Grade, ...]:
    return grade_course(course(name))


@cache
def beside() -> tuple[Beside, ...]:
    found = literature_values(course(), grades())["beside"]
    assert isinstance(found, list)
    return tuple(found)


@pytest.mark.parametrize(
    ("label", "events", "n", "interval"),
    [("Fabrizio 2022, CNS3", 35, 40, "73.2 to 95.8 %"),
     ("Fabrizio 2022, non-CNS", 10, 15, "38.4 to 88.2 %"),
     ("Gauthier 2021, ALL", 3, 14, "4.7 to 50.8 %")],
)  # fmt: skip
def test_cited_cohorts_are_printed_with_exact_intervals(
    label: str, events: int, n: int, interval: str
) -> None:
    chart = forest_chart(course())
    assert isinstance(chart, Chart)
    row = next(row for row in chart.table.rows if row[0] == label)
    exact = binomtest(events, n).proportion_ci(0.95, method="exact")
    assert interval == f"{100 * exact.low:.1f} to {100 * exact.high:.1f} %"
    assert row[3:7] == (f"{events}/{n}", "patients", f"{100 * events / n:.1f} %", interval)


def test_every_cited_number_comes_from_the_table_of_studies() -> None:
    chart = forest_chart(course())
    assert isinstance(chart, Chart)
    cited = cited_studies(course(), shipped_studies())
    assert [row[0] for row in chart.table.rows] == [one.label for one in cited]
    assert len(cited) == 13  # E01 to E12, of which E12 is two outcomes


def test_what_is_pooled_is_one_outcome_of_patients_who_are_counted_once() -> None:
    pools, alone = fair_pools(course(), shipped_studies())
    assert [one.cited for one in pools] == [("e06", "e07"), ("e10",)]
    related = relate_cohorts(shipped_studies())
    for one in pools:
        rows = one.selection.chosen
        assert len({(row.outcome, row.disease, row.infusion, row.counted) for row in rows}) == 1
        assert all(row.source.standing is not Standing.RECALLED for row in rows)
        pairs = [(a, b) for a in rows for b in rows if a is not b]
        assert not any(share(a, b, related) for a, b in pairs)
    assert {one.study.id for one in alone} >= {"e01", "e05", "e08", "e09", "e11"}


def test_chronic_lymphocytic_leukemia_is_not_pooled_with_acute() -> None:
    _, alone = fair_pools(course(), shipped_studies())
    why = next(one.why for one in alone if one.study.id == "e08")
    assert "no other cohort of the table counts this outcome in such patients" in why


def test_a_course_that_cites_nothing_has_nothing_pooled() -> None:
    found = literature_values(replace(course(), claims=()), grades())
    assert found == {"beside": [], "alone": ()}


@pytest.mark.parametrize(
    ("name", "outcome", "said"),
    [("founding-case", "CR or CRi", {1: Said.YES, 2: Said.OPEN}),
     ("founding-case", "CR", {1: Said.OPEN, 2: Said.OPEN}),
     ("founding-case", "extramedullary CR", {2: Said.YES}),
     ("founding-case", "five-year OS", {}),
     ("invented-adult", "CR", {1: Said.NO}),
     ("invented-adult", "extramedullary CR or PR", {1: Said.YES}),
     ("invented-child", "CR", {1: Said.YES, 2: Said.YES})],
)  # fmt: skip
def test_a_course_answers_as_its_grades_of_the_first_months_do(
    name: str, outcome: str, said: dict[int, Said]
) -> None:
    found = own_answers(course(name), grades(name), outcome)
    assert {one.number: one.said for one in found} == said


def test_a_relapse_months_later_is_no_answer_to_an_infusion() -> None:
    late = [one for one in grades() if one.subject == "infusion-1" and one.topic.startswith("over")]
    assert {(one.low, one.high) for one in late} == {("no CR", "no CR")}
    assert all(one.by_marrow for one in own_answers(course(), grades(), "CR") if one.number == 1)


def test_the_own_answer_is_told_as_one_patient() -> None:
    first = next(one for one in beside() if one.heading.startswith("CR or CRi"))
    said = " ".join(first.own)
    assert "This course, one patient, infusion 1 (autologous): yes" in said
    expected = re.search(r"(\d+) of 100 patients are expected to answer yes", said)
    assert expected is not None
    rates = [100 * 65 / 79, 100 * 115 / 125]  # the lowest and the highest of the cohorts
    assert rates[0] - 3 < float(expected[1]) < rates[1]
    assert "one patient cannot contradict a rate" in said
    assert isinstance(first.chart, Chart)
    assert ("One patient, infusion 1", "one patient") in {row[:2] for row in first.chart.table.rows}


def test_an_answer_that_the_record_leaves_open_is_not_placed() -> None:
    outside = beside()[0]
    assert "not settled" in " ".join(outside.own)
    assert isinstance(outside.chart, Chart)
    assert not any(row[1] == "one patient" for row in outside.chart.table.rows)


def test_another_product_than_that_of_the_cohorts_is_said() -> None:
    lesions = next(one for one in beside() if one.heading.startswith("extramedullary CR"))
    assert "One cohort, 7 of 18: nothing is pooled" in lesions.answer
    assert "Another case than the cohorts: product donor-derived" in " ".join(lesions.own)


def test_differing_sites_and_what_is_not_stated_are_told() -> None:
    said = " ".join(beside()[0].words)
    assert "site differs: CNS; non-CNS extramedullary" in said
    assert "definition is not stated for 1 of 3" in said


def test_the_section_shows_all_of_it() -> None:
    page = _rendered(_literature(course(), grades()))
    assert page.count('<figure class="chart"') == 1 + len(beside())
    assert "Cited, and not pooled" in page
    assert "35/40" in page
    assert "73.2 to 95.8 %" in page


def test_without_scipy_the_section_says_so_and_the_cited_cohorts_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [one for one in sys.modules if one.startswith("reinfuse.report.pool_page")]:
        monkeypatch.delitem(sys.modules, name)
    for name in [one for one in sys.modules if one.startswith("reinfuse.pooling")]:
        monkeypatch.delitem(sys.modules, name)
    for name in [one for one in sys.modules if one.partition(".")[0] == "scipy"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "scipy", None)
    page = _rendered(_literature(course(), grades()))
    assert "Nothing is pooled: that needs SciPy" in page
    assert "73.2 to 95.8 %" in page


def _rendered(section: Section) -> str:
    return environment().get_template(section.template).render(**section.values)


def test_cohorts_that_count_infusions_are_not_told_as_patients() -> None:
    alone = next(one for one in beside() if one.heading.startswith("extramedullary CR"))
    assert any("counted are infusions, not patients" in word for word in alone.words)
