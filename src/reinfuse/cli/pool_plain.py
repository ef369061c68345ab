"""One pooled outcome as plain values that JSON can hold: everything that was computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from reinfuse import __version__
from reinfuse.cli.evidence_plain import study_plain
from reinfuse.cli.evidence_reading import finding_plain
from reinfuse.cli.notice import NOTICE
from reinfuse.cli.plain import Plain
from reinfuse.cli.pool_asked import GLMM, Asked
from reinfuse.cli.pool_comparing import Compared
from reinfuse.cli.pool_moderator import Moderated
from reinfuse.cli.pool_result import Result
from reinfuse.cli.pool_small_studies import effects_plain, pooled_plain, values
from reinfuse.cli.pool_table import own_limits
from reinfuse.cli.pool_words import answer_words
from reinfuse.pooling.bayes import Marginal, RatePosterior
from reinfuse.pooling.comparing import PlacedCounts
from reinfuse.pooling.comparing_more import NotSettled, Settles
from reinfuse.pooling.effects import Measure, effects_of_counts
from reinfuse.pooling.inverse_variance import Method

_ALONE = 1


def pool_plain(result: Result, written: Sequence[str]) -> Plain:
    """The document of `reinfuse pool --json`; rates are 0 to 1."""
    pooling = result.pooling
    return {
        "reinfuse": __version__,
        "notice": NOTICE,
        "kind": "pooled outcome",
        **result.table.head(),
        "outcome": result.outcome,
        "asked": _asked(result.asked),
        "of": result.of,
        "k": result.k,
        "events": None if pooling is None else sum(pooling.events),
        "n": None if pooling is None else sum(pooling.n),
        "answer": answer_words(result),
        "words": list(result.words),
        "methods": [asdict(one) for one in result.rows],
        "likelihood": None if pooling is None else _likelihood(result),
        "priors": []
        if pooling is None
        else [_posterior(one, result.asked.level) for one in pooling.posteriors],
        "effects": _effects(result),
        "moderator": None if result.moderated is None else _moderator(result.moderated),
        "compared": None if result.compared is None else _compared(result.compared),
        "studies": _studies(result),
        "left_out": [
            {"id": one.study.id, "label": one.study.label, "why": one.why}
            for one in result.left_out
        ],
        "findings": [finding_plain(one) for one in result.findings],
        "refused": [finding_plain(one) for one in result.table.refused],
        "written": list(written),
    }


def _asked(asked: Asked) -> Plain:
    default = GLMM if asked.measure is None else str(Method.REML)
    return {
        "narrowed": {name: list(words) for name, words in asked.narrowed.items()},
        "mixing": list(asked.mixing),
        "with_recalled": asked.with_recalled,
        "measure": None if asked.measure is None else str(asked.measure),
        "method": default if asked.method is None else str(asked.method),
        "knapp_hartung": asked.knapp_hartung,
        "level": asked.level,
        "priors": None if asked.priors is None else [str(one) for one in asked.priors],
        "moderator": asked.moderator,
    }


def _likelihood(result: Result) -> Plain:
    assert result.pooling is not None
    return values(result.pooling.likelihood)


def _posterior(one: RatePosterior, level: float) -> Plain:
    return {
        "name": one.prior.name,
        "prior": str(one.prior),
        "standing": str(one.prior.standing),
        "rate": _marginal(one.rate, level),
        "log_odds": _marginal(one.mu, level),
        "tau": _marginal(one.tau, level),
        "new_rate": _marginal(one.new_rate, level),
        "log_evidence": one.log_evidence,
    }


def _marginal(one: Marginal, level: float) -> Plain:
    ends = one.interval(level)
    return {
        "mean": one.mean,
        "sd": one.sd,
        "median": one.quantile(0.5),
        "low": ends.low,
        "high": ends.high,
    }


def _effects(result: Result) -> Plain | None:
    """Effects as they were asked for; of counts, their log odds. None: one cohort, or no odds."""
    effects, pooling = result.effects, result.pooling
    if result.k == _ALONE:
        return None
    if effects is None:
        assert pooling is not None
        if sum(pooling.events) in (0, sum(pooling.n)):
            return None
        effects = effects_of_counts(
            pooling.events, pooling.n, Measure.PLO, labels=list(pooling.labels)
        )
    return effects_plain(
        effects,
        result.asked.method or Method.REML,
        knapp_hartung=result.asked.knapp_hartung,
        level=result.asked.level,
    )


def _studies(result: Result) -> list[Plain]:
    level = result.asked.level
    found = [study_plain(one, level=level) for one in result.chosen]
    if result.pooling is not None:
        drawn = result.pooling.shrunken
        return [
            one | {"own": None, "shrunken": _marginal(drawn[place], level) if drawn else None}
            for place, one in enumerate(found)
        ]
    names = ("estimate", "low", "high")
    return [
        one | {"own": dict(zip(names, limits, strict=True)), "shrunken": None}
        for one, limits in zip(found, own_limits(result), strict=True)
    ]


def _moderator(found: Moderated) -> Plain:
    groups = None
    if found.groups is not None:
        groups = {
            "groups": [
                {"name": name, "k": size, "pooled": pooled_plain(one)}
                for name, one, size in zip(
                    found.groups.names, found.groups.pooled, found.sizes, strict=True
                )
            ],
            "between": values(found.groups.between),
        }
    return {
        "column": found.column,
        "k": found.k,
        "without": list(found.without),
        "measure": str(found.effects.measure),
        "regression": None if found.regressed is None else values(found.regressed),
        "groups": groups,
    }


def _compared(one: Compared) -> Plain:
    return {
        "prior": one.prior,
        "file": one.file,
        "course": None if one.course is None else asdict(one.course),
        "placed": None if one.placed is None else _placed(one.placed),
        "better": None
        if one.better is None
        else asdict(one.better) | {"wanted": str(one.better.wanted)},
        "settled": None if one.settled is None else _settled(one.settled),
        "why": one.why,
    }


def _placed(one: PlacedCounts) -> Plain:
    return asdict(one) | {"likely": [one.likely.low, one.likely.high]}


def _settled(found: Settles | NotSettled) -> Plain:
    power = found.power
    open_still = isinstance(found, NotSettled)
    return {
        "more": None if open_still else power.more,
        "chance": found.chance,
        "better": power.better,
        "not_better": power.not_better,
        "assumption": power.assumption,
        "why": found.why if isinstance(found, NotSettled) else "",
        "fix": found.fix if isinstance(found, NotSettled) else "",
    }
