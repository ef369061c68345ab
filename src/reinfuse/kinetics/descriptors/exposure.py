"""Descriptors of exposure: areas, what lies beyond the last sample, and what follows for drugs."""

from __future__ import annotations

import numpy as np

from reinfuse.kinetics.descriptors.areas import area_up_to
from reinfuse.kinetics.descriptors.prepared import Prepared, area_bars
from reinfuse.kinetics.descriptors.reasons import (
    Bar,
    Column,
    Note,
    Numbers,
    Reason,
    column,
    flagged,
    inherited,
)
from reinfuse.kinetics.descriptors.rules import Route
from reinfuse.kinetics.descriptors.series import at

PERCENT = 100.0


def auc_last(prepared: Prepared) -> Column:
    """The area up to the last quantified sample."""
    area = prepared.area_last
    note = flagged(prepared.series.given, Note.HALF_LIMIT)
    return column(area.values, inherited(area), note=note)


def auc_all(prepared: Prepared) -> Column:
    """The area up to the last quantified sample and on to the next sample that is used."""
    series = prepared.series
    place = np.minimum(series.last + 1, series.count - 1)
    note = flagged(series.given, Note.HALF_LIMIT)
    return column(at(prepared.areas.area, place), inherited(prepared.area_last), note=note)


def partial_area(
    prepared: Prepared, low: float, high: float, late_day: float | None = None
) -> Column:
    """The area between two days, extrapolated only by an accepted terminal half-life.

    `late_day` is the day after which there must be a sample.
    """
    series, rate = prepared.series, prepared.rate.values
    inside = area_up_to(series, prepared.areas, high) - area_up_to(series, prepared.areas, low)
    end = at(series.time, series.count - 1)
    # Only zeros that the rule has put behind the last quantified sample go on as zeros.
    zero = at(series.level, series.count - 1) == 0
    beyond = (end < high) & ~zero
    start = np.maximum(end, low) - prepared.last_time
    stop = high - prepared.last_time
    extra = prepared.last_level / rate * (np.exp(-rate * start) - np.exp(-rate * stop))
    extra = np.where(beyond, extra, 0.0)
    percent = PERCENT * extra / (inside + extra)
    much = beyond & (percent > prepared.rules.most_extrapolated)
    following = prepared.profiles.next_infusion
    bars = [*area_bars(series), Bar(following < high, Reason.REINFUSED, following)]
    if late_day is not None:
        bars.append(Bar(series.until <= late_day, Reason.NO_LATE_SAMPLE, series.until))
    bars.append(Bar(beyond & (prepared.rate.reason != 0), Reason.ENDS_EARLY, end))
    bars.append(Bar(much, Reason.MUCH_EXTRAPOLATED, percent))
    note = flagged(series.given, Note.HALF_LIMIT) | flagged(beyond, Note.EXTRAPOLATED)
    return column(inside + extra, *bars, note=note)


def auc_inf(prepared: Prepared, last: Numbers) -> Column:
    """The area to infinity from a last level, observed or of the terminal line."""
    values = prepared.area_last.values + last / prepared.rate.values
    note = flagged(prepared.series.given, Note.HALF_LIMIT)
    return column(values, *_endless_bars(prepared), note=note)


def percent_extrapolated(prepared: Prepared, last: Numbers) -> Column:
    """Per cent of the area to infinity that lies after the last quantified sample."""
    whole = auc_inf(prepared, last)
    values = PERCENT * (whole.values - prepared.area_last.values) / whole.values
    return column(values, inherited(whole))


def aumc_last(prepared: Prepared) -> Column:
    """The area of time x level up to the last quantified sample."""
    moment = at(prepared.areas.moment, prepared.series.last)
    return column(moment, inherited(prepared.area_last))


def aumc_inf(prepared: Prepared, last: Numbers) -> Column:
    """The area of time x level to infinity."""
    rate = prepared.rate.values
    extra = last * (prepared.last_time / rate + 1.0 / rate**2)
    values = at(prepared.areas.moment, prepared.series.last) + extra
    return column(values, *_endless_bars(prepared))


def percent_moment_extrapolated(prepared: Prepared, last: Numbers) -> Column:
    """Per cent of the moment to infinity that lies after the last quantified sample."""
    whole, seen = aumc_inf(prepared, last), aumc_last(prepared)
    return column(PERCENT * (whole.values - seen.values) / whole.values, inherited(whole))


def mrt_last(prepared: Prepared) -> Column:
    """Mean residence time of what was seen up to the last quantified sample."""
    return _mrt(prepared, aumc_last(prepared), prepared.area_last)


def mrt_inf(prepared: Prepared, last: Numbers) -> Column:
    """Mean residence time to infinity."""
    return _mrt(prepared, aumc_inf(prepared, last), auc_inf(prepared, last))


def clearance(prepared: Prepared, last: Numbers) -> Column:
    """Dose over the area to infinity."""
    area = auc_inf(prepared, last)
    values = prepared.profiles.dose / area.values
    return column(values, _no_dose(prepared), inherited(area))


def volume(prepared: Prepared, last: Numbers) -> Column:
    """Clearance over the terminal rate constant."""
    cleared = clearance(prepared, last)
    return column(cleared.values / prepared.rate.values, inherited(cleared))


def volume_at_steady_state(prepared: Prepared, last: Numbers) -> Column:
    """Clearance x mean residence time, after a bolus or an infusion into a vein."""
    cleared, resident = clearance(prepared, last), mrt_inf(prepared, last)
    into_vein = prepared.rules.route in (Route.BOLUS, Route.INFUSION)
    other = Bar(np.full(len(prepared.profiles), not into_vein), Reason.WRONG_ROUTE)
    return column(cleared.values * resident.values, other, inherited(cleared), inherited(resident))


def back_extrapolated(prepared: Prepared) -> Column:
    """The level at time 0 of a bolus."""
    bolus = prepared.rules.route is Route.BOLUS
    other = Bar(np.full(len(prepared.profiles), not bolus), Reason.WRONG_ROUTE)
    return column(prepared.series.level[:, 0], other, inherited(prepared.quantified))


def percent_back_extrapolated(prepared: Prepared, last: Numbers) -> Column:
    """Per cent of the area to infinity that lies before the first sample, of a bolus."""
    begin, area = back_extrapolated(prepared), auc_inf(prepared, last)
    profiles = prepared.profiles
    first = np.min(np.where(profiles.time >= 0, profiles.time, np.inf), axis=1)
    before = area_up_to(prepared.series, prepared.areas, first)
    values = PERCENT * before / area.values
    return column(values, inherited(begin), inherited(area))


def per_dose(prepared: Prepared, other: Column) -> Column:
    """Another descriptor over the dose."""
    return column(other.values / prepared.profiles.dose, _no_dose(prepared), inherited(other))


def _mrt(prepared: Prepared, moment: Column, area: Column) -> Column:
    shift: Numbers | float = 0.0
    bars = []
    if prepared.rules.route is Route.INFUSION:
        shift = prepared.profiles.duration / 2.0
        bars = [Bar(~np.isfinite(prepared.profiles.duration), Reason.NO_DURATION)]
    values = moment.values / area.values - shift
    return column(values, *bars, inherited(moment), inherited(area))


def _endless_bars(prepared: Prepared) -> tuple[Bar, ...]:
    following = prepared.profiles.next_infusion
    return (
        *area_bars(prepared.series),
        inherited(prepared.rate),
        Bar(np.isfinite(following), Reason.REINFUSED, following),
    )


def _no_dose(prepared: Prepared) -> Bar:
    dose = prepared.profiles.dose
    return Bar(~(dose > 0), Reason.NO_DOSE)
