"""The section of a report on options: what it must say, and what it must never show."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from reinfuse.estimation import fit_course
from reinfuse.estimation.mechanistic.fit import fit_windows
from reinfuse.estimation.mechanistic.observed import Change, Kind, Observed
from reinfuse.estimation.mechanistic.result import LatentFit, MechanismFit, Sampler
from reinfuse.estimation.whitened.learned import Direction
from reinfuse.estimation.whitened.sampling import Sampling
from reinfuse.grading import grade_course
from reinfuse.report import ForecastInputs, NoForecast, Provenance, ReportInputs, render_page
from reinfuse.report.forecast.answers import matrices, seen_charts, toxicity_chart
from reinfuse.report.forecast.intervals import PROBABILITY, Block, Line, draw_intervals
from reinfuse.report.forecast.learned import assumed_rows
from reinfuse.report.forecast.measured import window_views
from reinfuse.report.forecast.numbers import answer_words, number
from reinfuse.report.forecast.section import forecast_values
from reinfuse.report.page.templating import environment
from reinfuse.source import Standing
from reinfuse.trials.forecast import Answer, Asked, Difference, Forecast, Option, forecast
from reinfuse.trials.forecast.asked import Cells, Collected, Dose, DoseUnit
from reinfuse.trials.forecast.compared import ASSUMED, CANNOT_TELL
from reinfuse.trials.forecast.questions import Ask, Question
from tests.unit.mechanistic_courses import written
from tests.unit.pretend_window import second_window

LOOKS = (
    Observed(kind=Kind.LESION_VOLUME, days=(-7.0, -7.0), value=50.0, lesion=1),
    Observed(kind=Kind.LESION_CHANGE, days=(28.0, 30.0), change=Change.REDUCED, lesion=1),
    Observed(kind=Kind.CAR_PERCENT, days=(8.0, 12.0), value=40.0, peak=True),
    Observed(kind=Kind.CAR_PERCENT, days=(40.0, 40.0), limit_unknown=True),
    Observed(kind=Kind.MRD, days=(28.0, 30.0), below=0.01),
)
OPTIONS = (
    Option(name="zz nothing", infused=False),
    Option(name="as it was given"),
    Option(name="own <cells>", cells=Cells.OWN, collected=Collected.BEFORE),
    Option(name="a dose x3", dose=Dose(amount=3.0, unit=DoseUnit.TIMES, words="x3")),
)
ENDED = Sampler(
    words="stopped by the limit of seconds: R-hat 1.40", agreed=False, r_hat=1.4, effective=80.0,
    evaluations=1000, seconds=1.0, log_evidence=None, modes=1, starts=8, starts_agreeing=8,
)  # fmt: skip
RANKING = re.compile(
    r"\b(best|better|worse|worst|superior|recommend\w*|optimal|prefer\w*|rank(?! correlation))\b"
)


@pytest.fixture(scope="module")
def prior() -> MechanismFit:
    """A window of which nothing was measured, drawn from the prior."""
    found = fit_windows(
        (second_window(observed=()),), rng=np.random.default_rng(1), sampling=Sampling(kept=60)
    )
    assert isinstance(found, MechanismFit)
    return found


@pytest.fixture(scope="module")
def fit(prior: MechanismFit) -> MechanismFit:
    """The same draws, as if they were a fit of what was measured that is not done."""
    window = replace(prior.windows[0], observed=LOOKS, assumed=("weight of 60 kg",))
    rows = [replace(row, narrowing=0.5, informed=True, shift=-2.4)
            if row.latent.name == "growth" else row for row in prior.fitted]  # fmt: skip
    names = tuple(latent.name for latent in prior.latents)
    loadings = np.array([float(name in ("growth", "kill")) for name in names]) / np.sqrt(2)
    return replace(
        prior, windows=(window,), fitted=tuple(rows), sampler=ENDED, prior_only=False,
        directions=(Direction(sd=0.31, names=names, loadings=loadings),),
        words=("growth came to lie 2.4 prior SDs below what was assumed: at odds",),
    )  # fmt: skip


@pytest.fixture(scope="module")
def result(prior: MechanismFit) -> Forecast:
    asked = Asked(
        infusion="infusion-2", horizon=365.25, reference="as it was given", options=OPTIONS
    )
    return forecast(prior, asked, transplanted=True, draws=60, rng=np.random.default_rng(1))


def section(fit: MechanismFit, result: Forecast) -> str:
    inputs = ForecastInputs(
        fit=fit, result=result, options_file="mine.yaml", options_sha256="ab" * 32
    )
    return environment().get_template("forecast.html").render(**forecast_values(inputs))


@pytest.fixture(scope="module")
def page(fit: MechanismFit, result: Forecast) -> str:
    return section(fit, replace(result, prior_only=False))


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    "words",
    [
        "for research and decides nothing",
        "are not ranked",
        "The fit is not done. Stopped by the limit of seconds: R-hat 1.40",
        "Infusion 2: left pelvic wall",
        "The data narrowed these 1 of",
        "2.4 prior SDs below what was assumed",
        "0.31: kill x growth",
        "nothing measured tells the two apart",
        "weight of 60 kg",
        "uncalibrated: range only",
        "days beyond follow-up",
        "Differences from: as it was given",
        "It is what the model allows, and no probability",
        "follow-up ends on day 45",
        "leukemia does not move between sites in the model",
        "own and donor cells are confounded",
        "mine.yaml, SHA-256 abababab",
    ],
)
def test_the_section_says(page: str, words: str) -> None:
    text = plain(page).replace("growth x kill", "kill x growth")
    assert words.casefold() in text.casefold()


def test_the_section_is_well_formed_and_no_id_stands_twice(page: str) -> None:
    ElementTree.fromstring(f"<section>{page.replace('<br>', '<br/>')}</section>")
    names = re.findall(r'\bid="([^"]+)"', page)
    assert sorted(names) == sorted(set(names))
    assert "own &lt;cells&gt;" in page
    assert "<cells>" not in page


def test_every_drawing_has_a_description_and_a_table(page: str) -> None:
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert len(figures) >= 12
    for figure in figures:
        assert '<svg xmlns="http://www.w3.org/2000/svg" role="img"' in figure
        assert "<desc" in figure
        assert "<table>" in figure


def test_options_stand_in_the_order_of_their_file_and_no_word_ranks_them(
    page: str, result: Forecast
) -> None:
    for matrix in matrices(result):
        assert [name for name, _, _ in matrix.rows] == [option.name for option in OPTIONS]
    said = plain(page).casefold()
    # The one sentence that says that nothing is called best is the exception.
    assert not RANKING.findall(said.replace("none is called best", ""))
    assert "would have" not in said


def test_every_difference_says_whether_it_was_learned(page: str) -> None:
    text = plain(page)
    assert CANNOT_TELL in text
    assert ASSUMED in text
    rows = re.findall(r'<table class="told">.*?</table>', page, re.DOTALL)
    assert len(rows) == 2 * (len(OPTIONS) - 1)
    for row in "".join(rows).split("<tr>"):
        if "<td>" in row and "no difference in the model" not in row:
            assert "assumed, not learned" in row or "learned from this patient" in row


def test_severe_crs_and_gvhd_are_ranges_without_a_point(result: Forecast) -> None:
    chart = toxicity_chart(result)
    given = ElementTree.fromstring(chart.svg)
    points = [one for one in given.iter() if one.tag.endswith("circle")]
    assert len(points) == len(OPTIONS)  # one of CRS >= 2 for each option
    for _, label, told in chart.table.rows:
        assert ("(" in told) == (label == "CRS ≥ 2"), label
    _, effects = matrices(result)
    ranges = [at for at, head in enumerate(effects.heads) if head.mind.startswith("uncalibrated")]
    assert len(ranges) == 2
    assert all("(" not in cells[at] for _, _, cells in effects.rows for at in ranges)


def test_what_goes_beyond_follow_up_is_hollow(result: Forecast) -> None:
    svg = seen_charts(result)[0].svg
    assert svg.count("<circle") == len(OPTIONS) * len(result.days)
    hollow = re.findall(r'<circle[^>]*fill="#ffffff"', svg)
    beyond = [day for day in result.days if day > result.followed_until]
    assert len(hollow) == len(OPTIONS) * len(beyond) > 0


def test_a_prior_only_fit_is_called_so_first(prior: MechanismFit, result: Forecast) -> None:
    text = plain(section(prior, result))
    assert "draws of the prior" in text
    assert text.index("Prior only.") < text.index("What was measured")
    assert "The data narrowed none of the" in text


def test_chains_that_agree_are_said_to_agree(fit: MechanismFit, result: Forecast) -> None:
    done = replace(ENDED, agreed=True, r_hat=1.01, words="converged")
    text = plain(section(replace(fit, sampler=done), replace(result, prior_only=False)))
    assert "The chains of the fit agree: R-hat 1.01 at most" in text
    assert "The fit is not done" not in text


def test_a_recalled_value_is_marked(fit: MechanismFit, result: Forecast) -> None:
    def recalled(row: LatentFit) -> LatentFit:
        if row.latent.name != "kill" or row.latent.parameter is None:
            return row
        source = replace(row.latent.parameter.source, standing=Standing.RECALLED)
        parameter = replace(row.latent.parameter, source=source)
        return replace(row, latent=replace(row.latent, parameter=parameter))

    marked = replace(fit, fitted=tuple(recalled(row) for row in fit.fitted))
    assert [row.below for row in assumed_rows(marked) if row.recalled] == ["kill"]
    assert "recalled, and not read anywhere" in plain(section(marked, result))
    assert "recalled, and not read anywhere" not in plain(section(fit, result))


def test_everything_measured_is_drawn_and_told(fit: MechanismFit) -> None:
    (view,) = window_views(fit)
    told = " ".join(chart.description for chart in view.charts)
    for words in (
        "40 (highest) on day 8 to 12",
        "below a limit that is not stated",
        "below 0.01 on day 28 to 30",
        "50 on day −7".replace("−", "-"),
        "smaller on day 28 to 30",
    ):
        assert words in told
    assert ">smaller</text>" in view.charts[-1].svg


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, "0"), (0.001, "<1"), (0.56, "56"), (0.999, ">99"), (1.0, "100")]
)
def test_a_chance_is_never_rounded_to_certainty(value: float, shown: str) -> None:
    assert number(Question(ask=Ask.CRS_2), value) == shown


def test_answers_in_words() -> None:
    crs, cells = Question(ask=Ask.CRS_2), Question(ask=Ask.CMAX)
    severe, long = Question(ask=Ask.CRS_3), Question(ask=Ask.APLASIA_DAYS)
    words = [
        answer_words(Answer(question=crs, middle=0.5, low=0.001, high=1.0)),
        answer_words(Answer(question=severe, middle=None, low=0.1, high=0.9)),
        answer_words(Answer(question=long, middle=200.0, low=3.0, high=365.0, most=365.0)),
        answer_words(Answer(question=cells, middle=None, low=None, high=None, why="no cells")),
        answer_words(
            Difference(question=cells, middle=-3.0, low=-5.0, high=0.4, higher=0.0, lower=1.0,
                       told=True, learned=False, drivers=(), words="")
        ),
    ]  # fmt: skip
    assert words == [
        "50 % (<1 to 100)", "10 to 90 %", "200 d (3 to 365 or more)", "no answer: no cells",
        "−3 points (−5 to 0.4)",
    ]  # fmt: skip


def test_a_line_without_an_answer_has_words_and_no_mark() -> None:
    block = Block(heading="a", lines=(Line(label="peak", told="no answer"),))
    svg = draw_intervals((block,), PROBABILITY, name="one", title="One").svg
    assert "no answer" in svg
    assert "<circle" not in svg


def test_a_report_without_options_says_how_to_ask(fit: MechanismFit, result: Forecast) -> None:
    course = written()
    given = ReportInputs(
        course=course, grades=grade_course(course), findings=(), lines={},
        curves=fit_course(course, seed=1),
        provenance=Provenance(version="0", file="c.yaml", sha256="a", command="x", seed=1),
    )  # fmt: skip
    bare = render_page(given)
    assert "reinfuse report c.yaml --options FILE" in bare
    assert "small-charts" not in bare
    without = render_page(replace(given, forecast=NoForecast(why="no fit: <too> soon")))
    assert "nothing can be said of them: no fit: &lt;too&gt; soon" in without
    asked = ForecastInputs(fit=fit, result=result, options_file="o", options_sha256="b")
    full = render_page(replace(given, forecast=asked))
    assert 'href="#forecast"' in full
    assert "small-charts" in full


def test_chains_far_apart_make_the_table_a_first_look(
    fit: MechanismFit, result: Forecast, page: str
) -> None:
    assert "a first look, and no difference below is called learned" in plain(page)
    done = replace(fit, sampler=replace(ENDED, agreed=True, r_hat=1.005))
    assert "a first look" not in plain(section(done, replace(result, prior_only=False)))
