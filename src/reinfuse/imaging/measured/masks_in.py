"""Masks that somebody drew, on the voxels of a scan or as a size on its CT."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom import Series
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.masks import NoMask, masks_on
from reinfuse.imaging.measured.boxes import WantedMask
from reinfuse.imaging.measures import InSlice, NoInSlice, border_of, surface_of
from reinfuse.imaging.measures.extents import largest_slice, patient_axes
from reinfuse.imaging.volume import Volume

MOST_NAMED = 20
Masks = tuple[Delineated | NoMask, ...]


@dataclass(slots=True, kw_only=True, eq=False)
class MaskFiles:
    """The files of masks below a folder; each is read once for a series, or refused once."""

    folder: Path | None
    known: dict[tuple[str, str], Masks | ReinfuseError] = field(default_factory=dict)

    def on(self, wanted: WantedMask, series: Series, *, label: str) -> Delineated:
        """The mask on the voxels of a series, under a label.

        Raises ReinfuseError where the file cannot be read or was drawn in another frame of
        reference, and where the region is not there, is one of several or has no voxel.
        """
        key = wanted.file, series.key
        if key not in self.known:
            self.known[key] = self._read(wanted.file, series)
        found = self.known[key]
        if isinstance(found, ReinfuseError):
            raise found
        one = _chosen(found, wanted.roi)
        if isinstance(one, NoMask):
            raise ReinfuseError(
                f"its mask: {one.why}", fix="name a mask that was drawn on this scan"
            )
        return replace(one, label=label)

    def _read(self, file: str, series: Series) -> Masks | ReinfuseError:
        # The name of a file is often that of a patient, and a lesion and its scan say which it is.
        path = (self.folder or Path()) / file
        if not path.is_file():
            return ReinfuseError(
                "its mask: there is no such file", fix="name it from where the boxes lie"
            )
        try:
            return masks_on(path, series)
        except ReinfuseError as problem:
            return ReinfuseError(f"its mask: {problem.what}", fix=problem.fix)
        except OSError as problem:
            what = f"its mask cannot be read: {problem.strerror or 'the system says no'}"
            return ReinfuseError(what, fix="check the name and the rights")


def size_on_ct(mask: Delineated) -> InSlice:
    """LDi and SDi of a mask on a CT; ReinfuseError where its slices are not transverse.

    A mask without a threshold has its border half-way between voxels, so that Hounsfield units
    decide nothing and hundreds of slices need not be read.
    """
    nothing = np.broadcast_to(np.float32(0.0), mask.grid.shape)
    border = border_of(Volume(values=nothing, grid=mask.grid, unit="HU"), mask)
    height = patient_axes(surface_of(border)).head_foot_mm
    size = largest_slice(border, unit="HU", head_foot_mm=height)
    if isinstance(size, NoInSlice):
        raise ReinfuseError(
            f"its mask on the CT: {size.reason}", fix="draw it on transverse slices"
        )
    return size


def _chosen(masks: Masks, roi: str | None) -> Delineated | NoMask:
    fitting = [one for one in masks if roi is None or one.label == roi]
    if len(fitting) == 1:
        return fitting[0]
    here = "; ".join(one.label for one in masks[:MOST_NAMED]) or "none"
    if roi is None:
        what = f"its mask: the file holds {len(masks)} regions, and none is named"
    else:
        what = f"its mask: {len(fitting) or 'no'} regions of the file are called {roi!r}"
    raise ReinfuseError(what, fix=f"write `roi:` with one of these: {here}")
