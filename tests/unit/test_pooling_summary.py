"""One outcome by every method side by side, and the words that go with it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.evidence import Counted, Counts, Study
from reinfuse.pooling.bayes import MIDDLE, NARROW
from reinfuse.pooling.not_pooled import NotPooled
from reinfuse.pooling.summary import (
    Answer,
    CouldNot,
    Pooling,
    summarise_outcome,
    summarise_studies,
)
from reinfuse.source import Source, Standing

CLEARANCE = ([7, 14, 10], [18, 18, 15])


@pytest.fixture(scope="module")
def clearance() -> Pooling:
    return summarise_outcome("extramedullary CR", *CLEARANCE, labels=("A", "B", "C"))


def percents(one: Answer | CouldNot) -> tuple[float, float, float]:
    assert isinstance(one, Answer)
    low, high = one.interval.low, one.interval.high
    return 100 * one.rate, 100 * low, 100 * high


def test_few_cohorts_are_led_by_a_prior_and_show_everything_beside_it(clearance: Pooling) -> None:
    methods = [one.method for one in clearance.answers]
    assert methods[0].startswith("Bayes, middle prior")
    assert [name.split(" prior")[0] for name in methods[:3]] == [
        "Bayes, middle", "Bayes, narrow", "Bayes, wide",
    ]  # fmt: skip
    assert methods[3] == "binomial-normal, maximum likelihood"
    assert len(methods) == 8
    assert clearance.leading is not None
    assert clearance.leading.prior is MIDDLE


def test_the_worked_example_of_the_reference_comes_out_of_one_call(clearance: Pooling) -> None:
    """Printed there: GLMM 61.6 (40.9-78.8), REML-HK 61.4 (15.2-93.4), Bayes 61.3 (32.4-84.1)."""
    of = {one.method: one for one in clearance.answers}
    likelihood = of["binomial-normal, maximum likelihood"]
    knapp_hartung = of["log odds, REML with Knapp-Hartung"]
    assert percents(likelihood) == pytest.approx((61.6, 40.9, 78.8), abs=0.06)
    assert percents(knapp_hartung) == pytest.approx((61.4, 15.2, 93.4), abs=0.06)
    assert percents(clearance.answers[0]) == pytest.approx((61.3, 32.4, 84.1), abs=0.06)


def test_disagreement_is_told_in_words(clearance: Pooling) -> None:
    told = " ".join(clearance.words)
    assert "REML with Knapp-Hartung says 15.2 to 93.4 %" in told
    assert "3.0 times as wide" in told
    assert "The prior decides much here" in told


def test_cohorts_keep_their_exact_intervals_and_are_drawn_towards_the_middle(
    clearance: Pooling,
) -> None:
    raw = [x / m for x, m in zip(*CLEARANCE, strict=True)]
    assert clearance.leading is not None
    middle = clearance.leading.rate.quantile(0.5)
    for interval, shrunken, rate in zip(clearance.exact, clearance.shrunken, raw, strict=True):
        assert interval.low < rate < interval.high
        assert abs(shrunken.mean - middle) < abs(rate - middle)


def test_many_cohorts_are_led_by_maximum_likelihood() -> None:
    found = summarise_outcome("CR", [3, 4, 5, 6, 7, 8], [10] * 6)
    assert found.answers[0].method == "binomial-normal, maximum likelihood"
    assert [one.prior.name for one in found.posteriors] == ["middle"]


def test_one_cohort_has_its_exact_interval_and_nothing_pooled() -> None:
    found = summarise_outcome("CR after a second infusion", [3], [14])
    assert (found.answers, found.posteriors, found.shrunken) == ((), (), ())
    assert isinstance(found.likelihood, NotPooled)
    assert found.leading is None
    assert (
        "One cohort, 3 of 14: nothing is pooled. Its exact interval is 4.7 to 50.8 %"
        in (found.words[0])
    )


@pytest.mark.parametrize(
    ("events", "words"),
    [([0, 0], r"No event in any of 2 cohorts \(0 of 22\)"), ([10, 12], "Everybody had the event")],
)
def test_nobody_and_everybody_are_pooled_with_a_prior_alone(events: list[int], words: str) -> None:
    found = summarise_outcome("severe GVHD", events, [10, 12])
    assert [type(one) for one in found.answers] == [Answer] * 3 + [CouldNot] * 2
    assert any(word.startswith(words.replace("\\", "")) for word in found.words)
    assert found.findings == ()  # nothing was added to any cell for what is shown


def test_halves_added_to_empty_cells_are_told_where_methods_rest_on_them() -> None:
    found = summarise_outcome("CRS", [0, 4], [12, 15])
    assert any("0.5" in finding.what for finding in found.findings)


def test_no_number_of_any_answer_is_missing() -> None:
    rng = np.random.default_rng(23)
    for _ in range(6):
        k = int(rng.integers(2, 4))
        n = rng.integers(1, 12, size=k)
        events = rng.binomial(n, rng.choice([0.05, 0.95]))
        found = summarise_outcome("any", events.tolist(), n.tolist(), priors=(MIDDLE, NARROW))
        for one in found.answers:
            if isinstance(one, Answer):
                assert all(map(math.isfinite, (one.rate, one.interval.low, one.interval.high)))
                assert one.interval.low <= one.rate <= one.interval.high


def study(name: str, events: int | None, n: int | None, **more: object) -> Study:
    told = {
        "id": name, "cohort": name, "label": name, "outcome": "CR", "quote": f"{events}/{n}",
        "counted": Counted.PATIENT, "counts": Counts.PRINTED,
        "source": Source(cite=name, standing=Standing.ABSTRACT),
    }  # fmt: skip
    return Study(events=events, n=n, **(told | more))  # type: ignore[arg-type]


def test_rows_of_a_table_keep_their_sources() -> None:
    rows = [study("a", 7, 18), study("b", 14, 18)]
    found = summarise_studies("CR", rows)
    assert found.studies == tuple(rows)
    assert found.labels == ("a", "b")
    assert found.events == (7, 14)


UNFIT = [
    (study("b", None, 18), "b: no counts were printed"),
    (study("b", 3, 18, overlaps=("a",)), "a and b count some of the same patients"),
    (study("b", 3, 18, cohort="a"), "a and b count some of the same patients"),
]


@pytest.mark.parametrize(("second", "words"), UNFIT)
def test_rows_that_may_not_be_pooled_are_refused_by_name(second: Study, words: str) -> None:
    with pytest.raises(ReinfuseError, match=words):
        summarise_studies("CR", [study("a", 7, 18), second])


def test_all_that_is_wrong_with_rows_is_said_at_once() -> None:
    rows = [study("a", 7, 18), study("b", None, 9), study("c", 3, 18, overlaps=("a",))]
    with pytest.raises(ReinfuseError, match=r"b: no counts were printed; a and c count some"):
        summarise_studies("CR", rows)


def test_recalled_numbers_are_told() -> None:
    source = Source(cite="b", standing=Standing.RECALLED)
    found = summarise_studies("CR", [study("a", 7, 18), study("b", 3, 18, source=source)])
    assert "1 of 2 numbers were recalled, not read: b." in found.words


def test_a_prior_leads_many_cohorts_where_the_likelihood_says_nothing() -> None:
    found = summarise_outcome("x", [0, 0, 0, 0, 0, 0, 1], [9, 8, 7, 6, 5, 4, 3])
    first = found.answers[0]
    assert isinstance(first, Answer)
    assert first.method.startswith("Bayes")
    assert first.interval.high < 0.2
    assert "leads: the interval of maximum likelihood is more than three times" in found.words[0]


def test_no_spread_seen_is_not_told_as_none() -> None:
    found = summarise_outcome("x", [2, 2, 3, 2, 1, 2], [20] * 6)
    assert found.answers[0].method.startswith("binomial-normal")
    assert found.words[0].startswith("No spread between cohorts is seen (tau 0)")
