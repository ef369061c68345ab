"""One outcome pooled by somebody who asks: the answer, and what it rests on."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from scipy.stats import binomtest

from tests.journey.pool_tables import (
    CASE,
    EXAMPLES,
    JUDGE,
    OUTSIDE,
    Said,
    Write,
    asking,
    pooled,
    write_bcg,
    writing,
)

METAFOR = json.loads((JUDGE / "expected_metafor_3.8-1.json").read_text(encoding="utf-8"))
BAYES = json.loads((JUDGE / "expected_bayes_quadrature.json").read_text(encoding="utf-8"))
NOT_A_NUMBER = re.compile(r"\b(nan|inf|none)\b", re.IGNORECASE)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    return asking(monkeypatch, capsys)


@pytest.fixture
def counts(tmp_path: Path) -> Write:
    return writing(tmp_path)


@pytest.fixture
def bcg(tmp_path: Path) -> str:
    return write_bcg(tmp_path / "bcg.csv")


def test_few_cohorts_are_led_by_a_prior_with_every_method_beside(said: Said) -> None:
    """The worked example of the reference, at the figures of three outside programs."""
    document = pooled(said, *OUTSIDE)
    judge = next(one for name, one in BAYES.items() if "non-CNS CR k=3" in name)
    lead = document["methods"][0]
    assert lead["method"] == "Bayes, middle prior (tau half-normal 1)"
    low, middle, high = judge["invlogit_mu_q"]
    assert [lead["low"], lead["estimate"], lead["high"]] == pytest.approx(
        [low, middle, high], abs=2e-4
    )
    posterior = document["priors"][0]
    assert posterior["new_rate"]["mean"] == pytest.approx(judge["pred_new_study_mean"], abs=2e-4)
    by_name = {one["method"]: one for one in document["methods"]}
    for name, ends in (
        ("binomial-normal, maximum likelihood", (0.616, 0.409, 0.788)),
        ("log odds, REML with Knapp-Hartung", (0.614, 0.152, 0.934)),
    ):
        found = [by_name[name][key] for key in ("estimate", "low", "high")]
        assert found == pytest.approx(ends, abs=5e-4), name
    assert [one["name"] for one in document["priors"]] == ["middle", "narrow", "wide"]
    assert {one["id"] for one in document["left_out"]} == {"e06", "qi-cns"}


def test_the_text_says_the_answer_first_then_what_it_rests_on(said: Said) -> None:
    code, out, err = said(*OUTSIDE)
    assert (code, err) == (0, "")
    flat = " ".join(out.split())
    places = [
        flat.index(words)
        for words in (
            "3 cohorts, 31 of 51 infusions and patients: 61.3 % (95 % 32.4 to 84.1 %)",
            "The prior decides much here, so name it",
            "method rate 95 % new cohort, 95 % tau",
            "prior wide: mu normal(0, 2.5), tau half-normal(2)",
            "holland-em-cr Holland 2022 7/18 infusions 17.3 to 64.3 %",
            "its site is CNS, not non-CNS extramedullary",
            "[mixed-counted]",
            "For research; not for decisions about treatment.",
        )
    ]
    assert places == sorted(places)
    assert places[0] < 60
    assert "[recalled]" in flat, "the standing of a prior stands beside it"


def test_many_cohorts_are_led_by_maximum_likelihood(said: Said, counts: Write) -> None:
    """Pritzker 1997, k = 14, held to metafor's rma.glmm."""
    with (JUDGE / "pritz1997.csv").open(encoding="utf-8", newline="") as file:
        pairs = [(int(row["xi"]), int(row["ni"])) for row in csv.DictReader(file)]
    document = pooled(said, counts(*pairs))
    lead = document["methods"][0]
    assert lead["method"] == "binomial-normal, maximum likelihood"
    found = [lead[key] for key in ("estimate", "low", "high", "predicted_low", "predicted_high")]
    assert found == pytest.approx([0.7984, 0.6924, 0.8746, 0.4426, 0.9518], abs=1e-3)
    assert [one["name"] for one in document["priors"]] == ["middle"]


def test_two_arms_are_pooled_as_ratios(said: Said, bcg: str) -> None:
    document = pooled(said, bcg, "--measure", "RR", "--moderator", "latitude")
    judge, regressed = METAFOR["bcg|RR|REML"], METAFOR["bcg|RR|REML|mods=ablat"]
    found = document["effects"]["pooled"]
    for ours, theirs in (
        ("b", "b"),
        ("se", "se"),
        ("tau2", "tau2"),
        ("i2", "I2"),
        ("low", "ci.lb"),
    ):
        assert found[ours] == pytest.approx(judge[theirs], rel=1e-4), ours
    lead = document["methods"][0]
    assert lead["method"] == "RR, REML"
    assert lead["estimate"] == pytest.approx(0.48941, abs=1e-4)  # exp(-0.714532)
    assert document["of"] == "risk ratio"
    assert document["moderator"]["regression"]["b"] == pytest.approx(regressed["b"], rel=1e-4)
    assert document["moderator"]["regression"]["r2"] == pytest.approx(regressed["R2"], rel=1e-4)
    groups = pooled(said, bcg, "--measure", "RR", "--moderator", "allocation")["moderator"]
    assert {one["name"]: one["k"] for one in groups["groups"]["groups"]} == {
        "random": 7,
        "alternate": 2,
        "systematic": 4,
    }


def test_ratios_with_limits_are_pooled_without_being_told_how(said: Said) -> None:
    code, out, _ = said(str(EXAMPLES / "invented-ratios.csv"))
    assert code == 0
    assert "hazard ratio" in out
    assert not NOT_A_NUMBER.search(out)


def test_one_cohort_is_not_pooled_and_has_its_exact_interval(said: Said, counts: Write) -> None:
    code, out, _ = said(counts((10, 15)))
    exact = binomtest(10, 15).proportion_ci(method="exact")
    assert code == 0
    assert "not pooled" in out
    assert f"Its exact interval is {100 * exact.low:.1f} to {100 * exact.high:.1f} %" in out
    assert pooled(said, counts((10, 15)))["methods"] == []


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (((0, 18), (0, 12), (0, 9)), "No event in any of 3 cohorts (0 of 39)"),
        (((18, 18), (12, 12)), "Everybody had the event in each of 2 cohorts (30 of 30)"),
        (((0, 18), (18, 18)), "cohorts lie so far apart that their spread has no estimate"),
    ],
)
def test_none_and_all_have_an_answer_without_a_broken_number(
    said: Said, counts: Write, pairs: tuple[tuple[int, int], ...], words: str
) -> None:
    document = pooled(said, counts(*pairs))
    told = [*document["words"], *(one["why"] for one in document["methods"])]
    assert any(words in one for one in told), told
    lead = document["methods"][0]
    assert 0 < lead["low"] < lead["estimate"] < lead["high"] < 1
    assert 0 < lead["predicted_low"] < lead["predicted_high"] < 1


def test_no_broken_number_reaches_the_terminal(said: Said, counts: Write) -> None:
    code, out, _ = said(counts((0, 18), (0, 12)))
    assert code == 0
    assert not NOT_A_NUMBER.search(out)


def test_a_double_arcsine_comes_with_its_warning(said: Said, counts: Write) -> None:
    code, out, _ = said(counts((3, 9), (40, 150), (7, 20)), "--measure", "PFT")
    assert code == 0
    assert "[arcsine-misleads]" in " ".join(out.split())
    assert "binomial-normal, maximum likelihood" in out


def test_what_is_asked_for_by_name_leads(said: Said) -> None:
    for words, lead in (
        (("--method", "GLMM"), "binomial-normal, maximum likelihood"),
        (("--prior", "half-cauchy(0.5)"), "Bayes, half-cauchy(0.5) prior"),
        (("--method", "DL"), "PLO, DL"),
        (("--measure", "PR", "--knapp-hartung"), "PR, REML with Knapp-Hartung"),
    ):
        document = pooled(said, *OUTSIDE, *words)
        assert document["methods"][0]["method"].startswith(lead)
        names = [one["method"] for one in document["methods"]]
        assert len(names) == len(set(names))


def test_the_level_is_that_of_every_interval(said: Said) -> None:
    narrow, wide = (pooled(said, *OUTSIDE, "--level", level) for level in ("0.8", "0.99"))
    for one, other in zip(narrow["methods"], wide["methods"], strict=True):
        assert other["low"] < one["low"] < one["high"] < other["high"]
    low, high = wide["studies"][2]["exact"]
    exact = binomtest(10, 15).proportion_ci(0.99, method="exact")
    assert [low, high] == pytest.approx([exact.low, exact.high], abs=1e-9)


def test_an_arm_is_set_against_a_further_cohort(said: Said) -> None:
    one = pooled(said, *OUTSIDE, "--compare", "3/9", "--wanted", "higher", "--settle", "0.8")
    compared = one["compared"]
    assert compared["placed"]["expected"] == pytest.approx(9 * one["priors"][0]["new_rate"]["mean"],
                                                           abs=0.01)  # fmt: skip
    assert 0 < compared["better"]["chance"] < 0.5
    assert compared["settled"]["chance"] == 0.8
    assert compared["settled"]["why"] or compared["settled"]["more"] is not None
    new = pooled(said, *OUTSIDE, "--compare", "0/0", "--wanted", "lower", "--settle", "0.9")
    assert new["compared"]["placed"] is None


def test_a_course_answers_by_its_grades_or_leaves_it_open(said: Said) -> None:
    """The founding case: fever after its second infusion; overall remission is left open."""
    mixing = ("--mixing", "definition,scale,costimulation")
    yes = pooled(said, "--outcome", "CRS any grade", *mixing, "--compare", CASE)
    assert yes["compared"]["course"]["answered"] is True
    assert yes["compared"]["placed"]["n"] == 1
    severe = pooled(said, "--outcome", "CRS grade >= 3", *mixing, "--compare", CASE)
    assert severe["compared"]["course"]["answered"] is None
    assert severe["compared"]["placed"] is None
    assert "CRS 2, infusion-2 day 0 to 14" in severe["compared"]["course"]["reported"]
    code, out, _ = said("--outcome", "extramedullary CR", "--compare", CASE)
    assert code == 0
    assert "This course, after infusion-2: extramedullary CR, yes." in out
    assert "Lugano-2014-size" in out
