"""All numbers of one lesion at one time point."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.measures.calipers import Calipers, calipers_of
from reinfuse.imaging.measures.ellipsoid import Axes, equal_moment_axes
from reinfuse.imaging.measures.extents import (
    InSlice,
    NoInSlice,
    PatientAxes,
    largest_slice,
    patient_axes,
)
from reinfuse.imaging.measures.surface import border_of, inside_of, surface_of, trimmed
from reinfuse.imaging.measures.uncertainty import Uncertainty, uncertainty_of
from reinfuse.imaging.measures.uptake import NoUptake, Uptake, uptake_of
from reinfuse.imaging.volume import Volume


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """The sizes of a lesion, each by its named definition, and its uptake.

    `calipers` are what is meant where nothing else is said. `ellipsoid_mm` are the full axes, short
    to long, of the equal-moment ellipsoid. `volume_ml` is voxels x voxel volume, which totals are
    made of; `mesh_ml` is the volume inside the sub-voxel surface. `lesion` says how the border was
    drawn and which leak guards tripped; `findings` are what measuring itself has to tell.
    """

    lesion: Delineated
    calipers: Calipers
    patient: PatientAxes
    in_slice: InSlice | NoInSlice
    ellipsoid_mm: Axes
    volume_ml: float
    mesh_ml: float
    uptake: Uptake | NoUptake
    uncertainty: Uncertainty
    findings: tuple[Finding, ...] = ()

    @property
    def words(self) -> str:
        """The size as a report has it: `3.7 x 4.8 x 12.5 cm (caliper), 113 mL`."""
        lengths = " x ".join(f"{mm / 10:.1f}" for mm in self.calipers.mm)
        return f"{lengths} cm (caliper), {in_ml(self.volume_ml)}"


def measure(volume: Volume, lesion: Delineated, *, psf_mm: float | None = None) -> Measured:
    """Measure one lesion in the volume that it was drawn on.

    `psf_mm` is the resolution of the scan as full width at half maximum; without it, intervals say
    that it was left out. Raises ReinfuseError if the lesion is empty, lies on other voxels than the
    volume, or holds values that are no numbers.
    """
    drawn, lesion = lesion, trimmed(lesion)
    border = border_of(volume, lesion)
    surface = surface_of(border)
    calipers = calipers_of(surface.points)
    patient = patient_axes(surface)
    uptake = uptake_of(volume, lesion)
    return Measured(
        lesion=drawn,
        calipers=calipers,
        patient=patient,
        in_slice=largest_slice(border, unit=volume.unit, head_foot_mm=patient.head_foot_mm),
        ellipsoid_mm=equal_moment_axes(surface),
        volume_ml=lesion.voxels * lesion.grid.voxel_ml,
        mesh_ml=surface.volume_ml,
        uptake=uptake,
        uncertainty=uncertainty_of(volume, lesion, calipers, psf_mm=psf_mm),
        findings=(*_cut_off(volume, lesion), *_from_outside(volume, lesion, uptake)),
    )


def in_ml(volume_ml: float) -> str:
    """A volume for a reader: three figures below 100 mL, and no false ones above."""
    return f"{volume_ml:.0f} mL" if volume_ml >= 100 else f"{volume_ml:.3g} mL"  # noqa: PLR2004


def _cut_off(volume: Volume, lesion: Delineated) -> tuple[Finding, ...]:
    """A lesion that reaches the edge of the scan may go on beyond it."""
    mask, corner = inside_of(volume, lesion)
    sides = zip(corner, mask.shape, volume.grid.shape, strict=True)
    if not any(start == 0 or start + size == last for start, size, last in sides):
        return ()
    return (
        Finding(
            severity=Severity.NOTE,
            rule="lesion-at-scan-edge",
            what="the lesion reaches the edge of the scan, and its sizes end there",
            where=f"lesion {lesion.label}",
            fix="read them as at least so much",
        ),
    )


def _from_outside(
    volume: Volume, lesion: Delineated, uptake: Uptake | NoUptake
) -> tuple[Finding, ...]:
    """A peak above the maximum: its sphere reaches into something hotter."""
    if not isinstance(uptake, Uptake) or not uptake.peak_from_outside:
        return ()
    unit = volume.short_unit
    return (
        Finding(
            severity=Severity.AMBIGUITY,
            rule="lesion-peak-from-outside",
            what=f"{unit}peak {uptake.peak_global:.3g} is above {unit}max {uptake.max:.3g}: its "
            "sphere of 1 mL reaches into what lies beside the lesion",
            where=f"lesion {lesion.label}",
            fix="do not quote this peak; look whether the border leaves out a part of the lesion",
        ),
    )
