"""Chance that belongs to a patient's number: who else is drawn, and where, changes nothing.

Philox is a function of a key and a counter. The key is the master seed; the counter begins at
(0, 0, patient, purpose), lowest word first, and counts in the first word. Two patients, or two
purposes of one patient, therefore never share a block before 2^128 of them are drawn.

Source: Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3,
doi:10.1145/2063384.2063405, Philox4x64-10.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.random import Generator, Philox
from numpy.typing import NDArray

_BUFFER = 4  # numbers of one block; a position at its end says that none of them is left

Patients = range | Sequence[int] | NDArray[np.integer]


def generator_of(seed: int, patient: int, purpose: int = 0) -> Generator:
    """A patient's own generator; `purpose` keeps apart what must not share numbers.

    Enrolling more patients, or asking for another purpose, leaves a patient's numbers as they
    were. `seed` is from 0 to below 2^128, `patient` and `purpose` from 0 to below 2^63.
    """
    return Generator(Philox(key=seed, counter=[0, 0, patient, purpose]))


def standard_normals(
    seed: int, patients: Patients, draws: int, purpose: int = 0
) -> NDArray[np.float64]:
    """Standard normal numbers, `"patients draws"`.

    Row i is what `generator_of(seed, patients[i], purpose)` gives; more draws leave the first as
    they were.
    """
    drawn = np.empty((len(patients), draws))
    for row, generator in zip(drawn, _one_by_one(seed, patients, purpose), strict=True):
        generator.standard_normal(out=row)
    return drawn


def uniforms(seed: int, patients: Patients, draws: int, purpose: int = 0) -> NDArray[np.float64]:
    """Numbers spread evenly from 0 to below 1, `"patients draws"`; rows as `standard_normals`."""
    drawn = np.empty((len(patients), draws))
    for row, generator in zip(drawn, _one_by_one(seed, patients, purpose), strict=True):
        generator.random(out=row)
    return drawn


def _one_by_one(seed: int, patients: Patients, purpose: int) -> Iterator[Generator]:
    """One generator, set to each patient in turn: making one for each takes four times as long."""
    philox = Philox(key=seed)
    generator, state = Generator(philox), philox.state
    for patient in patients:
        state["state"]["counter"][:] = (0, 0, patient, purpose)
        state["buffer_pos"], state["has_uint32"] = _BUFFER, 0
        philox.state = state
        yield generator
