"""One outcome, pooled by every method that applies, side by side, with the leading one first.

With five cohorts or fewer the methods disagree by more than their intervals admit, so all are
shown, with a prior first; with more, maximum likelihood leads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.evidence import Interval, Selection, Study, bound_rate
from reinfuse.evidence.sharing import fingerprint, relate_cohorts
from reinfuse.pooling.bayes import (
    MIDDLE,
    THREE_PRIORS,
    Marginal,
    Prior,
    RatePosterior,
    pool_rates_with_prior,
    shrink_rates,
)
from reinfuse.pooling.effects import Effects, Measure, effects_of_counts
from reinfuse.pooling.glmm import check_counts, pool_equal_rates, pool_rates
from reinfuse.pooling.inverse_variance import Method, Pooled, pool
from reinfuse.pooling.not_pooled import NotPooled
from reinfuse.pooling.rates_pooled import PooledRates
from reinfuse.pooling.summary_words import (
    say_disagreement,
    say_extreme,
    say_no_spread,
    say_priors,
    say_recalled,
    say_vague,
    width_of,
)
from reinfuse.source import Standing

#: So many cohorts or fewer are led by a prior; the number is that of the reference, and ours.
FEW_STUDIES = 5
#: With more cohorts the prior leads all the same where the interval of maximum likelihood is so
#: many times as wide: it is Wald's, and near a rate of 0 or 1 it says nothing. Ours.
VAGUE = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One method's pooled rate with its interval and that of a new cohort's rate, all 0 to 1.

    `tau` is in log odds, and `None` where the method works on another scale or has no spread.
    `predicted` is `None` where the method has no new cohort: all rates are taken to be equal.
    """

    method: str
    rate: float
    interval: Interval
    predicted: Interval | None
    tau: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CouldNot:
    """A method that gave no pooled rate, and why."""

    method: str
    reason: NotPooled


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Pooling:
    """One outcome of `k` cohorts: `answers` in the order in which they should be read.

    `exact` are the cohorts' own Clopper-Pearson intervals and `shrunken` their rates drawn towards
    the middle by the leading prior (empty for one cohort). Of `posteriors` the leading one is the
    first, `likelihood` is the binomial-normal model without one. `words` say what a reader
    must be told: why nothing was pooled, or how far the methods lie apart. `studies` are the rows
    the counts came from, with their sources, where they came from a table.
    """

    outcome: str
    level: float
    labels: tuple[str, ...]
    events: tuple[int, ...]
    n: tuple[int, ...]
    exact: tuple[Interval, ...]
    answers: tuple[Answer | CouldNot, ...]
    posteriors: tuple[RatePosterior, ...]
    shrunken: tuple[Marginal, ...]
    likelihood: PooledRates | NotPooled
    words: tuple[str, ...]
    findings: tuple[Finding, ...]
    studies: tuple[Study, ...] = ()

    @property
    def k(self) -> int:
        """How many cohorts there are."""
        return len(self.n)

    @property
    def leading(self) -> RatePosterior | None:
        """The posterior under the leading prior; `None` where one cohort leaves nothing to pool."""
        return self.posteriors[0] if self.posteriors else None


def summarise_outcome(
    outcome: str,
    events: Sequence[int],
    n: Sequence[int],
    *,
    labels: Sequence[str] | None = None,
    priors: Sequence[Prior] = THREE_PRIORS,
    level: float = 0.95,
) -> Pooling:
    """Everything that `events` of `n` in each cohort say of one outcome.

    Cohorts must not share patients. One cohort is not pooled: its exact interval is the answer.
    No event anywhere, or events only, is pooled with a prior and with nothing else.
    """
    seen, of = check_counts(events, n)
    names = tuple(labels) if labels is not None else _numbered(len(of))
    if len(names) != len(of):
        raise ReinfuseError(
            f"{len(names)} labels for {len(of)} cohorts", fix="give one label for each"
        )
    counts, patients = tuple(int(x) for x in seen), tuple(int(m) for m in of)
    exact = tuple(bound_rate(x, m, level=level) for x, m in zip(counts, patients, strict=True))
    likelihood = pool_rates(counts, patients, level=level)
    posteriors = _with_priors(counts, patients, priors)
    shrunken = shrink_rates(posteriors[0], counts, patients) if posteriors else ()
    bayes = tuple(_of_posterior(one, level) for one in posteriors)
    effects = effects_of_counts(counts, patients, Measure.PLO, labels=names)
    plain = _without_prior(
        effects, likelihood, pool_equal_rates(counts, patients, level=level), level=level
    )
    first = len(of) <= FEW_STUDIES or _is_vague(plain, bayes)
    answers = (*bayes, *plain) if first else (*plain, *bayes)
    given = tuple(one for one in answers if isinstance(one, Answer))
    return Pooling(
        outcome=outcome,
        level=level,
        labels=names,
        events=counts,
        n=patients,
        exact=exact,
        answers=answers if len(of) > 1 else (),
        posteriors=posteriors,
        shrunken=shrunken,
        likelihood=likelihood,
        words=(
            *say_extreme(counts, patients, exact),
            *(say_vague(given) if first and len(of) > FEW_STUDIES else ()),
            *say_no_spread(given[:1]),
            *say_disagreement(given),
            *say_priors([one for one in bayes if len(bayes) > 1]),
        ),
        # What was added to empty cells touches only the methods that pool log odds.
        findings=effects.findings if len(plain) > _BINOMIAL else (),
    )


def summarise_studies(
    outcome: str,
    studies: Sequence[Study],
    *,
    priors: Sequence[Prior] = THREE_PRIORS,
    level: float = 0.95,
) -> Pooling:
    """The same for rows of a study table, such as those that `evidence` chose for an outcome.

    Raises, naming every such row, for one without counts and for two that share patients. What
    may be mixed is not judged here; numbers that were recalled are told in `words`.
    """
    wrong = [f"{study.id}: no counts were printed" for study in studies if _uncounted(study)]
    wrong += [
        f"{one.id} and {other.id} count some of the same patients"
        for one, other in _sharing(studies)
    ]
    if wrong or not studies:
        raise ReinfuseError(
            "; ".join(wrong) or "no study to pool",
            where=outcome,
            fix="choose rows with counts, from cohorts that share no patients",
        )
    found = summarise_outcome(
        outcome,
        [study.events or 0 for study in studies],
        [study.n or 0 for study in studies],
        labels=[study.label for study in studies],
        priors=priors,
        level=level,
    )
    recalled = [study.id for study in studies if study.source.standing is Standing.RECALLED]
    return replace(
        found, studies=tuple(studies), words=(*found.words, *say_recalled(recalled, found.k))
    )


def summarise_selection(
    selection: Selection, *, priors: Sequence[Prior] = THREE_PRIORS, level: float = 0.95
) -> Pooling:
    """The same for what `evidence.select` chose, with all that it told of the rows as findings.

    What differs between the rows differs with the leave of whoever chose them.
    """
    outcome = " + ".join(selection.outcomes)
    found = summarise_studies(outcome, selection.chosen, priors=priors, level=level)
    return replace(found, findings=(*found.findings, *selection.findings))


def _sharing(studies: Sequence[Study]) -> Iterator[tuple[Study, Study]]:
    """Each two rows that count some of the same patients, in their order."""
    related = relate_cohorts(studies)
    by_cohort: dict[str, list[Study]] = defaultdict(list)
    by_mark: dict[tuple[object, ...], list[Study]] = defaultdict(list)
    for study in studies:
        mark = fingerprint(study)
        held = [one for cohort in related[study.cohort] for one in by_cohort.get(cohort, ())]
        alike = () if mark is None else by_mark[mark]
        yield from ((one, study) for one in {one.id: one for one in (*held, *alike)}.values())
        by_cohort[study.cohort].append(study)
        if mark is not None:
            by_mark[mark].append(study)


def _uncounted(study: Study) -> bool:
    return study.events is None or study.n is None


def _numbered(k: int) -> tuple[str, ...]:
    return tuple(f"cohort {number}" for number in range(1, k + 1))


def _with_priors(
    events: tuple[int, ...], n: tuple[int, ...], priors: Sequence[Prior]
) -> tuple[RatePosterior, ...]:
    """The middle prior first; with many cohorts it alone, since the others then say the same."""
    chosen = sorted(priors, key=lambda prior: prior.name != MIDDLE.name)
    chosen = chosen if len(n) <= FEW_STUDIES else chosen[:1]
    found = [pool_rates_with_prior(events, n, prior) for prior in chosen]
    return tuple(one for one in found if isinstance(one, RatePosterior))


def _of_posterior(one: RatePosterior, level: float) -> Answer:
    tau = f"tau {one.prior.tau_family} {one.prior.tau_scale:g}"
    return Answer(
        method=f"Bayes, {one.prior.name} prior ({tau})",
        rate=one.rate.quantile(0.5),
        interval=one.rate.interval(level),
        predicted=one.new_rate.interval(level),
        tau=one.tau.quantile(0.5),
    )


def _without_prior(
    effects: Effects,
    likelihood: PooledRates | NotPooled,
    equal: PooledRates | NotPooled,
    *,
    level: float,
) -> tuple[Answer | CouldNot, ...]:
    found: list[Answer | CouldNot] = [
        _of_rates("binomial-normal, maximum likelihood", likelihood, spread=True),
        _of_rates("one rate for all", equal, spread=False),
    ]
    if isinstance(equal, NotPooled):
        # Half an event added to every cohort would be all that methods of log odds pool.
        return tuple(found)
    for name, method, knapp_hartung in _ON_LOG_ODDS:
        pooled = pool(effects, method, knapp_hartung=knapp_hartung, level=level)
        if isinstance(pooled, NotPooled):
            found.append(CouldNot(method=name, reason=pooled))
        else:
            found.append(_of_effects(name, pooled))
    return tuple(found)


def _is_vague(plain: Sequence[Answer | CouldNot], bayes: Sequence[Answer]) -> bool:
    """Whether maximum likelihood is so much less sure than the middle prior that it says little."""
    likely = plain[0]
    return (
        isinstance(likely, Answer) and bool(bayes) and width_of(likely) > VAGUE * width_of(bayes[0])
    )


_BINOMIAL = 2  # methods that work on the counts themselves
_ON_LOG_ODDS = (
    ("log odds, REML", Method.REML, False),
    ("log odds, REML with Knapp-Hartung", Method.REML, True),
    ("log odds, DerSimonian-Laird", Method.DL, False),
)


def _of_rates(name: str, one: PooledRates | NotPooled, *, spread: bool) -> Answer | CouldNot:
    if isinstance(one, NotPooled):
        return CouldNot(method=name, reason=one)
    predicted = Interval(low=one.predicted_low, high=one.predicted_high, level=one.level)
    return Answer(
        method=name,
        rate=one.rate,
        interval=Interval(low=one.rate_low, high=one.rate_high, level=one.level),
        predicted=predicted if spread else None,
        tau=float(np.sqrt(one.tau2)) if spread else None,
    )


def _of_effects(name: str, one: Pooled) -> Answer:
    predicted = None
    if one.prediction_low is not None and one.prediction_high is not None:
        predicted = Interval(
            low=float(expit(one.prediction_low)),
            high=float(expit(one.prediction_high)),
            level=one.level,
        )
    return Answer(
        method=name,
        rate=float(expit(one.b)),
        interval=Interval(low=float(expit(one.low)), high=float(expit(one.high)), level=one.level),
        predicted=predicted,
        tau=float(np.sqrt(one.tau2)),
    )
