"""Published numbers beside those of the mechanism, as parts of the page of its proof."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import mean

from docs.markdown import table
from docs.mechanism_rounds import POPULATIONS, earlier_rounds, heads, said
from docs.populations import _rows
from reinfuse.evidence import Role, Target, shipped_targets
from reinfuse.trials.calibration import (
    INFORMED,
    Explained,
    Unknown,
    interval_shown,
    shown,
    unknowns,
)
from reinfuse.trials.calibration.compared import explained

Row = dict[str, str]

ASKED_SHARE = 2 / 3  # of targets held out: 8 of 12
_ENDS = ("low", "high")


def targets_of(role: Role) -> list[tuple[Target, Row]]:
    """Targets of one role, each with its row of the table."""
    known = {target.id: target for target in shipped_targets()}
    rows = _rows("mechanism_calibration")
    return [
        (known[row["name"]], row) for row in rows if row["kind"] == "target" and row["role"] == role
    ]


def published() -> Iterator[str]:
    """What was asked of how many targets, and how many were hit."""
    held_out = targets_of(Role.HELD_OUT)
    yield from (
        f"{sum(len(targets_of(role)) for role in Role if role.calibrates)} published numbers",
        f"calibrate {len(list(_learned()))} unknowns; {len(held_out)} others are held out. Sets,",
        "and what is taken where a source is silent, were settled before the run that they speak",
        "of. A hit: the mean of virtual cohorts lies in the target's own exact 95 % interval. The",
        "predicted interval is for the number that would be *published*, by chance of so few",
        "patients, by how cohorts of one description differ (ours), and by what is not known of",
        "the unknowns; the interval score (Gneiting and Raftery 2007) is small when good. Rates:",
        "scores and widths in percentage points.",
        "",
        *earlier_rounds(),
        "",
        *_tallies(),
        "",
        *_verdict(),
        "",
        "![Published numbers beside those of the model](../images/mechanism-calibration.svg)",
    )


def _tally(role: Role, name: str, population: str) -> float:
    return next(
        float(row[f"{population}_mean"])
        for row in _rows("mechanism_calibration")
        if (row["kind"], row["role"], row["name"]) == ("tally", role, name)
    )


def _tallies() -> Iterator[str]:
    yield from table(
        ("targets", "population", "hits", "hits at single values",
         "predicted intervals that hold", "rates that blind guesses hit",
         "rates that one rate said of all hits", "narrowing"),
        (
            _counts(role, population)
            for role in Role if targets_of(role)
            for population in POPULATIONS
        ),
    )  # fmt: skip
    yield from (
        "",
        "Narrowing here is the median over those unknowns that targets to calibrate speak of. What",
        "is said after calibration of the targets to calibrate is no test.",
    )


def _counts(role: Role, population: str) -> tuple[str, ...]:
    hits, single, covered, count, one = (
        f"{_tally(role, name, population):.0f}"
        for name in ("hits", "hits at single values", "covered", "targets", "by one rate")
    )
    blind = f"{_tally(role, 'hits by chance', population):.1f}"
    narrowed = "1 (none)" if population == POPULATIONS[0] else _narrowing_of(role)
    return (str(role), population, f"{hits} of {count}", single, f"{covered} of {count}",
            blind, one, narrowed)  # fmt: skip


def _narrowing_of(role: Role) -> str:
    rows = _rows("mechanism_calibration")
    found = [row for row in rows if row["kind"] == "tally" and row["role"] == role]
    return f"{float(found[0]['narrowed']):.2f}"


def _verdict() -> Iterator[str]:
    if not targets_of(Role.HELD_OUT):
        yield "The targets held out have not been simulated yet."
        return
    count = _tally(Role.HELD_OUT, "targets", "calibrated")
    hits, before = (_tally(Role.HELD_OUT, "hits", one) for one in ("calibrated", "prior"))
    blind = _tally(Role.HELD_OUT, "hits by chance", "calibrated")
    one_rate = _tally(Role.HELD_OUT, "by one rate", "calibrated")
    asked = math.ceil(ASKED_SHARE * count)
    met = "that is met" if hits >= asked else "**that is not met**"
    yield from (
        f"**Held out: {hits:.0f} of {count:.0f} hit** ({before:.0f} before calibration). Asked "
        f"were at least two thirds, {asked}: {met}.",
        f"What that is worth: a blind guess of each rate would hit {blind:.1f} on average, and one",
        f"rate said of every target hits {one_rate:.0f} if it is the luckiest one.",
    )
    if hits > one_rate:
        yield "The model hits more than any single rate does."
    else:
        yield "The model hits no more than that rate: the count of hits alone shows nothing."
    yield from _helped(hits, before)


def _helped(hits: float, before: float) -> Iterator[str]:
    """Whether targets held out speak for what the others taught."""
    after, first = (_mean_score(one) for one in ("calibrated", "prior"))
    better = [what for what, found in (("hits", hits > before), ("scores", after < first)) if found]
    yield f"Their mean interval score is {after:.0f} points, {first:.0f} before calibration."
    if better:
        yield f"Calibration improved {' and '.join(better)} of targets that it had not seen."
    else:
        yield (
            "**Calibration improved neither**: its narrower intervals are not borne out by targets "
            "that it had not seen, and the prior was no worse a guess."
        )


def _mean_score(population: str) -> float:
    scores = [
        100.0 * float(row[f"{population}_score"])
        for target, row in targets_of(Role.HELD_OUT)
        if target.published is None and row[f"{population}_score"]
    ]
    return mean(scores) if scores else math.nan


def target_table(role: Role) -> Iterator[str]:
    """Every target of a role with what both populations say of it, two lines each."""
    found = targets_of(role)
    if not found:
        yield "Not simulated yet."
        return
    yield from table(
        ("target", "published", "blind guess hits", "population", "in the model (predicted)",
         "verdict", "predicted interval holds it", "width", "score"),
        (
            (*first, population, *said(target, row, population))
            for target, row in found
            for first, population in zip((heads(target), ("", "", "")), POPULATIONS, strict=True)
        ),
    )  # fmt: skip


def misses() -> Iterator[str]:
    """Targets that either population missed: which way, and what was written, with its day."""
    missed = [
        (target, row, [one for one in POPULATIONS if row[f"{one}_hit"] != "True"])
        for role in Role
        for target, row in targets_of(role)
    ]
    told = [one for one in missed if one[2]]
    if not told:
        yield "No target was missed."
        return
    yield from ("Explanations were written after the run, on the day given.", "")
    for target, row, populations in told:
        ways = "; ".join(f"{one} {_way(target, row, one)}" for one in populations)
        words = " ".join(f"{one.written.isoformat()}: {one.words}" for one in explained_of(target))
        yield f"- `{target.id}` ({target.role}): {ways}. {words or 'Not explained.'}"


def explained_of(target: Target) -> Sequence[Explained]:
    """What was written by hand about a target."""
    return explained().get(target.id, ())


def _way(target: Target, row: Row, population: str) -> str:
    if not row[f"{population}_mean"]:
        return "the model says nothing"
    value = float(row[f"{population}_mean"])
    side = "above" if value > target.interval.high else "below"
    return f"{shown(target, value)}, {side} {interval_shown(target, target.interval)}"


def _learned() -> Iterator[Row]:
    return (row for row in _rows("mechanism_calibration") if row["kind"] == "unknown")


def contractions() -> Iterator[str]:
    """Every unknown before and after, and whether the targets told anything of it."""
    known = {one.name: one for one in unknowns()}
    rows = list(_learned())
    told = [row for row in rows if float(row["narrowed"]) < INFORMED]
    yield from (
        f"90 % intervals. Of {len(rows)} unknowns the targets narrowed {len(told)} to below",
        f"{INFORMED:g} of the prior standard deviation; the others stay assumed. Above 1: the",
        "posterior came out wider than the prior.",
        "",
    )
    yield from table(
        ("unknown", "is", "prior", "calibrated", "contraction", "standing"),
        (
            (f"`{row['name']}`", _meaning(known[row["name"]]), _span(row, "prior"),
             _span(row, "calibrated") if row["as_suggested"] else "as the prior",
             f"{float(row['narrowed']):.2f}", "informed" if row in told else "assumed")
            for row in rows
        ),
    )  # fmt: skip


def _meaning(unknown: Unknown) -> str:
    unit = "" if unknown.unit == "1" else f" ({unknown.unit})"
    return f"{unknown.note}{unit}"


def _span(row: Row, population: str) -> str:
    middle, low, high = (f"{float(row[f'{population}_{one}']):.3g}" for one in ("mean", *_ENDS))
    return f"{middle} ({low} to {high})"
