"""Targets for tests of calibration, made up, and simulations that cost nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from reinfuse.evidence import Role, Target, shipped_targets
from reinfuse.trials.calibration import Rounds, Size, unknowns
from reinfuse.trials.calibration.counted import Counted
from reinfuse.trials.calibration.found import Found
from reinfuse.trials.calibration.unknowns import Values

SMALL = Size(patients=20, rounds=Rounds(prior=60, later=1, draws=60), kept=60, central=20)


def shipped(name: str) -> Target:
    """A target of the table, by its id."""
    return next(target for target in shipped_targets() if target.id == name)


def held_out_copy(name: str) -> Target:
    """A made-up target to hold out: one to calibrate, under another name and role."""
    return replace(shipped(name), id=f"pretend-{name}", role=Role.HELD_OUT)


def seen_copy(name: str) -> Target:
    """A made-up target that was held out in an earlier round."""
    return replace(shipped(name), id=f"seen-{name}", role=Role.SEEN)


def place(name: str) -> int:
    """Where an unknown stands."""
    return [one.name for one in unknowns()].index(name)


def told(values: Values, name: str) -> float:
    """How often one spread of its prior an unknown lies above its middle; log scale."""
    one = unknowns()[place(name)]
    return math.log(values[name] / one.middle) / one.spread


def pretended(targets: Iterable[Target], values: Values, *, seed: int, patients: int) -> Found:
    """In place of `found_at`: counts that follow one unknown, and a value that follows another."""
    del seed
    count = patients * 50
    found: dict[str, Counted | float] = {}
    for target in targets:
        if target.published:
            found[target.id] = target.published.value * values["effector_loss"] / 0.2
        else:
            rate = 1 / (1 + 2.718281828 ** -told(values, "kill_half"))
            found[target.id] = Counted(round(count * rate), count)
    return found


def ids(targets: Sequence[Target]) -> list[str]:
    """The names of targets."""
    return [target.id for target in targets]
