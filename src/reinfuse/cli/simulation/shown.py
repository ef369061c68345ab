"""A simulation in words, as a table of quantiles, and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from reinfuse.cli.columns import columns
from reinfuse.cli.parser_simulate import NO_DECISION
from reinfuse.cli.plain import Plain, head_of
from reinfuse.cli.simulation.plan import Plan
from reinfuse.cli.simulation.precision import Apart, note_of
from reinfuse.cli.simulation.tally import Tally, ended, status_word
from reinfuse.cli.tidy import csv_text
from reinfuse.engine.status import Status
from reinfuse.engine.summary import Summary, quantiles

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
NAMES = tuple(f"p{100 * share:g}" for share in SHARES)
SUMMARY_COLUMNS = ("time", "output", "unit", "count", "failed", "min", *NAMES, "max")
_TIMES_SHOWN = 4


def summary_text(plan: Plan, summary: Summary) -> str:
    """Quantiles of every time and output as CSV; a cell of no values is empty."""
    return csv_text(
        SUMMARY_COLUMNS,
        (
            [_cell(one[name]) for name in SUMMARY_COLUMNS]
            for one in _by_time_and_output(plan, summary)
        ),
    )


def as_plain(
    plan: Plan, tally: Tally, *, seconds: float, files: Sequence[Path], notes: Sequence[str]
) -> Plain:
    """What was run and what came out, for JSON."""
    who, how = plan.patients, plan.settings
    return head_of(plan.file, plan.sha256) | {
        "kind": "model simulation",
        "model": plan.model.name,
        "tables": dict(plan.read),
        "seed": who.seed,
        "patients": who.count,
        "set": dict(who.fixed),
        "varied": dict(who.spread),
        "settings": {"rtol": how.rtol, "bits": how.bits, "most_steps": how.most_steps,
                     "states": how.states},
        "time_unit": plan.model.time_unit,
        "times": list(plan.times),
        "outputs": [{"name": name, "unit": unit} for name, unit in plan.outputs],
        "statuses": {status_word(status): count for status, count in ended(tally)},
        "seconds": round(seconds, 3),
        "written": [str(path) for path in files],
        "notes": list(notes),
        "quantile_error": None if tally.summary is None else tally.summary.error,
        "quantiles": None if tally.summary is None else [
            {name: None if isinstance(cell, float) and not math.isfinite(cell) else cell
             for name, cell in one.items()}
            for one in _by_time_and_output(plan, tally.summary)
        ],
    }  # fmt: skip


def lines(plan: Plan, tally: Tally, seconds: float) -> Iterator[str]:
    """What was run, how patients ended, and some quantiles."""
    count = plan.patients.count
    yield (
        f"{plan.model.name}: {count} patient{'s' * (count != 1)}, {len(plan.times)} times from"
        f" {plan.times[0]:g} to {plan.times[-1]:g} {plan.model.time_unit}, seed"
        f" {plan.patients.seed}, {seconds:.1f} s"
    )
    for status, number in ended(tally):
        words = "solved" if status is Status.OK else f"not solved, {status_word(status)}:"
        because = "" if status is Status.OK else f" {status.message}"
        yield f"  {number} {words}{because}"
    if tally.summary is not None and tally.ended[Status.OK]:
        yield ""
        yield from _some_quantiles(plan, tally.summary)


def _some_quantiles(plan: Plan, summary: Summary) -> Iterator[str]:
    places = sorted(
        {round(place) for place in np.linspace(0, len(plan.times) - 1, _TIMES_SHOWN).tolist()}
    )
    found = quantiles(summary, (0.05, 0.5, 0.95))
    heads = ["median (5 to 95 %)", *(f"{plan.times[at]:g} {plan.model.time_unit}" for at in places)]
    rows = [
        [
            f"{name} {unit}".rstrip(),
            *("{1:.3g} ({0:.3g} to {2:.3g})".format(*found[:, at, place]) for at in places),
        ]
        for place, (name, unit) in enumerate(plan.outputs)
    ]
    yield from columns(heads, rows)


def notes_of(plan: Plan, apart: Apart | None) -> tuple[str, ...]:
    """What a reader must know beside the numbers; `apart` is what 64 bits said of 32."""
    notes = plan.notes
    if plan.waits:
        notes += ("events wait or have a priority: the plain solver was used, which is slow",)
    if apart is not None:
        notes += (note_of(apart),)
    return (*notes, NO_DECISION)


def _by_time_and_output(plan: Plan, summary: Summary) -> Iterator[Plain]:
    found = quantiles(summary, SHARES)
    for row, time in enumerate(plan.times):
        for place, (name, unit) in enumerate(plan.outputs):
            yield {
                "time": time, "output": name, "unit": unit,
                "count": int(summary.counted[row, place]),
                "failed": int(summary.missing[row, place]),
                "min": float(summary.low[row, place]),
                **dict(zip(NAMES, found[:, row, place].tolist(), strict=True)),
                "max": float(summary.high[row, place]),
            }  # fmt: skip


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.12g}" if math.isfinite(value) else ""
    return str(value)
