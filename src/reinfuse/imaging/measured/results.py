"""What comes out: every lesion at every time point, and what could not be had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reinfuse.errors import Finding
from reinfuse.imaging.following import Left, Registered
from reinfuse.imaging.lesion import Method
from reinfuse.imaging.lesions import Candidate
from reinfuse.imaging.measured.boxes import Boxes, WantedLesion
from reinfuse.imaging.measured.scanning import Failed, Scan
from reinfuse.imaging.measures import Measured


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

    `days_from_infusion` tells which. `candidates` are listed, scan by scan, where no lesions were
    asked for. `registrations` lead from the first scan to each of the others, by their names.
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
