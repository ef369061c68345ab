"""Pages of pooled outcomes, and what they are made from, for tests."""

from __future__ import annotations

from functools import cache

import numpy as np

from reinfuse.evidence import Selection, select, shipped_studies
from reinfuse.pooling import NotPooled
from reinfuse.pooling.bayes import THREE_PRIORS, EffectPosterior, pool_effects_with_prior
from reinfuse.pooling.effects import Measure, Scale, effects_given, effects_of_arms
from reinfuse.pooling.inverse_variance import Method, pool
from reinfuse.pooling.summary import Pooling, summarise_outcome, summarise_studies
from reinfuse.report.page.inputs import Provenance
from reinfuse.report.pool_page import MethodLine, PooledEffects, PoolInputs, asked_of

PROVENANCE = Provenance(
    version="0", file="studies.csv", sha256="abc", command="reinfuse pool --outcome CR", seed=0
)
RATIOS = (0.72, 0.5, 0.9, 1.1, 0.65, 0.7)
LIMITS = ((0.5, 1.03), (0.3, 0.83), (0.6, 1.35), (0.7, 1.73), (0.4, 1.06), (0.42, 1.17))


@cache
def chosen_few() -> Selection:
    """Disease outside the marrow before a first infusion: the two cited cohorts and a third."""
    return select(
        shipped_studies(), "CR", site=("CNS", "non-CNS extramedullary"), disease="B-ALL",
        product="autologous", infusion="first", counted="patient", mixing=("definition",),
    )  # fmt: skip


@cache
def chosen_many() -> Selection:
    """Every cohort of the shipped table that counted patients with a CR."""
    return select(
        shipped_studies(), "CR", counted="patient", disease="B-ALL",
        mixing=("costimulation", "definition"),
    )  # fmt: skip


def inputs_of(selection: Selection) -> PoolInputs:
    """The page of a selection of the shipped table."""
    outcome = selection.outcomes[0]
    return PoolInputs(
        title=f"{outcome}, pooled", pooled=summarise_studies(outcome, selection.chosen),
        provenance=PROVENANCE, studies=selection.chosen, asked=asked_of(selection),
        left_out=selection.left_out, findings=selection.findings,
    )  # fmt: skip


def counted(*counts: tuple[int, int], outcome: str = "CR") -> PoolInputs:
    """The page of counts that came from no table."""
    events, n = zip(*counts, strict=True)
    pooled: Pooling = summarise_outcome(outcome, events, n)
    return PoolInputs(title=outcome, pooled=pooled, provenance=PROVENANCE)


@cache
def hazard_ratios() -> PoolInputs:
    """Six ratios with their intervals, pooled with three priors."""
    effects = effects_given(
        RATIOS, intervals=LIMITS, scale=Scale.LOG, labels=[f"Trial {one}" for one in "ABCDEF"]
    )
    found = [pool_effects_with_prior(effects.yi.tolist(), effects.vi.tolist(), prior)
             for prior in THREE_PRIORS]  # fmt: skip
    posteriors = tuple(one for one in found if isinstance(one, EffectPosterior))
    lines = []
    for one in posteriors:
        at = [one.mu.quantile(share) for share in (0.5, 0.025, 0.975)]
        new = [one.new.quantile(share) for share in (0.025, 0.975)]
        middle, low, high, new_low, new_high = effects.back([*at, *new]).tolist()
        lines.append(
            MethodLine(method=f"Bayes, {one.prior.name} prior", estimate=middle, low=low,
                       high=high, predicted_low=new_low, predicted_high=new_high,
                       tau=one.tau.quantile(0.5))
        )  # fmt: skip
    pooled = PooledEffects(outcome="overall survival", number="hazard ratio", effects=effects,
                           answers=tuple(lines), posteriors=posteriors)  # fmt: skip
    return PoolInputs(title="Overall survival", pooled=pooled, provenance=PROVENANCE)


def many_arms(k: int) -> PoolInputs:
    """`k` comparisons of two arms, invented, pooled by REML."""
    rng = np.random.default_rng(3)
    n = rng.integers(20, 200, k)
    labels = [f"Trial {number}" for number in range(k)]
    effects = effects_of_arms(
        rng.binomial(n, 0.2), n, rng.binomial(n, 0.3), n, Measure.RR, labels=labels
    )
    found = pool(effects, Method.REML)
    assert not isinstance(found, NotPooled)
    assert found.prediction_low is not None
    assert found.prediction_high is not None
    ends = [found.b, found.low, found.high, found.prediction_low, found.prediction_high]
    middle, low, high, new_low, new_high = effects.back(ends).tolist()
    line = MethodLine(method="RR, REML", estimate=middle, low=low, high=high,
                      predicted_low=new_low, predicted_high=new_high,
                      tau=found.tau2**0.5)  # fmt: skip
    pooled = PooledEffects(outcome="relapse", number="risk ratio", effects=effects, answers=(line,))
    return PoolInputs(title="Relapse", pooled=pooled, provenance=PROVENANCE)
