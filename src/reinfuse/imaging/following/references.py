"""Liver and blood pool of each scan: what the uptake of lesions is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.imaging.following.followed import Followed
from reinfuse.imaging.following.rigid import at_rest
from reinfuse.imaging.lesions import read_reference
from reinfuse.imaging.lesions.sphere import LIVER_DIAMETER_MM, sphere_values
from reinfuse.imaging.volume import Floats, Volume

# A small sphere, since the aorta is narrow (ours; PERCIST takes a cylinder of 1 x 2 cm).
BLOOD_DIAMETER_MM = 14.0
DIAMETERS_MM = MappingProxyType({"liver": LIVER_DIAMETER_MM, "mediastinum": BLOOD_DIAMETER_MM})
UNEVEN = 0.35  # deviation over mean from which a sphere does not lie in one organ (ours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Highest, mean and standard deviation in a sphere of an organ, in the unit of the volume."""

    max: float
    mean: float
    deviation: float

    @property
    def uneven(self) -> bool:
        """Whether it varies so much that the sphere may not lie in one organ."""
        return self.deviation > UNEVEN * self.mean


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """The references of one scan; None: nobody said where the organ is."""

    time_point: str
    liver: Pool | None
    mediastinum: Pool | None
    findings: tuple[Finding, ...] = ()


Place = tuple[float, float, float]


def read_references(
    followed: Followed, *, liver_mm: Place | None = None, mediastinum_mm: Place | None = None
) -> tuple[References, ...]:
    """The references of each scan, in spheres of 3 cm and 1.4 cm.

    The places are LPS, mm, in the first scan, and are carried to the others as lesions are. An
    uneven sphere is told as a finding; one that leaves a scan is an error.
    """
    motions = (at_rest(), *(one.motion for one in followed.registrations))
    asked = {"liver": liver_mm, "mediastinum": mediastinum_mm}
    found = []
    for time_point, motion in zip(followed.time_points, motions, strict=True):
        places = {
            organ: motion.of(np.asarray(place, np.float64))
            for organ, place in asked.items()
            if place is not None
        }
        found.append(references_at(time_point.suv, places, time_point=time_point.name))
    return tuple(found)


def references_at(volume: Volume, places: Mapping[str, Floats], *, time_point: str) -> References:
    """The references of one scan at places `"xyz"` in LPS mm, by organ as `DIAMETERS_MM` has them.

    A sphere that leaves the scan is an error that names organ and scan.
    """
    pools: dict[str, Pool] = {}
    for organ, centre in places.items():
        try:
            pools[organ] = _pool(volume, centre, DIAMETERS_MM[organ])
        except ReinfuseError as problem:
            raise ReinfuseError(
                f"{organ}: {problem.what}", where=time_point, fix=problem.fix
            ) from problem
    return References(
        time_point=time_point,
        liver=pools.get("liver"),
        mediastinum=pools.get("mediastinum"),
        findings=tuple(_uneven(organ, time_point) for organ, pool in pools.items() if pool.uneven),
    )


def _pool(volume: Volume, centre: Floats, diameter_mm: float) -> Pool:
    held = read_reference(volume, centre, diameter_mm=diameter_mm)
    top = float(sphere_values(volume, centre, diameter_mm / 2).max())
    return Pool(max=top, mean=held.mean, deviation=held.deviation)


def _uneven(organ: str, where: str) -> Finding:
    return Finding(
        severity=Severity.AMBIGUITY,
        rule="reference-uneven",
        what=f"the sphere for {organ} is uneven and may not lie in it",
        where=where,
        fix="give its place again, farther from the border of the organ",
    )
