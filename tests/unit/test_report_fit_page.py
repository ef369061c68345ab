"""The page of a fit: what it says, what it leaves out, how large it grows."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from reinfuse.estimation.population.checking import Asked, FitCheck, design_of, visual_checks
from reinfuse.estimation.population.result import Outcome
from reinfuse.record.data_set import Assay
from reinfuse.report.charts.axis import Kind, linear_axis, log_axis, time_axis
from reinfuse.report.fit_page import FitInputs, VpcInputs, render_fit, render_vpc
from reinfuse.report.fit_page.certainty import condition_words
from reinfuse.report.fit_page.thinning import MOST_POINTS, thinned
from reinfuse.report.fit_page.visual import level_words
from reinfuse.report.page.inputs import Provenance
from tests.unit.population_decay import MODEL, POPULATION, decaying, design
from tests.unit.population_fits import check_of

PROVENANCE = Provenance(version="0", file="set.csv", sha256="abc", command="reinfuse fit", seed=1)


@pytest.fixture(scope="module")
def check() -> FitCheck:
    return check_of(design(10, limit=2.0), asked=(Asked(), Asked(corrected=True)))


@pytest.fixture(scope="module")
def page(check: FitCheck) -> str:
    return render_fit(FitInputs(title="Ten patients", check=check, provenance=PROVENANCE))


@pytest.mark.parametrize(
    "words",
    [
        "For research. It does not decide about treatment",
        "a model's",
        "converged",
        "10</dd>",
        "rule M3",
        "123.400 ± 0.120 (Monte Carlo SD)",
        "every constant counted",
        "without n ln 2π",
        "3 subjects above 0.7: the value and its error are not to be trusted",
        "Standard errors were not computed",
        "p-values are not corrected",
        "drawn at random within",
        "Bergstrand 2011",
        "Tab-separated",
    ],
)
def test_the_page_says(page: str, words: str) -> None:
    assert words in page


def test_every_drawing_has_a_table_and_a_description(page: str) -> None:
    figures = re.findall(r'<figure class="chart" id="([^"]+)">(.*?)</figure>', page, re.DOTALL)
    assert len(figures) >= 9
    for name, body in figures:
        assert "<table>" in body, name
        assert "<desc" in body, name


def test_the_same_fit_gives_the_same_page(check: FitCheck, page: str) -> None:
    assert render_fit(FitInputs(title="Ten patients", check=check, provenance=PROVENANCE)) == page


def test_no_id_stands_twice_and_every_link_leads_somewhere(page: str) -> None:
    names = re.findall(r'\bid="([^"]+)"', page)
    assert sorted(names) == sorted(set(names))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(names)


def test_a_fit_that_did_not_converge_says_so_first(check: FitCheck) -> None:
    fit = replace(check.fit, outcome=Outcome.LOOSE, loose=("k",))
    text = render_fit(FitInputs(title="x", check=replace(check, fit=fit), provenance=PROVENANCE))
    outcome = text[text.index('id="outcome"') : text.index('id="parameters"')]
    assert "the data do not fix every number" in outcome
    assert "<dd>k</dd>" in outcome


def test_names_from_a_file_cannot_put_markup_on_the_page(check: FitCheck) -> None:
    bad = '<img src=x onerror="alert(1)">'
    data = replace(check.design.data, assays=(Assay(label=bad, unit=bad),))
    design_ = replace(check.design, data=data)
    curves = tuple(replace(one, name=bad) for one in check.curves)
    hostile = replace(check, design=design_, curves=curves)
    text = render_fit(FitInputs(title=bad, check=hostile, provenance=PROVENANCE))
    assert "<img" not in text


def test_a_file_without_a_trace_draws_none(check: FitCheck) -> None:
    fit = replace(check.fit, trace=np.zeros((0, 6)))
    text = render_fit(FitInputs(title="x", check=replace(check, fit=fit), provenance=PROVENANCE))
    assert "The file of this fit holds no trace." in text


def test_a_large_set_stays_a_small_page() -> None:
    times = tuple(float(one) for one in np.linspace(0.5, 30.0, 12))
    made = design(500, limit=0.5, times=times)
    check = check_of(made)
    text = render_fit(FitInputs(title="x", check=check, provenance=PROVENANCE))
    assert len(text.encode()) < 5_000_000
    assert f"{MOST_POINTS} of 6000 measurements are drawn" in text
    assert "24 of 500 subjects are drawn" in text


def test_checks_alone_make_a_page(check: FitCheck) -> None:
    text = render_vpc(
        VpcInputs(title="Checks", vpcs=check.vpcs, provenance=PROVENANCE, notes=("other data",))
    )
    assert "visual predictive check · 10 subjects · 100 replicates" in text
    assert "other data" in text
    assert "For research" in text


def test_a_quantile_below_the_limit_is_told_in_words() -> None:
    assert level_words(-math.inf) == "below the limit"
    assert level_words(math.inf) == "above the limit"
    assert level_words(12.34) == "12.3"


def test_what_is_drawn_of_many_is_always_the_same_and_without_a_rhythm() -> None:
    places = thinned(1200)
    assert np.array_equal(places, thinned(1200))
    assert len(set(places.tolist())) == MOST_POINTS
    counts = np.bincount(places % 12)
    assert counts.min() > 0.7 * counts.mean()


def test_early_times_are_given_room() -> None:
    axis = time_axis([1.0, 3.0, 7.0, 10.0, 14.0, 28.0, 360.0], "Time", unit="d")
    assert axis.kind is Kind.ROOT
    assert axis.title.endswith("square-root scale")
    assert {0.0, 7.0, 28.0, 360.0} <= set(axis.ticks)
    assert time_axis([1.0, 2.0, 3.0, 4.0], "Time", unit="d").kind is Kind.LINEAR


AXES = """
    values     | kind   | at the low end | at the high end
    0, 10      | linear | -1             | 11
    1, 1000    | log    | 0.1            | 10000
"""


@pytest.mark.parametrize("line", AXES.strip().splitlines()[1:])
def test_an_axis_holds_its_values_and_keeps_others_at_its_ends(line: str) -> None:
    cells = [one.strip() for one in line.split("|")]
    values = [float(one) for one in cells[0].split(",")]
    axis = (linear_axis if cells[1] == "linear" else log_axis)(values, "")
    assert all(0.0 < axis.share(one) < 1.0 for one in values)
    assert axis.share(float(cells[2])) == 0.0
    assert axis.share(float(cells[3])) == 1.0
    assert all(axis.low <= one <= axis.high for one in axis.ticks)
    assert axis.share(-math.inf) == 0.0


@pytest.mark.parametrize("values", [[], [5.0], [5.0, 5.0], [0.0], [math.nan, 1.0]])
def test_an_axis_of_little_still_has_two_ends(values: list[float]) -> None:
    for axis in (linear_axis(values, ""), log_axis(values, ""), time_axis(values, "", unit="h")):
        assert axis.low < axis.high


def test_a_large_condition_number_is_judged() -> None:
    assert "too many parameters" in condition_words(5000.0)
    assert "below 1000" in condition_words(12.0)
    assert "infinite" in condition_words(math.inf)


def test_a_set_of_two_assays_has_panels_for_each() -> None:
    data = decaying(10, seed=1)
    twice = tuple(
        replace(one, samples=tuple(
            sample for each in one.samples
            for sample in (each, replace(each, assay=1))
        )) for one in data.subjects
    )  # fmt: skip
    assays = (Assay(label="flow", unit="%"), Assay(label="qPCR", unit="copies/ug"))
    made = design_of(replace(data, subjects=twice, assays=assays), MODEL)
    numbers = POPULATION._replace(residual=np.asarray([-1.0, -1.0]))
    found = visual_checks(made, numbers, seed=1, count=20)
    text = render_vpc(VpcInputs(title="x", vpcs=found, provenance=PROVENANCE))
    assert "Quantiles over time: flow" in text
    assert "Quantiles over time: qPCR" in text
    assert "Level (copies/ug)" in text
