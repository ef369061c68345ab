"""An option as parameters: what it sets, what it draws anew, and what it takes for granted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.mechanistic.result import OF_PRODUCT
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.mechanism.plan import F_ARA_A, NEVER, Depletion
from reinfuse.mechanism.products import Origin, Product, Target
from reinfuse.mechanism.table import parameters_of
from reinfuse.trials.forecast.asked import (
    Binder,
    Cells,
    Collected,
    Dose,
    DoseUnit,
    Kept,
    Option,
    Tocilizumab,
)

_DAYS_OF_PLAN = (
    "infusion_day", "depletion_day", "tocilizumab_day_1", "tocilizumab_day_2", "steroid_first",
    "steroid_last",
)  # fmt: skip
_MG_PER_G = 1000.0
_NEARLY_FULL = 1e-9
_NO_CELLS = 1e-6  # of a site without leukemia


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """One option for one window.

    `product` is that of the option, `another` whether it is another than the one given. `earlier`
    are the days by which the model runs ahead: its day 0 is that many days before the day of the
    infusion in the record. `begins` is the model day of the infusion.
    """

    option: Option
    product: Product
    another: bool = False
    earlier: float = 0.0
    begins: float = 0.0

    @property
    def infused(self) -> bool:
        """Whether CAR-T cells are given."""
        return self.option.infused

    @property
    def anew(self) -> tuple[str, ...]:
        """Parameters of another product, of which the one that was given tells nothing."""
        return OF_PRODUCT if self.another else ()


def replay_of(option: Option, window: Window, donor_share: float) -> Replay:
    """An option for a window; `donor_share` is the share of immunity that is a donor's, 0 to 1."""
    product = product_of(option, window, donor_share)
    return Replay(
        option=option,
        product=product,
        another=product != window.product or option.binder is not None,
        earlier=max(-option.later, 0.0),
        begins=max(option.later, 0.0),
    )


def product_of(option: Option, window: Window, donor_share: float) -> Product:
    """The product of an option: the window's own where the option says nothing else of it."""
    given = window.product
    own = option.cells is Cells.OWN or (option.cells is None and given.origin is not Origin.DONOR)
    target = option.target or given.target
    same_cells = own == (given.origin is not Origin.DONOR) and option.collected is None
    if same_cells and target is given.target and option.binder is None:
        return given
    origin = given.origin if same_cells else _origin(own=own, first=given.first)
    foreign = given.foreign if same_cells else _foreign(option, donor_share, own=own)
    return Product(
        origin=origin, target=target, first=given.first, foreign=foreign,
        same_binder=_same_binder(option, target),
    )  # fmt: skip


def donor_share_of(window: Window, *, transplanted: bool) -> float:
    """The share of the patient's immunity that is a donor's, as the window's product tells it."""
    given = window.product
    if given.origin is Origin.DONOR:
        return 1.0 - given.foreign
    if given.foreign > 0:
        return given.foreign
    return 1.0 if transplanted else 0.0


def _origin(*, own: bool, first: bool) -> Origin:
    if not own:
        return Origin.DONOR
    return Origin.OWN if first else Origin.OWN_AGAIN


def _foreign(option: Option, donor_share: float, *, own: bool) -> float:
    if not own:
        return 1.0 - donor_share
    return donor_share if option.collected is Collected.BEFORE else 0.0


def _same_binder(option: Option, target: Target) -> bool | None:
    if target is Target.CD22 or option.binder is Binder.OTHER:
        return False
    return True if option.binder is Binder.SAME else None


def rows_of(replay: Replay, rows: NDArray, window: Window) -> NDArray:
    """The parameters of an option from those of its window, `"draws parameters"`.

    An option that is earlier begins with the leukemia of that many days before: untouched, it has
    grown by the model's own law, which can be followed back. What is later moves within the window.
    """
    found = np.array(rows, np.float64)
    names = [row.name for row in parameters_of(len(window.lesions))]
    at = {name: place for place, name in enumerate(names)}
    option = replay.option
    if not option.infused:
        found[:, [at["dose"], at["fludarabine"], at["cyclophosphamide"]]] = 0.0
        found[:, [at["tocilizumab_dose_1"], at["tocilizumab_dose_2"]]] = 0.0
        return found
    if option.dose is not None:
        found[:, at["dose"]] = _cells(option.dose, rows[:, at["dose"]], window)
    _set_depletion(found, at, option, window)
    _set_tocilizumab(found, at, option)
    for name in _DAYS_OF_PLAN:
        real = found[:, at[name]] < NEVER / 2
        found[real, at[name]] += replay.begins
    if option.again is not None:
        found[:, at["again_day"]] = found[:, at["infusion_day"]] + option.again.day
        found[:, at["again_dose"]] = _cells(option.again.dose, found[:, at["dose"]], window)
    if replay.earlier:
        starts = {f"lesion_start_{lesion.number}": "lesion_room" for lesion in window.lesions}
        for start, room in {"marrow_start": "marrow_room", **starts}.items():
            _grow_back(found, at, start, room, replay.earlier)
    return found


def _cells(dose: Dose, given: NDArray, window: Window) -> NDArray | float:
    match dose.unit:
        case DoseUnit.TIMES:
            return np.minimum(dose.amount * given, parameter_most("dose"))
        case DoseUnit.PER_KG:
            return min(dose.amount * window.body.weight, parameter_most("dose"))
        case DoseUnit.CELLS:
            return dose.amount


def parameter_most(name: str) -> float:
    """The highest value that the model takes for a parameter."""
    return next(row.high for row in parameters_of(0) if row.name == name)


def _set_depletion(found: NDArray, at: dict[str, int], option: Option, window: Window) -> None:
    chosen = Depletion() if option.depletion is Kept.USUAL else option.depletion
    if chosen is Kept.AS_GIVEN:
        return
    if chosen is Kept.NONE:
        found[:, [at["fludarabine"], at["cyclophosphamide"]]] = 0.0
        return
    assert isinstance(chosen, Depletion)
    found[:, at["depletion_day"]] = found[:, at["infusion_day"]] + chosen.first_day
    found[:, at["fludarabine"]] = chosen.fludarabine * window.body.surface * F_ARA_A
    found[:, at["cyclophosphamide"]] = chosen.cyclophosphamide / _MG_PER_G


def _set_tocilizumab(found: NDArray, at: dict[str, int], option: Option) -> None:
    chosen = option.tocilizumab
    if chosen is Kept.AS_GIVEN:
        return
    found[:, [at["tocilizumab_dose_1"], at["tocilizumab_dose_2"]]] = 0.0
    if isinstance(chosen, Tocilizumab):
        found[:, at["tocilizumab_day_1"]] = found[:, at["infusion_day"]] + chosen.day
        found[:, at["tocilizumab_dose_1"]] = chosen.milligrams


def _grow_back(found: NDArray, at: dict[str, int], start: str, room: str, days: float) -> None:
    """Set the cells of a site at the start to those of so many days before: logistic growth."""
    cells, most = found[:, at[start]], found[:, at[room]]
    # What is free grows back by exp(growth t) against what is full; a full site stays nearly full.
    free = np.maximum(most / cells - 1.0, _NEARLY_FULL) * np.exp(found[:, at["growth"]] * days)
    found[:, at[start]] = np.maximum(most / (1.0 + free), _NO_CELLS)
