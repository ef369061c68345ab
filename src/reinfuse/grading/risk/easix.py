"""The EASIX family: numbers from LDH and platelets, with creatinine or CRP; no cut-offs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from reinfuse.grading.chart.daily import not_assessed, reasons
from reinfuse.grading.chart.findings import OnDay, Sheet, assessed_days, findings_on
from reinfuse.grading.grade import Criterion, DayGrade, Grade, Reason, Trust, trust_of
from reinfuse.grading.risk.before import found_before
from reinfuse.grading.risk.hematotox import BEFORE_LYMPHODEPLETION
from reinfuse.grading.rules.entry import Entry, PrintedRow
from reinfuse.grading.rules.finding import Span
from reinfuse.record.chart import Chart
from reinfuse.source import Source, Standing

LDH, CREATININE, CRP, PLATELETS = (
    "lactate dehydrogenase",
    "creatinine",
    "C-reactive protein",
    "platelets",
)
_FAR = 10**6  # days: no chart is longer
# More digits than any laboratory prints; fewer than binary fractions differ in.
_DIGITS = 9

NOTES = (
    "a number without a cut-off: none is agreed on; compare its log2",
    "of several values the one nearest to day -5 counts, the earlier of two as near; later days "
    "stand in the series where one day has all values (ours)",
    "platelets of 0 make no number; platelets below a limit leave it open upward",
)


@dataclass(frozen=True, slots=True)
class Index:
    """LDH, times another value if it has one, over platelets; each in its usual unit."""

    criterion: Criterion
    formula: str
    other: str | None = None

    @property
    def items(self) -> tuple[str, ...]:
        """What it is made of, numerator first."""
        return tuple(name for name in (LDH, self.other, PLATELETS) if name is not None)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest and highest number; None where nothing bounds it."""

    low: float | None
    high: float | None


def _criterion(name: str, title: str) -> Criterion:
    return Criterion(
        name=name,
        title=title,
        levels=(),
        source=Source(
            cite="Pennisi 2021, Blood Adv 5:3397", place="methods", standing=Standing.SECONDARY
        ),
        family="risk",
    )


INDICES = (
    Index(
        _criterion("EASIX", "Endothelial activation and stress index"),
        "LDH (U/L) × creatinine (mg/dL) / platelets (10⁹/L)",
        CREATININE,
    ),
    Index(_criterion("s-EASIX", "Simplified EASIX"), "LDH (U/L) / platelets (10⁹/L)"),
    Index(
        _criterion("m-EASIX", "Modified EASIX"),
        "LDH (U/L) × CRP (mg/dL) / platelets (10⁹/L)",
        CRP,
    ),
)


def bounds_of(index: Index, on: OnDay) -> Bounds | None:
    """What the values allow; None where platelets are 0, by which nothing can be divided."""
    spans = [on.findings.get(name) for name in index.items]
    platelets = spans[-1]
    if isinstance(platelets, Span) and platelets.high <= 0:
        return None
    known = [span for span in spans if isinstance(span, Span)]
    if len(known) < len(spans):
        return Bounds(None, None)
    *above, below = known
    low = math.prod(span.low for span in above) / below.high
    high = math.inf if below.low <= 0 else math.prod(span.high for span in above) / below.low
    return Bounds(_shortened(low), None if math.isinf(high) else _shortened(high))


def grade_index(index: Index, chart: Chart) -> Grade:
    """The index before lymphodepletion, with a series of the days that have all its values.

    Source: Pennisi 2021; EASIX itself: Luft 2017.
    """
    on = found_before(chart, index.items, BEFORE_LYMPHODEPLETION)
    series = tuple(_series(index, chart))
    topic = index.criterion.name
    missing = tuple(name for name in index.items if name not in on.findings)
    nothing = not_assessed(index.criterion, chart.subject, topic=topic, missing=missing)
    nothing = replace(nothing, series=series)
    if not on.findings:
        return nothing
    bounds = bounds_of(index, on)
    because = reasons(index.items, on)
    if bounds is None:
        return replace(nothing, because=because, missing=("platelets above 0",))
    exact = bounds.low is not None and bounds.low == bounds.high
    open_items = tuple(name for name in index.items if not _exact(on, name))
    return replace(
        nothing,
        when=str(BEFORE_LYMPHODEPLETION),
        low=bounds.low,
        high=bounds.high,
        trust=Trust.BOUNDED if bounds.low is None else trust_of(True, exact),
        because=(*_logarithm(index, bounds), *because),
        missing=open_items,
        as_published=bounds.low if exact else None,
    )


def listed_index(index: Index) -> Entry:
    """An index as the catalogue lists it."""
    return Entry(
        criterion=index.criterion,
        topic=index.criterion.name,
        items=index.items,
        grade=partial(grade_index, index),
        table=(PrintedRow(part="", level="number", words=index.formula),),
        notes=NOTES,
        variants=tuple(other.criterion.name for other in INDICES if other is not index),
    )


def _exact(on: OnDay, name: str) -> bool:
    found = on.findings.get(name)
    return isinstance(found, Span) and found.exact


def _logarithm(index: Index, bounds: Bounds) -> Iterator[Reason]:
    if bounds.low is not None and bounds.low > 0 and bounds.low == bounds.high:
        yield Reason(text=f"log2 {index.criterion.name} {math.log2(bounds.low):.2f}")


def _series(index: Index, chart: Chart) -> Iterator[DayGrade]:
    sheet = Sheet.of(chart)
    for day in assessed_days(sheet, index.items, -_FAR, _FAR):
        bounds = bounds_of(index, findings_on(sheet, index.items, day))
        if bounds is not None and bounds.low is not None and bounds.high is not None:
            yield DayGrade(day=day, low=bounds.low, high=bounds.high)


def _shortened(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
