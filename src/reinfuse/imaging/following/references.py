"""Liver and blood pool of each scan: what the uptake of lesions is held against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.imaging.following.followed import Followed
from reinfuse.imaging.following.rigid import at_rest
from reinfuse.imaging.lesions import read_reference
from reinfuse.imaging.lesions.sphere import LIVER_DIAMETER_MM, sphere_values

# A small sphere, since the aorta is narrow (ours; PERCIST takes a cylinder of 1 x 2 cm).
BLOOD_DIAMETER_MM = 14.0
UNEVEN = 0.35  # deviation over mean from which a sphere does not lie in one organ (ours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Highest, mean and standard deviation of the SUV in a sphere of an organ."""

    max: float
    mean: float
    deviation: float


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
    found = []
    for time_point, motion in zip(followed.time_points, motions, strict=True):
        pools: list[Pool | None] = []
        told: list[Finding] = []
        for organ, place, wide in (
            ("liver", liver_mm, LIVER_DIAMETER_MM),
            ("mediastinum", mediastinum_mm, BLOOD_DIAMETER_MM),
        ):
            if place is None:
                pools.append(None)
                continue
            centre = motion.of(np.asarray(place, np.float64))
            try:
                held = read_reference(time_point.suv, centre, diameter_mm=wide)
            except ReinfuseError as problem:
                raise ReinfuseError(
                    f"{organ}: {problem.what}", where=time_point.name, fix=problem.fix
                ) from problem
            top = float(sphere_values(time_point.suv, centre, wide / 2).max())
            pools.append(Pool(max=top, mean=held.mean, deviation=held.deviation))
            if held.deviation > UNEVEN * held.mean:
                told.append(_uneven(organ, time_point.name))
        found.append(
            References(
                time_point=time_point.name,
                liver=pools[0],
                mediastinum=pools[1],
                findings=tuple(told),
            )
        )
    return tuple(found)


def _uneven(organ: str, where: str) -> Finding:
    return Finding(
        severity=Severity.AMBIGUITY,
        rule="reference-uneven",
        what=f"the sphere for {organ} is uneven and may not lie in it",
        where=where,
        fix="give its place in the first scan again, farther from the border of the organ",
    )
