"""One patient's posterior: search, curvature, walkers, and what they taught.

The order: prior draws are screened and climbs started from the best; the curvature at each mode
gives a normal approximation; walkers begin wider than that and narrow; the shape of the posterior
is learned from them in a few rounds and then held fixed while draws are collected, so that these
come from proper Markov chains. Collecting ends when the chains agree or the budget is spent.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.whitened.collect import Collected, adapted, collected, tell
from reinfuse.estimation.whitened.counted import Counted, Stage
from reinfuse.estimation.whitened.evidence import bridged
from reinfuse.estimation.whitened.laplace import Laplace, laplace
from reinfuse.estimation.whitened.learned import learned_from
from reinfuse.estimation.whitened.problem import Whitened
from reinfuse.estimation.whitened.result import Ending, Impossible, WhitenedFit
from reinfuse.estimation.whitened.sampling import Progress, Sampling, Watch
from reinfuse.estimation.whitened.search import Screened, Search, screen, search
from reinfuse.estimation.whitened.spread import spread


def fit_whitened(
    problem: Whitened,
    rng: np.random.Generator,
    *,
    sampling: Sampling | None = None,
    seconds: float | None = None,
    clock: Callable[[], float] | None = None,
    watch: Watch | None = None,
) -> WhitenedFit | Impossible:
    """The posterior of standard normal latents given a likelihood.

    The same generator gives the same fit; `seconds` on `clock` may only end it sooner, and the
    ending then says so.
    """
    how = sampling or Sampling()
    if seconds is not None and clock is None:
        raise ReinfuseError("a limit in seconds needs a clock", fix="pass time.monotonic as clock")
    counted = Counted(
        problem=problem,
        budget=how.budget,
        most_at_once=how.most_at_once,
        gradient_costs=how.gradient_costs,
        seconds=seconds,
        clock=clock,
        began=0.0 if clock is None else clock(),
    )
    told = watch or _unwatched
    tell(counted, told)
    screened = screen(counted, rng, how.screened)
    found, modes = _explored(counted, rng, screened, how, told)
    if not modes:
        return Impossible(
            search=found,
            why=f"none of {found.screened} prior draws can explain the data: check units, days "
            "and limits, or widen the prior",
            evaluations=dict(counted.evaluations),
        )
    counted.stage = Stage.START
    tell(counted, told)
    walkers = spread(counted, rng, screened, modes, walkers=how.walkers)
    counted.stage = Stage.ADAPT
    reference = adapted(counted, walkers, modes, rng, how, told)
    counted.stage = Stage.SAMPLE
    draws = collected(counted, walkers, modes, reference, rng, how, told)
    return _result(counted, found, modes, draws, how.kept)


def _unwatched(_: Progress) -> None:
    pass


def _explored(
    counted: Counted, rng: np.random.Generator, screened: Screened, how: Sampling, watch: Watch
) -> tuple[Search, tuple[Laplace, ...]]:
    """The modes and the normals at those that hold more than a trace."""
    found = search(counted, rng, screened, starts=how.starts, most_rounds=how.most_rounds)
    counted.stage = Stage.SHAPE
    tell(counted, watch)
    return found, tuple(laplace(counted, mode) for mode in found.modes[: how.most_modes])


def _result(
    counted: Counted, found: Search, modes: tuple[Laplace, ...], got: Collected, kept: int
) -> WhitenedFit:
    names, walked = counted.problem.names, got.walked
    chains = walked.draws
    flat = chains.reshape(-1, chains.shape[2])
    chosen = np.linspace(0, len(flat) - 1, min(kept, len(flat))).round().astype(np.int64)
    return WhitenedFit(
        names=names,
        search=found,
        modes=modes,
        ending=_ending(counted, got),
        draws=flat[chosen],
        log_likelihood=walked.log_likelihood.ravel()[chosen],
        chains=chains,
        learned=learned_from(names, flat),
        log_evidence=bridged(walked.heights, walked.weights, got.convergence.fewest),
        jumped=walked.jumped,
        informed_ways=got.reference.informed,
        evaluations=dict(counted.evaluations),
        gradients=dict(counted.gradients),
        seconds=counted.elapsed,
    )


def _ending(counted: Counted, got: Collected) -> Ending:
    asked = sum(counted.evaluations.values())
    elapsed = counted.elapsed
    spent = f"{asked} evaluations" + ("" if elapsed is None else f" in {elapsed:.0f} s")
    numbers = (*counted.problem.names, "log likelihood")
    return Ending(
        stopped_by=got.stopped_by,
        convergence=got.convergence,
        worst=numbers[int(got.convergence.r_hat.argmax())],
        spent=spent,
    )
