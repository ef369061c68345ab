"""Fits of a model with some of the candidate effects: one problem holds them all.

An effect that is not in a model is held at 0, so that every model of a search climbs in the same
compiled code, begun from the model it differs from by one effect.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse import __version__
from reinfuse.estimation.population.conditional import Conditional
from reinfuse.estimation.population.covariates.result import Group
from reinfuse.estimation.population.problem import Problem
from reinfuse.estimation.population.structure import Population
from reinfuse.estimation.population.uncertainty.climb import Climbed, climb
from reinfuse.estimation.population.uncertainty.points import Draws, Rule
from reinfuse.estimation.population.uncertainty.resampling import log_likelihoods
from reinfuse.estimation.population.vector import number_labels, pack, unpack

PASSES = 4
Chosen = frozenset[str]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model's top, with -2 ln L of every independent pass over its points."""

    climbed: Climbed
    passes: np.ndarray

    @property
    def minus_2ll(self) -> float:
        """The mean over passes."""
        return float(self.passes.mean())

    @property
    def error(self) -> float:
        """Its Monte Carlo SD, 0 on a grid."""
        return _error(self.passes)


class Fits:
    """Every model fitted so far, by the names of its groups; kept in a file if one is named."""

    def __init__(
        self,
        problem: Problem,
        groups: Sequence[Group],
        *,
        rule: Rule,
        seed: int,
        keep: Path | None,
    ) -> None:
        self.problem, self.rule = problem, rule
        self.key = jax.random.key(seed)
        labels = number_labels(problem.structure, problem.assays)
        self.places: Mapping[str, np.ndarray] = {
            group.name: np.asarray([labels.index(one.name) for one in group.effects])
            for group in groups
        }
        self.width = len(labels)
        self.found: dict[Chosen, Fitted] = {}
        self.keep, self.head = keep, _head(problem, groups, rule, seed)
        self.kept = self._read()

    def active(self, chosen: Chosen) -> np.ndarray:
        """Which numbers of the vector a model estimates."""
        held = [places for name, places in self.places.items() if name not in chosen]
        active = np.ones(self.width, bool)
        if held:
            active[np.concatenate(held)] = False
        return active

    def fit(self, chosen: Chosen, begin: Fitted | tuple[Population, Conditional]) -> Fitted:
        """The model with these groups, begun from another one."""
        if chosen in self.found:
            return self.found[chosen]
        if isinstance(begin, Fitted):
            population, conditional = begin.climbed.population, begin.climbed.conditional
        else:
            population, conditional = begin
        vector = np.asarray(pack(self.problem.structure, population)).copy()
        active = self.active(chosen)
        vector[~active] = 0.0
        vector = np.asarray(self.kept.get(chosen, vector))
        there = unpack(self.problem.structure, population, jnp.asarray(vector))
        climbed = climb(
            self.problem, there, conditional, rule=self.rule, key=self.key, active=active
        )
        self.found[chosen] = Fitted(climbed, self._passes(climbed))
        self._write()
        return self.found[chosen]

    def _passes(self, climbed: Climbed) -> np.ndarray:
        if not isinstance(self.rule, Draws):
            return np.asarray([climbed.minus_2ll])
        structure = self.problem.structure
        vector = pack(structure, climbed.population)[None]
        more = [
            -2.0 * float(log_likelihoods(
                structure, self.problem.arrays, climbed.population, vector, climbed.conditional,
                rule=self.rule, key=jax.random.fold_in(self.key, number),
            )[0])
            for number in range(1, PASSES)
        ]  # fmt: skip
        return np.asarray([climbed.minus_2ll, *more])

    def _read(self) -> dict[Chosen, list[float]]:
        if self.keep is None or not self.keep.is_file():
            return {}
        try:
            kept = json.loads(self.keep.read_text(encoding="utf-8"))
            if kept["key"] != self.head:
                return {}
            return {frozenset(one["groups"]): one["vector"] for one in kept["fits"]}
        except (ValueError, KeyError, TypeError):
            return {}  # not such a file, or one that was cut short: the search begins anew

    def _write(self) -> None:
        if self.keep is None:
            return
        structure = self.problem.structure
        fits = {
            chosen: np.asarray(pack(structure, one.climbed.population)).tolist()
            for chosen, one in self.found.items()
        }
        listed = [{"groups": sorted(chosen), "vector": vector}
                  for chosen, vector in (self.kept | fits).items()]  # fmt: skip
        aside = self.keep.with_name(f".{self.keep.name}.{os.getpid()}.part")
        aside.write_text(json.dumps({"key": self.head, "fits": listed}), encoding="utf-8")
        aside.replace(self.keep)


def difference(reduced: Fitted, full: Fitted) -> tuple[float, float]:
    """By how much -2 ln L falls from the reduced to the full model, and the SD of that.

    Passes of one number share their draws, so that most of their error cancels.
    """
    falls = reduced.passes - full.passes
    return float(falls.mean()), _error(falls)


def _error(passes: np.ndarray) -> float:
    return float(passes.std(ddof=1) / np.sqrt(len(passes))) if len(passes) > 1 else 0.0


def _head(problem: Problem, groups: Sequence[Group], rule: Rule, seed: int) -> str:
    text = f"{__version__} {problem.model} {[group.name for group in groups]} {rule} {seed}"
    digest = hashlib.sha256(text.encode())
    for part in jax.tree.leaves(problem.arrays):
        digest.update(np.asarray(part).tobytes())
    return digest.hexdigest()
