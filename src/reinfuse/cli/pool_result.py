"""One outcome of a table pooled as it was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reinfuse.cli.evidence_reading import Table
from reinfuse.cli.pool_asked import Asked
from reinfuse.cli.pool_comparing import Compared, compare
from reinfuse.cli.pool_led import is_twin, refuse_halves, say_one_arm, without_middle, words_with
from reinfuse.cli.pool_moderator import Moderated, moderate
from reinfuse.cli.pool_numbers import effects_of, estimated, usual_measure, why_without
from reinfuse.cli.pool_rows import (
    WITH,
    MethodRow,
    name_method,
    priors_fit,
    row_of_answer,
    row_of_pooled,
    rows_of_effects,
)
from reinfuse.errors import Finding, ReinfuseError
from reinfuse.evidence import Study
from reinfuse.evidence.outcomes import list_outcomes
from reinfuse.evidence.selecting import LeftOut, Selection, select
from reinfuse.pooling.bayes import MIDDLE, THREE_PRIORS, EffectPosterior
from reinfuse.pooling.effects import Effects, Measure
from reinfuse.pooling.effects.measure import GIVEN, ONE_ARM
from reinfuse.pooling.inverse_variance import Method, pool
from reinfuse.pooling.summary import FEW_STUDIES, Pooling, summarise_outcome

_ALONE = 1
_MOST_OFFERED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Everything that was computed of one outcome; `rows` in the order in which they are read.

    `pooling` is there for rates by their counts, `effects` for a measure that was asked for or
    that the rows gave, with what their estimates are `of`. The studies and those left out are in
    the selection; `chosen` are those that went in.
    """

    outcome: str
    asked: Asked
    table: Table
    selection: Selection
    chosen: tuple[Study, ...]
    left_out: tuple[LeftOut, ...]
    pooling: Pooling | None
    effects: Effects | None
    of: str
    rows: tuple[MethodRow, ...]
    words: tuple[str, ...]
    posteriors: tuple[EffectPosterior, ...]
    findings: tuple[Finding, ...]
    moderated: Moderated | None
    compared: Compared | None

    @property
    def rates(self) -> bool:
        """Whether the estimates are rates, 0 to 1."""
        return self.pooling is not None

    @property
    def k(self) -> int:
        """How many cohorts went in."""
        return len(self.chosen)


def result_of(table: Table, asked: Asked) -> Result:
    """Choose the rows, pool them, and compare; ReinfuseError for what cannot be asked."""
    selection = _select(table, asked)
    outcome = " + ".join(selection.outcomes)
    measure = asked.measure or usual_measure(selection.chosen)
    chosen, missing = _fit_for(selection.chosen, measure)
    rates = measure is None or measure in ONE_ARM
    _refuse_unfit(asked, rates, measure)
    pooling = _rates(outcome, chosen, asked) if rates else None
    effects = _effects(chosen, asked, measure)
    pooling = None if pooling is None else _led(pooling, asked)
    rows, words, posteriors = _rows(pooling, effects, asked)
    if pooling is not None:
        words = (*words, *say_one_arm(chosen))
        pooling = replace(pooling, words=words)
    return Result(
        outcome=outcome,
        asked=asked,
        table=table,
        selection=selection,
        chosen=chosen,
        left_out=(*selection.left_out, *missing),
        pooling=pooling,
        effects=effects,
        of="rate" if rates else _of(chosen, measure),
        rows=rows,
        words=words,
        posteriors=posteriors,
        findings=tuple(dict.fromkeys(_findings(selection, pooling, effects))),
        moderated=_moderated(chosen, effects, asked),
        compared=compare(asked, outcome, None if pooling is None else pooling.leading),
    )


def _select(table: Table, asked: Asked) -> Selection:
    outcomes = asked.outcomes or _only_outcome(table)
    narrowed: dict[str, Sequence[str]] = dict(asked.narrowed)
    if asked.measure in GIVEN and "measure" not in narrowed:
        held = [one for one in table.studies if one.outcome in outcomes and one.has_effect]
        named = {str(one.measure) for one in held if one.measure is not None}
        if named and any(one.is_counted for one in table.studies if one.outcome in outcomes):
            narrowed["measure"] = sorted(named)
    try:
        return select(
            table.studies,
            outcomes,
            with_recalled=asked.with_recalled,
            mixing=asked.mixing,
            **narrowed,
        )
    except ReinfuseError as error:
        raise ReinfuseError(error.what, where=error.where, fix=_as_typed(error.fix)) from error


def _as_typed(fix: str) -> str:
    """Advice in the words of the command line."""
    head, found, tail = fix.partition("allow it: mixing ")
    typed = f"{head}allow it: --mixing {tail.replace(', ', ',')}" if found else fix
    return typed.replace("say with_recalled", "add --with-recalled")


def _only_outcome(table: Table) -> tuple[str, ...]:
    outcomes = list_outcomes(table.studies)
    if len(outcomes) == _ALONE:
        return (outcomes[0].name,)
    named = "; ".join(f"{one.name} ({one.cohorts})" for one in outcomes[:_MOST_OFFERED])
    raise ReinfuseError(
        "which outcome to pool is not said",
        fix=f"add --outcome NAME; those with most cohorts are: {named}",
    )


def _fit_for(
    studies: Sequence[Study], measure: Measure | None
) -> tuple[tuple[Study, ...], tuple[LeftOut, ...]]:
    why = {one.id: why_without(one, measure) for one in studies}
    chosen = tuple(one for one in studies if not why[one.id])
    if not chosen:
        told = "; ".join(f"{name}: {reason}" for name, reason in why.items())
        raise ReinfuseError(
            f"no row can be pooled{f' as {measure}' if measure else ''}: {told}",
            fix="choose another --measure, or fill in the columns in a table of your own",
        )
    return chosen, tuple(LeftOut(study=one, why=why[one.id]) for one in studies if why[one.id])


def _refuse_unfit(asked: Asked, rates: bool, measure: Measure | None) -> None:
    if asked.compares and not rates:
        raise ReinfuseError(
            f"--compare sets an arm against a rate, and the rows hold {measure} alone",
            fix="leave out --compare",
        )


def _rates(outcome: str, chosen: Sequence[Study], asked: Asked) -> Pooling:
    found = summarise_outcome(
        outcome,
        [one.events or 0 for one in chosen],
        [one.n or 0 for one in chosen],
        labels=[one.label for one in chosen],
        priors=asked.priors or THREE_PRIORS,
        level=asked.level,
    )
    return replace(found, studies=tuple(chosen))


def _effects(chosen: Sequence[Study], asked: Asked, measure: Measure | None) -> Effects | None:
    """The effects that were asked for; None for rates by their counts."""
    if measure is None and asked.method is None and asked.moderator is None:
        return None
    return effects_of(chosen, measure or Measure.PLO)


def _of(chosen: Sequence[Study], measure: Measure | None) -> str:
    names = {Measure.RR: "risk ratio", Measure.OR: "odds ratio", Measure.RD: "risk difference"}
    if measure is Measure.MN:
        return "mean"
    return estimated(chosen) if measure is Measure.GEN else names.get(measure or Measure.GEN, "")


def _rows(
    pooling: Pooling | None, effects: Effects | None, asked: Asked
) -> tuple[tuple[MethodRow, ...], tuple[str, ...], tuple[EffectPosterior, ...]]:
    if pooling is None:
        assert effects is not None
        if effects.k == _ALONE:
            return (), ("One study: nothing is pooled. Its own interval is the answer.",), ()
        fit = asked.priors is not None or priors_fit(effects)
        priors = (asked.priors or _MIDDLE_FIRST) if fit else ()
        if not priors_fit(effects):
            priors = tuple(map(without_middle, priors))
        rows, posteriors = rows_of_effects(
            effects,
            method=asked.method,
            knapp_hartung=asked.knapp_hartung,
            priors=priors,
            level=asked.level,
        )
        untold = effects.k <= FEW_STUDIES and not fit
        narrow = (_NARROWER,) if _knapp_hartung_narrows(rows) else ()
        return rows, ((_NO_PRIOR,) if untold else ()) + narrow, posteriors
    rows = tuple(map(row_of_answer, pooling.answers))
    if effects is not None and asked.by_inverse_variance and pooling.k > _ALONE:
        method = asked.method or Method.REML
        name = name_method(effects.measure, method, knapp_hartung=asked.knapp_hartung)
        found = refuse_halves(pooling, effects) or pool(
            effects, method, knapp_hartung=asked.knapp_hartung, level=asked.level
        )
        lead = row_of_pooled(name, found, effects)
        rows = (lead, *(one for one in rows if not is_twin(lead.method, one.method)))
        return rows, words_with(lead, pooling), ()
    return rows, pooling.words, ()


def _led(pooling: Pooling, asked: Asked) -> Pooling:
    """The same with what was asked for by name first among its answers."""
    leads = "binomial-normal" if asked.counts_lead else "Bayes" if asked.priors else ""
    led = sorted(pooling.answers, key=lambda one: not one.method.startswith(leads))
    return replace(pooling, answers=tuple(led))


def _knapp_hartung_narrows(rows: Sequence[MethodRow]) -> bool:
    """Whether the interval by Knapp and Hartung is narrower than the normal one beside it."""
    widths = {
        one.method: one.high - one.low
        for one in rows
        if one.low is not None and one.high is not None
    }
    return any(
        width < widths.get(name.removesuffix(WITH), 0.0)
        for name, width in widths.items()
        if name.endswith(WITH)
    )


_MIDDLE_FIRST = tuple(sorted(THREE_PRIORS, key=lambda one: one.name != MIDDLE.name))
_NARROWER = (
    "Knapp and Hartung give a narrower interval here than the normal distribution does: studies"
    " that agree by chance do that, and it is no gain in what is known."
)
_NO_PRIOR = (
    "With so few studies a prior of the spread decides how wide the answer is, and none of ours is"
    " made for this scale: name one with --prior, such as half-normal(SCALE)."
)


def _findings(
    selection: Selection, pooling: Pooling | None, effects: Effects | None
) -> Iterator[Finding]:
    yield from selection.findings
    if pooling is not None:
        yield from pooling.findings
    if effects is not None:
        yield from effects.findings


def _moderated(chosen: Sequence[Study], effects: Effects | None, asked: Asked) -> Moderated | None:
    if asked.moderator is None:
        return None
    assert effects is not None
    return moderate(
        asked.moderator,
        chosen,
        effects,
        method=asked.method or Method.REML,
        knapp_hartung=asked.knapp_hartung,
        level=asked.level,
    )
