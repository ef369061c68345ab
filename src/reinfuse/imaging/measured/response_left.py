"""The peak of what is left in the place of a lesion that is no longer drawn."""

from __future__ import annotations

from reinfuse.imaging.following import Followed
from reinfuse.imaging.measured.results import Look, Results
from reinfuse.imaging.measures import Uptake
from reinfuse.imaging.measures.uptake import uptake_of


def peak_left(results: Results, lesion: str, look: Look) -> float | None:
    """The highest mean over 1 mL about a voxel of the place, in the unit of the scan.

    None where nothing was carried there, or where lesions that are drawn lie in it, or something
    hotter beside it: their peak would be told as its own.
    """
    if look.left is None or not isinstance(results.followed, Followed):
        return None
    for point, seen in (
        (point, seen)
        for track in results.followed.tracks
        if track.name == lesion
        for point, seen in zip(results.followed.time_points, track.looks, strict=True)
    ):
        if seen.time_point != look.scan or seen.place is None:
            continue
        if seen.place.voxels != look.left.voxels:
            return None
        uptake = uptake_of(point.suv, seen.place)
        if not isinstance(uptake, Uptake) or uptake.peak_from_outside:
            return None
        return uptake.peak_global
    return None
