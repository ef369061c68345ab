"""Which covariates explain why patients differ: forward and backward, screened or exhaustive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import jax.numpy as jnp
import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.covariates.fits import Chosen, Fits, Fitted, difference
from reinfuse.estimation.population.covariates.result import (
    CovariateSearch,
    Criterion,
    Group,
    Rules,
    SearchMethod,
    Step,
    Trial,
)
from reinfuse.estimation.population.covariates.screening import Screening, screening_of
from reinfuse.estimation.population.covariates.tests_of_effects import (
    critical,
    ratio_p,
    shrinkage_of,
    wald,
)
from reinfuse.estimation.population.density import latent_covariance
from reinfuse.estimation.population.fit import Settings, fit_population
from reinfuse.estimation.population.model import Effect, PopulationModel
from reinfuse.estimation.population.predict import mean_latents
from reinfuse.estimation.population.problem import Problem, make_problem
from reinfuse.estimation.population.result import NotFitted, PopulationFit
from reinfuse.estimation.population.structure import Population
from reinfuse.estimation.population.uncertainty.observed import uncertainty_at
from reinfuse.estimation.population.uncertainty.points import rule_for
from reinfuse.record.data_set import DataSet

MUCH_SHRINKAGE = 0.3
# A decision this many SDs of Monte Carlo error from its limit is called clear.
_CLEAR = 2.0


def search_covariates(
    data: DataSet,
    model: PopulationModel,
    candidates: Sequence[Effect],
    *,
    method: SearchMethod,
    seed: int,
    rules: Rules | None = None,
    fit: PopulationFit | None = None,
    keep: Path | None = None,
) -> CovariateSearch | NotFitted:
    """The candidate effects that the data ask for, with every step on the way.

    Effects that `model` has stay. `fit` is the fit of `model` to `data` if there is one already.
    `keep` names a file from which an interrupted search goes on. Raises ReinfuseError for data
    without a candidate's covariate and for covariates that do not differ between subjects.
    Sources: Jonsson and Karlsson 1998, doi:10.1023/A:1011970125687 (stepwise); Ayral 2021,
    doi:10.1002/psp4.12612 (screening by draws of random effects, not by their means).
    """
    groups = grouped(candidates)
    problem = make_problem(data, replace(model, effects=(*model.effects, *candidates)))
    _refuse_constant(problem, len(model.effects))
    found = fit if fit is not None else fit_population(
        data, model, seed=seed, settings=Settings(starts=4)
    )  # fmt: skip
    if isinstance(found, NotFitted):
        return found
    run = _Search(problem, groups, method, rules or Rules(), seed, keep)
    run.begin(found)
    while run.forward():
        pass
    while run.backward():
        pass
    return run.result(model)


def grouped(candidates: Sequence[Effect]) -> tuple[Group, ...]:
    """Effects of one covariate on one parameter, together."""
    groups: dict[tuple, list[Effect]] = {}
    for effect in candidates:
        groups.setdefault((effect.parameter, effect.covariate, effect.kind), []).append(effect)
    names = [(one[0].parameter, one[0].covariate) for one in groups.values()]
    twice = sorted({f"{a} ~ {b}" for a, b in names if names.count((a, b)) > 1})
    if twice:
        raise ReinfuseError(
            f"{', '.join(twice)}: the candidates hold two forms of one effect",
            fix="search with one form, then compare the two by their likelihoods",
        )
    return tuple(Group(effects=tuple(one)) for one in groups.values())


class _Search:
    """A search under way; steps are added, nothing else outlives it."""

    def __init__(
        self,
        problem: Problem,
        groups: tuple[Group, ...],
        method: SearchMethod,
        rules: Rules,
        seed: int,
        keep: Path | None,
    ) -> None:
        self.problem, self.method, self.rules, self.seed = problem, method, rules, seed
        self.groups = {group.name: group for group in groups}
        rule = rule_for(problem.structure, len(problem.subjects))
        self.fits = Fits(problem, groups, rule=rule, seed=seed, keep=keep)
        self.chosen: Chosen = frozenset()
        self.steps: list[Step] = []
        self.screening: Screening | None = screening_of(method, self.fits, self.groups, seed)

    def begin(self, fit: PopulationFit) -> None:
        """The model without any candidate, at its top."""
        more = len(self.problem.structure.terms) - len(fit.problem.structure.terms)
        population = Population(*(jnp.asarray(part, jnp.float64) for part in fit.population))
        population = population._replace(beta=jnp.concatenate([population.beta, jnp.zeros(more)]))
        conditional = Conditional(*(jnp.asarray(part) for part in fit.conditional))
        self.before = self.now = self.fits.fit(self.chosen, (population, conditional))

    def forward(self) -> bool:
        """Let the best candidate in; False if there is none."""
        outside = [name for name in self.groups if name not in self.chosen]
        if not outside:
            return False
        screened = self.screening(self.now, self.chosen) if self.screening else {}
        fitted = self._to_fit(outside, screened)
        trials = [self._trial(name, self.chosen | {name}, screened.get(name)) for name in fitted]
        trials += [
            Trial(name=name, freedom=len(self.groups[name].effects), screened=screened[name],
                  why="screened out")
            for name in outside if name not in fitted
        ]  # fmt: skip
        asked = [one for one in trials if one.ratio is not None and self._asked_for(one)]
        best = min(asked, key=lambda one: one.p if one.p is not None else 1.0, default=None)
        why = "no candidate is asked for" if best is None else self._reason(best, True)
        if best is not None:
            self.chosen = self.chosen | {best.name}
            self.now = self.fits.found[self.chosen]
        self._keep(True, trials, None if best is None else best.name, why)
        return best is not None

    def backward(self) -> bool:
        """Take the least needed effect out; False if all are needed."""
        if not self.chosen:
            return False
        trials = [self._trial(name, self.chosen - {name}, None) for name in sorted(self.chosen)]
        spared = [one for one in trials if not self._needed(one)]
        worst = max(spared, key=lambda one: one.p if one.p is not None else 0.0, default=None)
        why = "every effect is needed" if worst is None else self._reason(worst, False)
        if worst is not None:
            self.chosen = self.chosen - {worst.name}
            self.now = self.fits.found[self.chosen]
        self._keep(False, trials, None if worst is None else worst.name, why)
        return worst is not None

    def _to_fit(self, outside: list[str], screened: dict[str, float]) -> list[str]:
        if self.screening is None:
            return outside
        ordered = sorted(outside, key=lambda name: screened[name])
        return [name for name in ordered if screened[name] <= self.rules.screen][: self.rules.tries]

    def _trial(self, name: str, other: Chosen, screened: float | None) -> Trial:
        there = self.fits.fit(other, self.now)
        pair = (self.now, there) if name in other else (there, self.now)
        ratio, error = difference(*pair)
        freedom = len(self.groups[name].effects)
        unsure = "" if there.climbed.arrived else "the climb did not arrive at a top"
        return Trial(
            name=name, freedom=freedom, screened=screened, ratio=ratio, error=error,
            p=ratio_p(ratio, freedom), why=unsure,
        )  # fmt: skip

    def _limit(self, trial: Trial, *, into: bool) -> float:
        """The ratio from which on an effect is wanted."""
        if self.rules.criterion is Criterion.BIC:
            return trial.freedom * float(np.log(len(self.problem.subjects)))
        return critical(self.rules.into if into else self.rules.out, trial.freedom)

    def _asked_for(self, trial: Trial) -> bool:
        return (trial.ratio or 0.0) > self._limit(trial, into=True)

    def _needed(self, trial: Trial) -> bool:
        return (trial.ratio or 0.0) > self._limit(trial, into=False)

    def _reason(self, trial: Trial, into: bool) -> str:
        limit = self._limit(trial, into=into)
        ratio, error = trial.ratio or 0.0, trial.error or 0.0
        words = (
            f"-2 ln L {'falls' if into else 'rises'} by {ratio:.3f} +- {error:.3f} (p "
            f"{trial.p:.3g}), {'more' if into else 'less'} than {limit:.3f}"
        )
        close = abs(ratio - limit) < _CLEAR * error
        return f"{words}; the Monte Carlo error leaves this open" if close else words

    def _keep(self, forward: bool, trials: Sequence[Trial], chosen: str | None, why: str) -> None:
        self.steps.append(Step(
            forward=forward, trials=tuple(trials), chosen=chosen, why=why,
            minus_2ll=self.now.minus_2ll, error=self.now.error,
        ))  # fmt: skip

    def result(self, model: PopulationModel) -> CovariateSearch:
        """Everything, with Wald tests of what stayed."""
        population, conditional = self.now.climbed.population, self.now.climbed.conditional
        kept = [one for name, group in self.groups.items() if name in self.chosen
                for one in group.effects]  # fmt: skip
        terms = [term.name for term in self.problem.structure.terms]
        first = len(self.problem.structure.names)
        values = np.asarray(population.beta)[first:]
        wanted = [*range(len(model.effects)), *(terms.index(one.name) for one in kept)]
        started = tuple(replace(one, start=float(values[terms.index(one.name)])) for one in kept)
        final = replace(model, effects=(*model.effects, *started))
        places = np.asarray([*range(first), *(first + one for one in wanted)])
        lean = Population(
            np.asarray(population.beta)[places], *(np.asarray(part) for part in population[1:])
        )
        shrinkage = _shrinkage(self.problem, self.before)
        return CovariateSearch(
            method=self.method, rules=self.rules, steps=tuple(self.steps),
            chosen=tuple(name for name in self.groups if name in self.chosen),
            model=final, population=lean, conditional=conditional,
            minus_2ll=self.now.minus_2ll, error=self.now.error,
            minus_2ll_before=self.before.minus_2ll,
            tests=self._tests(kept), shrinkage=shrinkage, fits=len(self.fits.found),
            notes=notes_of(shrinkage, self.method),
        )  # fmt: skip

    def _tests(self, kept: list[Effect]) -> tuple:
        if not kept:
            return ()
        climbed = self.now.climbed
        found = uncertainty_at(
            self.problem, climbed.population, climbed.conditional, seed=self.seed,
            active=self.fits.active(self.chosen),
        )  # fmt: skip
        return wald(found, [one.name for one in kept])


def _shrinkage(problem: Problem, fitted: Fitted) -> dict[str, float]:
    structure, population = problem.structure, fitted.climbed.population
    middle = np.asarray(mean_latents(structure, problem.arrays, population.beta))
    spread = np.diagonal(np.asarray(latent_covariance(structure, population)))
    values = shrinkage_of(fitted.climbed.conditional, middle, spread)
    return {structure.names[place]: float(values[row])
            for row, place in enumerate(structure.random)}  # fmt: skip


def notes_of(shrinkage: dict[str, float], method: SearchMethod) -> tuple[str, ...]:
    """What a reader must know of random effects that shrink."""
    much = [f"{name} {value:.0%}" for name, value in shrinkage.items() if value > MUCH_SHRINKAGE]
    used = {
        SearchMethod.STEPWISE: "every candidate was fitted instead",
        SearchMethod.SAMPLES: "draws of random effects were used instead",
        SearchMethod.SCORES: "score tests, which count all latents, were used instead",
    }
    return (
        f"random effects shrink by more than {MUCH_SHRINKAGE:.0%} ({', '.join(much)}): screening "
        f"by individual estimates would be unreliable; {used[method]}",
    ) if much else ()  # fmt: skip


def _refuse_constant(problem: Problem, first: int) -> None:
    """Candidates whose column is the same for all tell nothing."""
    columns = np.asarray(problem.arrays.columns)
    flat = sorted({term.name for term in problem.structure.terms[first:]
                   if np.ptp(columns[term.column]) == 0.0})  # fmt: skip
    if flat:
        raise ReinfuseError(
            f"{', '.join(flat)}: the covariate is the same for every subject",
            fix="leave these candidates out",
        )
