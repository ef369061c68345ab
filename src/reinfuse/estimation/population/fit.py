"""Fit a population: several starting points, one run from the best, and what it says of itself."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.checkpoint import Checkpoint
from reinfuse.estimation.population.conditional import Conditional, conditional_from
from reinfuse.estimation.population.convergence import drifting, loose_numbers
from reinfuse.estimation.population.idle import without_idle
from reinfuse.estimation.population.importance import (
    Likelihood,
    compile_ahead,
    likelihood_of,
)
from reinfuse.estimation.population.model import PopulationModel
from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.problem import (
    Problem,
    UnusableData,
    make_problem,
    with_dtype,
)
from reinfuse.estimation.population.result import (
    NotFitted,
    Outcome,
    PopulationFit,
    number_names,
)
from reinfuse.estimation.population.saem import SEGMENT, Phases, State, advance, start
from reinfuse.estimation.population.starting import starting_population
from reinfuse.estimation.population.starts import scattered, settled_population
from reinfuse.estimation.population.structure import Population
from reinfuse.record.data_set import DataSet

# Lanes below which a core has room for more chains of each subject; both are our own choice.
_LANES, _MOST_CHAINS = 200, 5
# Above so many measurements one start is tried, and 32 bits do: both for speed.
_MANY = 20_000
# Rounds to settle and to hold for as many measurements or fewer; of more, numbers scatter less
# from round to round, and fewer rounds average as well.
_SETTLE, _HOLD, _FEW = 400, 300, 2400
_BURN, _MANY_BURN = 200, 150
_SCOUT_DRAWS = 300
_MORE_RUNS = 2  # a variance that goes, and a naming that turns
_LEAST_BURN = 3 * SEGMENT  # of a run that begins near its end
_NEVER = 1 << 30


class Rounds(NamedTuple):
    """Rounds that find the way, that are averaged, and that describe the latents."""

    burn: int
    settle: int
    hold: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How hard a fit works; None is chosen by the size of the data.

    `burn` rounds at least find the way, up to `most_burn` while numbers still drift; `settle`
    rounds are averaged; `hold` rounds more describe the latents. `scout` rounds are given to each
    of `starts` starting points, of which the likeliest goes on. `draws` are those of the
    importance sampling.
    """

    precision: str | None = None
    chains: int | None = None
    starts: int | None = None
    burn: int | None = None
    most_burn: int = 800
    settle: int | None = None
    hold: int | None = None
    scout: int = 100
    draws: int | None = None

    def rounds(self, measured: int) -> Rounds:
        """Every count of rounds, for so many measurements.

        The more patients, the less the numbers scatter from round to round.
        """
        asked = (self.burn, self.settle, self.hold)
        share = min(math.sqrt(_FEW / max(measured, 1)), 1.0)
        by_size = (
            _MANY_BURN if measured > _MANY else _BURN,
            *(max(round(share * full / SEGMENT), 1) * SEGMENT for full in (_SETTLE, _HOLD)),
        )
        return Rounds(*(size if own is None else own
                        for own, size in zip(asked, by_size, strict=True)))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a fit is: what it does, rounds done and expected, and seconds left if known."""

    doing: str
    done: int
    of: int
    seconds_left: float | None


Watch = Callable[[Progress], None]


def fit_population(
    data: DataSet,
    model: PopulationModel,
    *,
    seed: int,
    settings: Settings | None = None,
    watch: Watch | None = None,
    keep: Path | None = None,
) -> PopulationFit | NotFitted:
    """The population under which the data are most likely, by SAEM.

    `keep` names a file in which an unfinished run is kept; it goes on from there when called again
    with the same data, model, settings and seed. Data that cannot be fitted come back as
    `NotFitted` with every reason. Reproducible: the same seed gives the same fit on one machine.
    """
    chosen = settings or Settings()
    try:
        problem = make_problem(data, model, dtype="float64")
    except UnusableData as error:
        return NotFitted(why=error.what, fix=error.fix)
    return fit_problem(problem, seed=seed, settings=chosen, watch=watch, keep=keep)


def fit_problem(
    problem: Problem,
    *,
    seed: int,
    settings: Settings,
    watch: Watch | None = None,
    keep: Path | None = None,
    begin: Population | None = None,
    more: int = _MORE_RUNS,
) -> PopulationFit | NotFitted:
    """The same, of a problem whose arrays are there already.

    `begin` replaces every start; `more` is how often a run may begin anew from where it should
    have gone.
    """
    run = _Run(problem, settings, seed, watch or (lambda _: None), keep, more=more)
    states, scores = run.scout(begin)
    if not states:
        return NotFitted(
            why=f"{Outcome.DIVERGED}; no starting point gave a finite likelihood",
            fix="give starting values near what is expected",
        )
    state, trace, burn, drifts = run.through(states[0])
    return run.result(state, trace, burn, drifts, scores)


class _Run:
    """One fit under way: the compiled step with its data, and a clock for the progress."""

    def __init__(
        self,
        problem: Problem,
        settings: Settings,
        seed: int,
        watch: Watch,
        keep: Path | None,
        *,
        more: int,
    ) -> None:
        self.problem, self.seed, self.watch, self.more = problem, seed, watch, more
        self.settings, self.rounds = settings, settings.rounds(problem.measured)
        subjects = len(problem.subjects)
        many = problem.measured > _MANY
        self.precision = settings.precision or ("float32" if many else "float64")
        self.chains = settings.chains or int(np.clip(_LANES // subjects, 1, _MOST_CHAINS))
        self.starts = settings.starts or (1 if many else 4)
        self.arrays = with_dtype(problem, self.precision)
        self.checkpoint = Checkpoint.of(keep, problem, self.settings, seed)
        self.began = time.monotonic()
        self.first: float | None = None
        self.total = self.rounds.total

    def step(self, state: State, phases: Phases) -> tuple[State, np.ndarray]:
        """One segment further, with where the numbers went."""
        began = time.monotonic()
        state, passed = advance(
            self.problem.structure, self.arrays, state, phases, chains=self.chains
        )
        rows = np.asarray(passed, np.float64)
        if self.first is None:
            self.first = time.monotonic() - began  # holds the compilation
        return state, rows

    def scout(self, begin: Population | None) -> tuple[list[State], tuple[float, ...]]:
        """The best of the starting points after a short run, and the -2LL of each."""
        first = starting_population(self.problem) if begin is None else begin
        first = settled_population(self.problem.structure, first)
        points = [first] if begin is not None else scattered(
            self.problem.structure, first, self.starts, seed=self.seed
        )  # fmt: skip
        keys = jax.random.split(jax.random.key(self.seed), len(points) + 1)
        states = [
            start(
                self.problem.structure, self.arrays, self._cast(point), key=key, chains=self.chains
            )
            for point, key in zip(points, keys[1:], strict=True)
        ]
        compile_ahead(self.problem.structure, self.arrays, states[0].population, self._key)
        kept = self.checkpoint.restore(states[0])
        if kept is not None:
            return [kept.state], kept.scores
        if len(points) == 1:
            return states, ()
        never = Phases(jnp.asarray(_NEVER), jnp.asarray(_NEVER))
        tried = []
        for number, begun in enumerate(states):
            self.tell(f"starting point {number + 1} of {len(points)}", number, len(points))
            state = begun
            for _ in range(0, self.settings.scout, SEGMENT):
                state, _passed = self.step(state, never)
            tried.append((self._score(state), state))
        finite = sorted((one for one in tried if np.isfinite(one[0])), key=lambda one: one[0])
        return [state for _, state in finite], tuple(score for score, _ in tried)

    def through(self, state: State) -> tuple[State, np.ndarray, int, tuple[str, ...]]:
        """The state after all phases, the trace, the round where averaging began, what drifts."""
        rounds, names = self.rounds, self.names
        kept = self.checkpoint.kept
        rows = [] if kept is None else [kept.trace]
        burn = _NEVER if kept is None else kept.burn
        drifts: tuple[str, ...] = ()
        offset = int(state.round) - sum(len(part) for part in rows)
        while True:
            done = int(state.round) - offset
            if burn == _NEVER and done >= rounds.burn:
                drifts = drifting(
                    self.problem.structure, np.concatenate(rows), names, rounds.burn // 3
                )
                if not drifts or done >= self.settings.most_burn:
                    burn = int(state.round)
            if burn != _NEVER and int(state.round) >= burn + rounds.settle + rounds.hold:
                break
            hold = _NEVER if burn == _NEVER else burn + rounds.settle
            state, passed = self.step(state, Phases(jnp.asarray(burn), jnp.asarray(hold)))
            rows.append(passed)
            self.checkpoint.save(state, np.concatenate(rows), burn)
            done += SEGMENT
            expected = max(self.total, done + rounds.settle + rounds.hold * (burn == _NEVER))
            self.tell("fitting", done, expected if burn == _NEVER else
                      burn - offset + rounds.settle + rounds.hold)  # fmt: skip
            if not np.isfinite(passed[-1]).all():
                break
        return state, np.concatenate(rows), burn - offset, drifts

    @property
    def names(self) -> tuple[str, ...]:
        """What the numbers of a trace are."""
        return number_names(self.problem.structure, self.problem.assays)

    def result(
        self,
        state: State,
        trace: np.ndarray,
        burn: int,
        drifts: tuple[str, ...],
        scores: tuple[float, ...],
    ) -> PopulationFit | NotFitted:
        """Everything that is known at the end."""
        structure = self.problem.structure
        if not np.isfinite(trace[-1]).all():
            return NotFitted(
                why=f"{Outcome.DIVERGED}: round {len(trace)} left "
                f"{', '.join(_not_finite(trace[-1], self.names))}",
                fix="start nearer to what is expected, or hold a parameter",
            )
        conditional = conditional_from(state)
        key = jax.random.fold_in(jax.random.key(self.seed), 3)
        fewer = without_idle(structure, self.arrays, state.population, conditional, key=key)
        if self.more and fewer is not state.population:
            return self._again(fewer, "a variance went to 0: the data are likelier without", scores)
        settled = settled_population(structure, state.population)
        notes = list(self.problem.notes)
        if self.more and settled is not state.population:
            return self._again(settled, "parameters were given the names that are meant", scores)
        self.tell("likelihood", self.total, self.total)
        population = jax.tree.map(lambda one: np.asarray(one, np.float64), state.population)
        likelihood = self._likelihood(state, self.settings.draws)
        loose = loose_numbers(structure, population, conditional, self.names)
        outcome = Outcome.DRIFTING if drifts else Outcome.LOOSE if loose else Outcome.CONVERGED
        notes += [f"still drifting when averaging began: {', '.join(drifts)}"] if drifts else []
        self.checkpoint.clear()
        first = self.first or 0.0
        return PopulationFit(
            problem=self.problem,
            population=population,
            outcome=outcome,
            likelihood=likelihood,
            conditional=Conditional(*(np.asarray(one, np.float64) for one in conditional)),
            trace=trace,
            trace_names=(*self.names, "ln likelihood at the latents", "acceptance"),
            burn=burn,
            starts=scores,
            seed=self.seed,
            precision=self.precision,
            chains=self.chains,
            loose=loose,
            notes=tuple(notes),
            compile_seconds=first,
            run_seconds=time.monotonic() - self.began - first,
        )

    def _again(
        self, begin: Population, note: str, scores: tuple[float, ...]
    ) -> PopulationFit | NotFitted:
        """A second run from where the first should have gone, with a word on why."""
        settings = replace(self.settings, starts=1, burn=min(self.rounds.burn, _LEAST_BURN))
        again = fit_problem(
            self.problem,
            seed=self.seed,
            settings=settings,
            watch=self.watch,
            begin=begin,
            more=self.more - 1,
        )
        self.checkpoint.clear()
        if isinstance(again, NotFitted):
            return again
        return replace(again, notes=(*again.notes, note), starts=scores)

    def tell(self, doing: str, done: int, of: int) -> None:
        """Tell the watcher; the time left follows from rounds since the first segment."""
        spent = time.monotonic() - self.began - (self.first or 0.0)
        left = spent / done * (of - done) if done > SEGMENT else None
        self.watch(Progress(doing=doing, done=done, of=of, seconds_left=left))

    def _score(self, state: State) -> float:
        return self._likelihood(state, _SCOUT_DRAWS).minus_2ll

    def _likelihood(self, state: State, draws: int | None) -> Likelihood:
        return likelihood_of(
            self.problem.structure, self.arrays, state.population, conditional_from(state),
            key=self._key, draws=draws,
        )  # fmt: skip

    @property
    def _key(self) -> Array:
        """What the draws of a likelihood hang on."""
        return jax.random.fold_in(jax.random.key(self.seed), 1)

    def _cast(self, population: Population) -> Population:
        return jax.tree.map(lambda one: jnp.asarray(one, self.precision), population)


def _not_finite(row: np.ndarray, names: tuple[str, ...]) -> list[str]:
    return [name for name, value in zip(names, row, strict=False) if not np.isfinite(value)]
