"""Endpoints of each patient: what surely was so, and what may have been for all visits show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.trials.design import Design, Endpoint, Sort, What
from reinfuse.trials.design.endpoints import FIRST_RESPONSE_DAYS
from reinfuse.trials.design.sense import NEAR_DAYS
from reinfuse.trials.running.seen import Seen

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CENSORED, EVENT, OTHER_EVENT = 0.0, 1.0, 2.0
_PARTS = ("low", "high", "whole", "stop", "ended")
_GRADES = {What.CRS_ANY: 1, What.CRS_2: 2, What.CRS_3: 3, What.CRS_4: 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """An endpoint by patient. nan in both: it cannot be told of the patient, or is not asked.

    Of shares and times `low` and `high` are 0 and 1: 1 in `low` where it surely is so on its day,
    0 in `high` where it surely is not. Of values they are the lowest and highest it can be. Of
    shares `whole` is 1 where every visit that it asks for took place, None where it asks for none.
    For times `stop` and `ended` are the last day known, and how it ended: censored, the event, or
    another that competes.
    """

    low: Floats
    high: Floats
    whole: Floats | None = None
    stop: Floats | None = None
    ended: Floats | None = None


def read_off(design: Design, endpoint: Endpoint, seen: Seen) -> Read:
    """An endpoint of every patient of an arm; nan for whom the model could not be solved."""
    found = _READ[endpoint.what](design, endpoint, seen)
    if endpoint.sort is Sort.SHARE and found.whole is None:
        found = replace(found, whole=np.where(np.isnan(found.high), np.nan, 1.0))
    return _only(seen.solved, found)


def _crs(_: Design, endpoint: Endpoint, seen: Seen) -> Read:
    least = _GRADES[endpoint.what]
    return Read(low=_from_grade(seen.crs.low[0], least), high=_from_grade(seen.crs.high[0], least))


def _from_grade(grades: Floats, least: int) -> Floats:
    return np.asarray(np.where(np.isnan(grades), np.nan, grades >= least), np.float64)


def _tocilizumab(_: Design, __: Endpoint, seen: Seen) -> Read:
    given = np.asarray(~np.isnan(seen.course.given.tocilizumab[:, 0]), np.float64)
    return Read(low=given, high=given)


def _remission(_: Design, endpoint: Endpoint, seen: Seen) -> Read:
    found = seen.responses
    surely, possibly = found.surely, found.possibly
    if endpoint.what is What.MRD_NEGATIVE_CR:
        surely = surely & found.mrd_negative
        possibly = possibly & found.mrd_negative
    return _once(endpoint, seen, surely, possibly)


def _cleared(_: Design, endpoint: Endpoint, seen: Seen) -> Read:
    """Of those in whom a lesion was seen before treatment, in whom none is seen any more."""
    looks = seen.responses.looks
    gone = looks.came & ~looks.outside
    before = looks.outside[:, ~looks.after].any(axis=1)
    found = _once(endpoint, seen, gone, gone)
    return _only(before, found)


def _once(endpoint: Endpoint, seen: Seen, surely: Flags, possibly: Flags) -> Read:
    """Whether it was so at any look up to a day; a look that was missed leaves it open."""
    looks = seen.responses.looks
    asked = looks.after & (looks.days <= endpoint.day)
    low = (surely & asked).any(axis=1)
    high = low | ((possibly | ~looks.came) & asked).any(axis=1)
    whole = (looks.came | ~asked).all(axis=1)
    parts = {"low": low, "high": high, "whole": whole}
    return Read(**{name: np.asarray(part, np.float64) for name, part in parts.items()})


def _only(who: ArrayLike, found: Read) -> Read:
    """Nothing of anybody else."""
    parts = {name: getattr(found, name) for name in _PARTS}
    return Read(**{
        name: np.where(who, part, np.nan) for name, part in parts.items() if part is not None
    })  # fmt: skip


def _relapse_free(_: Design, endpoint: Endpoint, seen: Seen) -> Read:
    stop, relapsed, there = _relapses(seen)
    event = relapsed & (stop <= endpoint.day)
    clean = ~event & (_last_look(seen) >= endpoint.day)
    return _only(there, Read(
        low=clean.astype(np.float64), high=(~event).astype(np.float64), stop=stop,
        ended=np.where(relapsed, EVENT, CENSORED),
    ))  # fmt: skip


def _by_antigen(_: Design, endpoint: Endpoint, seen: Seen) -> Read:
    words = seen.responses.antigens
    word = "negative" if endpoint.what is What.CD19_NEGATIVE else "positive"
    stop, relapsed, there = _relapses(seen)
    such = relapsed & (seen.responses.antigen == words.index(word))
    event = such & (stop <= endpoint.day)
    over = relapsed | (_last_look(seen) >= endpoint.day)
    ended = np.where(such, EVENT, np.where(relapsed, OTHER_EVENT, CENSORED))
    return _only(there, Read(
        low=event.astype(np.float64), high=(event | ~over).astype(np.float64), stop=stop,
        ended=ended,
    ))  # fmt: skip


def _relapses(seen: Seen) -> tuple[Floats, Flags, Flags]:
    """The last day known of relapse, whether it was one, and who was in remission in time."""
    found = seen.responses
    relapsed = ~np.isnan(found.relapse_day)
    stop = np.where(relapsed, found.relapse_day, _last_look(seen))
    return stop, relapsed, found.remission_by(FIRST_RESPONSE_DAYS)


def _last_look(seen: Seen) -> Floats:
    looks = seen.responses.looks
    return np.where(looks.came & looks.after, looks.days, 0.0).max(axis=1)


def _aplasia(_: Design, endpoint: Endpoint, seen: Seen) -> Read:
    found = seen.responses
    return _lately(endpoint, found.blood.days, found.aplasia, found.blood.came)


def _loss_of_aplasia(_: Design, endpoint: Endpoint, seen: Seen) -> Read:
    """Of those with a sample in aplasia: the first of two samples in a row above the cut."""
    found = seen.responses
    there = found.aplasia.any(axis=1)
    last = np.where(found.blood.came, found.blood.days, 0.0).max(axis=1)
    back = ~np.isnan(found.b_cells_back_day)
    stop = np.where(back, found.b_cells_back_day, last)
    event = back & (stop <= endpoint.day)
    open_ = ~back & (last < endpoint.day)
    return _only(there, Read(
        low=event.astype(np.float64), high=(event | open_).astype(np.float64), stop=stop,
        ended=back.astype(np.float64),
    ))  # fmt: skip


def _persistence(design: Design, endpoint: Endpoint, seen: Seen) -> Read:
    samples = seen.samples
    came = ~np.isnan(samples.car)
    found = came & (np.nan_to_num(samples.car) >= design.assays.car)
    return _lately(endpoint, samples.days, found, came)


def _lately(endpoint: Endpoint, days: Floats, so: Flags, came: Flags) -> Read:
    """Whether it was so at the last sample of the weeks up to a day; open where none was taken."""
    near = came & (days <= endpoint.day) & (days >= endpoint.day - NEAR_DAYS)
    place = near.shape[1] - 1 - near[:, ::-1].argmax(axis=1)
    last = np.take_along_axis(so, place[:, None], axis=1)[:, 0].astype(np.float64)
    there = np.asarray(near.any(axis=1))
    return Read(
        low=np.where(there, last, 0.0),
        high=np.where(there, last, 1.0),
        whole=there.astype(np.float64),
    )


def _gvhd(_: Design, endpoint: Endpoint, seen: Seen) -> Read:
    place = int(np.searchsorted(seen.days, endpoint.day, side="right")) - 1
    had = (seen.gvhd_luck < -np.expm1(-seen.gvhd[:, place])).astype(np.float64)
    return Read(low=had, high=had)


def _highest(values: Floats, limit: float) -> Read:
    """The highest of the samples that were taken; below the limit, from 0 to the limit."""
    there = ~np.isnan(values).all(axis=1)
    top = np.where(np.isnan(values), -np.inf, values).max(axis=1)
    under = top < limit
    return Read(
        low=np.where(there, np.where(under, 0.0, top), np.nan),
        high=np.where(there, np.where(under, limit, top), np.nan),
    )


def _cmax(design: Design, _: Endpoint, seen: Seen) -> Read:
    return _highest(seen.samples.car, design.assays.car)


def _il6(design: Design, _: Endpoint, seen: Seen) -> Read:
    return _highest(seen.samples.il6, design.assays.il6)


def _tmax(design: Design, _: Endpoint, seen: Seen) -> Read:
    """The day of the highest sample; nan where none reached the limit."""
    car = np.where(np.isnan(seen.samples.car), -np.inf, seen.samples.car)
    day = np.where(car.max(axis=1) >= design.assays.car, seen.samples.days[car.argmax(1)], np.nan)
    return Read(low=day, high=day)


_READ: dict[What, Callable[[Design, Endpoint, Seen], Read]] = {
    **dict.fromkeys(_GRADES, _crs),
    What.TOCILIZUMAB: _tocilizumab,
    What.CR: _remission,
    What.MRD_NEGATIVE_CR: _remission,
    What.SITES_CLEARED: _cleared,
    What.RELAPSE_FREE: _relapse_free,
    What.CD19_NEGATIVE: _by_antigen,
    What.CD19_POSITIVE: _by_antigen,
    What.APLASIA: _aplasia,
    What.LOSS_OF_APLASIA: _loss_of_aplasia,
    What.PERSISTENCE: _persistence,
    What.ACUTE_GVHD: _gvhd,
    What.CMAX: _cmax,
    What.TMAX: _tmax,
    What.IL6_PEAK: _il6,
}
