"""What the mechanism says of virtual patients, with clones that are settled: gone or alive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.engine.simulate import Simulated
from reinfuse.errors import ReinfuseError
from reinfuse.mechanism.extinction import living_cells
from reinfuse.mechanism.plan import NEVER
from reinfuse.mechanism.table import parameter, parameters_of

Floats = NDArray[np.float64]

ANTIGENS = ("positive", "negative")  # of CD19
HIGHEST_BLASTS = 97.19  # per cent, as in the equations: burden map of Liu L 2022


@dataclass(frozen=True, slots=True, kw_only=True)
class Virtual:
    """Virtual patients over `days`, from day 0 of the infusion; nan where the model has no value.

    `il6_free` and `ifn` (pg/mL), `b_per_ul`, `t_per_ul` and `car_per_ul` (cells/uL) are
    `"patients days"`. `marrow` are living leukemia cells, `"antigens patients days"`, `lesions`
    the same in lesions, `"antigens patients lesions days"`, of CD19-positive and -negative clones;
    a clone that died out is 0 from then on. `volumes` (mL, `"patients lesions days"`) are of
    lesions with their dead cells, `density` is in cells/mL (`"patients"`). `tocilizumab` are days
    of doses, nan for none (`"patients 2"`), `steroids` the first and the last day
    (`"patients 2"`).
    """

    days: Floats
    il6_free: Floats
    ifn: Floats
    b_per_ul: Floats
    t_per_ul: Floats
    car_per_ul: Floats
    marrow: Floats
    lesions: Floats
    volumes: Floats
    density: Floats
    tocilizumab: Floats
    steroids: Floats

    @property
    def patients(self) -> int:
        """How many there are."""
        return len(self.il6_free)

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each in a chart."""
        return tuple(f"virtual {number}" for number in range(1, self.patients + 1))

    @property
    def blasts_percent(self) -> Floats:
        """Leukemia in marrow of all nucleated cells, living cells alone, `"patients days"`."""
        cells = self.marrow.sum(axis=0)
        return HIGHEST_BLASTS * cells / (parameter("marrow_half").value + cells)

    @property
    def living_volumes(self) -> Floats:
        """Volume of living cells (mL), as uptake of a tracer shows it."""
        return self.lesions.sum(axis=0) / self.density[:, None, None]

    def some(self, chosen: slice) -> Virtual:
        """Some of the patients; each is as among all."""
        by_antigen = {"marrow", "lesions"}
        changed = {
            name: one[:, chosen] if name in by_antigen else one[chosen]
            for name in (field.name for field in fields(Virtual))
            for one in [getattr(self, name)]
            if name != "days"
        }
        return replace(self, **changed)

    def places(self, days: ArrayLike) -> NDArray[np.int64]:
        """Where some days stand; raises ReinfuseError for days that were not simulated."""
        wanted = np.asarray(days, np.float64)
        found = np.minimum(np.searchsorted(self.days, wanted), len(self.days) - 1)
        absent = wanted[self.days[found] != wanted]
        if len(absent):
            listed = ", ".join(f"{day:g}" for day in absent[:5])
            raise ReinfuseError(
                f"day {listed} was not simulated", where="virtual patients",
                fix="simulate at every day of the visits",
            )  # fmt: skip
        return found


def virtual_patients(
    simulated: Simulated, rows: ArrayLike, lesions: int, luck: ArrayLike
) -> Virtual:
    """Virtual patients from `simulate(course_model(lesions), rows, days)`.

    `luck` are uniform numbers, `"patients sites antigens"` with marrow before the lesions: they
    settle which clones die out (see `extinction`). Of several days the model's chance to be
    gone never falls, so that a clone is gone from the first of `days` on at which it is.
    """
    parameters, luckily = np.asarray(rows, np.float64), np.asarray(luck, np.float64)
    count = len(parameters)
    if luckily.shape != (count, lesions + 1, len(ANTIGENS)):
        raise ReinfuseError(
            f"luck has the shape {luckily.shape}, not {(count, lesions + 1, len(ANTIGENS))}",
            where="virtual patients", fix="give a number for each patient, site and antigen",
        )  # fmt: skip
    names = [row.name for row in parameters_of(lesions)]

    def value(name: str) -> Floats:
        return parameters[:, names.index(name)]

    def output(name: str) -> Floats:
        return np.asarray(simulated.of(name), np.float64)

    def living(site: str, place: int) -> Floats:
        return np.stack([
            living_cells(
                output(f"{site}_{antigen}"), output(f"{site}_left_{antigen}"), luckily[:, place, at]
            )
            for at, antigen in enumerate(ANTIGENS)
        ])  # fmt: skip

    marrow, shape = living("marrow", 0), (count, len(simulated.times))
    sites = [f"lesion_{number}" for number in range(1, lesions + 1)]
    density = value("density") if lesions else np.ones(count)
    cells = [living(site, place) for place, site in enumerate(sites, start=1)]
    expected = [sum(output(f"{site}_{antigen}") for antigen in ANTIGENS) for site in sites]
    volumes = [
        np.maximum(output(f"{site}_volume") + (one.sum(axis=0) - other) / density[:, None], 0.0)
        for site, one, other in zip(sites, cells, expected, strict=True)
    ]
    return Virtual(
        days=np.asarray(simulated.times, np.float64),
        **{name: output(name) for name in ("il6_free", "ifn", "b_per_ul", "t_per_ul")},
        car_per_ul=output("car_per_ul"),
        marrow=marrow,
        lesions=np.stack(cells, axis=2) if sites else np.zeros((len(ANTIGENS), count, 0, shape[1])),
        volumes=np.stack(volumes, axis=1) if sites else np.zeros((count, 0, shape[1])),
        density=density,
        tocilizumab=_doses(value),
        steroids=np.stack([value("steroid_first"), value("steroid_last")], axis=1),
    )


def _doses(value: Callable[[str], Floats]) -> Floats:
    found = []
    for number in (1, 2):
        day, dose = value(f"tocilizumab_day_{number}"), value(f"tocilizumab_dose_{number}")
        found.append(np.where((dose > 0) & (day < NEVER), day, np.nan))
    return np.stack(found, axis=1)
