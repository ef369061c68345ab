"""Markov chains of the full model, all at once, in segments of a fixed number of rounds.

So progress can be told, and code is compiled once. Source of the sampler: Hoffman and Gelman 2014,
JMLR 15(47), as NumPyro has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # states of NumPyro, which is loaded late

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse.estimation.population.numerics import Array
from reinfuse.estimation.population.posterior.hierarchy import WHITE, hierarchy, load_numpyro
from reinfuse.estimation.population.posterior.prior import NumberPrior
from reinfuse.estimation.population.posterior.starting_sites import Start, sites_at, starts_of
from reinfuse.estimation.population.problem import Problem

SEGMENT = 25  # rounds between two looks at the progress
# How far chains begin from the given start, on the unbounded scale; our own choice.
SCATTER = 0.1
SCATTER_WHITE = 0.3

State = Any
Watch = Callable[["Progress"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far sampling is: rounds done of all, warm-up included."""

    done: int
    total: int
    warming: bool
    divergences: int


class Chains:
    """The compiled sampler of one problem; the only thing here that changes."""

    def __init__(
        self,
        problem: Problem,
        priors: Mapping[str, NumberPrior],
        start: Start | Sequence[Start] | None,
        *,
        seed: int,
        chains: int,
        target: float,
    ) -> None:
        """Chains that have not begun; nothing is compiled yet."""
        numpyro = load_numpyro()
        self.problem, self.priors, self.chains = problem, priors, chains
        starts = starts_of(problem, start, chains)
        self.model = hierarchy(problem, priors, jnp.asarray(starts[0][0].beta))
        keys = jax.random.split(jax.random.key(seed), 2)
        self.keys = jax.random.split(keys[0], chains)
        sites = [sites_at(problem, priors, *one) for one in starts]
        self.first = self._scattered(sites, keys[1])
        self.kernel = numpyro.infer.NUTS(
            self.model,
            target_accept_prob=target,
            # The population's numbers are few and lean on each other; latents are many and do not.
            dense_mass=[tuple(sorted(name for name in sites[0] if name != WHITE))],
            init_strategy=numpyro.infer.init_to_value(values=sites[0]),
        )
        self.state: State = None

    def _scattered(self, sites: Sequence[dict[str, Array]], key: Array) -> dict[str, Array]:
        """Unbounded starting values of every chain, each number `"chains ..."`."""
        unbound = load_numpyro("numpyro.infer.util").unconstrain_fn
        # Any numbers will do for the shapes of sites; chance enters through the values.
        model = load_numpyro("numpyro.handlers").seed(self.model, jax.random.key(0))
        free = [unbound(model, (self.problem.arrays,), {}, one) for one in sites]
        joined = {name: jnp.stack([one[name] for one in free]) for name in free[0]}
        return {
            name: value + (SCATTER_WHITE if name == WHITE else SCATTER)
            * jax.random.normal(jax.random.fold_in(key, number), value.shape, value.dtype)
            for number, (name, value) in enumerate(joined.items())
        }  # fmt: skip

    def begin(self, warmup: int) -> bool:
        """The state before the first round; whether every chain begins at a finite density."""

        @jax.jit
        def first_state(keys: Array, first: dict[str, Array]) -> State:
            return self.kernel.init(
                keys, warmup, init_params=first, model_args=(self.problem.arrays,)
            )

        self.state = first_state(self.keys, self.first)
        return bool(jnp.isfinite(self.state.potential_energy).all())

    def run(self, warmup: int, draws: int, watch: Watch | None) -> dict[str, np.ndarray]:
        """Every round after the warm-up: sites unbounded, `"chains draws ..."`."""
        arrays = self.problem.arrays

        @jax.jit
        def segment(state: State, rounds: Array) -> tuple[State, State]:
            def one(state: State, number: Array) -> tuple[State, State]:
                # The last segment may be shorter: its spare rounds change nothing.
                new = jax.lax.cond(
                    number < rounds,
                    lambda now: self.kernel.sample(now, (arrays,), {}),
                    lambda now: now,
                    state,
                )
                kept = (new.z, new.diverging, new.accept_prob, new.num_steps)
                return new, kept

            return jax.lax.scan(one, state, jnp.arange(SEGMENT))

        kept: list[State] = []
        done, divergences = 0, 0
        total = warmup + draws
        while done < total:
            warming = done < warmup
            rounds = min(SEGMENT, (warmup if warming else total) - done)
            self.state, passed = segment(self.state, jnp.asarray(rounds))
            done += rounds
            if not warming:
                kept.append(jax.tree.map(lambda one, n=rounds: np.asarray(one[:n]), passed))
                divergences += int(kept[-1][1].sum())
            if watch is not None:
                watch(Progress(
                    done=done, total=total, warming=done < warmup, divergences=divergences
                ))  # fmt: skip
        z, diverging, accepted, steps = jax.tree.map(
            lambda *parts: np.swapaxes(np.concatenate(parts), 0, 1), *kept
        )
        self.diverging, self.accepted, self.steps = diverging, accepted, steps
        return z

    def named(self, z: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The same rounds as sites in their own units, latents among them."""
        arrays = self.problem.arrays
        settle = self.kernel.postprocess_fn((arrays,), {})
        return jax.tree.map(np.asarray, dict(jax.jit(jax.vmap(jax.vmap(settle)))(z)))
