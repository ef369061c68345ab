"""The full posterior of a population: draws by name, how the chains ended, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.population.posterior.convergence import Convergence
from reinfuse.estimation.population.posterior.prior import NumberPrior
from reinfuse.estimation.population.problem import Problem

# Source: Vehtari et al. 2021, doi:10.1214/20-BA1221, section 4.
MOST_R_HAT = 1.01
FEWEST_EFFECTIVE_A_CHAIN = 100.0
# Share of a chain's draws in the exchanged naming from which the chain counts as lying there.
_THERE = 0.5
_LOOKED_AT = 200  # draws of each chain whose naming is looked at


class Ended(StrEnum):
    """How sampling ended, the gravest first."""

    LOST = "draws left the finite numbers: check units and priors, or start from a fit"
    EXCHANGED = (
        "chains lie in modes that are one curve under exchanged names (flip-flop): start from a "
        "fit, or give a prior that tells the rates apart"
    )
    APART = "chains disagree: allow more warm-up, or start from a fit; means are not to be used"
    DIVERGENT = (
        "some steps diverged: corners of the posterior may be missing; raise `target`, or give "
        "spreads a tighter prior"
    )
    FEW = "chains agree, but hold too few independent draws of some number: raise draws"
    CONVERGED = "converged"


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationPosterior:
    """Draws of every number of a population (`draws`: by name, each `"chains draws"`).

    Typical values are in the parameters' own units, `sd ...` on the scale of estimation,
    residual sizes in their unit; `corr a~b` are correlations within blocks. `latents` is
    `"chains draws latents subjects"`. `exchanged` is, for each chain, the share of draws in which
    the curve's rates have exchanged their names.
    """

    problem: Problem
    priors: Mapping[str, NumberPrior]
    draws: Mapping[str, NDArray[np.float64]]
    latents: NDArray[np.float64]
    convergence: Mapping[str, Convergence]
    divergences: int
    acceptance: float
    steps: float  # leapfrog steps of a draw, on average
    exchanged: tuple[float, ...]
    ended: Ended
    seed: int
    words: tuple[str, ...]

    @property
    def chains(self) -> int:
        """How many chains ran."""
        return len(self.exchanged)

    @property
    def worst_r_hat(self) -> float:
        """The largest R-hat of any number."""
        return max(one.r_hat for one in self.convergence.values())

    def mean(self, name: str) -> float:
        """The posterior mean of a number."""
        return float(self.draws[name].mean())

    def sd(self, name: str) -> float:
        """The posterior SD of a number."""
        return float(self.draws[name].std(ddof=1))

    def quantile(self, name: str, share: float) -> float:
        """A posterior quantile of a number."""
        return float(np.quantile(self.draws[name], share))


def exchanged_share(
    problem: Problem, draws: Mapping[str, NDArray[np.float64]], chains: int
) -> tuple[float, ...]:
    """For each chain, the share of draws whose curve has its names exchanged (flip-flop)."""
    settled = problem.structure.curve.settled
    names = problem.structure.curve.names
    if settled is None or any(name not in draws for name in names):
        return (0.0,) * chains
    shares = []
    for chain in range(chains):
        count = draws[names[0]].shape[1]
        looked = np.unique(np.linspace(0, count - 1, min(count, _LOOKED_AT)).astype(int))
        values = [{name: float(draws[name][chain, at]) for name in names} for at in looked]
        shares.append(float(np.mean([settled(one) != one for one in values])))
    return tuple(shares)


def how_it_ended(
    convergence: Mapping[str, Convergence],
    *,
    divergences: int,
    exchanged: tuple[float, ...],
    finite: bool,
) -> Ended:
    """The gravest of what can be said of the chains."""
    if not finite:
        return Ended.LOST
    if any(share > _THERE for share in exchanged):
        return Ended.EXCHANGED
    worst = max(one.r_hat for one in convergence.values())
    if not worst <= MOST_R_HAT:
        return Ended.APART
    if divergences:
        return Ended.DIVERGENT
    least = min(min(one.ess_bulk, one.ess_tail) for one in convergence.values())
    if least < FEWEST_EFFECTIVE_A_CHAIN * len(exchanged):
        return Ended.FEW
    return Ended.CONVERGED


def words_of(
    convergence: Mapping[str, Convergence],
    *,
    divergences: int,
    exchanged: tuple[float, ...],
    total: int,
) -> tuple[str, ...]:
    """What a reader must know of the chains, in sentences with numbers."""
    loosest = max(convergence, key=lambda name: convergence[name].r_hat)
    fewest = min(convergence, key=lambda name: convergence[name].ess_bulk)
    thinnest = min(convergence, key=lambda name: convergence[name].ess_tail)
    found = [
        f"largest R-hat {convergence[loosest].r_hat:.3f} ({loosest}); fewest effective draws "
        f"{convergence[fewest].ess_bulk:.0f} in the bulk ({fewest}) and "
        f"{convergence[thinnest].ess_tail:.0f} in the tails ({thinnest}) of {total}"
    ]
    if divergences:
        found.append(f"{divergences} of {total} draws came after a divergent step")
    there = [str(chain + 1) for chain, share in enumerate(exchanged) if share > _THERE]
    if there:
        found.append(f"the curve's rates have exchanged names in chain {', '.join(there)}")
    return tuple(found)
