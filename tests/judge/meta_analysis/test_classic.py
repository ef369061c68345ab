"""Effects and inverse variance against metafor, every number of every key; see SOURCE.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # numbers, lists of numbers, and the word for a side

import numpy as np
import pytest
from scipy.stats import chi2

from reinfuse.pooling.inverse_variance import Method, Pooled
from reinfuse.pooling.inverse_variance.inference import Inference
from reinfuse.pooling.inverse_variance.pooled import pool_at
from tests.judge.meta_analysis.answers import answer, as_named, effects_named, is_pooled
from tests.judge.meta_analysis.loading import (
    ALL_KEYS,
    classic_keys,
    column,
    expected,
    glmm_keys,
)
from tests.judge.meta_analysis.plain import fit_plainly, mean_only

CLOSED, ITERATIVE = 1e-6, 1e-5
CLOSED_FORMS = {"EE", "DL", "HS", "HE", "SJ", "yi_vi"}
NO_MORE_THAN = {"I2": 2e-6}  # percent; everything else 1e-12
NOTHING = 1e-12

#: metafor's own stopping rules: the root finder's interval, the step of tau squared.
ROOT_STOPS, STEP_STOPS = 2.0**-13, 1e-5
PAULE_MANDEL = ("bcg|RR|PM", "bcg|OR|PM", "bcg|RD|PM")
REGRESSIONS = ("bcg|RR|REML|mods=ablat+year", "bcg|RR|REML|mods=ablat")
PROFILE = "bcg|RR|REML|confint_tau2_Qprofile"
STOPPED_EARLY = {*PAULE_MANDEL, *REGRESSIONS, PROFILE}
DIRECT = [key for key in classic_keys() if key not in STOPPED_EARLY]


def agree(ours: Mapping[str, Any], theirs: Mapping[str, Any], within: float) -> None:
    """Every number that metafor gives is ours, and none is left out."""
    assert theirs
    assert ours.keys() >= theirs.keys()
    for name, number in theirs.items():
        if isinstance(number, str):
            assert ours[name] == number
            continue
        floor = NO_MORE_THAN.get(name, NOTHING)
        np.testing.assert_allclose(ours[name], number, rtol=within, atol=floor, err_msg=name)


def tolerance(key: str) -> float:
    _, _, method, *more = key.split("|")
    return CLOSED if method in CLOSED_FORMS or more == ["begg"] else ITERATIVE


def of_bcg(measure: str) -> tuple[np.ndarray, np.ndarray]:
    effects = effects_named("bcg", measure)
    return effects.yi, effects.vi


def test_every_key_is_checked_once() -> None:
    checked = [*DIRECT, *PAULE_MANDEL, *REGRESSIONS, PROFILE, *glmm_keys()]
    assert len(checked) == len(set(checked)) == len(expected()) == ALL_KEYS
    assert set(checked) == set(expected())
    assert sum(is_pooled(key) for key in classic_keys()) == 258
    assert (len(DIRECT), len(STOPPED_EARLY), len(glmm_keys())) == (274, 6, 15)


@pytest.mark.parametrize("key", DIRECT)
def test_our_answer_is_metafors(key: str) -> None:
    agree(answer(key), expected()[key], tolerance(key))


@pytest.mark.parametrize("key", PAULE_MANDEL)
def test_where_the_root_finder_stopped_early_ours_is_the_root(key: str) -> None:
    data, measure, _ = key.split("|")
    y, v = of_bcg(measure)
    ours, theirs = answer(key)["tau2"], expected()[key]["tau2"]
    df = y.size - 1

    def off(tau2: float) -> float:
        return abs(fit_plainly(y, v, mean_only(y.size), tau2).q / df - 1)

    assert off(ours) < 1e-9 < ITERATIVE < off(theirs)
    assert abs(ours - theirs) < ROOT_STOPS
    assert answer(key) == answer(f"{data}|{measure}|EB"), "PM and EB are one equation"
    plain = Inference(level=0.95, knapp_hartung=False, ad_hoc_guard=False)
    there = pool_at(effects_named(data, measure), Method.PM, theirs, plain)
    assert isinstance(there, Pooled)
    agree(as_named(there), expected()[key], CLOSED)


@pytest.mark.parametrize("key", REGRESSIONS)
def test_where_scoring_stopped_early_ours_is_likelier(key: str) -> None:
    y, v = of_bcg("RR")
    moderators = key.partition("=")[2].split("+")
    x = np.column_stack([np.ones(y.size), *(column("bcg", name) for name in moderators)])
    ours, theirs = answer(key), expected()[key]
    here, there = (fit_plainly(y, v, x, one["tau2"]) for one in (ours, theirs))
    assert here.restricted > there.restricted
    assert abs(ours["tau2"] - theirs["tau2"]) < STEP_STOPS
    before = expected()["bcg|RR|REML"]["tau2"]
    at_zero = fit_plainly(y, v, x, 0.0)
    typical = (y.size - x.shape[1]) / at_zero.trace
    b, covariance = there.b[1:], there.covariance[1:, 1:]
    follows = {
        "b": there.b,
        "se": np.sqrt(np.diag(there.covariance)),
        "tau2": theirs["tau2"],
        "QE": at_zero.q,
        "QM": b @ np.linalg.solve(covariance, b),
        "R2": 100 * (1 - theirs["tau2"] / before),
        "I2": 100 * theirs["tau2"] / (theirs["tau2"] + typical),
    }
    agree(follows, theirs, CLOSED)


@pytest.mark.parametrize("key", REGRESSIONS)
def test_a_regression_is_that_of_the_plain_twin(key: str) -> None:
    y, v = of_bcg("RR")
    moderators = key.partition("=")[2].split("+")
    x = np.column_stack([np.ones(y.size), *(column("bcg", name) for name in moderators)])
    ours = answer(key)
    twin = fit_plainly(y, v, x, ours["tau2"])
    np.testing.assert_allclose(ours["b"], twin.b, rtol=CLOSED)
    np.testing.assert_allclose(ours["se"], np.sqrt(np.diag(twin.covariance)), rtol=CLOSED)
    assert ours["QE"] == pytest.approx(expected()[key]["QE"], rel=CLOSED)
    assert ours["logLik"] == pytest.approx(twin.restricted, rel=CLOSED)


def test_the_profile_ends_where_q_is_what_chance_allows() -> None:
    y, v = of_bcg("RR")
    ours, theirs = answer(PROFILE), expected()[PROFILE]
    x = mean_only(y.size)
    for limit, share in (("lb", 0.975), ("ub", 0.025)):
        wanted = chi2.ppf(share, y.size - 1)
        assert fit_plainly(y, v, x, ours[limit]).q == pytest.approx(wanted, rel=1e-9)
        assert abs(ours[limit] - theirs[limit]) < ROOT_STOPS
    typical = (y.size - 1) / fit_plainly(y, v, x, 0.0).trace
    follows = {
        f"I2{limit}": 100 * theirs[limit] / (theirs[limit] + typical) for limit in ("lb", "ub")
    }
    agree(follows, {name: theirs[name] for name in follows}, CLOSED)
    agree(ours, {name: theirs[name] for name in ("ub", "I2ub")}, ITERATIVE)
