"""A calibration, and targets held out if asked for, as one result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.evidence import Role, Target, tally_scores
from reinfuse.trials.calibration.compared import compared
from reinfuse.trials.calibration.drawn import (
    Calibration,
    Size,
    Watch,
    calibrate,
    hold_out,
)
from reinfuse.trials.calibration.found import CLOSE, COHORTS
from reinfuse.trials.calibration.result import (
    CalibrationResult,
    Compared,
    Learned,
    Population,
    Prediction,
    Tallied,
)
from reinfuse.trials.calibration.settings import CHOSEN
from reinfuse.trials.calibration.unknowns import Unknown, acts_on, unknowns
from reinfuse.trials.calibration.weighing import told_of

_TINY = 1e-9
_NINETY = (-1.645, 0.0, 1.645)
_FIVE, _HALF, _NINETY_FIVE = 0.05, 0.5, 0.95

WORDS = (
    "a model speaks as a model: these are rates of virtual patients, and no forecast for anybody",
    "what the table ships may have been changed by these targets: its single values are no test of "
    "those to calibrate either",
    "a hit is a mean of the model inside the exact 95 % interval of the target: wide targets are "
    "easy to hit, which the base chance tells",
    "predicted intervals hold the chance of a cohort as small as the target's, what is not known "
    f"of the unknowns listed, and that cohorts differ (log-odds by {COHORTS:g}, ours); they hold "
    f"nothing of how the model itself is wrong, except {100 * CLOSE:g} % for values of the typical "
    "patient",
    "what the calibrated population says of the targets it was calibrated on is no test",
    "coverage is worth little where nothing was narrowed: contraction, posterior over prior "
    "standard deviation, stands beside it",
    "CRS and GVHD from the model are uncalibrated indices",
)


def run_calibration(
    targets: Sequence[Target],
    *,
    seed: int,
    size: Size | None = None,
    held_out: bool = False,
    watch: Watch = lambda doing, done, of: None,
    keep: tuple[Path, Path] | None = None,
) -> CalibrationResult:
    """Calibrate on targets that calibrate; simulate those held out only with `held_out`.

    Held-out targets are simulated once the calibration is over and can change nothing of it.
    `keep` are files from which the same call goes on, one for each half. Raises ReinfuseError
    where there is nothing to calibrate on.
    """
    first, second = keep or (None, None)
    on = [target for target in targets if target.role.calibrates]
    others = [target for target in targets if not target.role.calibrates]
    if held_out and not others:
        raise ReinfuseError("no target is held out", fix="leave out --held-out")
    found = calibrate(on, seed=seed, size=size or Size(), watch=watch, keep=first)
    mine = _calibrated_on(found)
    theirs = _held_out(found, others, watch, second) if held_out else None
    learned = learned_of(found)
    tallies = [
        _tallied(role, population, of_role, learned)
        for role in Role
        if (of_role := [one for one in (*mine, *(theirs or ())) if one.target.role is role])
        for population in Population
    ]
    return CalibrationResult(
        seed=seed, patients=found.size.patients, drawn=len(found.weighed.z),
        kept=len(found.posterior), ess=found.weighed.ess, learned=learned, calibrated_on=mine,
        held_out=theirs, tallies=tuple(tallies), chosen=CHOSEN, words=WORDS,
    )  # fmt: skip


def learned_of(found: Calibration) -> tuple[Learned, ...]:
    """Prior, posterior and contraction of every unknown."""
    told = told_of(found.targets)
    return tuple(
        _learned(found, place, one, told=bool(told[place])) for place, one in enumerate(unknowns())
    )


def _learned(found: Calibration, place: int, one: Unknown, *, told: bool) -> Learned:
    prior = tuple(one.at(z) for z in _NINETY)
    if not told:
        return Learned(
            unknown=one, prior=_three(prior), posterior=_three(prior), contraction=1.0, targets=(),
            suggested=None,
        )  # fmt: skip
    z, weights = found.weighed.last[:, place], found.weighed.weights
    middle = float(weights @ z)
    few = max(1.0 - float(weights @ weights), _TINY)  # one equal draw alone shows no spread
    spread = float(np.sqrt(weights @ (z - middle) ** 2 / few))
    order = np.argsort(z)
    reached = np.cumsum(weights[order])
    places = np.minimum(np.searchsorted(reached, (_FIVE, _HALF, _NINETY_FIVE)), len(z) - 1)
    return Learned(
        unknown=one, prior=_three(prior),
        posterior=_three(tuple(one.at(float(z[order][at])) for at in places)),
        contraction=spread, suggested=found.suggested[one.name],
        targets=tuple(target.id for target in found.targets if acts_on(one, target)),
    )  # fmt: skip


def _three(numbers: tuple[float, ...]) -> tuple[float, float, float]:
    low, middle, high = numbers
    return low, middle, high


def _calibrated_on(found: Calibration) -> tuple[Compared, ...]:
    return tuple(
        compared(target, found.before, found.calibrated, found.prior) for target in found.targets
    )


def _held_out(
    found: Calibration, targets: Sequence[Target], watch: Watch, keep: Path | None
) -> tuple[Compared, ...]:
    shipped, calibrated = hold_out(found, targets, watch=watch, keep=keep)
    return tuple(compared(target, shipped, calibrated, found.prior) for target in targets)


def _tallied(
    role: Role, population: Population, all_: Sequence[Compared], learned: Sequence[Learned]
) -> Tallied:
    predictions = [one.of(population) for one in all_]
    narrow = [one.contraction for one in learned if one.targets]
    before = population is Population.PRIOR
    return Tallied(
        population=population,
        tally=tally_scores([one.score for one in predictions if one.score is not None], role),
        central_hits=sum(
            _central_hit(one.target, said) for one, said in zip(all_, predictions, strict=True)
        ),
        silent=sum(one.score is None for one in predictions),
        contraction=1.0 if before or not narrow else float(np.median(narrow)),
    )  # fmt: skip


def _central_hit(target: Target, prediction: Prediction) -> bool:
    own, central = target.interval, prediction.central
    return central is not None and own.low <= central <= own.high
