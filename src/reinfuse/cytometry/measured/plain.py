"""Measured tubes as plain values that JSON can hold, and as rows of a table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from reinfuse.cytometry.measured.observed import gates_in_words
from reinfuse.cytometry.measured.values import (
    ControlTube,
    Measured,
    NoResult,
    RatioResult,
    Result,
    ShareResult,
    SplitResult,
    TubeMeasured,
)
from reinfuse.cytometry.numbers.blank import Blank, KnownBackground, NoBlank
from reinfuse.cytometry.numbers.concentration import NoConcentration, PerMicrolitre
from reinfuse.cytometry.numbers.limits import CountingLimits, Limits
from reinfuse.cytometry.numbers.share import Interval
from reinfuse.cytometry.placing.values import Move, Placed
from reinfuse.errors import Finding

# JSON has no type narrower than this for a tree of plain values.
Plain = dict[str, Any]
COLUMNS = (
    "file", "sha256", "data_set", "infusion", "day", "date", "site", "events", "viability",
    "result", "count", "of", "denominator", "percent", "percent_low", "percent_high",
    "corrected", "corrected_low", "corrected_high", "level", "state", "control_count",
    "control_of", "lob_events", "lod_percent", "lloq_percent", "per_ul", "per_ul_low",
    "per_ul_high", "strategy", "version", "reasons",
)  # fmt: skip
LIMITS = (
    "lob_events", "lob_percent", "lod_events", "lod_percent", "lloq_events", "lloq_percent",
    "counting_events", "counting_percent",
)  # fmt: skip
PERCENT = 100.0


def as_plain(measured: Measured) -> Plain:
    """Everything that was measured; null stands for what is not known."""
    strategy, panel = measured.strategy, measured.panel
    return {
        "strategy": {
            "name": strategy.name,
            "version": strategy.version,
            "title": strategy.title,
            "file": strategy.file,
        },
        "panel": None if panel is None else panel.name,
        "level": measured.level,
        "placing": measured.placing,
        "complete": measured.complete,
        "tubes": [_tube(measured, tube) for tube in measured.tubes],
        "controls": [_control(one) for one in measured.controls],
        "drift": [finding_as_plain(one) for one in measured.drift],
        "failed": [
            {"file": one.file, "why": one.why, "where": one.where, "fix": one.fix}
            for one in measured.failed
        ],
        "findings": [finding_as_plain(one) for one in measured.findings],
    }


def rows(measured: Measured) -> Iterator[list[str]]:
    """Each share of each tube under `COLUMNS`; an empty cell is not known."""
    for tube in measured.tubes:
        for result in tube.results:
            if isinstance(result, ShareResult | SplitResult):
                cells = _cells(measured, tube, result)
                yield [_text(cells[name]) for name in COLUMNS]


def finding_as_plain(finding: Finding) -> Plain:
    """A finding about files, which speaks of no entry of a course."""
    return {
        "severity": str(finding.severity),
        "rule": finding.rule,
        "what": finding.what,
        "where": finding.where,
        "fix": finding.fix,
    }


def _tube(measured: Measured, tube: TubeMeasured) -> Plain:
    return {
        "file": tube.file,
        "sha256": tube.sha256,
        "data_set": tube.data_set,
        "infusion": tube.tube.infusion,
        "day": tube.tube.day,
        "date": tube.date or None,
        "site": tube.site or None,
        "events": tube.events,
        "viability": tube.viability,
        "before": tube.before or None,
        "channels": dict(tube.channels),
        "populations": [
            {
                "name": one.name,
                "count": one.count,
                "parent": one.parent,
                "parent_count": one.parent_count,
            }
            for one in tube.gated.populations.values()
        ],
        "gates": gates_in_words(measured, tube),
        "placed": [_placed(name, one) for name, one in tube.placed.items()],
        "results": [_result(one) for one in tube.results],
        "findings": [finding_as_plain(one) for one in tube.findings],
    }


def _control(one: ControlTube) -> Plain:
    return {
        "file": one.file,
        "sha256": one.sha256,
        "data_set": one.data_set,
        "events": one.events,
        "role": str(one.tube.role),
        "without": one.tube.without or None,
        "used_for": list(one.used_for),
    }


def _placed(name: str, one: Placed) -> Plain:
    return {
        "population": name,
        "moved": one.gate != one.template,
        "events": one.events,
        "words": list(one.said),
        "borders": [_move(move) for move in one.moves],
    }


def _move(move: Move) -> Plain:
    return {
        "channel": move.dimension.name,
        "border": move.border,
        "was": move.was.scaled,
        "now": move.now.scaled,
        "found": _finite(move.found.scaled),
        "standing": str(move.standing),
    }


def _result(result: Result) -> Plain:
    if isinstance(result, NoResult):
        return {
            "kind": "none",
            "name": result.wanted.name,
            "because": result.because,
            "failed": result.failed,
        }
    if isinstance(result, RatioResult):
        return {
            "kind": "ratio",
            "name": result.wanted.name,
            "count": result.count,
            "of": result.of,
            "value": result.value,
            **_interval(result.interval, 1.0),
            "words": list(result.said),
        }
    if isinstance(result, SplitResult):
        return _split(result)
    measured = result.measured
    return {
        "kind": "share",
        "name": result.wanted.name,
        "analyte": result.wanted.analyte or None,
        "denominator": measured.assay.of,
        "gated_free_of": result.wanted.gated_free_of or None,
        "count": measured.share.k,
        "of": measured.share.n,
        "percent": PERCENT * measured.share.value,
        **_interval(measured.share.interval, PERCENT),
        "corrected": None
        if measured.corrected is None
        else {
            "percent": PERCENT * measured.corrected.value,
            **_interval(measured.corrected.interval, PERCENT),
        },
        "state": str(measured.state),
        "quoted": None if measured.quantity is None else str(measured.quantity),
        "blank": _blank(measured.blank),
        "controls": [
            {"file": one.file, "sha256": one.sha256, "events": one.events, "cells": one.cells}
            for one in result.controls
        ],
        "limits": _limits(measured.limits),
        "reasons": list(measured.reasons),
        "unchecked": list(measured.unchecked),
        "per_ul": _per_ul(result.per_ul),
        "words": list(measured.said),
    }


def _split(result: SplitResult) -> Plain:
    return {
        "kind": "split",
        "name": result.wanted.name,
        "denominator": result.wanted.denominator or result.wanted.of,
        "count": result.share.k,
        "of": result.share.n,
        "percent": PERCENT * result.share.value,
        **_interval(result.share.interval, PERCENT),
        "state": result.state,
        "quantified": result.quantified,
        "whole": None if result.whole is None else result.whole.assay.what,
        "words": list(result.said),
    }


def _blank(blank: Blank | KnownBackground | NoBlank) -> Plain:
    counted = (blank.events, blank.cells) if isinstance(blank, Blank) else (None, None)
    return {
        "events": counted[0],
        "cells": counted[1],
        "percent": None if isinstance(blank, NoBlank) else PERCENT * blank.share,
        "words": blank.said,
    }


def _limits(limits: Limits | CountingLimits) -> Plain:
    """The limits under the same keys; what a limit without a blank is has keys of its own."""
    found: Plain = dict.fromkeys(LIMITS)
    found["lloq_events"] = limits.quantification_events
    if isinstance(limits, Limits):
        found |= {
            "lob_events": limits.blank_events,
            "lob_percent": limits.blank_percent,
            "lod_events": limits.detection_events,
            "lod_percent": limits.detection_percent,
            "lloq_percent": limits.quantification_percent,
        }
    else:
        found |= {
            "counting_events": limits.seen_events,
            "counting_percent": limits.seen_percent,
        }
    return found | {"rule": str(limits.rule.source)}


def _per_ul(one: PerMicrolitre | NoConcentration | None) -> Plain | None:
    if one is None:
        return None
    if isinstance(one, NoConcentration):
        return {"value": None, "low": None, "high": None, "lod": None, "words": one.said}
    return {
        "value": one.value,
        **_interval(one.interval, 1.0),
        "lod": one.detection,
        "words": one.said,
    }


def _interval(interval: Interval, factor: float) -> Plain:
    return {"low": _finite(factor * interval.low), "high": _finite(factor * interval.high)}


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _cells(measured: Measured, tube: TubeMeasured, result: ShareResult | SplitResult) -> Plain:
    plain, head = _result(result), _tube(measured, tube)
    # A split has no blank, and nothing that rests on one: its cells stay empty.
    corrected, limits, per_ul, blank = (
        plain.get(name) or {} for name in ("corrected", "limits", "per_ul", "blank")
    )
    return {
        **head,
        "result": plain["name"],
        "count": plain["count"],
        "of": plain["of"],
        "denominator": plain["denominator"],
        "percent": plain["percent"],
        "percent_low": plain["low"],
        "percent_high": plain["high"],
        "corrected": corrected.get("percent"),
        "corrected_low": corrected.get("low"),
        "corrected_high": corrected.get("high"),
        "level": measured.level,
        "state": plain["state"],
        "control_count": blank.get("events"),
        "control_of": blank.get("cells"),
        "lob_events": limits.get("lob_events"),
        "lod_percent": limits.get("lod_percent"),
        "lloq_percent": limits.get("lloq_percent"),
        "per_ul": per_ul.get("value"),
        "per_ul_low": per_ul.get("low"),
        "per_ul_high": per_ul.get("high"),
        "strategy": measured.strategy.name,
        "version": measured.strategy.version,
        "reasons": _joined(plain.get("reasons", ())),
    }


def _joined(parts: Sequence[str]) -> str:
    return "; ".join(parts)


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
