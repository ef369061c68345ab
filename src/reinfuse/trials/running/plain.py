"""A finished trial as plain values, which JSON can hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any  # a tree of plain JSON values

from reinfuse.trials.running.differences import Difference
from reinfuse.trials.running.estimates import Estimate
from reinfuse.trials.running.said import said_of

if TYPE_CHECKING:
    from reinfuse.trials.running.trial import TrialResult

Plain = dict[str, Any]


def as_plain(result: TrialResult) -> Plain:
    """What was run and what came out; shares are 0 to 1, None where there is no number."""
    design = result.design
    return {
        "title": design.title,
        "plan": result.digest,
        "seed": design.seed,
        "patients": design.patients,
        "paired": design.paired,
        "arms": [
            {"name": name, "patients": len(table.patients), "unsolved": result.unsolved[name]}
            for name, table in result.tables.items()
        ],
        "estimates": [_estimate(one) for one in result.estimates],
        "differences": [_difference(one) for one in result.differences],
        "words": list(result.words),
    }


def _estimate(one: Estimate) -> Plain:
    return _numbers(one) | {
        "left_out": one.left_out,
        "spread_90": None if one.spread is None else _span(one.spread),
    }


def _difference(one: Difference) -> Plain:
    return _numbers(one) | {"against": one.against, "ratio": one.ratio, "said": said_of(one)}


def _numbers(one: Estimate | Difference) -> Plain:
    seen = one.as_seen
    return {
        "endpoint": one.endpoint.name,
        "arm": one.arm,
        "unit": one.endpoint.unit,
        "n": one.n,
        "surely": _number(one.surely),
        "possibly": _number(one.possibly),
        "limits_95": _span((one.low, one.high)),
        "as_seen": None if seen is None else _number(seen[0]),
        "as_seen_limits_95": None if seen is None else _span(seen[1:]),
        "method": one.method,
    }


def _span(ends: Sequence[float]) -> list[float | None]:
    return [_number(one) for one in ends]


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(f"{value:.6g}")
