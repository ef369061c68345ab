"""Hands computed values to the charts: no number is made here."""

from __future__ import annotations

import math
from collections.abc import Iterator

from reinfuse.estimation import CourseCurves, CurveFit, InfusionFit, NotWithin, Summary
from reinfuse.evidence import Counted, Infusion, Study, bound_rate, shipped_studies
from reinfuse.record import Course, clock_of
from reinfuse.report.charts import (
    Bands,
    Chart,
    Drawable,
    ForestRow,
    InfusionCurve,
    LesionLook,
    LesionRow,
    Measured,
    Narrowing,
    NotDetected,
    Span,
    draw_curves,
    draw_forest,
    draw_lesions,
    draw_narrowing,
)
from reinfuse.synopsis import lesion_series
from reinfuse.synopsis.moments import anchor_names
from reinfuse.timeline import DayRange

# Where no limit of detection is stated it is drawn over the range that flow cytometry has.
UNSTATED_LIMIT_PERCENT = (0.01, 1.0)
LAST_DAY = 120.0


def curves_chart(curves: CourseCurves) -> Drawable:
    """Their Fig. 2b: what was measured after each infusion, and the fitted curve with its bands."""
    drawn = [_infusion_curve(item) for item in curves.infusions]
    gates = {
        point.denominator
        for item in curves.infusions
        for point in item.series.points
        if point.denominator
    }
    gate = gates.pop() if len(gates) == 1 else None
    return draw_curves(drawn, denominator=gate, last_day=LAST_DAY)


def _infusion_curve(item: InfusionFit) -> InfusionCurve:
    fit = item.fit
    bands = None
    if isinstance(fit, CurveFit):
        bands = Bands.of(fit.bands.days.tolist(), fit.bands.percent.tolist())
    return InfusionCurve(label=item.series.label, points=tuple(_points(item)), bands=bands)


def _points(item: InfusionFit) -> Iterator[Measured | NotDetected]:
    for point in item.series.points:
        days = (max(0.0, point.days.low), point.days.high)
        if not point.surely or point.unit not in (None, "%") or not math.isfinite(days[1]):
            continue
        if point.detected and point.value is not None:
            words = "highest value" if point.peak else ""
            yield Measured(level=point.value, days=days, words=words)
        elif not point.detected:
            limit = (point.limit, point.limit) if point.limit else UNSTATED_LIMIT_PERCENT
            yield NotDetected(days=days, limit=limit, stated=point.limit is not None)


def narrowing_chart(curves: CourseCurves) -> Drawable:
    """Every quantity of every curve, before and after the data."""
    rows = []
    for item in curves.infusions:
        if not isinstance(item.fit, CurveFit):
            continue
        for row in item.fit.quantities:
            before, after = _span(row.before), _span(row.after)
            if before is not None and after is not None:
                rows.append(
                    Narrowing(
                        parameter=row.quantity.heading,
                        unit=row.quantity.unit,
                        curve=item.series.label,
                        before=before,
                        after=after,
                        ratio=row.narrowing,
                        informed=row.informed,
                    )
                )
    return draw_narrowing(rows)


def _span(summary: Summary) -> Span | None:
    ends = (summary.low_90, summary.median, summary.high_90)
    numbers = [end for end in ends if not isinstance(end, NotWithin)]
    return Span(*numbers) if len(numbers) == len(ends) else None


def lesions_chart(course: Course) -> Drawable:
    """Their Fig. 1 as sizes: every lesion at every look, from the last infusion's day 0."""
    anchors = course.anchors()
    zero = course.infusions[-1].id if course.infusions else anchors[-1].id if anchors else ""
    clock = clock_of(course)
    rows = []
    for series in lesion_series(course):
        looks = tuple(
            LesionLook(
                days=_ends(clock.days(look.entry, zero)) if zero else (-math.inf, math.inf),
                change=str(look.change) if look.change is not None else None,
                size=look.volume_ml,
                seen_by=look.modality or "",
            )
            for look in series.looks
        )
        rows.append(LesionRow(site=series.site, looks=looks))
    name = anchor_names(course).get(zero, zero)
    return draw_lesions(
        rows, anchor=name, size="ellipsoid volume", unit="mL", events=((0.0, name),)
    )


def _ends(days: DayRange) -> tuple[float, float]:
    return days.low, days.high


def forest_chart(course: Course) -> Drawable:
    """The cohorts that the course cites, with exact intervals from their counts."""
    cited = {claim.study for claim in course.claims}
    rows = [
        _forest_row(study)
        for study in shipped_studies()
        if study.fact and (study.fact in cited or study.id in cited)
    ]
    return draw_forest(rows)


def _forest_row(study: Study) -> ForestRow:
    interval = None
    if study.events is not None and study.n:
        bounds = bound_rate(study.events, study.n)
        interval = (100 * bounds.low, 100 * bounds.high)
    return ForestRow(
        group=_group(study),
        label=study.label,
        outcome=study.outcome,
        standing=str(study.source.standing),
        printed=study.quote,
        counted={Counted.PATIENT: "patients", Counted.LESION: "lesions"}.get(
            study.counted, "infusions"
        ),
        events=study.events,
        n=study.n,
        interval=interval,
        printed_range=(study.percent_low, study.percent_high),
    )


def _group(study: Study) -> str:
    """The heading under which a reader looks for the study."""
    if study.product is None:
        return "Without CAR-T"
    if "donor" in study.product:
        return "Donor-derived CAR-T after transplant"
    if study.infusion is Infusion.SECOND:
        return "Second CAR-T infusion"
    outside = study.site is not None and study.site != "marrow"
    return "Disease outside the marrow" if outside else "First CAR-T infusion"


def is_drawn(figure: Drawable) -> bool:
    """Whether a figure holds a drawing, or says why there is none."""
    return isinstance(figure, Chart)
