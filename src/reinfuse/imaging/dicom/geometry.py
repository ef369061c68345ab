"""One grid from the places of slices: sorted along the normal, gaps and irregular steps named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.imaging.dicom.image import POSITION, THICKNESS, Image
from reinfuse.imaging.dicom.refusal import SEND_AGAIN, refuse, tell
from reinfuse.imaging.volume import Grid

IRREGULAR = 0.05  # of the usual step: our own limit, above what bed overlaps leave
SHIFTED = 0.5  # of a pixel: across the normal, from the first slice to the last
SAME_PLACE_MM = 0.01
A_GAP = 0.1  # how near to a whole number of steps a gap of missing slices is
FEW_GAPS = 0.1  # of the steps: more, and the slices were never regular
MOST_VOXELS = 1 << 28

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placed:
    """Images in the order of voxels, and the grid that they, or what is made of them, lie on.

    `places` is None where the images lie on the grid; else slice by slice how far, in images, it
    lies along the series, `"slices"`: 2.25 lies a quarter of the way from image 2 to image 3.
    """

    images: tuple[Image, ...]
    grid: Grid
    places: Floats | None
    findings: tuple[Finding, ...] = ()


def place(images: tuple[Image, ...], *, called: str, resample: bool) -> Placed:
    """The images of one geometry on a grid; ReinfuseError for a gap, or irregular steps.

    With `resample`, irregular slices are put on even steps, linearly along the normal. A missing
    slice is refused all the same: what is not there cannot be put between others.
    """
    first = images[0]
    normal = np.cross(first.columns_lead, first.rows_lead)
    along = np.array([np.dot(one.position, normal) for one in images])
    order = np.argsort(along, kind="stable")
    images, along = tuple(images[one] for one in order), along[order]
    first = images[0]
    if len(images) * first.stored.rows * first.stored.columns > MOST_VOXELS:
        raise refuse(called, f"the series has more than {MOST_VOXELS} voxels", fix=SEND_AGAIN)
    step, findings = _step(images, along, called=called)
    places: Floats | None = None
    count = len(images)
    problem = _irregular(images, along, called=called)
    if problem is not None:
        if not resample:
            raise problem
        count = max(2, round((along[-1] - along[0]) / _usual(along)) + 1)
        at = np.linspace(along[0], along[-1], count)
        places = np.interp(at, along, np.arange(len(images), dtype=np.float64))
        step = (along[-1] - along[0]) / (count - 1)
        findings = (*findings, _resampled(called, len(images), count, step))
    row_step, column_step = first.spacing
    steps = np.array([
        normal * step,
        np.array(first.rows_lead) * row_step,
        np.array(first.columns_lead) * column_step,
    ])  # fmt: skip
    shape = (count, first.stored.rows, first.stored.columns)
    grid = Grid(shape=shape, origin=np.array(first.position), steps=steps)
    return Placed(images=images, grid=grid, places=places, findings=findings)


def _step(
    images: tuple[Image, ...], along: Floats, *, called: str
) -> tuple[float, tuple[Finding, ...]]:
    """Millimetres from slice to slice, over the whole series."""
    if len(images) == 1:
        thickness = images[0].thickness
        if not thickness or thickness < 0:
            raise refuse(called, "a single slice does not say how thick it is", tag=THICKNESS)
        told = tell(
            Severity.GAP,
            "dicom-single-slice",
            "the series is a single slice; its thickness stands for the step between slices",
            where=called,
        )
        return thickness, (told,)
    _refuse_same_place(images, along, called=called)
    _refuse_shift(images, along, called=called)
    _refuse_missing(images, along, called=called)
    return float(along[-1] - along[0]) / (len(images) - 1), ()


def _usual(along: Floats) -> float:
    """The usual step: the lower median, which a few gaps do not move."""
    gaps = np.sort(np.diff(along))
    return float(gaps[(len(gaps) - 1) // 2])


def _refuse_same_place(images: tuple[Image, ...], along: Floats, *, called: str) -> None:
    same = np.flatnonzero(np.diff(along) < SAME_PLACE_MM)
    if len(same):
        one, other = images[same[0]].source.name, images[same[0] + 1].source.name
        lie = "1 image lies where another does" if len(same) == 1 else ""
        raise refuse(
            called,
            f"{lie or f'{len(same)} images lie where others do'}, such as {one} and {other}: "
            "several times (dynamic or gated), or two reconstructions in one series",
            tag=POSITION,
            fix="keep one time or one reconstruction in the folder",
        )


def _refuse_shift(images: tuple[Image, ...], along: Floats, *, called: str) -> None:
    """Slices must lie behind each other along the normal, as none of a tilted gantry do."""
    normal = np.cross(images[0].columns_lead, images[0].rows_lead)
    places = np.array([one.position for one in images])
    across = places - places[0] - (along - along[0])[:, None] * normal
    farthest = float(np.linalg.norm(across, axis=1).max())
    if farthest > SHIFTED * min(images[0].spacing):
        raise refuse(
            called,
            f"slices are shifted by up to {farthest:.1f} mm against each other across their "
            "normal (a tilted gantry, or two series in one)",
            tag=POSITION,
            fix="reformat the series into straight slices",
        )


def _refuse_missing(images: tuple[Image, ...], along: Floats, *, called: str) -> None:
    usual = _usual(along)
    ratios = np.diff(along) / usual
    missing = np.flatnonzero((ratios > 2 - A_GAP) & (np.abs(ratios - np.round(ratios)) < A_GAP))
    if not len(missing) or len(missing) > max(1, FEW_GAPS * len(ratios)):
        return
    at = int(missing[0])
    count = int(np.sum(np.round(ratios[missing]) - 1))
    slices = "1 slice is" if count == 1 else f"{count} slices are"
    raise refuse(
        called,
        f"{slices} missing: from {images[at].source.name} to {images[at + 1].source.name} it is "
        f"{along[at + 1] - along[at]:.2f} mm, and {usual:.2f} mm elsewhere",
        tag=POSITION,
        fix=SEND_AGAIN,
    )


def _irregular(images: tuple[Image, ...], along: Floats, *, called: str) -> ReinfuseError | None:
    if len(images) < 3:  # noqa: PLR2004 - two slices have one step
        return None
    usual = _usual(along)
    steps = np.diff(along)
    even = np.linspace(along[0], along[-1], len(along))
    off = np.abs(steps / usual - 1.0)
    if off.max() <= IRREGULAR and np.abs(along - even).max() <= usual / 2:
        return None
    return refuse(
        called,
        f"slices lie {steps.min():.2f} to {steps.max():.2f} mm from each other, which is more "
        f"than {100 * IRREGULAR:.0f} % off the usual {usual:.2f} mm",
        tag=POSITION,
        fix="export the whole series again, or have it resampled: `resample: true` beside the scan "
        "in the boxes (in Python resample=True)",
    )


def _resampled(called: str, before: int, after: int, step: float) -> Finding:
    return tell(
        Severity.NOTE,
        "dicom-resampled",
        f"{before} irregular slices were resampled linearly along their normal to {after} at "
        f"{step:.3f} mm",
        where=called,
    )
