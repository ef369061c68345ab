"""One endpoint of a cohort as a row of the table and as a drawing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reinfuse.cohort.at_risk import count_at_risk
from reinfuse.cohort.endpoint_curves import EVENT, EndpointCurves
from reinfuse.cohort.incidence import IncidenceCurves
from reinfuse.cohort.survival import SurvivalCurve, quantile_of
from reinfuse.grading.endpoints import Start, Status
from reinfuse.report.charts.steps import Steps, draw_steps, risk_days
from reinfuse.report.charts.values import Drawable
from reinfuse.report.charts.words import shown

PERCENT = 100.0


def endpoint_row(one: EndpointCurves, anchor: str) -> dict[str, object]:
    """The row of the table: the definition in words, and who counts how."""
    definition = one.definition
    return {
        "name": definition.name,
        "title": definition.title,
        "starts": _starts(one, anchor),
        "ends": ", ".join(str(line) for line in definition.events),
        "source": definition.source,
        "incidence": bool(definition.competing),
        "patients": len(one.counted),
        "events": one.count(Status.EVENT),
        "competing": one.count(Status.COMPETING),
        "censored": one.count(Status.CENSORED),
        "not_evaluable": len(one.left_out),
        "median": _median(one),
    }


def endpoint_chart(one: EndpointCurves, anchor: str) -> Drawable:
    """The curve of one endpoint, or why there is none."""
    definition = one.definition
    return draw_steps(
        [_steps(one)] if one.curve is not None else [],
        name=f"endpoint-{definition.name.casefold().replace(' ', '-')}",
        title=f"{definition.title} ({definition.name})",
        axis=f"Days from {_starts(one, anchor)}",
        why=f"No patient has {_starts(one, anchor)} with a known day and a known end.",
        notes=tuple(_notes(one)),
    )


def _starts(one: EndpointCurves, anchor: str) -> str:
    """From where an endpoint counts, with the day 0 of this cohort in its words."""
    return str(one.definition.start).replace(str(Start.DAY_0), anchor)


def _steps(one: EndpointCurves) -> Steps:
    curve, times = one.curve, one.times
    assert curve is not None
    assert times is not None  # a curve is made of times
    share, low, high, start = _arrays(curve)
    days = np.concatenate(([0.0], curve.day))
    risk = count_at_risk(times, risk_days(float(curve.day[-1])))
    return Steps(
        label=one.definition.name,
        days=tuple(days.tolist()),
        percent=_percent(share, start),
        low=_percent(np.where(np.isnan(low), share, low), start),
        high=_percent(np.where(np.isnan(high), share, high), start),
        censored=tuple(curve.day[curve.censored > 0].tolist()),
        at_risk={
            float(day): (int(at_risk), int(events))
            for day, at_risk, events in zip(risk.day, risk.at_risk, risk.events[:, 0], strict=True)
        },
        patients=len(one.counted),
    )


def _arrays(
    curve: SurvivalCurve | IncidenceCurves,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Share and limits over the days, and what the share is before the first of them."""
    if isinstance(curve, SurvivalCurve):
        return curve.share, curve.low, curve.high, 1.0
    place = curve.of(EVENT)
    return curve.share[:, place], curve.low[:, place], curve.high[:, place], 0.0


def _percent(values: np.ndarray, start: float) -> tuple[float, ...]:
    return tuple((PERCENT * np.concatenate(([start], values))).tolist())


def _median(one: EndpointCurves) -> str:
    if not isinstance(one.curve, SurvivalCurve):
        return ""
    found = quantile_of(one.curve)
    if found.day is None:
        return "not reached"
    low = "not reached" if found.low is None else shown(found.low)
    high = "not reached" if found.high is None else shown(found.high)
    return f"day {shown(found.day)} (95 % {low} to {high})"


def _notes(one: EndpointCurves) -> Iterator[str]:
    if one.definition.competing:
        yield (
            "Cumulative incidence by Aalen and Johansen: who had a competing event can no longer"
            " have this one, and is not counted as if still waiting for it."
        )
    else:
        yield "Kaplan and Meier, with a 95 % interval on the log-log scale."
    yield "A short upright line is the last day on which a patient was watched."
    if one.uncertain:
        plural = "patients stand" if one.uncertain > 1 else "patient stands"
        yield f"{one.uncertain} {plural} at the latest day that an uncertain date allows."
