"""One course fitted to the mechanism: every infusion at once, what a patient keeps being shared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.mechanistic.checks import bands_of, checks_of
from reinfuse.estimation.mechanistic.derived import derived_of, solvable
from reinfuse.estimation.mechanistic.latents import Latent, What, latents_of
from reinfuse.estimation.mechanistic.observed import UNIT
from reinfuse.estimation.mechanistic.problem import MechanismProblem, problem_of
from reinfuse.estimation.mechanistic.result import LatentFit, MechanismFit, NoFit, Sampler
from reinfuse.estimation.mechanistic.rows import counted_cells, range_values, rows_of
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.estimation.mechanistic.windows import windows_of
from reinfuse.estimation.mechanistic.words import words_of
from reinfuse.estimation.summary import summarise
from reinfuse.estimation.whitened.fit import fit_whitened
from reinfuse.estimation.whitened.learned import INFORMED_BELOW, Direction
from reinfuse.estimation.whitened.result import Impossible, WhitenedFit
from reinfuse.estimation.whitened.sampling import Sampling, Watch
from reinfuse.mechanism.equations import course_model
from reinfuse.record import Course

Array = NDArray[np.float64]

# More walkers than usual: the solver is quicker for many at once. The latents were chosen so that
# posteriors of courses are nearly normal: one component foretells them better than many.
_FEWEST = 20  # draws below which there is nothing to say
SAMPLING = Sampling(walkers=48, most_parts=1, budget=400_000)


def fit_mechanism(
    course: Course,
    *,
    rng: np.random.Generator,
    seconds: float | None = None,
    clock: Callable[[], float] | None = None,
    watch: Watch | None = None,
    sampling: Sampling = SAMPLING,
) -> MechanismFit | NoFit:
    """What the record of a course says of the mechanism.

    The same generator and budget of evaluations give the same fit; `seconds` on `clock` may end
    it sooner, and `sampler.words` then say how far the chains agree. A course in which nothing was
    measured that the mechanism speaks of gives the prior, marked as such.
    """
    return fit_windows(
        windows_of(course), rng=rng, seconds=seconds, clock=clock, watch=watch, sampling=sampling
    )


def fit_windows(
    windows: Sequence[Window],
    *,
    rng: np.random.Generator,
    seconds: float | None = None,
    clock: Callable[[], float] | None = None,
    watch: Watch | None = None,
    sampling: Sampling = SAMPLING,
) -> MechanismFit | NoFit:
    """The same from windows."""
    if not windows:
        return NoFit(
            why="the course holds no infusion of CAR-T cells with a day",
            missing=("infusion with a day",),
        )
    latents = latents_of(windows)
    problem = problem_of(windows, latents)
    if not solvable(windows, latents):
        return NoFit(
            why="the model cannot be solved for what is recorded: a dose, weight or day is beyond"
            " what it holds"
        )
    if all(window.prior_only for window in windows):
        draws = rng.standard_normal((sampling.kept, len(latents)))
        return _result(problem, latents, draws, None, rng)
    # A slope is asked for by central differences: two points for each latent.
    how = replace(sampling, gradient_costs=2.0 * len(problem.names) + 1.0)
    found = fit_whitened(problem, rng, sampling=how, seconds=seconds, clock=clock, watch=watch)
    if isinstance(found, Impossible):
        return NoFit(why=found.why)
    if len(found.draws) < _FEWEST:
        # How far chains agree is of draws, and there are none.
        ending = found.ending
        why = f"nothing was drawn by the limit of {ending.stopped_by}, after {ending.spent}"
        return NoFit(why=why)
    draws = _filled(latents, found.draws, rng)
    return _result(problem, latents, draws, found, rng)


def _filled(latents: Sequence[Latent], sampled: Array, rng: np.random.Generator) -> Array:
    """Draws of all latents: those that no data can reach keep the prior."""
    draws = rng.standard_normal((len(sampled), len(latents)))
    draws[:, [latent.sampled for latent in latents]] = sampled
    return draws


def _result(
    problem: MechanismProblem,
    latents: tuple[Latent, ...],
    draws: Array,
    found: WhitenedFit | None,
    rng: np.random.Generator,
) -> MechanismFit:
    windows = problem.windows
    before = rng.standard_normal(draws.shape)
    fresh = rng.standard_normal(draws.shape)
    learned = None if found is None else dict(_narrowings(found))
    fitted = tuple(
        _fitted(latent, latents, windows, (before, draws), learned) for latent in latents
    )
    directions: tuple[Direction, ...] = () if found is None else found.learned.directions
    return MechanismFit(
        windows=windows, latents=latents, draws=draws, fresh=fresh, fitted=fitted,
        directions=directions, derived=derived_of(windows, latents, before, draws),
        checks=checks_of(windows, latents, draws, rng),
        bands=bands_of(windows, latents, draws, rng),
        sampler=None if found is None else _sampler(found),
        words=words_of(windows, fitted), prior_only=found is None,
    )  # fmt: skip


def _narrowings(found: WhitenedFit) -> list[tuple[str, float]]:
    return [(latent.name, latent.sd) for latent in found.learned.latents]


def _fitted(
    latent: Latent,
    latents: Sequence[Latent],
    windows: tuple[Window, ...],
    draws: tuple[Array, Array],
    learned: dict[str, float] | None,
) -> LatentFit:
    """A latent's row; `draws` are those before and after the data."""
    narrowing = 1.0 if learned is None else learned.get(latent.name, 1.0)
    before, after = (_values(latent, latents, windows, z) for z in draws)
    column = latents.index(latent)
    return LatentFit(
        latent=latent, unit=_unit(latent), before=summarise(before), after=summarise(after),
        shift=float(draws[1][:, column].mean()) if latent.sampled else 0.0,
        narrowing=narrowing, informed=latent.sampled and narrowing < INFORMED_BELOW,
    )  # fmt: skip


def _values(
    latent: Latent, latents: Sequence[Latent], windows: tuple[Window, ...], z: Array
) -> Array:
    """A latent in its own unit, `"draws"`."""
    column = latents.index(latent)
    if latent.parameter is None:
        return range_values(latent, z[:, column])
    name = latent.parameter.name
    place = latent.window
    if place is None:  # of the patient: in any window whose model has it
        place = int(np.argmax([len(window.lesions) for window in windows]))
    window = windows[place]
    names = course_model(len(window.lesions), window.first_day).parameter_names
    values = dict(zip(names, rows_of(window, place, latents, z).T, strict=True))
    if latent.day is not None:  # cells on the day they are counted, not when the window begins
        del values[name]
        return counted_cells(window, latent, z[:, column], values)
    return values[name]


def _unit(latent: Latent) -> str:
    if latent.parameter is not None:
        return latent.parameter.unit
    if latent.what is What.LIMIT and latent.kind is not None:
        return UNIT[latent.kind] or ""
    return "d"


def _sampler(found: WhitenedFit) -> Sampler:
    ending = found.ending
    return Sampler(
        words=str(ending), agreed=ending.converged, r_hat=ending.convergence.worst_r_hat,
        effective=ending.convergence.fewest, evaluations=found.total_evaluations,
        seconds=found.seconds, log_evidence=found.log_evidence, modes=len(found.search.modes),
        starts=len(found.search.ends), starts_agreeing=found.search.agree,
    )  # fmt: skip
