"""What readers ask of a window: peak, time to it, decline, leukemia at infusion, by site."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.engine.simulate import simulate
from reinfuse.estimation.mechanistic.checks import days_of
from reinfuse.estimation.mechanistic.latents import Latent
from reinfuse.estimation.mechanistic.predictions import FAST
from reinfuse.estimation.mechanistic.reach import part_of
from reinfuse.estimation.mechanistic.result import DerivedFit
from reinfuse.estimation.mechanistic.rows import rows_of
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.estimation.summary import summarise
from reinfuse.estimation.whitened.learned import INFORMED_BELOW, Narrowed, narrowed
from reinfuse.mechanism.equations import course_model

Array = NDArray[np.float64]

_TENTH = 0.1
_HALVINGS = math.log2(1.0 / _TENTH)
_NOT_REACHED = 1e9  # d; beyond every window


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """One window of many points: outputs by name (`"points days"`), parameters by name."""

    days: Array
    infusion: NDArray[np.int64]  # place of the first day from the infusion on, by point
    outputs: dict[str, Array]
    rows: dict[str, Array]
    last_day: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quantity:
    name: str
    unit: str
    definition: str
    of: Callable[[_Course], Array]


def derived_of(
    windows: Sequence[Window], latents: Sequence[Latent], prior: Array, posterior: Array
) -> tuple[DerivedFit, ...]:
    """Every quantity of every window, before and after the data (`"draws latents"` both)."""
    return tuple(
        row
        for place, window in enumerate(windows)
        for row in _of_window(window, place, latents, prior, posterior)
    )


def solvable(windows: Sequence[Window], latents: Sequence[Latent]) -> bool:
    """Whether the middle of the prior can be solved in every window."""
    middle = np.zeros((1, len(latents)))
    return all(
        _course(window, place, latents, middle).infusion.size
        for place, window in enumerate(windows)
    )


def _of_window(
    window: Window, place: int, latents: Sequence[Latent], prior: Array, posterior: Array
) -> Iterator[DerivedFit]:
    before, after = (_course(window, place, latents, z) for z in (prior, posterior))
    for quantity in _quantities(window):
        one, other = quantity.of(before), quantity.of(after)
        # Days beyond the window are not numbers: such ranges have no end.
        limit = window.last_day if quantity.unit == "d" else math.inf
        found = narrowed(*(np.log(np.where(x <= limit, x, np.inf)) for x in (one, other)))
        left = found.left if isinstance(found, Narrowed) else None
        yield DerivedFit(
            name=quantity.name, unit=quantity.unit, definition=quantity.definition, window=place,
            before=summarise(one, horizon=limit), after=summarise(other, horizon=limit),
            narrowing=left, informed=left is not None and left < INFORMED_BELOW,
        )  # fmt: skip


def _quantities(window: Window) -> Iterator[_Quantity]:
    yield _Quantity(
        name="Cmax, CAR-T cells of T cells", unit="%", definition="highest level after infusion",
        of=lambda course: _peak(course, "car_percent")[0],
    )  # fmt: skip
    yield _Quantity(
        name="Cmax, CAR-T cells", unit="{cells}/uL", definition="highest level after infusion",
        of=lambda course: _peak(course, "car_per_ul")[0],
    )  # fmt: skip
    yield _Quantity(
        name="Tmax", unit="d", definition="days from infusion to the highest CAR-T cells per uL",
        of=lambda course: _peak(course, "car_per_ul")[1],
    )  # fmt: skip
    yield _Quantity(
        name="half-life after the peak", unit="d",
        definition="days from the highest CAR-T cells per uL to a tenth of it, by 3.32 halvings",
        of=_half_life,
    )  # fmt: skip
    yield _Quantity(
        name="leukemia in marrow at infusion", unit="{cells}", definition="with and without CD19",
        of=lambda course: _cells(course, "marrow"),
    )  # fmt: skip
    for lesion in window.lesions:
        yield from _of_lesion(lesion.number, lesion.site)


def _of_lesion(number: int, site: str) -> Iterator[_Quantity]:
    yield _Quantity(
        name=f"leukemia in lesion {number} at infusion", unit="{cells}",
        definition=f"{site}; with and without CD19",
        of=lambda course: _cells(course, f"lesion_{number}"),
    )  # fmt: skip
    yield _Quantity(
        name=f"access times killing in lesion {number}", unit="1",
        definition=f"{site}; of full access and of the killing in marrow. Nothing measured tells "
        "the two apart",
        of=lambda course: course.rows[f"access_{number}"] * course.rows[f"kill_share_{number}"],
    )  # fmt: skip


def _course(window: Window, place: int, latents: Sequence[Latent], z: Array) -> _Course:
    sites = ["marrow", *(f"lesion_{lesion.number}" for lesion in window.lesions)]
    cells = [f"{site}_{clone}" for site in sites for clone in ("positive", "negative")]
    outputs = tuple(sorted(["car_percent", "car_per_ul", *cells]))
    whole = course_model(len(window.lesions), window.first_day)
    rows, days = rows_of(window, place, latents, z), days_of(window)
    simulated = simulate(part_of(whole, outputs), rows, days, settings=FAST)
    solved = simulated.solved
    by_name = dict(zip(whole.parameter_names, rows[solved].T, strict=True))
    infusion = np.searchsorted(days, by_name["infusion_day"])
    return _Course(
        days=days, infusion=np.minimum(infusion, len(days) - 1), rows=by_name,
        outputs={name: simulated.of(name)[solved].astype(np.float64) for name in outputs},
        last_day=window.last_day,
    )  # fmt: skip


def _peak(course: _Course, name: str) -> tuple[Array, Array, NDArray[np.int64]]:
    """Highest level from infusion on, days from infusion to it, and its place."""
    after = np.arange(len(course.days)) >= course.infusion[:, None]
    # The cells that were just infused, before they spread into tissue, are not an expansion.
    settled = course.days >= course.rows["infusion_day"][:, None] + 1.0
    levels = np.where(after & settled, course.outputs[name], -np.inf)
    place = levels.argmax(axis=1)
    points = np.arange(len(place))
    return levels[points, place], course.days[place] - course.rows["infusion_day"], place


def _half_life(course: _Course) -> Array:
    highest, _, place = _peak(course, "car_per_ul")
    later = np.arange(len(course.days)) > place[:, None]
    fallen = later & (course.outputs["car_per_ul"] <= _TENTH * highest[:, None])
    first = fallen.argmax(axis=1)
    days = (course.days[first] - course.days[place]) / _HALVINGS
    return np.where(fallen.any(axis=1), days, _NOT_REACHED)


def _cells(course: _Course, site: str) -> Array:
    cells = course.outputs[f"{site}_positive"] + course.outputs[f"{site}_negative"]
    return cells[np.arange(len(cells)), course.infusion]
