"""A method of inverse variance that leads rates: when it has no answer, and how far it lies off."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from reinfuse.cli.pool_rows import MethodRow
from reinfuse.evidence import Interval, Study
from reinfuse.pooling import NotPooled
from reinfuse.pooling.bayes import Prior
from reinfuse.pooling.effects import Effects, Measure
from reinfuse.pooling.summary import Answer, Pooling
from reinfuse.pooling.summary_words import say_disagreement, say_extreme
from reinfuse.source import Source

# By its measure, the name of what a summary already shows. Numbers cannot tell: where the spread is
# estimated as 0, methods that estimate it differently give the same ones.
_TWINS = {
    "PLO, REML": "log odds, REML",
    "PLO, REML with Knapp-Hartung": "log odds, REML with Knapp-Hartung",
    "PLO, DL": "log odds, DerSimonian-Laird",
}
_ADDED = (Measure.PR, Measure.PLO, Measure.PLN)  # arcsines need no half event


def refuse_halves(pooling: Pooling, effects: Effects) -> NotPooled | None:
    """Why a measure is not pooled where no cohort, or every one, has an event; None where it is."""
    seen, of = sum(pooling.events), sum(pooling.n)
    if effects.measure not in _ADDED or 0 < seen < of:
        return None
    what = "no event in any cohort" if seen == 0 else "everybody had the event in each cohort"
    return NotPooled(
        why=f"{what} ({seen} of {of}): the 0.5 that {effects.measure} adds would be all the answer",
        fix="give each cohort's exact interval, or pool with a stated prior",
    )


def is_twin(lead: str, method: str) -> bool:
    """Whether `method` of a summary is the method that leads, under its other name."""
    return _TWINS.get(lead) == method


def say_one_arm(studies: Sequence[Study]) -> tuple[str, ...]:
    """That rates are of one arm, where rows have another one too."""
    two = sum(one.n_control is not None for one in studies)
    if not two:
        return ()
    return (
        f"{two} of {len(studies)} cohorts have a control arm, which is not used here: --measure RR,"
        " OR or RD sets the arms against each other.",
    )


def without_middle(prior: Prior) -> Prior:
    """The same spread with every middle as likely as any other.

    The middle of our priors is a log odds near 0. A mean of 12 days, or of 12 cells, is none, and
    would be drawn to 0 by it.
    """
    return replace(
        prior,
        mu_mean=0.0,
        mu_sd=math.inf,
        source=Source(
            cite=prior.source.cite,
            place="the spread; the middle is left open, because this scale is not that of log odds",
            standing=prior.source.standing,
            doi=prior.source.doi,
        ),
    )


def words_with(lead: MethodRow, pooling: Pooling) -> tuple[str, ...]:
    """The words of a pooling with the method that leads among those that agree or do not."""
    if lead.estimate is None or lead.low is None or lead.high is None:
        return pooling.words
    given = [one for one in pooling.answers if isinstance(one, Answer)]
    own = Answer(
        method=lead.method,
        rate=lead.estimate,
        interval=Interval(low=lead.low, high=lead.high, level=pooling.level),
        predicted=None,
        tau=lead.tau,
    )
    others = [one for one in given if not is_twin(lead.method, one.method)]
    first = say_extreme(pooling.events, pooling.n, pooling.exact)
    replaced = (*first, *say_disagreement(given))
    rest = (word for word in pooling.words if word not in replaced)
    return (*first, *say_disagreement([own, *others]), *rest)
