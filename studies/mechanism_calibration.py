"""How the mechanism fares against published targets, and what they say of values of our own.

One row for each target to calibrate, for each unknown and for each tally, from the prior and from
the calibrated population. Targets held out are scored once `HELD_OUT` is set: by then everything
else is settled, and the change of this line is the record of when that was.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from reinfuse.evidence import Role, shipped_targets
from reinfuse.trials.calibration import (
    CalibrationResult,
    Compared,
    Learned,
    Prediction,
    Tallied,
    run_calibration,
)

INPUTS: tuple[str, ...] = (
    "src/reinfuse/mechanism/*.py",
    "src/reinfuse/mechanism/*.csv",
    "src/reinfuse/trials/calibration/*.py",
    "src/reinfuse/trials/calibration/settings.csv",
    "src/reinfuse/trials/calibration/unknowns.csv",
    "src/reinfuse/trials/population/*.py",
    "src/reinfuse/trials/graded/*.py",
    "src/reinfuse/trials/work/chance.py",
    "src/reinfuse/evidence/scores.py",
    "src/reinfuse/evidence/interval.py",
    "src/reinfuse/evidence/targets.csv",
)
HEADER: tuple[str, ...] = (
    "kind", "name", "role", "events", "n", "published", "low", "high",
    "prior_mean", "prior_low", "prior_high", "as_it_ships", "prior_hit", "prior_covered",
    "prior_score", "calibrated_mean", "calibrated_low", "calibrated_high", "as_suggested",
    "calibrated_hit", "calibrated_covered", "calibrated_score", "narrowed",
)  # fmt: skip
HELD_OUT = True
SEED = 1
_KEPT = Path(__file__).resolve().parent.parent / ".cache" / "studies" / "mechanism_calibration"
_TALLIED = ("hits", "hits at single values", "covered", "targets", "hits by chance", "by one rate")


def chunks() -> Sequence[str]:
    """Targets of each role, what was learned, and how many were hit."""
    return ("calibrate", *(("held out",) if HELD_OUT else ()), "unknowns", "tallies")


def run(chunk: str) -> list[tuple[object, ...]]:
    """The rows of one part."""
    result = _result()
    if chunk == "unknowns":
        return [_unknown(one) for one in result.learned]
    if chunk == "tallies":
        return [row for role in Role for row in _tally(role, tuple(result.tallies_of(role)))]
    held = result.held_out or ()
    return [_target(one) for one in (held if chunk == "held out" else result.calibrated_on)]


@cache
def _result() -> CalibrationResult:
    """One calibration for all parts; what was simulated is kept, so that a part costs little."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    keep = (_KEPT / "calibrate.lines", _KEPT / "held-out.lines")
    return run_calibration(shipped_targets(), seed=SEED, held_out=HELD_OUT, keep=keep)


def _target(one: Compared) -> tuple[object, ...]:
    target = one.target
    return (
        "target", target.id, target.role, _blank(target.events), _blank(target.n),
        _round(target.observed), _round(target.interval.low), _round(target.interval.high),
        *_prediction(one.prior), *_prediction(one.calibrated), _round(one.narrowed),
    )  # fmt: skip


def _prediction(one: Prediction) -> tuple[object, ...]:
    score = one.score
    if score is None:
        return ("", "", "", _round(one.central), "", "", "")
    return (
        _round(score.middle), _round(score.predicted.low), _round(score.predicted.high),
        _round(one.central), score.hit, score.covered, _round(score.interval_score),
    )  # fmt: skip


def _unknown(one: Learned) -> tuple[object, ...]:
    """Its interval of 90 %; `narrowed` is the contraction."""
    low, middle, high = one.prior
    after_low, after_middle, after_high = one.posterior
    return (
        "unknown", one.unknown.name, "", "", "", "", "", "",
        _round(middle), _round(low), _round(high), _round(one.unknown.shipped), "", "", "",
        _round(after_middle), _round(after_low), _round(after_high), _round(one.suggested),
        "", "", "", _round(one.contraction),
    )  # fmt: skip


def _tally(role: Role, tallies: tuple[Tallied, ...]) -> list[tuple[object, ...]]:
    """A row for each count; `prior_mean` and `calibrated_mean` hold it."""
    if not tallies:
        return []
    columns = [
        (
            one.tally.hits, one.central_hits, one.tally.covered, one.tally.targets + one.silent,
            round(one.tally.by_chance, 2), one.tally.by_one_rate,
        )
        for one in tallies
    ]  # fmt: skip
    narrowed = _round(tallies[-1].contraction)
    return [
        ("tally", name, role, *[""] * 5, before, *[""] * 6, after, *[""] * 6, narrowed)
        for name, before, after in zip(_TALLIED, *columns, strict=True)
    ]


def _round(value: float | None) -> object:
    return "" if value is None else float(f"{value:.4g}")


def _blank(value: int | None) -> object:
    return "" if value is None else value
