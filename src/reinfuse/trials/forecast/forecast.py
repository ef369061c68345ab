"""Options for one infusion, replayed on the same draws and set against one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.mechanistic.result import MechanismFit
from reinfuse.mechanism.products import Origin
from reinfuse.trials.forecast.asked import SHORTEST_DAYS, Asked
from reinfuse.trials.forecast.compared import (
    ALIKE,
    CANNOT_TELL,
    Ranked,
    answer,
    difference,
)
from reinfuse.trials.forecast.draws import (
    Draws,
    checked_precision,
    draws_of,
    ranked_of,
    run_all,
)
from reinfuse.trials.forecast.questions import (
    CENSORED,
    Ask,
    Question,
    looks,
    questions,
)
from reinfuse.trials.forecast.replay import Replay, donor_share_of, replay_of
from reinfuse.trials.forecast.result import (
    BAND_LEVELS,
    Answer,
    Band,
    Difference,
    Forecast,
    Forecasted,
)
from reinfuse.trials.forecast.run import Run, lesion_names
from reinfuse.trials.forecast.sites import MARROW
from reinfuse.trials.forecast.told import assumed, described, words_of

#: What one option is told from another by: where leukemia can be seen, and whether it returns.
MAIN = frozenset({Ask.UNSEEN, Ask.BACK})
_SENTENCES = 3
_FEWEST_SOLVED = 0.5  # of the draws
_NEAR_DAYS, _STEP, _LATE_STEP = 60.0, 2.0, 7.0  # of bands

Watch = Callable[[str, int, int], None]


def forecast(
    fit: MechanismFit,
    asked: Asked,
    *,
    transplanted: bool,
    draws: int,
    rng: np.random.Generator,
    watch: Watch | None = None,
) -> Forecast:
    """Replay one infusion with every option of `asked`.

    `transplanted` says whether a transplant from a donor came before it, `draws` how many draws of
    the fit are used at most. `watch` is told the option, draws done and in all. Raises
    ReinfuseError where the fit has no such infusion, or too few draws can be solved.
    """
    place = _place(fit, asked)
    drawn = draws_of(fit, place, draws, rng)
    window = drawn.window
    share = asked.donor_share
    if share is None:
        share = donor_share_of(window, transplanted=transplanted)
    replays = tuple(replay_of(option, window, share) for option in asked.options)
    sites = (MARROW, *lesion_names(window))
    days = looks(asked.horizon)
    what = questions(sites, days)
    band_days = _band_days(window.first_day, asked.horizon)
    runs = [
        run_all(drawn, replay, what, band_days, _watch_option(watch, replay)) for replay in replays
    ]
    solved = np.logical_and.reduce([run.solved for run in runs])
    _check_solved(solved, replays, runs)
    made = _Made(
        drawn=drawn, replays=replays, runs=runs, solved=solved, what=what, band_days=band_days,
        reference=[option.name for option in asked.options].index(asked.reference),
        by=ranked_of(drawn, replays, solved), horizon=asked.horizon, share=share,
    )  # fmt: skip
    return Forecast(
        infusion=window.infusion,
        label=window.label,
        reference=asked.reference,
        horizon=asked.horizon,
        followed_until=window.last_day,
        days=days,
        sites=sites,
        draws=int(solved.sum()),
        left_out=int((~solved).sum()),
        prior_only=fit.prior_only,
        fit="prior only" if fit.sampler is None else fit.sampler.words,
        options=tuple(made.option(at) for at in range(len(replays))),
        precision=checked_precision(drawn, replays, what),
        words=words_of(
            window, fit=fit, days=days,
            changes_origin=_origins_differ(fit, replays),
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """Everything that was simulated."""

    drawn: Draws
    replays: Sequence[Replay]
    runs: Sequence[Run]
    solved: NDArray[np.bool_]
    what: tuple[Question, ...]
    band_days: NDArray
    reference: int
    by: Ranked
    horizon: float
    share: float

    def option(self, at: int) -> Forecasted:
        """What is said of one option."""
        replay, run = self.replays[at], self.runs[at]
        window = self.drawn.window
        differences = self._differences(at)
        reference = self.replays[self.reference].option.name
        main = [each for each in differences if _is_main(each.question)]
        told = any(each.told for each in main)
        learned = any(each.told and each.learned for each in main)
        return Forecasted(
            option=replay.option,
            name=replay.option.name,
            description=described(replay, window),
            assumes=assumed(replay, window, self.share),
            anew=replay.anew,
            answers=tuple(self._answer(question, replay, run) for question in self.what),
            differences=differences,
            bands=self._bands(run),
            told=told,
            learned=learned,
            words=() if at == self.reference else _words(differences, reference),
        )

    def _answer(self, question: Question, replay: Replay, run: Run) -> Answer:
        if question.ask is Ask.TMAX and not replay.infused:
            why = "no cells are infused"
            return Answer(question=question, middle=None, low=None, high=None, why=why)
        most = self.horizon if question.ask in CENSORED else None
        return answer(question, run.answers[question][self.solved], most=most)

    def _differences(self, at: int) -> tuple[Difference, ...]:
        if at == self.reference:
            return ()
        option, reference = self.replays[at], self.replays[self.reference]
        another = option.another or reference.another
        infused = option.infused and reference.infused
        found = [
            difference(
                question, self.runs[at].answers[question][self.solved],
                self.runs[self.reference].answers[question][self.solved], self.by,
                another_product=another,
            )
            for question in self.what
            if infused or question.ask is not Ask.TMAX
        ]  # fmt: skip
        return tuple(each for each in found if each is not None)

    def _bands(self, run: Run) -> tuple[Band, ...]:
        return tuple(
            Band(
                what=name, days=self.band_days,
                values=np.quantile(values[self.solved].astype(np.float64), BAND_LEVELS, axis=0).T,
            )
            for name, values in run.bands.items()
        )  # fmt: skip


def _place(fit: MechanismFit, asked: Asked) -> int:
    if asked.horizon < SHORTEST_DAYS:
        raise ReinfuseError(
            f"a horizon of {asked.horizon:g} days is too short: GVHD is told by day"
            f" {SHORTEST_DAYS:g}",
            fix="ask for 100 days or more",
        )
    names = [window.infusion for window in fit.windows]
    if asked.infusion not in names:
        raise ReinfuseError(
            f"the model has nothing of {asked.infusion}", fix=f"replay one of {', '.join(names)}"
        )
    return names.index(asked.infusion)


def _check_solved(
    solved: NDArray[np.bool_], replays: Sequence[Replay], runs: Sequence[Run]
) -> None:
    if solved.mean() < _FEWEST_SOLVED:
        worst = min(range(len(runs)), key=lambda at: int(runs[at].solved.sum()))
        raise ReinfuseError(
            f"only {int(solved.sum())} of {len(solved)} draws could be solved in every option",
            fix=f"fewest of {replays[worst].option.name!r}: write a less extreme dose or day there",
        )


def _watch_option(watch: Watch | None, replay: Replay) -> Callable[[int, int], None]:
    def told(done: int, of: int) -> None:
        if watch is not None:
            watch(replay.option.name, done, of)

    return told


def _band_days(first: float, horizon: float) -> NDArray:
    """Every second day for two months from the start, then every week, and the horizon."""
    near = np.arange(np.ceil(first), _NEAR_DAYS, _STEP)
    late = np.arange(_NEAR_DAYS, horizon, _LATE_STEP)
    return np.unique([*near, *late, horizon])


def _is_main(question: Question) -> bool:
    return question.ask in MAIN


def _origins_differ(fit: MechanismFit, replays: Sequence[Replay]) -> bool:
    products = [window.product for window in fit.windows] + [each.product for each in replays]
    return len({product.origin is Origin.DONOR for product in products}) > 1


def _words(found: Sequence[Difference], reference: str) -> tuple[str, ...]:
    """What an option comes to against the reference, on the main questions before the others."""
    main = [each for each in found if _is_main(each.question)]
    told = [each for each in main if each.told]
    if told:
        return (
            f"in the model it differs from {reference!r} on {len(told)} of {len(main)} questions"
            " about where leukemia is",
            *_first(told),
        )
    if all(each.words == ALIKE for each in found):
        return (ALIKE,)
    about = ALIKE if all(each.words == ALIKE for each in main) else CANNOT_TELL
    others = _first([each for each in found if each.told])
    if about == ALIKE and not others:
        others = (f"elsewhere: {CANNOT_TELL}",)
    return f"where leukemia is: {about}", *others


def _first(told: Sequence[Difference]) -> tuple[str, ...]:
    return tuple(f"{each.question}: {each.words}" for each in told[:_SENTENCES])
