"""Candidates over a whole scan: a list for a person, who accepts or leaves each one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.lesions.background import SHELL_MM
from reinfuse.imaging.lesions.body import find_body
from reinfuse.imaging.lesions.delineate import draw
from reinfuse.imaging.lesions.hints import Hint, Uptake, find_hints
from reinfuse.imaging.lesions.hot_spot import Connection, Holes, HotSpot, neighbours
from reinfuse.imaging.lesions.region import Region, index_of
from reinfuse.imaging.lesions.thresholds import fixed
from reinfuse.imaging.volume import Floats, Volume

# By body weight. Source: benchmark of total metabolic tumour volume, doi:10.2967/jnumed.124.267789.
CANDIDATE_SUV = 4.0
CANDIDATE_ML = 3.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate:
    """Uptake that may be a lesion. `hints` say what else it may be; they decide nothing.

    `place` is the centre of the mask, `"xyz"` in LPS mm; `height` where it lies from the lower end
    of the scanned body (0) to the upper (1), None where no body is seen.
    """

    number: int
    drawn: Delineated
    ml: float
    hottest: float
    mean: float
    place: Floats
    height: float | None
    hints: tuple[Hint, ...]


def find_candidates(
    volume: Volume,
    *,
    suv: float = CANDIDATE_SUV,
    least_ml: float = CANDIDATE_ML,
    psf_mm: float | None = None,
    connection: Connection = Connection.FACES,
) -> tuple[Candidate, ...]:
    """Everything at or above `suv` of at least `least_ml`, none of it accepted.

    `suv` is by body weight in whatever unit the volume is, and so is what hints are read from. A
    volume that is no uptake, or does not say how its unit compares, raises ReinfuseError.

    First come those without a hint, then those with one; in each part the largest uptake
    (volume times mean) first. `least_ml=0` also gives single voxels.
    """
    if not volume.is_uptake:
        raise ReinfuseError(
            f"candidates are sought in SUV or SUL, and the volume is in {volume.unit}",
            fix="turn the series into SUV first",
        )
    least = volume.from_suvbw(suv)
    held = np.where(np.isfinite(volume.values), volume.values, np.float32(-np.inf))
    labels, _ = ndimage.label(held >= least, neighbours(connection))
    sizes = np.bincount(labels.ravel())
    drawn = [
        _drawn(_spot(volume, labels, label, place, connection), suv, psf_mm)
        for label, place in enumerate(ndimage.find_objects(labels), start=1)
        if sizes[label] * volume.grid.voxel_ml >= least_ml
    ]
    return _listed(volume, drawn)


def accept(candidates: Sequence[Candidate], chosen: Mapping[int, str]) -> tuple[Delineated, ...]:
    """The candidates that a person chose, by number, under the labels the person gave them."""
    by_number = {candidate.number: candidate for candidate in candidates}
    unknown = sorted(set(chosen) - set(by_number))
    if unknown:
        raise ReinfuseError(
            f"there is no candidate {', '.join(map(str, unknown))}",
            fix=f"choose from 1 to {len(by_number)}" if by_number else "no candidate was found",
        )
    if len(set(chosen.values())) < len(chosen):
        raise ReinfuseError("two lesions have the same label", fix="give each its own")
    return tuple(_labelled(by_number[number].drawn, label) for number, label in chosen.items())


def _spot(
    volume: Volume, labels: object, label: int, place: tuple[slice, ...], connection: Connection
) -> HotSpot:
    """The hot spot of a component: its hottest voxel, in a box with a margin."""
    own = np.asarray(labels)[place] == label
    values = np.where(own, volume.values[place], -np.inf)
    inner = np.unravel_index(int(np.argmax(values)), values.shape)
    low = index_of(part.start for part in place)
    top = index_of(a + int(b) for a, b in zip(low, inner, strict=True))
    tight = Region(low=low, high=index_of(part.stop for part in place))
    region = replace(tight.grown(SHELL_MM[1], volume.grid), seed=top)
    inside = volume.values[region.place].astype(np.float64)
    inside[~np.isfinite(inside)] = -np.inf
    return HotSpot(
        volume=volume,
        region=region,
        values=inside,
        top=top,
        hottest=float(values[inner]),
        connection=connection,
        holes=Holes.KEPT,
    )


def _drawn(spot: HotSpot, suv: float, psf_mm: float | None) -> Delineated:
    found = draw(spot, fixed(suv), label="candidate", psf_mm=psf_mm)
    assert isinstance(found, Delineated), "its top is above the threshold"
    return found


def _listed(volume: Volume, drawn: Sequence[Delineated]) -> tuple[Candidate, ...]:
    """Candidates sorted and numbered."""
    body = find_body(volume)
    values = [_values(volume, one) for one in drawn]
    uptakes = [
        Uptake(
            centre=volume.grid.millimetres((np.argwhere(one.mask) + one.corner).mean(axis=0)),
            ml=one.voxels * volume.grid.voxel_ml,
            hottest=float(inside.max()) / (volume.per_suvbw or 1.0),
        )
        for one, inside in zip(drawn, values, strict=True)
    ]
    hints = find_hints(uptakes, body)
    totals = [one.ml * float(inside.mean()) for one, inside in zip(uptakes, values, strict=True)]
    order = sorted(range(len(drawn)), key=lambda at: (bool(hints[at]), -totals[at]))
    return tuple(
        Candidate(
            number=number,
            drawn=_labelled(drawn[at], f"candidate {number}"),
            ml=uptakes[at].ml,
            hottest=float(values[at].max()),
            mean=float(values[at].mean()),
            place=uptakes[at].centre,
            height=None if body is None else body.height_of(uptakes[at].centre),
            hints=hints[at],
        )
        for number, at in enumerate(order, start=1)
    )


def _values(volume: Volume, one: Delineated) -> Floats:
    place = tuple(
        slice(low, low + size) for low, size in zip(one.corner, one.mask.shape, strict=True)
    )
    return np.asarray(volume.values[place][one.mask], np.float64)


def _labelled(drawn: Delineated, label: str) -> Delineated:
    """The same mask under another name, in its guards as well."""
    guards = tuple(_renamed(guard, drawn.label, label) for guard in drawn.guards)
    return replace(drawn, label=label, guards=guards)


def _renamed(guard: Finding, before: str, label: str) -> Finding:
    what = label + guard.what.removeprefix(before)
    return replace(guard, what=what, where=label, about=(label,))
