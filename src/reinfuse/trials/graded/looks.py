"""What visits find of leukemia and B cells, as items of a chart with the limits of their assays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.grading.leukemia.after_remission import REACHED
from reinfuse.grading.leukemia.looks import BLOOD_SHARE, FIRST_DAY, MARROW
from reinfuse.grading.leukemia.mrd_classes import FLOW
from reinfuse.record.long_table import LongTable
from reinfuse.record.vocabulary import items
from reinfuse.trials.graded.outputs import Virtual
from reinfuse.trials.graded.visits import Attended, Limits, Schedule
from reinfuse.trials.graded.written import Written, table_of, written

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

OUTSIDE, B_CELLS, CD19 = (
    "extramedullary disease", "B cells", "CD19 on leukemia",
)  # fmt: skip
PER_UL = "{cells}/uL"
LEUKEMIC_MARROW = 5.0  # per cent of blasts from which the blood is not taken as free of them
# Leukemia at relapse is CD19-positive with less than the first share of negative cells, and
# CD19-negative with more than the second; ours.
FEW_NEGATIVE, MOST_NEGATIVE = 0.1, 0.9

LOOKS_ASSUMED = (
    "no blasts in the blood where the marrow has less than 5 %: blood is no site of its own",
    "an MRD is quantifiable from its limit of detection on",
    "leukemia outside the marrow is that of the model's lesions; CSF and testis are none",
    "all lymphocytes are T cells, CAR-T cells and B cells",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What each visit finds, `"patients visits"`; `came` says where anything was looked at.

    `percent` are blasts and MRD (the same cells, by two assays), `outside` whether any lesion is
    seen, `visible` which (`"patients lesions visits"`).
    """

    days: Floats
    percent: Floats
    outside: Flags
    visible: Flags
    came: Flags
    limits: Limits

    @property
    def after(self) -> Flags:
        """Visits from day 1 on, by visit."""
        return self.days >= FIRST_DAY


def looks_of(virtual: Virtual, schedule: Schedule, attended: Attended, limits: Limits) -> Looks:
    """The looks at the disease of every patient; not attended where the model has no value."""
    places = virtual.places(schedule.disease)
    percent = virtual.blasts_percent[:, places]
    volumes = virtual.living_volumes if limits.uptake else virtual.volumes
    visible = volumes[:, :, places] >= limits.lesion
    return Looks(
        days=np.asarray(schedule.disease, np.float64),
        percent=percent,
        outside=np.asarray(visible.any(axis=1)),
        visible=visible,
        came=attended.disease & ~np.isnan(percent),
        limits=limits,
    )


def charted_looks(looks: Looks, reached: Flags, antigen: NDArray[np.int8]) -> tuple[Written, ...]:
    """The items of each look.

    `reached` is where a complete remission had been seen by that look, `antigen` the place in the
    words of CD19 on leukemia, -1 where it was not looked at.
    """
    came, limits = looks.came, looks.limits
    quiet = came & (looks.percent < LEUKEMIC_MARROW)
    first = reached & (np.cumsum(reached, axis=1) == 1)
    told = came & looks.after & (first | ~reached)
    return (
        written(MARROW, "%", looks.percent, came, limits.blasts),
        written(FLOW.value, "%", looks.percent, came, limits.mrd),
        written(FLOW.limit, "%", limits.mrd, came),
        written(FLOW.quantifiable, "%", limits.mrd, came),
        written(OUTSIDE, "", looks.outside, came),
        written(BLOOD_SHARE, "%", 0.0, quiet),
        written(REACHED, "", first, told),
        written(CD19, "", np.maximum(antigen, 0), came & (antigen >= 0)),
    )


def looks_table(
    virtual: Virtual, looks: Looks, reached: Flags, antigen: NDArray[np.int8]
) -> LongTable:
    """The looks at the disease as a long table."""
    days = [float(day) for day in looks.days]
    return table_of(virtual.names, days, charted_looks(looks, reached, antigen))


@dataclass(frozen=True, slots=True, kw_only=True)
class BloodLooks:
    """B cells of each blood visit, `"patients visits"`: % of lymphocytes, and per uL."""

    days: Floats
    share: Floats
    per_ul: Floats
    came: Flags
    limits: Limits


def blood_of(
    virtual: Virtual, schedule: Schedule, attended: Attended, limits: Limits
) -> BloodLooks:
    """The B cells of every patient; lymphocytes are T cells, CAR-T cells and B cells."""
    places = virtual.places(schedule.blood)
    b_cells, t_cells, car = (
        one[:, places] for one in (virtual.b_per_ul, virtual.t_per_ul, virtual.car_per_ul)
    )
    return BloodLooks(
        days=np.asarray(schedule.blood, np.float64),
        share=100.0 * b_cells / np.maximum(b_cells + t_cells + car, 1e-12),
        per_ul=b_cells,
        came=attended.blood & ~np.isnan(b_cells),
        limits=limits,
    )


def blood_table(virtual: Virtual, blood: BloodLooks) -> LongTable:
    """The B cells as a long table."""
    days = [float(day) for day in blood.days]
    parts = (
        written(B_CELLS, "%", blood.share, blood.came, blood.limits.b_share),
        written(B_CELLS, PER_UL, blood.per_ul, blood.came, blood.limits.b_cells),
    )
    return table_of(virtual.names, days, parts)


def antigen_of(virtual: Virtual, looks: Looks, marrow: Flags, outside: Flags) -> NDArray[np.int8]:
    """CD19 of the leukemia at sites that are involved, as a place in its words; -1 for none.

    `marrow` and `outside` (`"patients visits"`) say where the marrow and where the lesions that
    are seen count.
    """
    places = virtual.places(looks.days)
    seen = (looks.visible & outside[:, None, :])[None]
    cells = virtual.marrow[:, :, places] * marrow + (virtual.lesions[..., places] * seen).sum(2)
    total = cells.sum(axis=0)
    negative = cells[1] / np.where(total > 0, total, 1.0)
    words = items()[CD19].words
    positive, dim, gone = (words.index(word) for word in ("positive", "dim or partial", "negative"))
    found = np.select([negative < FEW_NEGATIVE, negative > MOST_NEGATIVE], [positive, gone], dim)
    return np.where(total > 0, found, -1).astype(np.int8)
