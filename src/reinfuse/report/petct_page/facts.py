"""Where the uptake of each scan came from, as pairs of a name and words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reinfuse.imaging.measured import Results, Scan
from reinfuse.report.petct_page.picture_words import day_words

Fact = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ScanFacts:
    """One scan and its facts."""

    title: str
    facts: tuple[Fact, ...]


def scan_facts(results: Results) -> tuple[ScanFacts, ...]:
    """What is known of every scan, so that its numbers can be made again."""
    return tuple(
        ScanFacts(
            f"{day_words(results.days[scan.name]).capitalize()}: {scan.name}",
            tuple(_facts(scan, results)),
        )
        for scan in results.scans
    )


def _facts(scan: Scan, results: Results) -> Iterator[Fact]:
    known = scan.provenance
    yield "Uptake", f"{scan.suv.unit} = {known.normaliser.formula} ({known.normaliser.source})"
    yield "Stored as", known.path
    for used in known.inputs:
        value = "not known" if used.value is None else _amount(used.value, used.unit)
        yield used.name.capitalize(), f"{value} ({used.origin})"
    minutes = known.uptake_min
    yield "Injection to scan", "not known" if minutes is None else f"{minutes:.0f} min"
    yield "Decay", known.why
    if known.chosen is not None:
        yield "Corrected to", known.chosen.rule
    spacing = " × ".join(f"{mm:.3g}" for mm in scan.suv.grid.spacing)
    shape = " × ".join(str(one) for one in scan.suv.grid.shape)
    yield "Voxels", f"{shape}, {spacing} mm (slices, rows, columns)"
    yield "CT", "in the same frame of reference" if scan.ct is not None else "none was read"
    moved = results.registrations.get(scan.name)
    if moved is not None:
        shift = ", ".join(f"{mm:.1f}" for mm in moved.motion.shift).replace("-", "−")
        yield (
            "Registered",
            f"to the first scan by {shift} mm and {moved.motion.angle_deg:.1f}°; a second fit"
            f" lies up to {moved.repeat_mm:.1f} mm from it, and the two share"
            f" {100 * moved.overlap:.0f} % of the body",
        )
    yield "SHA-256 of the PET", scan.sha256


def _amount(value: float, unit: str) -> str:
    return f"{value / 1e6:.4g} MBq" if unit == "Bq" else f"{value:g} {unit}"
