"""B-cell aplasia after CAR-T and its end, as a sign that the cells still work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise, product
from types import MappingProxyType

from reinfuse.grading.chart.daily import not_assessed, said
from reinfuse.grading.chart.findings import Sheet, findings_on
from reinfuse.grading.grade import Criterion, DayGrade, Grade, Level, Reason, trust_of
from reinfuse.grading.leukemia.looks import FIRST_DAY, last_day
from reinfuse.grading.rules.condition import Condition, below
from reinfuse.grading.rules.entry import Entry, PrintedRow
from reinfuse.grading.rules.judge import holds, leaves
from reinfuse.grading.series import rank
from reinfuse.record.chart import Chart, Mark
from reinfuse.source import Source, Standing

TOPIC = "B cells"
CONFIRMED, APLASIA = "aplasia, confirmed", "aplasia, one sample"
ONCE_ABOVE, RECOVERED = "recovery, one sample", "recovered"
EARLY, NEVER = "recovered before 6 months", "never aplastic"
LEVELS = (CONFIRMED, APLASIA, ONCE_ABOVE, RECOVERED, EARLY, NEVER)

CONFIRMED_AFTER_DAYS = 14
EARLY_BEFORE_DAY = 6 * 30.4375
# So long after each, few B cells may be its doing and not that of the CAR-T cells (ours).
MASKED_DAYS = MappingProxyType(
    {"rituximab": 180, "blinatumomab": 28, "inotuzumab": 56, "transplant": 180}
)
# More samples than this that leave it open are not played through: then anything is possible.
MOST_OPEN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Below what there are no B cells: a share of the lymphocytes, a count, or either."""

    name: str
    percent: float | None
    per_ul: float | None
    source: Source

    @property
    def criterion(self) -> Criterion:
        """The criterion as the catalogue lists it."""
        return Criterion(
            name=f"B-cell aplasia {self.name}",
            title=f"B-cell aplasia and recovery, below {self.name}",
            levels=LEVELS,
            family="B cells",
            source=self.source,
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample: whether the B cells were below the cut (None: open), and what it rests on."""

    day: int
    low: bool | None
    mark: Mark


def _ours(place: str) -> Source:
    return Source(cite="no consensus number", place=place, standing=Standing.OURS)


ONE_PERCENT = Cut(
    name="1 %", percent=1, per_ul=None, source=_ours("1 % as in reports on CD19 CAR-T")
)
THREE_PERCENT = Cut(
    name="3 % or 50 per uL", percent=3, per_ul=50, source=_ours("cuts recalled from trials")
)
TWENTY_CELLS = Cut(
    name="20 per uL", percent=None, per_ul=20, source=_ours("quoted for decisions on IgG")
)
CUTS = (ONE_PERCENT, THREE_PERCENT, TWENTY_CELLS)
# The antigen that tells a B cell: another one where CD19 is masked.
SHARES = ("B cells", "CD20+ B cells", "CD22+ B cells")
COUNTS = ("B cells", "CD20+ B-cell count", "CD22+ B-cell count")
CD19_MASKED = "CD19 masked"


def grade_b_cells(cut: Cut, chart: Chart) -> Grade:
    """Aplasia and recovery after day 0, as an interval, with each sample in the series.

    Aplasia is one sample below the cut, confirmed by another at least 14 days later. Recovery is
    the first of two samples in a row that are not, after aplasia; before 6 months it is early.
    A low sample soon after a drug that takes B cells away, or after a transplant, tells nothing
    and is left out.
    """
    criterion = cut.criterion
    every_sample = tuple(_samples(cut, chart))
    samples = tuple(one for one in every_sample if not _masked(chart, one))
    left_out = len(every_sample) - len(samples)
    reason = f"a sample of B cells free of their depletion by other drugs ({left_out} left out)"
    if not samples:
        missing = (reason,) if left_out else ("B cells",)
        return not_assessed(criterion, chart.subject, topic=TOPIC, missing=missing)
    found = _possible(samples)
    low, high = (choose(found, key=partial(rank, criterion)) for choose in (min, max))
    open_samples = [f"B cells on day {one.day}" for one in samples if one.low is None]
    return Grade(
        criterion=criterion,
        topic=TOPIC,
        subject=chart.subject,
        when=f"day {samples[0].day} to {samples[-1].day}",
        low=low,
        high=high,
        trust=trust_of(any(one.low is not None for one in samples), low == high),
        because=tuple(
            Reason(text=said(one.mark), entries=(one.mark.ref,) if one.mark.ref else ())
            for one in samples
        ),
        missing=(*(open_samples if low != high else ()), *((reason,) if left_out else ())),
        series=tuple(_of_sample(one) for one in samples),
        as_published=low if low == high else None,
    )


def state(samples: Sequence[tuple[int, bool]]) -> Level:
    """The state after samples in order of time, each with whether it lies below the cut."""
    first = next((place for place, (_, low) in enumerate(samples) if low), None)
    if first is None:
        return NEVER
    after = samples[first:]
    back = next((day for (day, low), (_, again) in pairwise(after) if not low and not again), None)
    if back is not None:
        return EARLY if back < EARLY_BEFORE_DAY else RECOVERED
    if not after[-1][1]:
        return ONCE_ABOVE
    days = [day for day, low in after if low]
    return CONFIRMED if days[-1] - days[0] >= CONFIRMED_AFTER_DAYS else APLASIA


def _possible(samples: Sequence[Sample]) -> tuple[Level, ...]:
    """Every state that the samples allow, each open one taken either way."""
    choices = [(one.low,) if one.low is not None else (True, False) for one in samples]
    if sum(one.low is None for one in samples) > MOST_OPEN:
        return LEVELS
    days = [one.day for one in samples]
    return tuple({state(list(zip(days, lows, strict=True))) for lows in product(*choices)})


def _samples(cut: Cut, chart: Chart) -> Iterator[Sample]:
    sheet = Sheet.of(chart)
    masked = any(mark.value is True for mark in chart.of_item(CD19_MASKED))
    for number in (1, 2) if masked else (0,):
        yield from _of_antigen(cut, sheet, SHARES[number], COUNTS[number])
        if any(chart.of_item(SHARES[number], COUNTS[number])):
            return


def _of_antigen(cut: Cut, sheet: Sheet, share: str, count: str) -> Iterator[Sample]:
    wanted = _conditions(cut, share, count)
    keys = tuple(key for condition in wanted for key in leaves(condition))
    days = {int(mark.day // 1) for mark in sheet.chart.of_item(share, count)}
    last = last_day(sheet.chart)
    days = {day for day in days if FIRST_DAY <= day <= last}
    for day in sorted(days):
        on = findings_on(sheet, keys, day)
        truths = [holds(condition, on.findings) for condition in wanted]
        low = True if True in truths else (None if None in truths else False)
        own = [mark for mark in sheet.chart.of_item(share, count) if mark.day // 1 == day]
        yield Sample(day, low, next(iter(on.marks.values()), own[-1]))


def _conditions(cut: Cut, share: str, count: str) -> tuple[Condition, ...]:
    found = [] if cut.percent is None else [below(share, cut.percent, "%")]
    if cut.per_ul is not None:
        found.append(below(count, cut.per_ul, "{cells}/uL"))
    return tuple(found)


def _masked(chart: Chart, sample: Sample) -> bool:
    """Whether a sample that is or may be low was taken too soon after another cause."""
    return sample.low is not False and any(
        mark.value is True and 0 <= sample.day - mark.day // 1 <= days
        for item, days in MASKED_DAYS.items()
        for mark in chart.of_item(item)
    )


def _of_sample(one: Sample) -> DayGrade:
    best = NEVER if one.low is False else APLASIA
    worst = APLASIA if one.low else NEVER
    return DayGrade(day=one.day, low=best, high=worst)


def _entry(cut: Cut) -> Entry:
    shares = SHARES if cut.percent is not None else ()
    counts = COUNTS if cut.per_ul is not None else ()
    parts = []
    if cut.percent is not None:
        parts.append(f"B cells < {cut.percent:g} % of the lymphocytes")
    if cut.per_ul is not None:
        parts.append(f"B cells < {cut.per_ul:g} per uL")
    words = " or ".join(parts)
    rows = (
        (CONFIRMED, f"{words}, again at least {CONFIRMED_AFTER_DAYS} days later"),
        (APLASIA, words),
        (ONCE_ABOVE, "above the cut in the last sample after aplasia"),
        (RECOVERED, "above the cut in two samples in a row; the first of them is its day"),
        (EARLY, "the same, with the first of them before 6 months"),
        (NEVER, "no sample below the cut"),
    )
    names = (*shares, *counts, CD19_MASKED, *MASKED_DAYS)
    windows = ", ".join(f"{name} {days} days" for name, days in MASKED_DAYS.items())
    return Entry(
        criterion=cut.criterion,
        topic=TOPIC,
        items=tuple(dict.fromkeys(names)),
        grade=partial(grade_b_cells, cut),
        table=tuple(PrintedRow(part="", level=level, words=text) for level, text in rows),
        notes=(
            "there is no consensus number; each cut is a criterion of its own (ours)",
            f"a low sample is left out within {windows} (ours)",
            "CD20, else CD22, tells the B cells where CD19 was charted as masked",
            "samples from day 1 on count, up to the next infusion or transplant (ours)",
            "in the series a sample is aplasia or never aplastic by itself",
        ),
        variants=tuple(other.criterion.name for other in CUTS if other is not cut),
    )


B_CELLS = tuple(_entry(cut) for cut in CUTS)
