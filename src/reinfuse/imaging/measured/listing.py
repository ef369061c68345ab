"""Candidates of a scan for a person to accept: what is as hot by body weight."""

from __future__ import annotations

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.imaging.lesions import Candidate, find_candidates
from reinfuse.imaging.lesions.candidates import CANDIDATE_SUV
from reinfuse.imaging.measured.registered import Progress
from reinfuse.imaging.measured.scanning import Scan


def list_candidates(
    scan: Scan, psf_mm: float | None, *, progress: Progress
) -> tuple[tuple[Candidate, ...], tuple[Finding, ...]]:
    """Candidates by body weight, which is told where the scan is in another unit.

    None, and a finding, where the files do not tell what body weight would give.
    """
    progress(f"looking for candidates in {scan.name}")
    try:
        found = find_candidates(scan.suv, psf_mm=psf_mm)
    except ReinfuseError as problem:
        what = f"no candidates were sought: {problem.what}"
        return (), (
            Finding(
                severity=Severity.GAP,
                rule="petct-no-candidates",
                what=what,
                where=scan.name,
                fix=problem.fix,
            ),
        )
    if scan.suv.by_body_weight:
        return found, ()
    here = f"{scan.suv.short_unit} {scan.suv.from_suvbw(CANDIDATE_SUV):.2f}"
    what = f"candidates are sought by body weight: SUVbw {CANDIDATE_SUV:g} is {here} here"
    return found, (
        Finding(
            severity=Severity.NOTE,
            rule="petct-candidates-by-body-weight",
            what=what,
            where=scan.name,
        ),
    )
