"""Measured tubes as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from reinfuse.cli.columns import columns
from reinfuse.cli.flow_notes import findings_once, noted, notes_of, series_notes, shared_by
from reinfuse.cli.flow_series import (
    PERCENT,
    digits,
    name_of,
    per_ul_of,
    percent_of,
    series_tables,
    spread_of,
)
from reinfuse.cli.notice import NOTICE
from reinfuse.errors import Finding, Severity

if TYPE_CHECKING:
    from reinfuse.cytometry.measured import Measured, Result, ShareResult, TubeMeasured

HEADS = ("result", "k of n", "%", "interval", "state", "LoB; LoD / LLOQ, %", "cells/uL")
_NONE = "-"


def lines(measured: Measured, recorded: Sequence[Finding], *, details: bool) -> Iterator[str]:
    """A table over all tubes, and what a reader must know; each tube by itself with `details`.

    A tube that is the only one is shown by itself. `recorded` tells what does not enter the record.
    Names out of a file that a terminal would take for orders are shown with a mark in their place.
    """
    for line in _lines(measured, recorded, details):
        yield _shown(line)


def _lines(measured: Measured, recorded: Sequence[Finding], details: bool) -> Iterator[str]:
    strategy = measured.strategy
    yield f"{strategy.title}: {strategy.name} version {strategy.version}"
    yield (
        f"{len(measured.tubes)} tubes, {len(measured.controls)} controls, "
        f"{len(measured.failed)} files that failed"
    )
    several = len(measured.tubes) > 1
    notes = [notes_of(measured, tube) for tube in measured.tubes]
    shared = shared_by(notes) if several else ()
    if several:
        yield from series_tables(measured)
    for tube, told in zip(measured.tubes, notes, strict=True):
        if details or not several:
            yield from _of_tube(tube, [one.text for one in told if one.text not in shared])
    yield ""
    if several:
        yield from (noted(one) for one in series_notes(measured, notes, shared, details=details))
    yield from (noted(one) for one in findings_once([*measured.drift, *measured.findings]))
    yield from (noted(one) for one in findings_once(recorded))
    yield ""
    yield NOTICE


def problems(measured: Measured, recorded: Sequence[Finding]) -> list[str]:
    """Everything for which the exit code is not 0, in words."""
    found = [_told(one.why, where=one.where or one.file, fix=one.fix) for one in measured.failed]
    findings = [finding for tube in measured.tubes for finding in tube.findings]
    findings += [*measured.findings, *recorded]
    found += [
        _told(one.what, where=one.where, fix=one.fix)
        for one in findings
        if one.severity is Severity.ERROR
    ]
    return [_shown(one) for one in dict.fromkeys(found)]


def _row(result: Result) -> tuple[str, ...]:
    from reinfuse.cytometry.measured import NoResult, RatioResult, SplitResult

    name = result.wanted.name
    if isinstance(result, NoResult):
        return (name, _NONE, _NONE, _NONE, f"none: {result.because}", _NONE, "")
    if isinstance(result, RatioResult):
        counts = f"{result.count:,} : {result.of:,}"
        spread = _spread(result.interval.low, result.interval.high)
        return (name, counts, digits(result.value), spread, "a ratio", _NONE, "")
    if isinstance(result, SplitResult):
        share = result.share
        spread = _spread(PERCENT * share.interval.low, PERCENT * share.interval.high)
        value = digits(PERCENT * share.value)
        return (name, f"{share.k:,} of {share.n:,}", value, spread, result.state, _NONE, "")
    measured = result.measured
    return (
        name,
        f"{measured.share.k:,} of {measured.share.n:,}",
        percent_of(result),
        spread_of(result),
        str(measured.state),
        _limits(result),
        per_ul_of(result),
    )


def _spread(low: float, high: float) -> str:
    return f"{digits(low)} to {digits(high)}"


def _limits(result: ShareResult) -> str:
    """The limit of blank counts false events, the other two are of target cells without them."""
    from reinfuse.cytometry.numbers import Limits

    limits = result.measured.limits
    if not isinstance(limits, Limits):
        return _NONE
    shares = (limits.detection_percent, limits.quantification_percent)
    return f"{limits.blank_events:,} events; {' / '.join(digits(one) for one in shares)}"


def _of_tube(tube: TubeMeasured, told: Sequence[str]) -> Iterator[str]:
    """The results of a tube, and what is told of it alone."""
    alive = "not known" if tube.viability is None else f"{PERCENT * tube.viability:.1f} %"
    yield ""
    yield f"{name_of(tube)}: {tube.events:,} events, viable {alive}, FCS file {tube.sha256[:12]}"
    yield from columns(HEADS, [_row(result) for result in tube.results])
    yield from (noted(one) for one in told)


def _told(what: str, *, where: str, fix: str) -> str:
    parts = (what, f"  where: {where}" if where else "", f"  fix:   {fix}" if fix else "")
    return "\n".join(part for part in parts if part)


def _shown(text: str) -> str:
    return "".join(one if one.isprintable() or one == "\n" else "\ufffd" for one in text)
