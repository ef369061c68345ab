"""The full posterior of a small population by the no-U-turn sampler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.model import PopulationModel
from reinfuse.estimation.population.posterior.chains import Chains, Watch
from reinfuse.estimation.population.posterior.convergence import convergence_of
from reinfuse.estimation.population.posterior.hierarchy import LATENTS, block_site, load_numpyro
from reinfuse.estimation.population.posterior.population_posterior import (
    PopulationPosterior,
    exchanged_share,
    how_it_ended,
    words_of,
)
from reinfuse.estimation.population.posterior.prior import (
    Family,
    NumberPrior,
    population_priors,
)
from reinfuse.estimation.population.posterior.starting_sites import Start
from reinfuse.estimation.population.problem import Problem, make_problem
from reinfuse.estimation.population.result import NotFitted, residual_names
from reinfuse.kinetics.curves import natural
from reinfuse.record.data_set import DataSet

# A posterior this large is not drawn in memory or in time that anybody has.
MOST_LATENTS = 20_000
_FEWEST_DRAWS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the sampler runs."""

    warmup: int = 1000  # rounds to settle in
    draws: int = 1000  # of each chain, after that
    chains: int = 4
    target: float = 0.9  # acceptance that steps aim at


def sample_population(
    data: DataSet,
    model: PopulationModel,
    *,
    seed: int,
    sampling: Sampling | None = None,
    priors: Mapping[str, NumberPrior] | None = None,
    start: Start | Sequence[Start] | None = None,
    watch: Watch | None = None,
) -> PopulationPosterior | NotFitted:
    """Draws from the full posterior of a population, or why there are none.

    `priors` are by the names of numbers, over wide ones of our own. `start` is a fit or the
    numbers of a population, or one for each chain; chains begin scattered around it. `watch` is
    told of the progress between segments.
    """
    load_numpyro()
    problem = make_problem(data, model)
    how = sampling or Sampling()
    refused = _refused(problem, how)
    if refused is not None:
        return refused
    beliefs = population_priors(problem, priors)
    chains = Chains(problem, beliefs, start, seed=seed, chains=how.chains, target=how.target)
    if not chains.begin(how.warmup):
        return NotFitted(
            why="the likelihood is not finite where the chains begin",
            fix="check units, or start from a fit",
        )
    drawn = chains.run(how.warmup, how.draws, watch)
    return _posterior(problem, beliefs, chains, drawn, seed)


def _refused(problem: Problem, how: Sampling) -> NotFitted | None:
    if how.draws < _FEWEST_DRAWS or how.warmup < 1 or how.chains < 1:
        raise ReinfuseError(
            f"{how.chains} chains of {how.warmup} warm-up rounds and {how.draws} draws cannot be "
            "judged",
            fix=f"ask for at least 1 chain, 1 round and {_FEWEST_DRAWS} draws; 4 x (1000 + 1000)",
        )
    count = problem.structure.latents * len(problem.subjects)
    if count > MOST_LATENTS:
        return NotFitted(
            why=f"{count} individual values are too many for a full posterior",
            fix=f"fit by `fit_population`; the full posterior is for at most {MOST_LATENTS}",
        )
    return None


def _posterior(
    problem: Problem,
    priors: Mapping[str, NumberPrior],
    chains: Chains,
    z: dict[str, np.ndarray],
    seed: int,
) -> PopulationPosterior:
    sites = chains.named(z)
    draws = _by_name(problem, priors, sites)
    convergence = {
        name: convergence_of(one) for name, one in draws.items() if np.isfinite(one).all()
    }
    divergences = int(chains.diverging.sum())
    exchanged = exchanged_share(problem, draws, chains.chains)
    finite = len(convergence) == len(draws)
    ended = how_it_ended(convergence, divergences=divergences, exchanged=exchanged, finite=finite)
    total = int(chains.diverging.size)
    return PopulationPosterior(
        problem=problem,
        priors=priors,
        draws=draws,
        latents=sites[LATENTS],
        convergence=convergence,
        divergences=divergences,
        acceptance=float(chains.accepted.mean()),
        steps=float(chains.steps.mean()),
        exchanged=exchanged,
        ended=ended,
        seed=seed,
        words=words_of(convergence, divergences=divergences, exchanged=exchanged, total=total)
        if convergence
        else (str(ended),),
    )


def _by_name(
    problem: Problem, priors: Mapping[str, NumberPrior], sites: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    structure = problem.structure
    found: dict[str, np.ndarray] = {}
    for place, name in enumerate(structure.beta_names):
        if structure.free[place]:
            own = priors[name].family is Family.NORMAL and place < len(structure.names)
            found[name] = natural(structure.scales[place], sites[name]) if own else sites[name]
    sizes = residual_names(structure, problem.assays)
    found |= {name: sites[name] for name in priors if name.startswith("sd ") and name in sites}
    found |= {name: sites[name] for name in sizes}
    for number, block in enumerate(structure.blocks):
        if len(block) > 1:
            factor = sites[block_site(number)]
            whole = factor @ np.swapaxes(factor, -1, -2)
            for row, one in enumerate(block):
                for column, other in enumerate(block[:row]):
                    pair = (structure.names[structure.random[other]],
                            structure.names[structure.random[one]])  # fmt: skip
                    found["corr " + "~".join(pair)] = whole[..., row, column]
    return found
