"""Everything that a reader of measured scans must be told, by severity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reinfuse.errors import Finding, Severity
from reinfuse.report.petct_page.inputs import PetctInputs

Told = list[tuple[Severity, list[Finding]]]


def findings_of(inputs: PetctInputs) -> Told:
    """Findings of scans, looks, following and response, the worst first; none is told twice."""
    found = tuple(dict.fromkeys(_all(inputs)))
    groups = [(one, [item for item in found if item.severity is one]) for one in Severity]
    return [(severity, items) for severity, items in groups if items]


def _all(inputs: PetctInputs) -> Iterator[Finding]:
    results = inputs.results
    for failed in results.failed:
        yield Finding(
            severity=Severity.ERROR,
            rule="petct-scan-failed",
            what=f"scan {failed.scan}: {failed.what}",
            where=failed.where,
            fix=failed.fix,
        )
    for scan in results.scans:
        for one in scan.findings:
            yield one if scan.name in one.where else replace(one, where=_in(scan.name, one.where))
    for lesion in results.lesions:
        for look in lesion.looks:
            place = f"{lesion.wanted.name}, {look.scan}"
            for one in look.findings:
                yield one if look.scan in one.where else replace(one, where=place)
    for held in results.references:
        yield from held.findings
    yield from results.findings
    yield from inputs.response.findings


def _in(scan: str, where: str) -> str:
    return f"{scan}, {where}" if where else scan
