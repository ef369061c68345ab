"""A method of inverse variance that was asked for, held against the counts themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from tests.journey.pool_tables import EXAMPLES, HEADER, Said, Write, asking, pooled, writing

SPREAD = ((0, 9), (0, 8), (0, 7), (0, 6), (0, 5), (0, 4), (1, 3))


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    return asking(monkeypatch, capsys)


@pytest.fixture
def counts(tmp_path: Path) -> Write:
    return writing(tmp_path)


@pytest.mark.parametrize(
    ("pairs", "what"),
    [
        (((0, 20), (0, 10), (0, 5)), "no event in any cohort (0 of 35)"),
        (((7, 7), (9, 9)), "everybody had the event in each cohort (16 of 16)"),
    ],
)
@pytest.mark.parametrize(
    "asked", [("--measure", "PR"), ("--measure", "PLN"), ("--method", "REML"), ("--method", "EE")]
)
def test_halves_that_were_added_are_never_the_whole_answer(
    said: Said, counts: Write, pairs: tuple[tuple[int, int], ...], what: str, asked: tuple[str, str]
) -> None:
    lead = pooled(said, counts(*pairs), *asked)["methods"][0]
    assert lead["estimate"] is None
    assert what in lead["why"]


def test_a_method_that_leads_is_among_those_that_are_said_to_agree_or_not(
    said: Said, counts: Write
) -> None:
    _, out, _ = said(counts((0, 1), (1, 1)), "--measure", "PLN")
    assert "methods agree" not in out
    assert "PLN, REML 67.2 %" in " ".join(out.split())
    _, out, _ = said(counts(*SPREAD), "--measure", "PFT")
    assert "PFT, REML says 0.1 %" in " ".join(out.split())


def test_a_method_that_is_shown_anyhow_is_not_counted_twice(said: Said, counts: Write) -> None:
    """DerSimonian-Laird says the same where the spread is 0, and is another method all the same."""
    _, out, _ = said(counts((0, 1), (1, 1)), "--method", "REML")
    assert "The 7 methods agree" in out
    assert "log odds, DerSimonian-Laird" in out
    assert "log odds, REML  " not in out


def test_patients_of_two_arms_are_those_of_both(said: Said) -> None:
    """191 patients and 194 of the other arm."""
    arms = str(EXAMPLES / "invented-arms.csv")
    assert "6 cohorts, 385 patients in both arms" in said(arms, "--measure", "OR")[1]
    _, out, _ = said(arms)
    assert "26 of 191 patients" in out
    assert "6 of 6 cohorts have a control arm, which is not used here" in out


def test_the_page_shows_what_cohorts_counted_whatever_the_measure(
    said: Said, counts: Write, tmp_path: Path
) -> None:
    """0 of 9 is no 5 %: halves and arcsines belong to the mean, and not to a cohort."""
    page = tmp_path / "page.html"
    for measure in ("PLN", "PFT"):
        assert said(counts(*SPREAD), "--measure", measure, "-o", str(page))[0] == 0
        text = page.read_text(encoding="utf-8")
        forest = text[: text.index("Methods side by side</h2>")]
        high = 100 * (1 - 0.025 ** (1 / 9))
        assert f"0.0 % (0.0 to {high:.1f} %)" in forest, measure
        assert "because it was asked for" in text


MEANS = f"""{HEADER},measure,mean,sd
a,a,A,day of peak,,20,patient,none printed,A 2020,abstract only,10,mean,10,3
b,b,B,day of peak,,11,patient,none printed,B 2020,abstract only,14,mean,14,4
"""


def test_a_prior_of_the_spread_does_not_draw_means_to_the_middle_of_log_odds(
    said: Said, tmp_path: Path
) -> None:
    """A plain grid over the mean and tau, with nothing said of the mean beforehand."""
    path = tmp_path / "means.csv"
    path.write_text(MEANS, encoding="utf-8")
    lead = pooled(said, str(path), "--prior", "half-normal(3)")["methods"][0]
    mean, tau = np.linspace(-60, 90, 6001), np.linspace(0, 20, 1201)
    log_density = norm.logpdf(tau, 0, 3)[None]
    for seen, variance in ((10, 9 / 20), (14, 16 / 11)):
        log_density = log_density + norm.logpdf(seen, mean[:, None], np.sqrt(variance + tau**2))
    weight = np.exp(log_density - log_density.max())
    weight[:, 0] /= 2
    share = np.cumsum(weight.sum(axis=1)) / weight.sum()
    low, middle, high = np.interp([0.025, 0.5, 0.975], share, mean)
    assert [lead["low"], lead["estimate"], lead["high"]] == pytest.approx(
        [low, middle, high], abs=0.05
    )
    assert "prior half-normal(3): mu flat" in said(str(path), "--prior", "half-normal(3)")[1]
