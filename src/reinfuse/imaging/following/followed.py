"""Lesions with one identity over several scans, and what each scan shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reinfuse.errors import Finding
from reinfuse.imaging.following.left_in_place import Left, NothingLeft
from reinfuse.imaging.following.registering import Registered
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.volume import Volume


class State(StrEnum):
    """What a scan shows of a lesion."""

    DRAWN = "drawn"
    NEW = "new"  # drawn, and not known from an earlier scan
    SPLIT = "fell apart"  # drawn in several pieces
    MERGED = "merged"  # drawn as one with another known lesion
    RETURNED = "drawn again"  # after a scan in which it was below the threshold
    BELOW = "below threshold"  # not drawn; never "gone", for that a person must say
    EARLIER = "before it was drawn"
    NOT_SCANNED = "not scanned"  # its place lies outside this scan


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimePoint:
    """One PET/CT of a patient: `day` from the infusion, `lesions` drawn on the voxels of `suv`.

    `ct` lies in the same frame of reference as `suv`; without it scans are registered by uptake.
    """

    name: str
    day: int
    suv: Volume
    ct: Volume | None = None
    lesions: tuple[Delineated, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """One lesion at one time point.

    `lesions` are what was drawn of it, `place` is the outline carried over from another scan where
    nothing was drawn, and `left` the uptake within. `gap_mm` is how far it lay, on average, from
    where it was expected.
    """

    time_point: str
    day: int
    state: State
    lesions: tuple[Delineated, ...] = ()
    place: Delineated | None = None
    left: Left | NothingLeft | None = None
    gap_mm: float | None = None

    @property
    def words(self) -> str:
        """What a reader is told, such as `below threshold: SUVmax 1.8 left in its place (...)`."""
        if isinstance(self.left, Left):
            return f"{self.state}: {self.left.words}"
        if isinstance(self.left, NothingLeft):
            return f"{self.state}: {self.left.why}"
        if self.state is State.SPLIT:
            return f"{self.state} into {len(self.lesions)}"
        if self.state is State.MERGED:
            return f"{self.state} with another lesion: {self.lesions[0].label}"
        return str(self.state)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Track:
    """One lesion through all scans, a look for each; `name` is the label it first had."""

    name: str
    looks: tuple[Look, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Followed:
    """All lesions through all scans.

    `registrations` are the motions from the first scan to each of the others, in order.
    """

    time_points: tuple[TimePoint, ...]
    tracks: tuple[Track, ...]
    registrations: tuple[Registered, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFollowed:
    """Lesions that could not be followed, at which time point, and why."""

    time_point: str
    why: str
