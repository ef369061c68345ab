"""Funnel, influence and small-study tests, where there are cohorts enough; else why there are none.

Every limit here says when a picture is worth looking at. Sterne 2011, doi:10.1136/bmj.d4002, asks
for ten studies before a funnel is tested (recalled); the others are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reinfuse.pooling import NotPooled
from reinfuse.pooling.effects import Effects, Measure
from reinfuse.pooling.inverse_variance import (
    BaujatPoint,
    Filled,
    Influence,
    Method,
    Pooled,
    baujat,
    begg,
    egger,
    influence,
    pool,
    trim_and_fill,
)
from reinfuse.report.charts.baujat import Pulling, draw_baujat
from reinfuse.report.charts.funnel import FunnelPoint, draw_funnel
from reinfuse.report.charts.plane import Ruler, plain_ruler
from reinfuse.report.charts.values import Drawable, NoChart, Table
from reinfuse.report.charts.words import shown
from reinfuse.report.pool_page.reading import Kind, Reading, log_ruler, odds_ruler

FEWEST_FUNNEL, FEWEST_INFLUENCE = 10, 4
MOST_INFLUENCE = 200  # each cohort is left out in turn: with more this takes many seconds
_FUNNEL, _BAUJAT = "Small cohorts against large ones", "Which cohorts disagree, and which matter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosed:
    """Charts, or why there are none; the influence of each cohort; tests in words."""

    funnel: Drawable
    baujat: Drawable
    influence: Table | None
    words: tuple[str, ...]


def diagnose(effects: Effects, by: Reading, *, method: Method, level: float) -> Diagnosed:
    """Everything that asks whether one cohort, or many small ones, decide the pooled number."""
    return Diagnosed(
        funnel=_funnel(effects, by, method=method, level=level),
        baujat=_baujat(effects, method),
        influence=_influence(effects, method),
        words=tuple(_tests(effects, by, method)),
    )


def _funnel(effects: Effects, by: Reading, *, method: Method, level: float) -> Drawable:
    pooled = pool(effects, method, level=level)
    if effects.k < FEWEST_FUNNEL or isinstance(pooled, NotPooled):
        why = (
            f"{effects.k} of at least {FEWEST_FUNNEL} cohorts: with so few a lopsided funnel is "
            "more likely chance than missing studies, and none is drawn."
        )
        return NoChart(name="funnel", title=_FUNNEL, why=why)
    filled = trim_and_fill(effects, method, level=level)
    shown_effects = filled.effects if isinstance(filled, Filled) else effects
    ends = effects.back(shown_effects.yi).tolist()
    cohorts = [
        FunnelPoint(label=label, x=x, se=vi**0.5, told=by.words(known), mirror_image=k >= effects.k)
        for k, (label, x, vi, known) in enumerate(
            zip(shown_effects.labels, shown_effects.yi.tolist(), shown_effects.vi.tolist(), ends,
                strict=True)
        )
    ]  # fmt: skip
    ruler = _ruler(effects, by, [one.x for one in cohorts])
    return draw_funnel(cohorts, ruler, middle=pooled.b, title=_FUNNEL, level=level, null=by.null,
                       notes=tuple(_funnel_notes(effects, by, filled, pooled)))  # fmt: skip


def _ruler(effects: Effects, by: Reading, values: list[float]) -> Ruler:
    if effects.measure is Measure.PLO:
        return odds_ruler(values, f"{by.number}, % (log odds)")
    if by.kind is Kind.RATIO:
        return log_ruler(effects.back(values).tolist(), f"{by.number}, log scale")
    title = f"{by.number} as pooled ({effects.measure})" if by.kind is Kind.RATE else by.number
    return plain_ruler(values, title)


def _funnel_notes(
    effects: Effects, by: Reading, filled: Filled | NotPooled, pooled: Pooled
) -> Iterator[str]:
    if isinstance(filled, NotPooled):
        yield f"Trim and fill gave nothing: {filled.why}."
    elif filled.missing == 0:
        yield "Trim and fill finds no cohort missing."
    else:
        before, after = effects.back([pooled.b, filled.pooled.b]).tolist()
        yield (
            f"Trim and fill puts {filled.missing} mirror images on the {filled.side}; with them "
            f"the mean would be {by.words(after)} in place of {by.words(before)}. Nobody saw "
            "them: this is a question about the answer, and not a better answer."
        )
    if by.kind is Kind.RATE:
        yield (
            "Rates far from 50 % have larger standard errors in log odds, so that their funnel "
            "leans by itself: a lean alone is no sign of unpublished studies."
        )


def _baujat(effects: Effects, method: Method) -> Drawable:
    why = _why_not_left_out(effects)
    if why:
        return NoChart(name="baujat", title=_BAUJAT, why=why)
    found = baujat(effects, method)
    if isinstance(found, NotPooled):
        return NoChart(name="baujat", title=_BAUJAT, why=f"{found.why}.")
    cohorts = [Pulling(label=one.label, spread=one.contribution, moves=one.influence)
               for one in found if isinstance(one, BaujatPoint)]  # fmt: skip
    return draw_baujat(cohorts, title=_BAUJAT, notes=tuple(_left_out_notes(len(cohorts), effects)))


def _why_not_left_out(effects: Effects) -> str:
    if effects.k < FEWEST_INFLUENCE:
        return (
            f"{effects.k} of at least {FEWEST_INFLUENCE} cohorts: without one of them hardly "
            "anything is left to compare it with."
        )
    if effects.k > MOST_INFLUENCE:
        return (
            f"{effects.k} cohorts: leaving out each in turn is done up to {MOST_INFLUENCE}, for "
            "the time it takes; of so many none decides alone."
        )
    return ""


def _left_out_notes(drawn: int, effects: Effects) -> Iterator[str]:
    yield (
        "To the right: cohorts that disagree with the others. Upward: cohorts without which the "
        "pooled number would be another one."
    )
    if drawn < effects.k:
        yield f"{effects.k - drawn} cohorts cannot be left out: nothing can be pooled without them."


def _influence(effects: Effects, method: Method) -> Table | None:
    if _why_not_left_out(effects):
        return None
    found = influence(effects, method)
    if isinstance(found, NotPooled):
        return None
    rows = [one for one in found if isinstance(one, Influence)]
    return Table(
        ("Cohort", "Weight", "Studentised residual", "DFFITS", "Cook's distance",
         "Covariance ratio", "tau without it", "Hat"),
        tuple(
            (one.label, f"{one.weight:.1f} %", f"{one.studentised:.2f}", f"{one.dffits:.2f}",
             f"{one.cook:.3f}", f"{one.covariance_ratio:.2f}", shown(one.tau2_without**0.5),
             f"{one.hat:.3f}")
            for one in rows
        ),
    )  # fmt: skip


def _tests(effects: Effects, by: Reading, method: Method) -> Iterator[str]:
    if effects.k < FEWEST_FUNNEL:
        return
    line, ranks = egger(effects, method), begg(effects)
    if not isinstance(line, NotPooled):
        limit = by.words(effects.back([line.limit]).tolist()[0])
        yield (
            f"Egger's regression on the standard error: p {_p(line.p)}; a cohort without any error "
            f"would lie at {limit}."
        )
    if not isinstance(ranks, NotPooled):
        yield f"Begg's rank correlation: tau {ranks.tau:.2f}, p {_p(ranks.p)}."


def _p(value: float) -> str:
    return "below 0.001" if value < 0.001 else f"{value:.3f}"  # noqa: PLR2004 (as papers print it)
