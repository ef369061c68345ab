"""What one study does to the fit, against what metafor prints; see SOURCE.md."""

from __future__ import annotations

import pytest

from reinfuse.pooling.inverse_variance import Influence, Method, influence
from tests.judge.meta_analysis.answers import effects_named
from tests.judge.meta_analysis.loading import column, rows

NAMES = {
    "rstudent": "studentised",
    "dffits": "dffits",
    "cook": "cook",
    "cov_r": "covariance_ratio",
    "tau2_del": "tau2_without",
    "qe_del": "q_without",
    "hat": "hat",
    "weight": "weight",
}
#: metafor's tau squared is 2.4e-5 off here and its coefficients 4e-5 (SOURCE.md), and covariances
#: are squares.
EARLY = 1e-4
FIRST_TRIAL = {
    "rstudent": -0.218142474344442,
    "dffits": -0.0407075604868486,
    "cook": 0.00171654236729195,
    "cov_r": 1.11644891104804,
    "tau2_del": 0.336156745300306,
    "qe_del": 151.582572747109,
    "hat": 0.0505948307931551,
    "weight": 5.05948307931551,
}


def test_every_trial_of_a_regression_moves_it_as_metafor_prints() -> None:
    moderators = {name: column("bcg", name) for name in ("ablat", "year")}
    found = influence(effects_named("bcg", "RR"), Method.REML, moderators=moderators)
    assert isinstance(found, tuple)
    for ours, row in zip(found, rows("influence"), strict=True):
        assert isinstance(ours, Influence)
        for theirs, name in NAMES.items():
            printed = row[theirs]
            half = 0.5 * 10.0 ** -len(printed.partition(".")[2])  # the last printed place
            number = float(printed)
            assert abs(getattr(ours, name) - number) <= half + EARLY * abs(number), theirs


def test_the_first_trial_moves_the_mean_as_metafor_has_it() -> None:
    found = influence(effects_named("bcg", "RR"), Method.REML)
    assert isinstance(found, tuple)
    for theirs, number in FIRST_TRIAL.items():
        assert getattr(found[0], NAMES[theirs]) == pytest.approx(number, rel=1e-6), theirs
