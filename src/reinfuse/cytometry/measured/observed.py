"""From results to entries of a course, each with its limit and with where it came from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from reinfuse.cytometry.measured.moments import when_of
from reinfuse.cytometry.measured.values import (
    Measured,
    ShareResult,
    SplitResult,
    TubeMeasured,
)
from reinfuse.cytometry.numbers.concentration import UNIT, PerMicrolitre
from reinfuse.cytometry.numbers.limits import Limits
from reinfuse.cytometry.numbers.measured import State
from reinfuse.cytometry.placing.values import Placed, Standing
from reinfuse.errors import Finding, Severity
from reinfuse.quantity import Limit, Quantity
from reinfuse.record import Course, Observation, Result
from reinfuse.timeline import FromEvent, When

METHOD = "flow cytometry"
HASH_DIGITS = 12
SHORT = {"CAR-T cells": "cart", "MRD": "mrd"}
_DIGITS = 4  # of a number in the record
_ALIKE = 4  # digits of a hash that part two tubes of one day


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """The observations of measured tubes; `findings` tell what is not in them, and why."""

    observations: tuple[Observation, ...]
    findings: tuple[Finding, ...]


def observe(measured: Measured, course: Course | None = None) -> Observed:
    """Every share that the strategy calls by an analyte of the record, as observations.

    What was quantified has its value and limit of detection; what was not detected is `not
    detected` with its limit; what is positive and not quantifiable is `detected` with its limit and
    no number, as a number in the record is one that may be quoted. What was counted without a blank
    or is not evaluable is left out, and told; ratios are not recorded. Days are those of the panel;
    without one, $DATE is taken where the course has dates for its infusions. A course names the
    infusions; without one they are `infusion-1`, `infusion-2`, ...; splits are not recorded, as the
    record has no words for the parts of a population.
    """
    findings: list[Finding] = []
    found: list[tuple[Observation, TubeMeasured]] = []
    for tube in measured.tubes:
        timed = when_of(tube, course)
        wanted = list(_recorded(tube))
        if wanted:
            findings += timed.findings
        if timed.refused:
            continue
        often = Counter(one.wanted.analyte for one in wanted)
        for result in wanted:
            name = SHORT.get(result.wanted.analyte, _slug(result.wanted.analyte))
            if often[result.wanted.analyte] > 1:
                name = _slug(result.wanted.name)
            entries = list(_entries(measured, tube, result, timed.when, name))
            if not entries:
                findings.append(_left_out(tube, result))
            found += [(entry, tube) for entry in entries]
    findings += _splits(measured)
    return Observed(observations=_apart(found), findings=tuple(findings))


def observations(measured: Measured, course: Course | None = None) -> tuple[Observation, ...]:
    """The observations alone; `observe` says what is not in them."""
    return observe(measured, course).observations


def _recorded(tube: TubeMeasured) -> Iterator[ShareResult]:
    for result in tube.results:
        if isinstance(result, ShareResult) and result.wanted.analyte:
            yield result


def _entries(
    measured: Measured, tube: TubeMeasured, result: ShareResult, when: When, name: str
) -> Iterator[Observation]:
    share = result.measured
    said = _said(result)
    if said is None:
        return
    entry = Observation(
        id=f"{name}-{_day(when)}" if when.stated else f"{name}-{tube.sha256[:HASH_DIGITS]}",
        when=when,
        analyte=result.wanted.analyte,
        site=tube.site or None,
        value=said.value,
        result=said.result,
        method=METHOD,
        limit=said.limit,
        denominator=share.assay.of,
        events=share.share.n,
        gated_free_of=result.wanted.gated_free_of or None,
        note=_note(measured, tube, said.words),
    )
    yield entry
    if isinstance(result.per_ul, PerMicrolitre):
        yield _per_ul(entry, result.per_ul, share.state, measured, tube)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    value: Quantity | None = None
    result: Result | None = None
    limit: Quantity | None = None
    words: str


def _said(result: ShareResult) -> _Said | None:
    """What the record holds of a share; None for what may not be quoted in any way."""
    share = result.measured
    counted = f"{share.share.k:,} of {share.share.n:,} events"
    if not isinstance(share.limits, Limits):
        # No event at all bounds the share whatever the background is.
        if share.state is not State.NOT_DETECTED:
            return None
        value = _quantity(100 * share.high, "%", Limit.AT_MOST)
        return _Said(value=value, words=f"{counted}, and no blank")
    limit = _quantity(share.limits.detection_percent, "%")
    words = f"{share.state}: {counted}, {share.blank.said}"
    if share.state is State.QUANTIFIED and share.corrected is not None:
        value = _quantity(100 * share.value, "%")
        return _Said(value=value, limit=limit, words=f"{words}; {share.corrected.said}")
    if share.state is State.NOT_DETECTED:
        return _Said(result=Result.NOT_DETECTED, limit=limit, words=words)
    if share.state in (State.NOT_QUANTIFIABLE, State.BELOW_DETECTION):
        from_ = _quantity(share.limits.quantification_percent, "%").shown()
        words = f"{words}; quantifiable from {from_}"
        return _Said(result=Result.DETECTED, limit=limit, words=words)
    return None


def _per_ul(
    entry: Observation, per_ul: PerMicrolitre, state: State, measured: Measured, tube: TubeMeasured
) -> Observation:
    quantified = state is State.QUANTIFIED
    limit = None if per_ul.detection is None else _quantity(per_ul.detection, UNIT)
    value = _quantity(per_ul.value, UNIT) if quantified else None
    if not quantified and limit is None:
        value = _quantity(per_ul.interval.high, UNIT, Limit.AT_MOST)
    return replace(
        entry,
        id=f"{entry.id}-per-ul",
        value=value,
        limit=limit,
        denominator=None,
        note=_note(measured, tube, per_ul.said),
    )


def _quantity(value: float, unit: str, limit: Limit = Limit.EXACT) -> Quantity:
    return Quantity(float(f"{value:.{_DIGITS}g}"), unit, limit)


def _note(measured: Measured, tube: TubeMeasured, words: str) -> str:
    """What was counted, and by which borders of which file."""
    strategy = measured.strategy
    data_set = f" data set {tube.data_set}" if tube.data_set > 1 else ""
    return (
        f"{words}; strategy {strategy.name} version {strategy.version}, "
        f"FCS file {tube.sha256[:HASH_DIGITS]}{data_set}, gates {gates_in_words(measured, tube)}"
    )


def gates_in_words(measured: Measured, tube: TubeMeasured) -> str:
    """Which gates stand elsewhere than in the strategy, and by how much on the scale."""
    moved: dict[str, str] = {}  # what gates share is told with the first of them
    for name, placed in tube.placed.items():
        if placed.gate != placed.template:
            moved.setdefault(_shifts(placed), name)
    if moved:
        told = ", ".join(f"{name} {shifts}" for shifts, name in moved.items())
        return f"moved from the template: {told}"
    return "as the template" + ("" if measured.placing else " (placing switched off)")


def _shifts(placed: Placed) -> str:
    return " ".join(
        f"{move.dimension.name} {move.border} {move.shift:+.3f}"
        for move in placed.moves
        if move.standing is Standing.MOVED
    )


def _left_out(tube: TubeMeasured, result: ShareResult) -> Finding:
    """Why a result does not enter the record."""
    share = result.measured
    reasons = "; ".join(share.reasons) or share.blank.said
    lacks = not share.reasons and bool(result.wanted.controls)
    fix = "give a control, and name it in the panel" if lacks else ""
    return Finding(
        severity=Severity.GAP if fix or share.reasons else Severity.NOTE,
        rule="flow-not-recorded",
        what=f"{share.assay.what} does not enter the record: {share.state}; {reasons}",
        where=tube.file,
        fix=fix,
    )


def _splits(measured: Measured) -> Iterator[Finding]:
    """One note for all splits of all tubes."""
    names = dict.fromkeys(
        result.wanted.name
        for tube in measured.tubes
        for result in tube.results
        if isinstance(result, SplitResult)
    )
    if names:
        yield Finding(
            severity=Severity.NOTE,
            rule="flow-split-not-recorded",
            what=f"{', '.join(names)}: the record has no words for parts of a population, and "
            "does not hold them",
        )


def _day(when: When) -> str:
    """The part of an id that tells the day: `2-day-14` after `infusion-2`."""
    clue = when.start.clues[0]
    if not isinstance(clue, FromEvent):
        return _slug(str(clue))
    number = re.search(r"(\d+)$", clue.anchor)
    anchor = number[1] if number and clue.anchor.startswith("infusion") else clue.anchor
    days = "-".join(
        f"minus-{abs(day):.0f}" if day < 0 else f"{day:.0f}"
        for day in dict.fromkeys((clue.low, clue.high))
    )
    return f"{anchor}-day-{days}"


def _apart(found: list[tuple[Observation, TubeMeasured]]) -> tuple[Observation, ...]:
    """The same with ids that differ: those of one name carry digits of their files' hashes."""
    often = Counter(entry.id for entry, _ in found)
    return tuple(
        replace(entry, id=f"{entry.id}-{_own(tube)}") if often[entry.id] > 1 else entry
        for entry, tube in found
    )


def _own(tube: TubeMeasured) -> str:
    """What parts a tube from others of its day: its file, and its data set in it."""
    digits = tube.sha256[:_ALIKE]
    return f"{digits}-{tube.data_set}" if tube.data_set > 1 else digits


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") or "result"
