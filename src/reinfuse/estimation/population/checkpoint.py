"""An unfinished run on the disk, from which the same fit goes on."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any  # named arrays

import jax
import jax.numpy as jnp
import numpy as np

from reinfuse import __version__
from reinfuse.estimation.population.model import PopulationModel
from reinfuse.estimation.population.problem import Problem
from reinfuse.estimation.population.saem import State

if TYPE_CHECKING:
    from reinfuse.estimation.population.fit import Settings


@dataclass(frozen=True, slots=True)
class Kept:
    """What was read: where the run stood, its trace, its second phase, its starting points."""

    state: State
    trace: np.ndarray
    burn: int
    scores: tuple[float, ...]


class Checkpoint:
    """Where a run is kept, or nowhere; `kept` is what an earlier one left."""

    def __init__(self, path: Path | None, key: str) -> None:
        self.path, self.key = path, key
        self.kept: Kept | None = None
        self._scores: tuple[float, ...] = ()

    @classmethod
    def of(cls, path: Path | None, problem: Problem, settings: Settings, seed: int) -> Checkpoint:
        """A checkpoint that only the same data, model, settings and seed can go on from."""
        made_from = f"{__version__} {State._fields} {_in_words(problem.model)} {settings} {seed}"
        digest = hashlib.sha256(made_from.encode())
        for part in jax.tree.leaves(problem.arrays):
            digest.update(np.asarray(part).tobytes())
        return cls(path, digest.hexdigest())

    def restore(self, like: State) -> Kept | None:
        """What was kept of this run, if anything; `like` is a state of the same shape."""
        if self.path is None or not self.path.is_file():
            return None
        try:
            with np.load(io.BytesIO(self.path.read_bytes()), allow_pickle=False) as file:
                head = json.loads(str(file["head"]))
                if head["key"] != self.key:
                    return None
                leaves = [file[f"leaf{number}"] for number in range(head["leaves"])]
                trace = file["trace"]
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            return None  # not a checkpoint, or one that was cut short: the run begins anew
        plain, tree = jax.tree.flatten(_without_key(like))
        state = jax.tree.unflatten(
            tree,
            [jnp.asarray(new, old.dtype) for new, old in zip(leaves, plain, strict=True)],
        )
        state = state._replace(key=jax.random.wrap_key_data(state.key))
        self.kept = Kept(state, trace, head["burn"], tuple(head["scores"]))
        return self.kept

    def save(self, state: State, trace: np.ndarray, burn: int) -> None:
        """Keep where the run stands; written beside its place and moved there."""
        if self.path is None:
            return
        leaves = jax.tree.leaves(_without_key(state))
        head = {"key": self.key, "leaves": len(leaves), "burn": burn, "scores": self._scores}
        named: dict[str, Any] = {
            f"leaf{number}": np.asarray(leaf) for number, leaf in enumerate(leaves)
        }
        stream = io.BytesIO()
        np.savez(stream, head=np.asarray(json.dumps(head)), trace=trace, **named)
        aside = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        aside.write_bytes(stream.getvalue())
        aside.replace(self.path)

    def clear(self) -> None:
        """Forget the run: it is finished."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def _in_words(model: PopulationModel) -> str:
    """The model as text that is the same in every process: a function has no such text."""
    parts = [getattr(model, one.name) for one in fields(model) if one.name != "curve"]
    return f"{model.curve.name} {model.curve.parameters} {parts}"


def _without_key(state: State) -> State:
    return state._replace(key=jax.random.key_data(state.key))
