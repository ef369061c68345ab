"""Liver and blood of every scan: where a person points to them, or where the motion takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.imaging.following.references import DIAMETERS_MM, References, references_at
from reinfuse.imaging.following.rigid import Rigid
from reinfuse.imaging.measured.boxes import WantedScan, corner_of_body
from reinfuse.imaging.measured.response_references import hotter_blood
from reinfuse.imaging.measured.scanning import Scan
from reinfuse.imaging.suv import Suv, Tracer
from reinfuse.imaging.suv.liver import read_liver
from reinfuse.imaging.volume import Floats

LIVER = "liver"


def read_all(scans: Sequence[Scan], motions: Mapping[str, Rigid | None]) -> tuple[References, ...]:
    """The references of each scan, in order, with what speaks against them.

    A place that a scan lacks is carried from the earliest scan that has it; `motions` lead from the
    first scan to each by name, None where that is not known. Where it cannot be carried, or leaves
    the scan, there is no reference and a finding says so. A place of a scan's own that leaves
    it is an error among the findings; it is carried nowhere, and nothing is carried in its stead.
    """
    told = [_stated(scan) for scan in scans]
    stated = [places for places, _ in told]
    found = (_of(number, scans, stated, motions) for number in range(len(scans)))
    return tuple(
        replace(one, findings=(*refused, *one.findings))
        for one, (_, refused) in zip(found, told, strict=True)
    )


def to_be_carried(wanted: Sequence[WantedScan]) -> bool:
    """Whether an organ is pointed to in some of these scans and not in others."""
    known = [set(organs_of(one)) for one in wanted]
    return any(one != set().union(*known) for one in known)


def organs_of(wanted: WantedScan) -> tuple[str, ...]:
    """The organs that are pointed to in a scan."""
    return tuple(organ for organ in DIAMETERS_MM if getattr(wanted, organ) is not None)


def _stated(scan: Scan) -> tuple[dict[str, Floats], tuple[Finding, ...]]:
    """The stated places that can be read in their own scan, and an error for each other one."""
    places, refused = dict[str, Floats](), list[Finding]()
    for organ in organs_of(scan.wanted):
        try:
            place = _place(scan, organ)
            references_at(scan.suv, {organ: place}, time_point=scan.name)
        except ReinfuseError as problem:
            refused.append(
                Finding(
                    severity=Severity.ERROR,
                    rule="petct-reference-refused",
                    what=problem.what,
                    where=scan.name,
                    fix=f"correct `{organ}` beside the scan in the boxes",
                )
            )
            continue
        places[organ] = place
    return places, tuple(refused)


def _place(scan: Scan, organ: str) -> Floats:
    """A stated place in LPS mm."""
    own = np.asarray(getattr(scan.wanted, organ), np.float64)
    if not scan.wanted.of_body:
        return own
    try:
        return np.asarray(corner_of_body(scan.suv) + own, np.float64)
    except ReinfuseError as problem:
        raise ReinfuseError(
            f"{organ}: {problem.what}", where=scan.name, fix=problem.fix
        ) from problem


def _of(
    number: int,
    scans: Sequence[Scan],
    stated: Sequence[Mapping[str, Floats]],
    motions: Mapping[str, Rigid | None],
) -> References:
    scan = scans[number]
    found = references_at(scan.suv, stated[number], time_point=scan.name)
    places, told = dict(stated[number]), list[Finding]()
    for organ in DIAMETERS_MM:
        source = next((at for at, one in enumerate(stated) if organ in one), None)
        if source is None or organ in organs_of(scan.wanted):
            continue
        start = scans[source].name
        try:
            place = _carried(stated[source][organ], motions[start], motions[scan.name])
            more = references_at(scan.suv, {organ: place}, time_point=scan.name)
        except ReinfuseError as problem:
            told.append(_missing(organ, start, scan.name, problem.what))
            continue
        places[organ] = place
        pool, findings = getattr(more, organ), (*found.findings, *more.findings)
        found = replace(found, **{organ: pool}, findings=findings)
    if LIVER in places:
        guard = read_liver(Suv(volume=scan.suv, provenance=scan.provenance), places[LIVER])
        told += [replace(one, where=scan.name) for one in guard.findings]
    found = replace(found, findings=(*found.findings, *told))
    if scan.provenance.tracer is Tracer.OTHER:
        return found  # which of the two is hotter is known of FDG
    return replace(found, findings=(*found.findings, *hotter_blood(found)))


def _carried(place: Floats, start: Rigid | None, end: Rigid | None) -> Floats:
    if start is None or end is None:
        raise ReinfuseError("the two scans could not be registered", fix="point to it in both")
    return start.inverse.then(end).of(place)


def _missing(organ: str, start: str, scan: str, why: str) -> Finding:
    return Finding(
        severity=Severity.GAP,
        rule="petct-reference-not-carried",
        what=f"the place of the {organ} in {start} could not be carried here: "
        f"{why.removeprefix(f'{organ}: ')}",
        where=scan,
        fix=f"write `{organ}: [x, y, z]` for this scan",
    )
