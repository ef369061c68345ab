"""What comes out: every lesion at every time point, and what could not be had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reinfuse.errors import Finding
from reinfuse.imaging.following import Followed, Left, NotFollowed, Registered
from reinfuse.imaging.following.references import References
from reinfuse.imaging.lesion import Method
from reinfuse.imaging.lesions import Candidate
from reinfuse.imaging.measured.boxes import Boxes, WantedLesion
from reinfuse.imaging.measured.scanning import Failed, Scan
from reinfuse.imaging.measures import InSlice, Measured
from reinfuse.imaging.suv.body import BODY_WEIGHT, Normaliser


class Trend(StrEnum):
    """What became of a volume since the look before, where the intervals leave no doubt."""

    NEW = "new"
    REDUCED = "reduced"
    INCREASED = "increased"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """One lesion in one scan: `state` in a few words, and `words` for a reader.

    `measured` is None where nothing is drawn; `left` is then the uptake in its place, where that
    could be measured. `failed` says that something was asked for and could not be done.
    """

    scan: str
    state: str
    words: str
    method: Method | None = None
    measured: Measured | None = None
    left: Left | None = None
    trend: Trend | None = None
    failed: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesion:
    """One lesion with a look for each scan that was read."""

    wanted: WantedLesion
    looks: tuple[Look, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Results:
    """All of it: scans in order of time with their `days`, from the infusion or the first scan.

    `days_from_infusion` tells which; where scans count from several infusions, it is the first of
    these. `candidates` are listed, scan by scan, where no lesions were asked for. `registrations`
    lead from the first scan to each of the others, by their names. `followed` is None where there
    was nothing to follow. `references` are liver and blood pool, one row for each scan, and their
    findings are among `findings` as well. `on_ct` are sizes measured on CT, by name of lesion and
    scan. `left_out` are lesions that no person has accepted.
    """

    boxes: Boxes
    scans: tuple[Scan, ...]
    days: Mapping[str, int]
    days_from_infusion: bool
    lesions: tuple[Lesion, ...]
    candidates: Mapping[str, tuple[Candidate, ...]]
    registrations: Mapping[str, Registered]
    failed: tuple[Failed, ...]
    findings: tuple[Finding, ...]
    normaliser: Normaliser = BODY_WEIGHT
    followed: Followed | NotFollowed | None = None
    references: tuple[References, ...] = ()
    on_ct: Mapping[tuple[str, str], InSlice] = field(default_factory=dict)
    left_out: tuple[WantedLesion, ...] = ()
