"""Whether 32 bits hold a model: its first patients are solved in 64 as well.

A power of cells that leaves the range of 32 bits inside a formula gives a wrong number without a
word; nothing but the other precision can tell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reinfuse.cli.simulation.plan import Plan
from reinfuse.engine.simulate import Simulated, simulate

PATIENTS = 64
MUCH = 0.05  # apart by more than that, 32 bits are not to be used
_FLOOR = 1e-6  # of the largest value of an output: what is smaller counts as so much


@dataclass(frozen=True, slots=True)
class Apart:
    """How far 32 and 64 bits are apart at worst, as a share, and in which output."""

    share: float
    output: str
    patients: int


def checked_against_64(plan: Plan) -> Apart | None:
    """What 64 bits say of the first patients; none where 64 bits were used throughout."""
    if plan.settings.bits == 64 or plan.waits:  # noqa: PLR2004 # bits
        return None
    count = min(PATIENTS, plan.patients.count)
    single, double = (_solved(plan, count, bits) for bits in (32, 64))
    shares = shares_apart(single.outputs.astype(np.float64), double.outputs)
    worst = shares.max(axis=(0, 1))
    place = int(worst.argmax())
    return Apart(float(worst[place]), plan.outputs[place][0], count)


def shares_apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Differences as shares of `other`, `"patients times outputs"`; infinite if one has none.

    Where both have no value, for instance since both gave up, they are not apart.
    """
    known = np.isfinite(one) & np.isfinite(other)
    sizes = np.where(np.isfinite(other), abs(other), 0.0)
    floor = np.maximum(_FLOOR * sizes.max(axis=(0, 1)), np.finfo(float).tiny)
    apart = np.where(known, abs(one - other) / np.maximum(sizes, floor), np.inf)
    return np.where(~np.isfinite(one) & ~np.isfinite(other), 0.0, apart)


def note_of(apart: Apart) -> str:
    """What a reader must know of it."""
    who = "the only patient" if apart.patients == 1 else f"the first {apart.patients} patients"
    if not np.isfinite(apart.share):
        return (
            f"32 bits do not hold this model: only one of 32 and 64 bits gave numbers on {who} "
            f"({apart.output}); use --bits 64"
        )
    if apart.share > MUCH:
        return (
            f"32 bits do not hold this model: they differ from 64 by up to "
            f"{100 * apart.share:.0f} % on {who} ({apart.output}); use --bits 64"
        )
    return f"32 bits differ from 64 by at most {100 * apart.share:.2g} % on {who} ({apart.output})"


def _solved(plan: Plan, count: int, bits: int) -> Simulated:
    return simulate(
        plan.model, plan.patients.parameters(plan.model, 0, count), plan.times,
        doses=plan.patients.dosed(0, count), settings=replace(plan.settings, bits=bits),
    )  # fmt: skip
