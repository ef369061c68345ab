"""Charts of pooled outcomes show what was pooled where it lies, and say what they leave out."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from reinfuse.report.charts import Chart, NoChart
from reinfuse.report.charts.baujat import Pulling, draw_baujat
from reinfuse.report.charts.forest_pooled import draw_pooled_forest
from reinfuse.report.charts.forest_pooled_marks import LEADING, LEFT_PX, ONE_PATIENT, RIGHT_PX
from reinfuse.report.charts.forest_pooled_rows import By, CohortRow, OwnRow, PooledRow
from reinfuse.report.charts.funnel import IMAGE, FunnelPoint, draw_funnel
from reinfuse.report.charts.plane import Plane, Ruler, plain_ruler
from reinfuse.report.charts.prior_posterior import Belief, Density, draw_prior_posterior

RATES = Ruler(
    low=0.0, high=100.0, ticks=((0.0, "0"), (50.0, "50"), (100.0, "100")), title="Rate, %"
)
COHORT = CohortRow(
    label="Fabrizio 2022, <CNS3>", counts="35/40", told="87.5 % (73.2 to 95.8 %)", low=73.2,
    middle=87.5, high=95.8, standing="read in a secondary source", weight=0.6,
    drawn=(70.0, 85.0, 94.0), drawn_told="85.0 % (70.0 to 94.0 %)",
)  # fmt: skip
POOLED = PooledRow(
    label="Bayes, middle prior", by=By.PRIOR, told="80.0 % (40.0 to 95.0 %)", low=40.0, middle=80.0,
    high=95.0, predicted=(20.0, 98.0), predicted_told="new cohort 20.0 to 98.0 %", leading=True,
)  # fmt: skip
OWN = OwnRow(label="One patient, infusion 1", told="yes (day 30)", place=100.0)
POINTS = (
    FunnelPoint(label="A", x=0.0, se=0.1, told="50 %"),
    FunnelPoint(label="B", x=1.0, se=0.4, told="73 %"),
    FunnelPoint(label="mirror image of B", x=-1.0, se=0.4, told="27 %", mirror_image=True),
)
BELIEF = Belief(
    name="middle", written="tau half-normal 1",
    number=Density(values=(0.0, 50.0, 100.0), before=(1.0, 1.0, 1.0), after=(0.0, 2.0, 0.0),
                   middle=50.0, told="50 %", new=(0.5, 1.0, 0.5)),
    spread=Density(values=(0.0, 50.0, 100.0), before=(3.0, 1.0, 0.0), after=(1.0, 2.0, 0.0),
                   middle=40.0, told="tau 40"),
)  # fmt: skip


def forest() -> Chart:
    return drawn(draw_pooled_forest((COHORT,), (POOLED,), RATES, name="f", title="F", own=(OWN,)))


def funnel() -> Chart:
    return drawn(draw_funnel(POINTS, plain_ruler([-2.0, 2.0], "x"), middle=0.0))


def baujat() -> Chart:
    cohorts = [Pulling(label=f"<C{k}>", spread=float(k), moves=0.1 * k) for k in range(12)]
    return drawn(draw_baujat(cohorts))


def priors() -> Chart:
    return drawn(draw_prior_posterior((BELIEF,), RATES, RATES))


def drawn(chart: Chart | NoChart) -> Chart:
    assert isinstance(chart, Chart)
    return chart


EVERY = pytest.mark.parametrize("draw", [forest, funnel, baujat, priors])


@EVERY
def test_the_same_input_gives_the_same_bytes(draw: Callable[[], Chart]) -> None:
    first = draw().html()
    forest()
    assert draw().html() == first


@EVERY
def test_a_screen_reader_hears_one_title_and_one_description(draw: Callable[[], Chart]) -> None:
    root = ElementTree.fromstring(draw().svg)
    assert root.attrib["role"] == "img"
    assert len(root.findall("{*}title")) == len(root.findall("{*}desc")) == 1
    assert root.findall("{*}desc")[0].text == draw().description


@EVERY
def test_nothing_stands_outside_the_sheet(draw: Callable[[], Chart]) -> None:
    root = ElementTree.fromstring(draw().svg)
    _, _, wide, _ = (float(one) for one in root.attrib["viewBox"].split())
    assert wide == 760.0
    assert "NaN" not in draw().svg


def test_a_diamond_reaches_from_limit_to_limit_and_the_bar_beyond_it() -> None:
    svg = forest().svg
    width = 760.0 - LEFT_PX - RIGHT_PX
    filled = [one for one in re.findall(r"<path[^>]*>", svg) if f'fill="{LEADING}"' in one]
    found = [_across(one) for one in filled]
    assert (round(0.40 * width), round(0.95 * width)) in found
    lines = re.findall(r"<line[^>]*>", svg)
    bars = [one for one in lines if f'x2="{0.78 * width:.2f}"' in one]  # from 20 to 98: 78 wide
    assert len(bars) == 1


def test_one_patient_is_told_as_one_patient() -> None:
    chart = forest()
    assert f'fill="{ONE_PATIENT}"' in chart.svg
    assert ("One patient, infusion 1", "one patient") in {row[:2] for row in chart.table.rows}
    assert any("cannot contradict a rate" in note for note in chart.notes)


def test_over_sixty_cohorts_lose_their_names_and_the_chart_says_so() -> None:
    rows = [
        CohortRow(label=f"Cohort {k}", counts="", told="", low=10.0, middle=20.0, high=30.0)
        for k in range(61)
    ]
    chart = drawn(draw_pooled_forest(rows, (POOLED,), RATES, name="f", title="F"))
    assert ">Cohort 1<" not in chart.svg
    assert len(chart.table.rows) == 62
    assert any("61 cohorts do not fit with their names" in note for note in chart.notes)
    sixty = drawn(draw_pooled_forest(rows[:60], (POOLED,), RATES, name="f", title="F"))
    assert ">Cohort 1<" in sixty.svg


def test_no_cohort_is_no_forest() -> None:
    assert isinstance(draw_pooled_forest((), (), RATES, name="f", title="F"), NoChart)


def test_a_mirror_image_is_hollow_and_never_a_cohort() -> None:
    chart = funnel()
    hollow = re.findall(rf'<path[^>]*fill="#ffffff"[^>]*stroke="{IMAGE}"[^>]*>', chart.svg)
    assert len(hollow) == 2  # the one in the key, and the one on the plot
    rows = {row[0]: row for row in chart.table.rows}
    assert rows["mirror image of B"][4] == "no: mirror image"
    assert "2 cohorts and 1 mirror images" in chart.description


def test_outside_the_funnel_is_beyond_the_quantile_times_the_error() -> None:
    rows = {row[0]: row[3] for row in funnel().table.rows}
    # B lies 1.0 from the middle, and 1.96 x 0.4 is 0.784.
    assert rows == {"A": "inside", "B": "outside", "mirror image of B": "outside"}


def test_the_cohorts_farthest_out_are_named() -> None:
    chart = baujat()
    assert ">&lt;C11&gt;<" in chart.svg
    assert ">&lt;C1&gt;<" not in chart.svg
    assert len(chart.table.rows) == 12


def test_a_falling_ruler_has_its_low_end_on_top() -> None:
    errors = plain_ruler([0.1, 0.4], "Standard error", zero=True, falling=True)
    plane = Plane(left=10.0, top=20.0, width=100.0, height=50.0, x=RATES, y=errors)
    assert plane.at(50.0, 0.0) == (60.0, 20.0)
    assert plane.at(50.0, errors.high) == (60.0, 70.0)
    assert plane.at(200.0, 0.0)[0] == 110.0  # beyond the ruler: at its end


@pytest.mark.parametrize("values", [[0.0, 1.0], [3.0, 3.0], [-1e-9, 1e-9], [1.0, 1e6], []])
def test_a_ruler_holds_what_it_was_made_for(values: list[float]) -> None:
    ruler = plain_ruler(values, "x")
    assert all(ruler.holds(one) for one in values)
    assert 2 <= len(ruler.ticks) <= 7
    assert all(ruler.holds(tick) for tick, _ in ruler.ticks)


def _across(path: str) -> tuple[int, int]:
    """The first and last pixel of a path, from left to right."""
    data = re.search(r' d="([^"]+)"', path)
    assert data is not None
    numbers = [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", data[1])]
    return round(min(numbers[::2])), round(max(numbers[::2]))
