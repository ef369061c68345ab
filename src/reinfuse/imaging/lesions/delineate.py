"""One lesion drawn by a threshold inside the box or around the seed of a person."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.lesion import Delineated, Method
from reinfuse.imaging.lesions.background import bounds_of, look_around
from reinfuse.imaging.lesions.drawn import Drawn
from reinfuse.imaging.lesions.guards import find_leaks
from reinfuse.imaging.lesions.hot_spot import Connection, Holes, HotSpot, find_hot_spot
from reinfuse.imaging.lesions.region import Index, Region, index_of
from reinfuse.imaging.lesions.thresholds import Rule
from reinfuse.imaging.volume import Mask, Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class NoLesion:
    """Nothing could be drawn, which does not mean that nothing is there.

    `hottest` is the highest uptake that was looked at and `top` its voxel, where there is one: what
    a report gives in the place of a size.
    """

    label: str
    method: Method
    why: str
    fix: str
    hottest: float | None = None
    top: Index | None = None


def delineate(
    volume: Volume,
    region: Region,
    rule: Rule,
    *,
    label: str,
    psf_mm: float | None = None,
    connection: Connection = Connection.FACES,
    holes: Holes = Holes.KEPT,
) -> Delineated | NoLesion:
    """The lesion of a region, with the leak guards that tripped, or why there is none.

    It is what is at or above the threshold, inside the region, and connected to its hottest voxel,
    or to the hottest of the lesion that the seed leads to. The threshold is kept unrounded, for
    measures between voxels. `psf_mm` is the full width at half maximum of a point in the image;
    where nobody says it, smallness is judged by voxels alone. The volume is in SUV or SUL of any
    normaliser; another unit raises ReinfuseError.
    """
    if not volume.is_uptake:
        raise ReinfuseError(
            f"{label}: a lesion is drawn in SUV or SUL, and the volume is in {volume.unit}",
            fix="turn the series into SUV first",
        )
    spot = find_hot_spot(volume, region, connection=connection, holes=holes)
    if isinstance(spot, str):
        method = Method(name=_name(rule, volume, connection, holes))
        return NoLesion(label=label, method=method, why=spot, fix="move the box or the seed")
    return draw(spot, rule, label=label, psf_mm=psf_mm)


def draw(
    spot: HotSpot, rule: Rule, *, label: str, psf_mm: float | None = None
) -> Delineated | NoLesion:
    """The lesion of a hot spot, for who has found one."""
    name = _name(rule, spot.volume, spot.connection, spot.holes)
    unit = spot.volume.short_unit
    spot = _led_to_its_maximum(spot, rule)
    threshold = rule.place(spot)
    if isinstance(threshold, str):
        return _nothing(spot, label, Method(name=name), threshold, "take another threshold")
    method = Method(name=name, threshold=threshold)
    if not (np.isfinite(threshold) and threshold > 0):
        why = f"the threshold is {unit} {threshold:g}"
        return _nothing(spot, label, method, why, "take another threshold")
    if spot.hottest < threshold:
        why = (
            f"the hottest voxel has {unit} {spot.hottest:.2f}, below the threshold of "
            f"{unit} {threshold:.2f}: not measurable by it, which is not gone"
        )
        fix = f"give its {unit}max, or draw it by a share of {unit}max"
        return _nothing(spot, label, method, why, fix)

    mask = spot.above(threshold)
    drawn = Drawn(
        label=label,
        spot=spot,
        mask=mask,
        threshold=threshold,
        around=look_around(spot, mask),
        psf_mm=psf_mm,
    )
    held = bounds_of(mask)
    one, two, three = (a + b for a, b in zip(spot.region.low, held.low, strict=True))
    return Delineated(
        label=label,
        grid=spot.volume.grid,
        corner=(one, two, three),
        mask=mask[held.place].copy(),
        method=method,
        guards=find_leaks(drawn),
    )


def _led_to_its_maximum(spot: HotSpot, rule: Rule) -> HotSpot:
    """The spot with the hottest voxel of the lesion as its top, where a seed led to a lower one.

    A hotter voxel whose lesion no longer holds the place that was meant is a neighbour's: then the
    spot stays as it is, and a guard tells.
    """
    meant = spot.inner(spot.top)
    while True:
        inside = np.where(_mask_of(spot, rule), spot.values, -np.inf)
        top = index_of(np.unravel_index(int(np.argmax(inside)), inside.shape))
        if not inside[top] > spot.hottest:
            return spot
        whole = index_of(at + low for at, low in zip(top, spot.region.low, strict=True))
        hotter = replace(spot, top=whole, hottest=float(inside[top]))
        if not _mask_of(hotter, rule)[meant]:
            return spot
        spot = hotter


def _mask_of(spot: HotSpot, rule: Rule) -> Mask:
    threshold = rule.place(spot)
    if isinstance(threshold, str):
        return np.zeros(spot.values.shape, np.bool_)
    return spot.above(threshold)


def _name(rule: Rule, volume: Volume, connection: Connection, holes: Holes) -> str:
    """The rule with what else decides the mask: neighbours, and holes where they are filled."""
    filled = f", {holes}" if holes is Holes.FILLED else ""
    return f"{rule.called(volume.short_unit)}, {connection}{filled}"


def _nothing(spot: HotSpot, label: str, method: Method, why: str, fix: str) -> NoLesion:
    return NoLesion(
        label=label, method=method, why=why, fix=fix, hottest=spot.hottest, top=spot.top
    )
