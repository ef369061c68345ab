"""An invented course that the mechanism's studies fit again and again: one infusion, one lesion."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.mechanistic.latents import Latent, latents_of
from reinfuse.estimation.mechanistic.observed import Kind, Observed
from reinfuse.estimation.mechanistic.problem import problem_of
from reinfuse.estimation.mechanistic.synthetic import simulate_observed
from reinfuse.estimation.mechanistic.window import Lesion, Window
from reinfuse.estimation.whitened.fit import fit_whitened
from reinfuse.estimation.whitened.result import WhitenedFit
from reinfuse.estimation.whitened.sampling import Sampling
from reinfuse.mechanism.plan import Body, Plan
from reinfuse.mechanism.products import Origin, Product

Array = NDArray[np.float64]

CAR_DAYS = (3.0, 5.0, 7.0, 9.0, 11.0, 14.0, 17.0, 21.0, 28.0, 45.0, 60.0, 90.0)
MARROW_DAYS = (28.0, 60.0, 90.0)
IMAGED_DAYS = (28.0, 90.0)
CYTOKINE_DAYS = (3.0, 5.0, 7.0, 9.0, 11.0, 14.0)
INPUTS: tuple[str, ...] = (
    "src/reinfuse/mechanism/*.py",
    "src/reinfuse/mechanism/parameters.csv",
    "src/reinfuse/estimation/mechanistic/latents.py",
    "src/reinfuse/estimation/mechanistic/likelihood.py",
    "src/reinfuse/estimation/mechanistic/nodes.py",
    "src/reinfuse/estimation/mechanistic/predictions.py",
    "src/reinfuse/estimation/mechanistic/problem.py",
    "src/reinfuse/estimation/mechanistic/rows.py",
    "src/reinfuse/estimation/mechanistic/scatter.py",
    "src/reinfuse/estimation/mechanistic/synthetic.py",
    "src/reinfuse/estimation/whitened/*.py",
    "studies/_mechanism_design.py",
)


def one_lesion() -> tuple[Window, ...]:
    """A patient with leukemia in the marrow and one lesion, measured as in a careful trial."""
    observed = [
        *(Observed(kind=Kind.CAR_PER_UL, days=(day, day), below=0.5) for day in CAR_DAYS),
        Observed(kind=Kind.BLASTS, days=(-6.0, -6.0), value=1.0),
        *(Observed(kind=Kind.MRD, days=(day, day), below=0.01) for day in MARROW_DAYS),
        Observed(kind=Kind.LESION_VOLUME, days=(-6.0, -6.0), value=1.0, lesion=1),
        *(
            Observed(kind=Kind.LESION_VOLUME, days=(day, day), below=0.5, lesion=1)
            for day in IMAGED_DAYS
        ),
        *(
            Observed(kind=kind, days=(day, day), below=5.0)
            for kind in (Kind.IFN, Kind.IL6)
            for day in CYTOKINE_DAYS
        ),
        *(Observed(kind=Kind.T_CELLS, days=(day, day), value=1.0) for day in (-6.0, -0.5)),
        *(Observed(kind=Kind.B_CELLS, days=(day, day), below=1.0) for day in (-6.0, 28.0, 90.0)),
    ]
    window = Window(
        infusion="invented", label="invented", first_day=-7.0, last_day=90.0,
        product=Product(origin=Origin.OWN), plan=Plan(), body=Body(), observed=tuple(observed),
        lesions=(Lesion(number=1, site="invented", entry="invented"),),
    )  # fmt: skip
    return (window,)


def few_samples() -> tuple[Window, ...]:
    """No lesion, and a handful of samples."""
    observed = [
        *(Observed(kind=Kind.CAR_PERCENT, days=(day, day), below=0.1) for day in (7.0, 14.0, 28.0)),
        Observed(kind=Kind.CAR_PERCENT, days=(40.0, 50.0), limit_unknown=True),
        *(Observed(kind=Kind.MRD, days=(day, day), below=0.01) for day in (-6.0, 28.0)),
    ]
    window = Window(
        infusion="invented", label="invented", first_day=-7.0, last_day=60.0,
        product=Product(origin=Origin.OWN), plan=Plan(), body=Body(), observed=tuple(observed),
    )  # fmt: skip
    return (window,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """One invented course: what was true, and what a fit made of it."""

    latents: tuple[Latent, ...]
    truth: Array  # "latents", those that are sampled
    fit: WhitenedFit
    limited: float  # share of values below a limit


def fitted(
    design: Sequence[Window], number: int, sampling: Sampling, unknown: Sequence[str] = ()
) -> Fitted:
    """Course `number` of a design, drawn from the prior and fitted.

    Only latents named in `unknown` are drawn and fitted, all if it is empty; the others are as
    usual and known. A draw that the solver gives up on is drawn anew.
    """
    every = latents_of(design)
    sampled = [one.sampled and (not unknown or one.name in unknown) for one in every]
    rng = np.random.default_rng([2026, zlib.crc32(design[0].label.encode()), number])
    while True:
        z = np.where(sampled, rng.standard_normal(len(every)), 0.0)
        try:
            windows = simulate_observed(design, z, rng)
        except ReinfuseError:
            continue
        break
    latents = tuple(one for one, drawn in zip(every, sampled, strict=True) if drawn)
    problem = problem_of(windows, latents)
    fit = fit_whitened(problem, rng, sampling=sampling)
    if not isinstance(fit, WhitenedFit):
        raise ReinfuseError(fit.why, where=f"course {number}", fix="look at this course alone")
    told = [one for window in windows for one in window.observed]
    limited = float(np.mean([one.below is not None or one.limit_unknown for one in told]))
    return Fitted(latents=latents, truth=z[sampled], fit=fit, limited=limited)


#: What the recovery study does not know: at least one latent of every part of the model.
UNKNOWN = (
    "effector_loss@invented", "memory_share", "growth", "kill", "t_normal", "ifn_made", "il6_made",
    "fitness@invented", "engraftment@invented", "marrow_start@invented", "b_start@invented",
    "access_1@invented", "kill_share_1@invented", "lesion_start_1@invented",
)  # fmt: skip
