"""Truths fall evenly among posterior draws; the full count is the study `kinetics_sbc`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reinfuse.kinetics import curve_priors
from studies import kinetics_sbc as study


@pytest.mark.parametrize("design", study.chunks())
def test_forty_truths_fall_evenly(design: str) -> None:
    names, ranks = study.rank_truths(design, replicates=40)
    for name, row in zip(names, study.tabulate(ranks), strict=True):
        assert row[0] < study.CHI_SQUARE_LIMIT, name
        assert row[1] < study.ECDF_LIMIT, name


def test_a_prior_that_is_too_narrow_does_not_pass() -> None:
    narrow = [
        replace(prior, median=5.0, spread=0.3) if prior.name == "peak" else prior
        for prior in curve_priors()
    ]
    design = study.chunks()[1]
    names, ranks = study.rank_truths(design, replicates=80, fitted=narrow)
    row = study.tabulate(ranks)[names.index("peak")]
    assert row[0] > study.CHI_SQUARE_LIMIT
