"""From latents to the parameters of one window's model."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.estimation.mechanistic.latents import LESION_START, Latent, What, is_start
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.kinetics.normal import normal_cdf
from reinfuse.mechanism.draws import IMMUNE_SHARE, parameter_rows, spread_values
from reinfuse.mechanism.plan import fludarabine_loss, fludarabine_volume, plan_values
from reinfuse.mechanism.products import FITNESS, Product, product_values
from reinfuse.mechanism.table import Parameter, parameter, parameters_of

Array = NDArray[np.float64]

_FULLEST = 0.98  # of the room of a site
_DAY_NAMES = {What.INFUSION_DAY: "infusion_day", What.DEPLETION_DAY: "depletion_day"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What is not as in the window: another product, values by name, names spread anew.

    A name that both `given` and `anew` hold spreads around the given value.
    """

    product: Product | None = None
    given: Mapping[str, ArrayLike]
    anew: Collection[str] = ()


AS_IT_WAS = Changed(given={})


def rows_of(
    window: Window, place: int, latents: Sequence[Latent], z: Array, changed: Changed = AS_IT_WAS
) -> Array:
    """Parameters of the window's model, `"points parameters"`, from `"points latents"`.

    Where a lesion's volume is known its cells spread around volume times density, so that the
    latent says how far the lesion is off its measured size, whatever the density. Cells of a site
    are brought from the day they are counted on to the beginning of the window by the model's
    own growth.
    """
    values = _middles(window, changed)
    middles = {name: changed.given[name] for name in changed.anew if name in changed.given}
    values |= middles
    starts = []
    for column, latent in enumerate(latents):
        if latent.window not in {None, place} or latent.what is What.LIMIT:
            continue
        if latent.parameter is None:
            values[_day_name(latent)] = range_values(latent, z[:, column])
        elif is_start(latent.parameter.name):
            starts.append((latent, z[:, column]))
        else:
            name = latent.parameter.name
            spread = _spread(latent, latent.parameter, changed)
            values[name] = spread_values(latent.parameter, z[:, column], values.get(name), spread)
    for latent, numbers in starts:
        cells = counted_cells(window, latent, numbers, values)
        values[latent.label] = _at_first(window, latent, cells, values)
    last = {name: value for name, value in changed.given.items() if name not in changed.anew}
    known = {row.name for row in parameters_of(len(window.lesions))}
    own = {name: value for name, value in values.items() if name in known}
    return parameter_rows(len(window.lesions), len(z), {}, own | last)


def range_values(latent: Latent, z: ArrayLike) -> Array:
    """Days of a latent day, or limits of a latent limit in the unit of the output."""
    assert latent.range is not None
    low, high = latent.range
    share = normal_cdf(np.asarray(z, np.float64))
    if latent.what is What.LIMIT:
        return np.asarray(low * (high / low) ** share)
    return np.asarray(low + (high - low) * share)


def _middles(window: Window, changed: Changed) -> dict[str, ArrayLike]:
    product = changed.product or window.product
    return {
        **product_values(product, IMMUNE_SHARE),
        **plan_values(window.plan, window.body),
        "fludarabine_loss": fludarabine_loss(window.body),
        "fludarabine_volume": fludarabine_volume(window.body.weight),
    }


def _spread(latent: Latent, row: Parameter, changed: Changed) -> float:
    if changed.product is not None and row.name == "fitness":
        return FITNESS[changed.product.origin].spread
    return latent.spread


def counted_cells(
    window: Window, latent: Latent, z: Array, values: Mapping[str, ArrayLike]
) -> Array:
    """Leukemia cells of a site on the day they are counted on, not more than it can hold.

    `values` holds parameters by name; what it does not hold is as usual.
    """
    row = latent.parameter
    assert row is not None
    middle = values.get(row.name, row.value)
    if row.name not in values and row.name.startswith(LESION_START):
        lesion = window.lesions[int(row.name.removeprefix(LESION_START)) - 1]
        if lesion.volume is not None:
            middle = lesion.volume * _value("density", values)
    found = spread_values(row, z, middle, latent.spread)
    return np.minimum(found, _FULLEST * _value(_room(row.name), values))


def _at_first(
    window: Window, latent: Latent, cells: Array, values: Mapping[str, ArrayLike]
) -> Array:
    """Cells when the window begins, of those on a later day: logistic growth, backwards."""
    assert latent.day is not None
    room, growth = _value(_room(latent.label), values), _value("growth", values)
    grown = np.exp(growth * (latent.day - window.first_day))
    return room / (1.0 + (room / cells - 1.0) * grown)


def _room(name: str) -> str:
    return "lesion_room" if name.startswith(LESION_START) else "marrow_room"


def _value(name: str, values: Mapping[str, ArrayLike]) -> Array:
    return np.asarray(values.get(name, parameter(name).value), np.float64)


def _day_name(latent: Latent) -> str:
    return _DAY_NAMES.get(latent.what, f"tocilizumab_day_{latent.dose}")
