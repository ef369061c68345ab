"""A calibration: the model at many values, weighed by the targets to calibrate and no others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.evidence import Target
from reinfuse.trials.calibration.found import Found, found_at
from reinfuse.trials.calibration.kept import Kept, key_of
from reinfuse.trials.calibration.unknowns import Values, shipped_values, unknowns, values_at
from reinfuse.trials.calibration.weighing import Rounds, Weighed, told_of, weigh

Watch = Callable[[str, int, int], None]  # what is done, how much of it, of how much
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is drawn: virtual patients of each target and draw, draws, those that are kept.

    `central` are the patients of each target at single values: as they ship, and as suggested.
    """

    patients: int = 300
    rounds: Rounds = field(default_factory=Rounds)
    kept: int = 200
    central: int = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """What the model says of some targets: over `draws` of values, and at single ones, `central`.

    By chance of the same seed a patient is the same at all values.
    """

    draws: tuple[Found, ...]
    central: Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Prior and posterior of the unknowns, and what each says of the targets calibrated on.

    `weighed` holds every draw; `prior` and `posterior` (`"draws unknowns"`) are equally weighted
    draws of each, the first of the prior and resampled ones. `suggested` are the values at the
    middle of the posterior, on the scales of the priors; as they ship where no target speaks.
    """

    targets: tuple[Target, ...]
    size: Size
    seed: int
    weighed: Weighed
    prior: Floats
    posterior: Floats
    suggested: Values
    before: Predicted
    calibrated: Predicted


def calibrate(
    targets: Sequence[Target],
    *,
    seed: int,
    size: Size,
    watch: Watch = lambda doing, done, of: None,
    keep: Path | None = None,
) -> Calibration:
    """Draw, simulate and weigh; raises ReinfuseError for a target that is held out, or for none.

    What is done is kept in the file `keep`, from which the same call goes on.
    """
    _check(targets)
    listed = tuple(targets)
    kept = Kept(keep, key_of(listed, seed=seed, **_sizes(size)))
    rng = np.random.default_rng([seed, 1])
    run = _Run(listed, seed, kept, watch, "values tried", size.rounds.all + 2)
    weighed = weigh(listed, lambda z: run.at_numbers(z, size.patients), size.rounds, rng)
    places = weighed.chosen(size.kept, float(rng.random()))
    suggested = _suggested(weighed, told_of(listed))
    shipped, central = run.at([shipped_values(), suggested], size.central)
    found = weighed.found
    return Calibration(
        targets=listed, size=size, seed=seed, weighed=weighed,
        prior=weighed.z[: weighed.prior], posterior=weighed.z[places], suggested=suggested,
        before=Predicted(draws=found[: weighed.prior], central=shipped),
        calibrated=Predicted(draws=tuple(found[place] for place in places), central=central),
    )  # fmt: skip


def hold_out(
    calibration: Calibration,
    targets: Sequence[Target],
    *,
    watch: Watch = lambda doing, done, of: None,
    keep: Path | None = None,
) -> tuple[Predicted, Predicted]:
    """What the model says of targets held out, as it ships and as calibrated on others.

    The calibration is over before this can be called; nothing of it changes here. Raises
    ReinfuseError for a target that was calibrated on.
    """
    odd = [target.id for target in targets if target.role.calibrates]
    if odd:
        raise ReinfuseError(
            f"{', '.join(odd)} is not held out", fix="give targets that nothing was calibrated on"
        )
    listed, size, seed = tuple(targets), calibration.size, calibration.seed
    kept = Kept(keep, key_of((*calibration.targets, *listed), seed=seed, **_sizes(size)))
    prior = calibration.prior[: size.kept]
    most = len(prior) + len(calibration.posterior) + 2
    run = _Run(listed, seed, kept, watch, "held-out targets", most)
    before = run.at_numbers(prior, size.patients)
    after = run.at_numbers(calibration.posterior, size.patients)
    shipped, central = run.at([shipped_values(), calibration.suggested], size.central)
    return (
        Predicted(draws=tuple(before), central=shipped),
        Predicted(draws=tuple(after), central=central),
    )


@dataclass(slots=True)
class _Run:
    """Targets simulated at many values, told to whoever watches."""

    targets: tuple[Target, ...]
    seed: int
    kept: Kept
    watch: Watch
    doing: str
    most: int
    done: int = 0

    def at_numbers(self, z: Floats, patients: int) -> list[Found]:
        return self.at([values_at(one) for one in z], patients)

    def at(self, values: Sequence[Values], patients: int) -> list[Found]:
        works = [
            partial(found_at, self.targets, one, seed=self.seed, patients=patients)
            for one in values
        ]
        before = self.done
        found = self.kept.ask(works, lambda done: self.watch(self.doing, before + done, self.most))
        self.done = before + len(found)
        return found


def _check(targets: Sequence[Target]) -> None:
    odd = [target.id for target in targets if not target.role.calibrates]
    if odd:
        raise ReinfuseError(
            f"{', '.join(odd)} is held out", fix="calibrate on targets of the role `calibrate`"
        )
    if not targets:
        raise ReinfuseError("no target to calibrate on", fix="give one of the role `calibrate`")


def _suggested(weighed: Weighed, spoken_of: NDArray[np.bool_]) -> dict[str, float]:
    middle = values_at(weighed.weights @ weighed.last)
    shipped = shipped_values()
    return {
        one.name: middle[one.name] if spoken else shipped[one.name]
        for one, spoken in zip(unknowns(), spoken_of, strict=True)
    }


def _sizes(size: Size) -> dict[str, int]:
    return {
        "patients": size.patients, "prior": size.rounds.prior, "later": size.rounds.later,
        "draws": size.rounds.draws, "kept": size.kept, "central": size.central,
    }  # fmt: skip
