"""How many virtual patients have the endpoint of a target, by the grading that patients get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.evidence import Endpoint, Target
from reinfuse.mechanism.sign_rules import SignRules
from reinfuse.record.vocabulary import items
from reinfuse.trials.calibration.settings import asks, patients_of, strata_of
from reinfuse.trials.calibration.unknowns import GRADED, Values
from reinfuse.trials.calibration.virtual import Cohort, cohort_of
from reinfuse.trials.graded.crs import CrsCharting, graded_crs
from reinfuse.trials.graded.looks import CD19
from reinfuse.trials.graded.responses import Responses, responses
from reinfuse.trials.graded.visits import Limits, Schedule
from reinfuse.trials.population import Purpose
from reinfuse.trials.work import uniforms

Flags = NDArray[np.bool_]

LOOKS = (28, 60, 90, 180, 270, 360)  # days of marrow and imaging
BEFORE = -7  # day of the look before treatment
BLOOD = (28, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330, 360)
SIGNS_UNTIL = 28
_SCALES = {"Penn": "Penn-CRS", "Lee": "Lee-CRS-2014", "ASTCT": "ASTCT-CRS-2019"}
_NO_SCALE = "ASTCT-CRS-2019"  # where a source names none; any grade is fever on each of them
_GRADES = {Endpoint.CRS: 1, Endpoint.CRS_SEVERE: 3, Endpoint.CRS_LIFE_THREATENING: 4}


@dataclass(frozen=True, slots=True)
class Counted:
    """`events` of `n` virtual patients; of a share among relapses `n` are those who relapse."""

    events: int
    n: int

    def __add__(self, other: Counted) -> Counted:
        """Both together."""
        return Counted(self.events + other.events, self.n + other.n)


def count_patients(target: Target, values: Values, *, seed: int, patients: int) -> Counted:
    """Virtual patients of a target, at some values of the unknowns.

    Patient i is the same at all values as far as these let it be. Raises ReinfuseError for a
    target whose endpoint is no count.
    """
    if target.endpoint not in _OF_PATIENTS:
        raise ReinfuseError(f"{target.endpoint} is no count of patients", where=target.id)
    found, first = Counted(0, 0), 0
    for stratum in strata_of(target, values):
        last = first + patients_of(stratum.share, patients)
        schedule = schedule_of(target)
        cohort = cohort_of(
            stratum.setting, values, _days(target, schedule), seed=seed, first=first, last=last
        )
        asked = _Asked(target, cohort, schedule, stratum.seen_from, stratum.setting.signs, seed)
        had, among = _OF_PATIENTS[target.endpoint](asked)
        found += Counted(int((had & among).sum()), int(among.sum()))
        first = last
    return found


def schedule_of(target: Target) -> Schedule:
    """The visits up to the day of a target."""
    last = target.by_day
    looks = tuple(day for day in LOOKS if day <= last) or (last,)
    blood = tuple(day for day in BLOOD if day <= last) or (last,)
    signs = tuple(range(SIGNS_UNTIL + 1)) if target.endpoint in GRADED else (0,)
    return Schedule(signs=signs, blood=blood, disease=(BEFORE, *looks))


@dataclass(frozen=True, slots=True)
class _Asked:
    target: Target
    cohort: Cohort
    schedule: Schedule
    seen_from: float
    signs: SignRules
    seed: int

    def responses(self) -> Responses:
        limits = Limits(lesion=self.seen_from, uptake=True)
        return responses(self.cohort.virtual, self.schedule, limits=limits)

    def everybody(self) -> Flags:
        return np.ones(self.cohort.virtual.patients, dtype=bool)


Had = tuple[Flags, Flags]  # who had it, and who is counted


def _days(target: Target, schedule: Schedule) -> tuple[float, ...]:
    return tuple(float(day) for day in sorted({*schedule.days, target.by_day}))


def _remission(asked: _Asked) -> Had:
    found = asked.responses()
    mrd = asked.target.endpoint is Endpoint.MRD_NEGATIVE_CR
    had = found.remission_by(asked.target.by_day, mrd_negative=mrd)
    if asks(asked.target) == "B-cell aplasia":
        had = had & found.aplasia.any(axis=1)
    return had, asked.everybody()


def _lasting(asked: _Asked) -> Had:
    found = asked.responses()
    lasting = np.asarray(found.surely[:, -1] & np.isnan(found.relapse_day))
    return lasting, asked.everybody()


def _lesions_clear(asked: _Asked) -> Had:
    """No lesion that is seen at one of the looks after treatment."""
    looks = asked.responses().looks
    clear = looks.came & looks.after & ~looks.outside
    return np.asarray(clear.any(axis=1)), asked.everybody()


def _crs(asked: _Asked) -> Had:
    scale = _SCALES.get(asked.target.study.scale or "", _NO_SCALE)
    grades = graded_crs(
        asked.cohort.virtual, asked.cohort.patients.deviations, asked.schedule,
        charting=CrsCharting(rules=asked.signs, organs_well=True), criteria=(scale,),
    )  # fmt: skip
    known = ~np.isnan(grades.low[0])
    return np.nan_to_num(grades.low[0]) >= _GRADES[asked.target.endpoint], known


def _gvhd(asked: _Asked) -> Had:
    """The hazard as a chance that each patient's own number settles."""
    place = asked.cohort.virtual.places([asked.target.by_day])[0]
    hazard = np.asarray(asked.cohort.simulated.of("gvhd"), np.float64)[:, place]
    span = range(asked.cohort.patients.first, asked.cohort.patients.last)
    luck = uniforms(asked.seed, span, 1, Purpose.GVHD)[:, 0]
    return luck < -np.expm1(-hazard), ~np.isnan(hazard)


def _negative(asked: _Asked) -> Had:
    """CD19-negative at the first relapse; dim leukemia is a relapse that is not negative."""
    found = asked.responses()
    relapsed = ~np.isnan(found.relapse_day) & (found.antigen >= 0)
    negative = np.asarray(found.antigen == items()[CD19].words.index("negative"))
    return negative, relapsed


def _b_cells_back(asked: _Asked) -> Had:
    found = asked.responses()
    return np.asarray(found.b_cells_back_day <= asked.target.by_day), asked.everybody()


_OF_PATIENTS: dict[Endpoint, Callable[[_Asked], Had]] = {
    Endpoint.CR: _remission,
    Endpoint.CR_THAT_HOLDS: _lasting,
    Endpoint.MRD_NEGATIVE_CR: _remission,
    Endpoint.EXTRAMEDULLARY_CR: _remission,
    Endpoint.CNS_REMISSION: _lesions_clear,
    Endpoint.CRS: _crs,
    Endpoint.CRS_SEVERE: _crs,
    Endpoint.CRS_LIFE_THREATENING: _crs,
    Endpoint.ACUTE_GVHD: _gvhd,
    Endpoint.CD19_NEGATIVE: _negative,
    Endpoint.LOSS_OF_APLASIA: _b_cells_back,
}
