"""The page of one outcome says the answer first, and never a number that there is not."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from functools import cache

import pytest
from scipy.stats import binomtest

from reinfuse.report.charts.values import Table
from reinfuse.report.pool_page import PoolInputs, PoolPart, render_pool
from tests.unit.pooled_pages import (
    chosen_few,
    chosen_many,
    counted,
    hazard_ratios,
    inputs_of,
    many_arms,
)


@cache
def few() -> str:
    return render_pool(inputs_of(chosen_few()))


@cache
def many() -> str:
    return render_pool(inputs_of(chosen_many()))


def words_of(page: str) -> str:
    """The page as text, without drawings and marks."""
    plain = re.sub(r"<svg.*?</svg>|<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", plain)


def test_the_answer_stands_first_with_its_interval_and_that_of_a_new_cohort() -> None:
    said = words_of(few())
    answer = said.index("CR: 84.0 % (95 % interval")
    assert answer < said.index("What was asked") < said.index("Methods side by side", answer)
    assert re.search(r"a new cohort&#39;s rate lies between \d+\.\d and \d+\.\d %", said)
    assert "(Bayes, middle prior (tau half-normal 1))" in said


def test_three_priors_are_printed_with_source_and_standing() -> None:
    said = words_of(few())
    for name, standing in (("narrow", "recalled"), ("middle", "read in a public port"),
                           ("wide", "our own choice")):  # fmt: skip
        assert re.search(rf"Prior {name}: mu normal.*?\[{standing}\]", said), name
    assert "The prior decides much here" in said
    assert "The methods disagree" in said


@pytest.mark.parametrize(
    ("events", "n", "printed"),
    [(35, 40, "87.5 % (73.2 to 95.8 %)"), (10, 15, "66.7 % (38.4 to 88.2 %)"),
     (7, 7, "100.0 % (59.0 to 100.0 %)")],
)  # fmt: skip
def test_each_cohort_has_its_exact_interval(events: int, n: int, printed: str) -> None:
    exact = binomtest(events, n).proportion_ci(0.95, method="exact")
    judged = f"{100 * events / n:.1f} % ({100 * exact.low:.1f} to {100 * exact.high:.1f} %)"
    assert judged == printed
    assert printed in words_of(few())


def test_with_few_cohorts_it_says_why_there_is_no_funnel_and_no_influence() -> None:
    said = words_of(few())
    assert "3 of at least 10 cohorts: with so few a lopsided funnel" in said
    assert "3 of at least 4 cohorts: without one of them hardly anything" in said
    assert 'id="chart-funnel"' in few()
    assert few().count('class="chart no-chart"') == 2


def test_with_many_cohorts_likelihood_leads_and_all_is_drawn() -> None:
    said = words_of(many())
    assert "binomial-normal, maximum likelihood leads" in said
    assert "no-chart" not in many().partition("<body>")[2]
    for words in ("Egger", "Begg", "Trim and fill", "Cook"):
        assert words in said


def test_every_study_has_source_standing_and_quote() -> None:
    page = few()
    rows = re.findall(r'<tr id="study-\d+">.*?</tr>', page, flags=re.DOTALL)
    assert len(rows) == 3
    for row, study in zip(rows, chosen_few().chosen, strict=True):
        said = words_of(row)
        assert study.source.cite in said
        assert str(study.source.standing) in said
        assert f"<q>{study.quote}</q>" in row


def test_every_row_that_was_left_out_says_why() -> None:
    said = words_of(few())
    for one in chosen_few().left_out:
        assert one.why in said
        assert one.study.id in said


def test_one_cohort_is_not_pooled() -> None:
    said = words_of(render_pool(counted((35, 40))))
    assert "One cohort, 35 of 40: nothing is pooled. Its exact interval is 73.2 to 95.8 %" in said
    assert "Methods side by side" not in said
    assert "Which cohorts matter" not in said


@pytest.mark.parametrize(
    ("counts", "words"),
    [(((0, 20), (0, 15), (0, 30)), "No event in any of 3 cohorts (0 of 65)"),
     (((20, 20), (15, 15)), "Everybody had the event in each of 2 cohorts (35 of 35)")],
)  # fmt: skip
def test_nobody_and_everybody_have_an_answer(
    counts: tuple[tuple[int, int], ...], words: str
) -> None:
    page = render_pool(counted(*counts))
    assert words in words_of(page)
    assert "no number: " in words_of(page)
    assert "(Bayes, middle prior" in words_of(page)


def test_no_page_holds_what_is_no_number() -> None:
    pages = [few(), many(), render_pool(hazard_ratios()), render_pool(many_arms(12)),
             render_pool(counted((0, 9), (0, 4))), render_pool(counted((3, 3))),
             render_pool(counted((1, 1), (0, 1)))]  # fmt: skip
    for page in pages:
        assert not re.search(r"\b(nan|NaN|inf|Infinity|None)\b", words_of(page))
        assert not re.search(r"NaN|Infinity", page)


def test_ratios_are_read_as_ratios() -> None:
    page = render_pool(hazard_ratios())
    said = words_of(page)
    assert "Overall survival: 0.752 (95 % interval 0.571 to 0.979) in the middle one of 6" in said
    assert "0.72 (0.502 to 1.03)" in said
    assert "Hazard ratio, log scale" in page
    assert "The counts did not come from a study table" in said


def test_ratios_have_contours_around_no_difference() -> None:
    page = render_pool(many_arms(14))
    assert "p above 0.10, 0.05, 0.01" in page
    assert "p above 0.10" not in many()  # a rate has no such number


def test_what_was_asked_beside_it_stands_on_the_page() -> None:
    part = PoolPart(
        name="arm", title="An arm beside the cohorts", words=("3 of 9 lie low.",),
        table=Table(("Count", "Chance"), (("3 or fewer", "4 %"),)),
    )  # fmt: skip
    page = render_pool(replace(counted((35, 40), (10, 15)), parts=(part,)))
    assert '<a href="#arm">An arm beside the cohorts</a>' in page
    assert "3 of 9 lie low." in page
    assert '<th scope="row">3 or fewer</th><td>4 %</td>' in page


def test_a_label_cannot_write_into_the_page() -> None:
    inputs = inputs_of(chosen_few())
    bad = "<script>alert(1)</script>"
    assert not isinstance(inputs.pooled, type(hazard_ratios().pooled))
    labels = (bad, *inputs.pooled.labels[1:])
    page = render_pool(replace(inputs, title=bad, pooled=replace(inputs.pooled, labels=labels)))
    assert bad not in page
    assert "&lt;script&gt;" in page


def test_a_thousand_cohorts_are_drawn_in_under_three_seconds_and_the_page_says_how() -> None:
    inputs: PoolInputs = many_arms(1000)
    render_pool(many_arms(3))  # what is imported late is imported now
    begun = time.process_time()
    page = render_pool(inputs)
    assert time.process_time() - begun < 3.0
    said = words_of(page)
    assert "1000 cohorts do not fit with their names" in said
    assert "leaving out each in turn is done up to 200" in said
    assert "Trial 999" in said
