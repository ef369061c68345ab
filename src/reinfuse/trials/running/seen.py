"""Virtual patients of one arm as visits and assays show them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reinfuse.mechanism.signs import DEVIATIONS
from reinfuse.trials.design import SIGNS_UNTIL, Arm, Design
from reinfuse.trials.design.sense import APLASIA_FROM
from reinfuse.trials.graded.crs import CrsCharting, CrsGrades, graded_crs
from reinfuse.trials.graded.outputs import ANTIGENS, Virtual
from reinfuse.trials.graded.outputs import virtual_patients as virtual_outputs
from reinfuse.trials.graded.responses import Responses, responses
from reinfuse.trials.graded.visits import Attended, Limits, Schedule
from reinfuse.trials.population import (
    FIRST_DAY,
    Course,
    Purpose,
    VirtualPatients,
    simulate_patients,
    virtual_patients,
)
from reinfuse.trials.population.simulated import COHORT
from reinfuse.trials.work import standard_normals, uniforms, work_threads

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_BEFORE = -7  # the look before treatment
_GRID = 7  # d between days on which clones are asked whether they still live


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """What blood samples hold, `"patients visits"` on `days`: nan where none was taken.

    Levels are as measured, with the error of the assay and without its limit.
    """

    days: Floats
    car: Floats
    il6: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One arm of some patients, as seen; every array begins with the axis (patients).

    `numbers` count from 0. `gvhd` is the cumulative hazard of acute GVHD on `days`, and `gvhd_luck`
    even from 0 to 1. `solved` says whom the model could be solved for.
    """

    numbers: NDArray[np.int64]
    patients: VirtualPatients
    course: Course
    crs: CrsGrades
    responses: Responses
    attended: Attended
    samples: Samples
    days: Floats
    gvhd: Floats
    gvhd_luck: Floats
    solved: Flags


def seen_in(design: Design, arm: Arm, numbers: NDArray[np.int64]) -> Seen:
    """An arm of patients with these numbers, which rise; each follows from its own number alone."""
    patients = _patients(design, arm, numbers)
    course = simulate_patients(
        patients, days_of(design), settings=replace(COHORT, threads=work_threads())
    )
    schedule, came = schedule_of(design), _attended(design, numbers)
    luck = patients.luck.reshape(len(numbers), -1, len(ANTIGENS))
    virtual = virtual_outputs(course.simulated, course.rows, patients.lesions, luck)
    charting = CrsCharting(rules=arm.setting.signs)
    crs = graded_crs(
        virtual, patients.deviations[:, : len(DEVIATIONS)], schedule, attended=came,
        charting=charting,
    )  # fmt: skip
    return Seen(
        numbers=numbers,
        patients=patients,
        course=course,
        crs=crs,
        responses=responses(virtual, schedule, attended=came, limits=_limits(design)),
        attended=came,
        samples=_samples(design, virtual, course, numbers),
        days=virtual.days,
        gvhd=np.asarray(course.simulated.of("gvhd"), np.float64),
        gvhd_luck=uniforms(design.seed, numbers, 1, Purpose.GVHD)[:, 0],
        solved=course.simulated.solved,
    )


def schedule_of(design: Design) -> Schedule:
    """The visits of a design as grading wants them."""
    return Schedule(
        signs=tuple(range(SIGNS_UNTIL + 1)),
        blood=tuple(day for day in design.visits.blood if day >= APLASIA_FROM),
        disease=(_BEFORE, *design.visits.disease),
    )


def days_of(design: Design) -> Floats:
    """Every day on which the model must be known: all visits, and a grid between them."""
    grid = range(0, design.visits.last + 1, _GRID)
    days = {*schedule_of(design).days, *design.visits.blood, *grid, design.visits.last}
    return np.array(sorted({FIRST_DAY, *days}), np.float64)


def _patients(design: Design, arm: Arm, numbers: NDArray[np.int64]) -> VirtualPatients:
    first, last = int(numbers[0]), int(numbers[-1]) + 1
    everybody = virtual_patients(arm.setting, design.seed, first, last)
    if len(numbers) == last - first:
        return everybody
    return everybody.some(numbers - first)


def _attended(design: Design, numbers: NDArray[np.int64]) -> Attended:
    """Who came when: the same in every arm; daily signs and the first look are never missed."""
    schedule = schedule_of(design)
    blood = _came_to_blood(design, numbers)[:, len(design.visits.blood) - len(schedule.blood) :]
    late = uniforms(design.seed, numbers, _most_visits(design), Purpose.VISITS)
    disease = late[:, : len(design.visits.disease)] >= design.missing
    before = np.ones((len(numbers), 1), dtype=bool)
    return Attended(
        signs=np.ones((len(numbers), len(schedule.signs)), dtype=bool),
        blood=blood,
        disease=np.concatenate([before, disease], axis=1),
    )


def _came_to_blood(design: Design, numbers: NDArray[np.int64]) -> Flags:
    drawn = uniforms(design.seed, numbers, _most_visits(design), Purpose.VISITS)
    return np.asarray(drawn[:, len(design.visits.disease) :] >= design.missing)


def _most_visits(design: Design) -> int:
    return len(design.visits.disease) + len(design.visits.blood)


def _samples(
    design: Design, virtual: Virtual, course: Course, numbers: NDArray[np.int64]
) -> Samples:
    days = np.asarray(design.visits.blood, np.float64)
    places, came = virtual.places(days), _came_to_blood(design, numbers)
    noise = standard_normals(design.seed, numbers, len(days), Purpose.ASSAYS)
    car = virtual.car_per_ul[:, places] * np.exp(design.assays.car_error * noise)
    il6 = np.asarray(course.simulated.of("il6"), np.float64)[:, places]
    return Samples(days=days, car=np.where(came, car, np.nan), il6=np.where(came, il6, np.nan))


def _limits(design: Design) -> Limits:
    assays = design.assays
    return Limits(
        mrd=assays.mrd, b_cells=assays.b_cells, lesion=assays.lesion, uptake=assays.uptake
    )
