"""Options on the same draws: the window's parameters of each, and what is common to all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.mechanistic.result import MechanismFit
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.mechanism.sign_rules import shipped_rules, sign_constants
from reinfuse.mechanism.table import parameters_of
from reinfuse.trials.forecast.compared import Ranked, ranked
from reinfuse.trials.forecast.questions import Measure, Question
from reinfuse.trials.forecast.replay import Replay
from reinfuse.trials.forecast.result import Precision
from reinfuse.trials.forecast.run import EXACT, FAST, Chance, Run, run_option
from reinfuse.trials.forecast.sites import lucks
from reinfuse.trials.forecast.told import far_apart

_PIECE = 1000  # draws of one piece of work: what is kept of a piece is small
_RULES = 16  # thresholds of signs that are tried
_OTHER = " of another product"
_CHECKED = 48  # draws that are solved in 64 bits as well

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """The draws of a window that all options share."""

    fit: MechanismFit
    place: int
    z: Array
    chance: Chance

    @property
    def window(self) -> Window:
        """The window that is replayed."""
        return self.fit.windows[self.place]

    def rows(self, replay: Replay) -> Array:
        """The window's parameters with the product of an option."""
        product = replay.product if replay.another else None
        return self.fit.window_rows(self.place, z=self.z, product=product)


def draws_of(fit: MechanismFit, place: int, most: int, rng: np.random.Generator) -> Draws:
    """At most so many draws, evenly taken from those of a fit."""
    count = min(most, len(fit.draws))
    chosen = np.linspace(0, len(fit.draws) - 1, count).round().astype(np.int64)
    sites = 1 + len(fit.windows[place].lesions)
    constants = [row.name for row in sign_constants() if row.spread > 0]
    rules = tuple(
        shipped_rules().moved(
            dict(zip(constants, rng.standard_normal(len(constants)).tolist(), strict=True))
        )
        for _ in range(_RULES)
    )
    chance = Chance(luck=lucks(count, sites, rng), signs=rules)
    return Draws(fit=fit, place=place, z=np.asarray(fit.draws)[chosen], chance=chance)


def run_all(
    draws: Draws,
    replay: Replay,
    asked: Sequence[Question],
    band_days: Array,
    watch: Callable[[int, int], None],
) -> Run:
    """All draws of one option, piece by piece; `watch` is told draws done and in all."""
    rows, parts = draws.rows(replay), []
    for first in range(0, len(rows), _PIECE):
        last = min(first + _PIECE, len(rows))
        parts.append(
            run_option(
                replay, draws.window, rows[first:last], asked, band_days=band_days,
                chance=draws.chance.part(first, last),
            )
        )  # fmt: skip
        watch(last, len(rows))
    return Run(
        answers={key: np.concatenate([one.answers[key] for one in parts])
                 for key in parts[0].answers},
        bands={key: np.concatenate([one.bands[key] for one in parts]) for key in parts[0].bands},
        solved=np.concatenate([one.solved for one in parts]),
    )  # fmt: skip


def checked_precision(
    draws: Draws, replays: Sequence[Replay], asked: Sequence[Question]
) -> Precision:
    """How far quick numbers are from exact ones, over the first draws of every option."""
    count = min(_CHECKED, len(draws.z))
    some = draws.chance.part(0, count)
    worst = {Measure.PROBABILITY: 0.0, Measure.QUANTITY: 0.0}
    for replay in replays:
        rows = draws.rows(replay)[:count]
        quick, exact = (
            run_option(
                replay, draws.window, rows, asked, chance=some, band_days=np.zeros(0),
                settings=settings,
            )
            for settings in (FAST, EXACT)
        )  # fmt: skip
        both = quick.solved & exact.solved
        for question in asked:
            apart = _apart(question, quick.answers[question][both], exact.answers[question][both])
            worst[question.measure] = max(worst[question.measure], apart)
    return Precision(
        draws=count, probability=worst[Measure.PROBABILITY], quantity=worst[Measure.QUANTITY]
    )


def ranked_of(draws: Draws, replays: Sequence[Replay], solved: NDArray[np.bool_]) -> Ranked:
    """Ranks of everything that differs between draws; what is drawn anew has a name of its own."""
    usual = {row.name: row for row in parameters_of(len(draws.window.lesions))}
    values = _columns(draws.rows(_unchanged(draws, replays)), tuple(usual), solved)
    meanings = {name: row.note for name, row in usual.items()}
    for replay in replays:
        if replay.another:
            fresh = _columns(draws.rows(replay), tuple(usual), solved)
            for name in replay.anew:
                # A product without immunity says nothing of it; the numbers are those of all.
                if np.ptp(fresh[name]) > 0:
                    values.setdefault(f"{name}{_OTHER}", fresh[name])
                    meanings[f"{name}{_OTHER}"] = f"{usual[name].note}; drawn anew"
    return ranked(values, meanings, _narrowing(draws))


def _narrowing(draws: Draws) -> dict[str, float]:
    """By parameter how far the data narrowed it; what no latent spreads is left out.

    Of chains that are far apart nothing is known: each can be narrow where it got stuck.
    """
    if far_apart(draws.fit):
        return {}
    return {
        row.latent.label: row.narrowing
        for row in draws.fit.fitted
        if row.latent.window in {None, draws.place}
    }


def _unchanged(draws: Draws, replays: Sequence[Replay]) -> Replay:
    option = replays[0].option
    return Replay(option=option, product=draws.window.product)


def _columns(rows: Array, names: tuple[str, ...], solved: NDArray[np.bool_]) -> dict[str, Array]:
    return {name: rows[solved, at] for at, name in enumerate(names)}


def _apart(question: Question, one: Array, other: Array) -> float:
    if not len(one) or np.isnan(one).any() or np.isnan(other).any():
        return 0.0
    if question.measure is Measure.PROBABILITY:
        return float(abs(one.mean() - other.mean()))
    most = max(abs(float(np.median(other))), 1e-9)
    return float(abs(np.median(one) - np.median(other)) / most)
