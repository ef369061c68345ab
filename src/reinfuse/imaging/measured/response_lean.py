"""From uptake by body weight to uptake by lean mass: one factor for each scan, or why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.imaging.measured.scanning import Scan
from reinfuse.imaging.suv.body import Body, Normaliser, falls_with_weight, size_of

WEIGHT, HEIGHT = "weight", "height"  # as the provenance of an SUV calls them


@dataclass(frozen=True, slots=True, kw_only=True)
class NotGiven:
    """What could not be said, why, and what would settle it."""

    why: str
    fix: str = ""


def lean_share(scan: Scan, lean: Normaliser) -> float | NotGiven:
    """Lean mass over weight: what SUV by body weight is multiplied by to become SUL.

    Weight, height and sex are those of the files, or what a person overrode them with; without one
    of them there is no factor, since nothing is assumed of a body.
    """
    body = _body(scan)
    try:
        mass = size_of(body, lean)
    except ReinfuseError as problem:
        return NotGiven(why=problem.what, fix=problem.fix)
    return NotGiven(why="the weight is not known") if not body.weight_kg else mass / body.weight_kg


def lean_findings(scan: Scan, lean: Normaliser) -> Iterator[Finding]:
    """A note where the formula gives this patient less lean mass than a lighter one."""
    if falls_with_weight(_body(scan), lean):
        yield Finding(
            severity=Severity.NOTE,
            rule="suv-lean-mass-turns",
            what=f"{lean.name} gives a patient this heavy less lean mass than a lighter one",
            where=scan.name,
            fix="compare SUL by this formula between scans of one weight only",
        )


def _body(scan: Scan) -> Body:
    used = {one.name: one.value for one in scan.provenance.inputs}
    facts = scan.series.facts
    return Body(
        weight_kg=used.get(WEIGHT),
        height_cm=used.get(HEIGHT),
        sex="" if facts is None else facts.sex,
    )
