"""The ellipsoid that is spread in space as the lesion is."""

from __future__ import annotations

from math import sqrt

import numpy as np

from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.measures.surface import Surface
from reinfuse.imaging.volume import Floats

Axes = tuple[float, float, float]


def equal_moment_axes(surface: Surface) -> Axes:
    """Full axes, mm, short to long, of the solid ellipsoid with the second moments of a surface.

    They are 2 sqrt(5 lambda), lambda being the variances of the solid along its principal axes:
    exact for an ellipsoid. Source: our own choice; the moments of a polyhedron are those of its
    tetrahedra.
    """
    middle = surface.points.mean(axis=0)
    corners = surface.triangles - middle
    first, second, third = np.moveaxis(corners, 1, 0)
    sixfold = np.sum(np.cross(first, second) * third, axis=1)
    total = sixfold.sum()
    ends = corners.sum(axis=1)
    mean = sixfold @ ends / (4.0 * total)
    square = np.einsum("t,tci,tcj->ij", sixfold, corners, corners)
    square += np.einsum("t,ti,tj->ij", sixfold, ends, ends)
    return _axes(2.0 * sqrt(5.0), square / (20.0 * total) - np.outer(mean, mean))


def ibsi_axes(lesion: Delineated) -> Axes:
    """Axis lengths of the Image Biomarker Standardisation Initiative, mm, short to long.

    They are 4 sqrt(lambda) of voxel centres (divisor n - 1): what PyRadiomics and others print, and
    10.6 % shorter than the axes of a solid ellipsoid. Kept for comparison, never shown as a size.
    A single voxel has axes of 0.

    Source: doi:10.1148/radiol.2020191145, read in a public port.
    """
    places = lesion.grid.millimetres(np.argwhere(lesion.mask))
    spread = np.atleast_2d(np.cov(places.T)) if len(places) > 1 else np.zeros((3, 3))
    return _axes(4.0, spread)


def _axes(factor: float, covariance: Floats) -> Axes:
    """`factor` times the square roots of the eigenvalues, short to long."""
    short, middle, long = np.sqrt(np.clip(np.linalg.eigvalsh(covariance), 0.0, None))
    return factor * float(short), factor * float(middle), factor * float(long)
