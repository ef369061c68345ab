"""Targets as rows: what was published, what the model says beside it, hit or missed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reinfuse.evidence import Role, Target
from reinfuse.report.charts.words import shown as short
from reinfuse.trials.calibration import (
    CalibrationResult,
    Compared,
    Prediction,
    interval_shown,
    shown,
)

ROLES = {
    Role.CALIBRATE: "to calibrate",
    Role.SEEN: "held out in an earlier round",
    Role.HELD_OUT: "held out",
}
_SILENT = "the model says nothing"
_NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one population says of a target; all cells are words."""

    population: str
    mean: str  # with the predicted interval
    alone: str
    central: str
    verdict: str
    covered: str
    score: str
    width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """A target with what both populations say of it."""

    id: str
    study: str
    endpoint: str
    counts: str
    published: str
    blind: str
    source: str
    note: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A target that a population missed, with what is worked out of it, and what was written."""

    id: str
    heading: str
    said: tuple[str, ...]
    written: tuple[tuple[str, str], ...]  # day, words


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyRow:
    """All targets of a role under one population, beside what blind guesses would hit."""

    role: str
    population: str
    hits: str
    central_hits: str
    covered: str
    rates: str
    by_chance: str
    by_one_rate: str
    score: str
    contraction: str
    silent: str


def target_rows(compared: Iterable[Compared]) -> tuple[TargetRow, ...]:
    """A row for each target, in the order of the table of targets."""
    return tuple(_row(one) for one in compared)


def endpoint_words(target: Target) -> str:
    """What was counted, until when, by which scale."""
    scale = f", {target.study.scale}" if target.study.scale else ""
    return f"{target.endpoint} by day {target.by_day}{scale}"


def counts_words(target: Target) -> str:
    """As `53/65`; a value of the typical patient has none."""
    return "population value" if target.published else f"{target.events}/{target.n}"


def missed(compared: Iterable[Compared]) -> tuple[Missed, ...]:
    """Targets that either population missed."""
    return tuple(
        Missed(
            id=one.target.id,
            heading=f"{one.target.id}: {one.target.study.label}, {endpoint_words(one.target)}",
            said=one.said,
            written=tuple((why.written.isoformat(), why.words) for why in one.explained),
        )
        for one in compared
        if one.said or one.explained
    )


def tally_rows(result: CalibrationResult) -> tuple[TallyRow, ...]:
    """Hits of each role and population."""
    rows = []
    for one in result.tallies:
        tally = one.tally
        rows.append(
            TallyRow(
                role=ROLES[tally.role],
                population=str(one.population),
                hits=f"{tally.hits} of {tally.targets}",
                central_hits=str(one.central_hits),
                covered=f"{tally.covered} of {tally.targets}",
                rates=f"{tally.rate_hits} of {tally.rates}",
                by_chance=f"{tally.by_chance:.1f}",
                by_one_rate=str(tally.by_one_rate),
                score=_NONE
                if tally.mean_score is None
                else f"{short(100 * tally.mean_score)} points",
                contraction=f"{one.contraction:.2f}",
                silent=str(one.silent),
            )
        )
    return tuple(rows)


def _row(one: Compared) -> TargetRow:
    target = one.target
    unit = target.published.unit.removesuffix("1") if target.published else "points"
    return TargetRow(
        id=target.id, study=target.study.label, endpoint=endpoint_words(target),
        counts=counts_words(target),
        published=f"{shown(target, target.observed)} ({interval_shown(target, target.interval)})",
        blind=_blind(one), source=str(target.study.source), note=target.note,
        said=(_said(one.prior, target, unit), _said(one.calibrated, target, unit)),
    )  # fmt: skip


def _blind(one: Compared) -> str:
    """The chance that a rate guessed blindly would be a hit."""
    score = one.calibrated.score or one.prior.score
    if score is None or score.easy is None:
        return _NONE
    return f"{100 * score.easy:.0f} %"


def _said(one: Prediction, target: Target, unit: str) -> Said:
    score = one.score
    central = _NONE if one.central is None else shown(target, one.central)
    alone = _NONE if one.mean_alone is None else interval_shown(target, one.mean_alone)
    if score is None:
        return Said(
            population=str(one.population), mean=_SILENT, alone=alone,
            central=central, verdict=_NONE, covered=_NONE, score=_NONE, width=_NONE,
        )  # fmt: skip
    by = 1.0 if target.published else 100.0
    mean = f"{shown(target, score.middle)} ({interval_shown(target, score.predicted)})"
    return Said(
        population=str(one.population), mean=mean, alone=alone, central=central,
        verdict="hit" if score.hit else "miss", covered="yes" if score.covered else "no",
        score=f"{short(by * score.interval_score)} {unit}".strip(),
        width=f"{short(by * score.width)} {unit}".strip(),
    )  # fmt: skip
