"""The results of a tube as rows of a table and as sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from reinfuse.cytometry.measured.values import (
    NoResult,
    RatioResult,
    Result,
    ShareResult,
    SplitResult,
    TubeMeasured,
)
from reinfuse.cytometry.numbers.concentration import NoConcentration, PerMicrolitre
from reinfuse.cytometry.numbers.limits import Limits
from reinfuse.cytometry.numbers.measured import Measured
from reinfuse.cytometry.numbers.share import Interval, percent, spread
from reinfuse.quantity import Limit, Quantity
from reinfuse.report.charts.words import shown
from reinfuse.report.flow_page.labels import Namer


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One result as text: lines of one cell are told apart, none of them is empty.

    `quiet` is yes for a result that a tube was not stained for.
    """

    name: str
    of: str
    value: tuple[str, ...]
    state: str
    state_class: str
    counted: tuple[str, ...]
    limits: tuple[str, ...]
    blank: str
    per_ul: tuple[str, ...]
    why: tuple[str, ...] = ()
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A result with all that can be said of it."""

    name: str
    said: tuple[str, ...]


def result_rows(tube: TubeMeasured, namer: Namer) -> tuple[ResultRow, ...]:
    """A row for each result, in the order of the strategy."""
    return tuple(_row(result, namer) for result in tube.results)


def told_results(tube: TubeMeasured, namer: Namer) -> Iterator[Told]:
    """What each result says of itself, for those that have a number."""
    for result in tube.results:
        said: tuple[str, ...] = ()
        if isinstance(result, ShareResult):
            beside = () if result.per_ul is None else (result.per_ul.said,)
            said = (*result.measured.said, *beside)
        elif isinstance(result, RatioResult | SplitResult):
            said = result.said
        if said:
            told = tuple(namer.said(line) for line in said)
            yield Told(name=result.wanted.name, said=told)


def value_words(measured: Measured) -> str:
    """The number that may be said, with three digits: a limit where it is one."""
    quantity = measured.quantity
    if quantity is None:
        return "no number"
    digits = float(f"{quantity.value:.3g}")
    return Quantity(digits, quantity.unit, quantity.limit).shown()


def interval_words(measured: Measured) -> str:
    """The interval of the share, after the background where one is known."""
    level = measured.share.interval.level
    return spread(Interval(low=measured.low, high=measured.high, level=level))


def limit_words(measured: Measured) -> tuple[str, ...]:
    """Each limit in events and percent; what counting alone allows where there is no blank."""
    limits = measured.limits
    if not isinstance(limits, Limits):
        seen = percent(limits.seen_percent / 100)
        return ("LoB and LoD not known", f"counting limit {limits.seen_events:.1f} events, {seen}")
    shares = (limits.blank_percent, limits.detection_percent, limits.quantification_percent)
    blank, detection, quantified = (percent(share / 100) for share in shares)
    return (
        f"LoB {limits.blank_events} events, {blank} with the background",
        f"LoD {limits.detection_events:.1f} events, {detection}",
        f"LLOQ {limits.quantification_events:.1f} events, {quantified}",
    )


def per_ul_words(per_ul: PerMicrolitre | NoConcentration | None) -> tuple[str, ...]:
    """Cells per microlitre with interval and limit, or why there are none."""
    if per_ul is None:
        return ()
    if isinstance(per_ul, NoConcentration):
        return (per_ul.said,)
    quoted, detection = per_ul.quantity, per_ul.detection
    if quoted is None:
        return ("no number",)
    mark = {Limit.EXACT: "", Limit.BELOW: "< ", Limit.AT_MOST: "≤ "}[quoted.limit]
    value = f"{mark}{shown(quoted.value)} cells/µL"
    low, high = shown(per_ul.interval.low), shown(per_ul.interval.high)
    limit = () if detection is None else (f"LoD {shown(detection)}",)
    level = 100 * per_ul.interval.level
    return (value, f"{level:g} % interval {low} to {high}", *limit, f"error of {per_ul.carries}")


def _row(result: Result, namer: Namer) -> ResultRow:
    if isinstance(result, NoResult):
        return _none(result, namer)
    if isinstance(result, RatioResult):
        return _ratio(result)
    if isinstance(result, SplitResult):
        return _split(result)
    measured = result.measured
    share = measured.share
    return ResultRow(
        name=result.wanted.name,
        of=f"of {measured.assay.of}",
        value=(value_words(measured), interval_words(measured)),
        state=str(measured.state),
        state_class=measured.state.name.lower().replace("_", "-"),
        counted=(f"{share.k:,} of {share.n:,} = {percent(share.value)}", spread(share.interval)),
        limits=limit_words(measured),
        blank=namer.said(measured.blank.said),
        per_ul=tuple(namer.said(line) for line in per_ul_words(result.per_ul)),
        why=tuple(namer.said(line) for line in measured.reasons),
    )


def _ratio(result: RatioResult) -> ResultRow:
    low, high = result.interval.low, result.interval.high
    top = shown(high) if math.isfinite(high) else "no upper limit"
    level = 100 * result.interval.level
    return ResultRow(
        name=result.wanted.name,
        of=f"{result.wanted.count} to {result.wanted.of}",
        value=(shown(result.value), f"{level:g} % interval {shown(low)} to {top}"),
        state="a ratio",
        state_class="ratio",
        counted=(f"{result.count:,} to {result.of:,}",),
        limits=(),
        blank="",
        per_ul=(),
    )  # fmt: skip


def _split(result: SplitResult) -> ResultRow:
    share = result.share
    return ResultRow(
        name=result.wanted.name,
        of=f"of {result.wanted.denominator or result.wanted.of}",
        value=(percent(share.value), spread(share.interval)),
        state=result.state,
        state_class="split" if result.quantified else "split-uncertain",
        counted=(f"{share.k:,} of {share.n:,}",),
        limits=(),
        blank="",
        per_ul=(),
    )


def _none(result: NoResult, namer: Namer) -> ResultRow:
    return ResultRow(
        name=result.wanted.name,
        of="",
        value=("no result",),
        state="could not be measured" if result.failed else "not stained for",
        state_class="failed" if result.failed else "quiet",
        counted=(),
        limits=(),
        blank="",
        per_ul=(),
        why=(namer.said(result.because),),
        quiet=not result.failed,
    )
