"""What each number of a patient is for, so that none is used twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from reinfuse.mechanism.table import Role, Scale, shipped_rows
from reinfuse.trials.work.chance import generator_of, standard_normals, uniforms

Floats = NDArray[np.float64]

_LESION_NUMBERS = 3  # access, killing, volume


class Purpose(IntEnum):
    """Purposes of `work.chance`; a lesion's are `LESION` plus its number."""

    PARAMETERS = 1
    CLONES = 2
    SIGNS = 3
    BODY = 4
    LESIONS_THERE = 5
    ASSAYS = 6
    VISITS = 7
    ARM = 8
    GVHD = 9
    FAILING = 50
    LESION = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """Everything of chance that patients bring with them, before any setting.

    `z` holds standard normal numbers by name, `"patients"` each: parameters of the table, and
    `weight` and `volume_1`. `luck` is even from 0 to 1, `"patients clones"`: CD19-positive and
    -negative of the marrow, then of each lesion. `there`, even too, is `"patients lesions"`, and
    `failing`, `"patients"`; `deviations`, normal, `"patients signs"`.
    """

    z: dict[str, Floats]
    luck: Floats
    there: Floats
    failing: Floats
    deviations: Floats


def spread_names() -> tuple[str, ...]:
    """Parameters that patients differ in, without those of lesions, in the order of the table."""
    return tuple(
        row.name
        for row in shipped_rows()
        if row.role in (Role.PATIENT, Role.INFUSION) and row.scale is not Scale.NONE
    )


def chances_of(seed: int, patients: Sequence[int], lesions: int, signs: int) -> Chances:
    """The chances of these patients; more lesions leave all others as they were."""
    names = spread_names()
    numbers = standard_normals(seed, patients, len(names), Purpose.PARAMETERS)
    z = {name: numbers[:, place] for place, name in enumerate(names)}
    z["weight"] = standard_normals(seed, patients, 1, Purpose.BODY)[:, 0]
    for number in range(1, lesions + 1):
        own = standard_normals(seed, patients, _LESION_NUMBERS, Purpose.LESION + number)
        for place, name in enumerate(("access", "kill_share", "volume")):
            z[f"{name}_{number}"] = own[:, place]
    return Chances(
        z=z,
        luck=uniforms(seed, patients, 2 * (lesions + 1), Purpose.CLONES),
        there=uniforms(seed, patients, lesions, Purpose.LESIONS_THERE),
        failing=uniforms(seed, patients, 1, Purpose.FAILING)[:, 0],
        deviations=standard_normals(seed, patients, signs, Purpose.SIGNS),
    )


def arms_of(seed: int, patients: Sequence[int], arms: int) -> NDArray[np.int64]:
    """The arm of each patient: every block of as many patients as arms holds each arm once."""
    orders: dict[int, NDArray] = {}
    found = np.empty(len(patients), np.int64)
    for place, patient in enumerate(patients):
        block, within = divmod(patient, arms)
        if block not in orders:
            orders[block] = generator_of(seed, block, Purpose.ARM).permutation(arms)
        found[place] = orders[block][within]
    return found
