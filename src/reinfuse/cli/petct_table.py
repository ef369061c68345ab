"""Lesions in PET/CT as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from reinfuse.cli.columns import columns
from reinfuse.cli.notice import NOTICE
from reinfuse.errors import Finding, Severity

if TYPE_CHECKING:
    from reinfuse.imaging.measured import Lesion, Look, Results

HEADS = ("scan", "day", "axes (caliper), cm", "volume, mL", "max", "mean", "peak", "TLG, mL",
         "border at", "method")  # fmt: skip
CANDIDATES = ("number", "volume, mL", "max", "mean", "centre (LPS), mm", "may also be")
_NONE = "-"


def lines(results: Results, recorded: Sequence[Finding]) -> Iterator[str]:
    """Scans, a table for each lesion, candidates, and what a reader must know.

    `recorded` tells what does not enter the record.
    """
    for line in _lines(results, recorded):
        yield _shown(line)


def problems(results: Results, recorded: Sequence[Finding]) -> list[str]:
    """Everything for which the exit code is not 0, in words."""
    found = [
        _told(f"scan {one.scan}: {one.what}", where=one.where, fix=one.fix)
        for one in results.failed
    ]
    findings = [
        *(finding for scan in results.scans for finding in scan.findings),
        *(one for lesion in results.lesions for look in lesion.looks for one in look.findings),
        *results.findings,
        *recorded,
    ]
    found += [
        _told(one.what, where=one.where, fix=one.fix)
        for one in findings
        if one.severity is Severity.ERROR
    ]
    return [_shown(one) for one in dict.fromkeys(found)]


def _lines(results: Results, recorded: Sequence[Finding]) -> Iterator[str]:
    origin = "the infusion" if results.days_from_infusion else "the first scan"
    count = len(results.scans)
    yield f"{count} scan{'' if count == 1 else 's'}, days from {origin}"
    for scan in results.scans:
        voxel = " x ".join(f"{mm:.3g}" for mm in scan.suv.grid.spacing)
        minutes = scan.provenance.uptake_min
        after = "" if minutes is None else f", {minutes:.0f} min after injection"
        used = ", ".join(
            f"{one.name} {_amount(one.value, one.unit)} ({one.origin})"
            for one in scan.provenance.inputs
            if one.value is not None
        )
        yield f"{scan.name}, day {results.days[scan.name]}: {scan.suv.unit}, {voxel} mm{after}"
        yield f"  {used}"
        yield from (f"  {_noted(one)}" for one in scan.findings)
    for lesion in results.lesions:
        yield from _of_lesion(lesion, results)
    yield from _candidates(results)
    yield ""
    told = dict.fromkeys(_noted(one) for one in (*results.findings, *recorded))
    yield from told
    yield NOTICE


def _of_lesion(lesion: Lesion, results: Results) -> Iterator[str]:
    yield ""
    yield f"{lesion.wanted.name}, {lesion.wanted.site}"
    if any(look.measured is not None for look in lesion.looks):
        drawn = [look for look in lesion.looks if look.measured is not None]
        yield from columns(HEADS, [_row(look, results.days[look.scan]) for look in drawn])
    for look in lesion.looks:
        trend = f", {look.trend}" if look.trend and look.trend != look.state else ""
        words = look.state if look.measured is not None else look.words
        if look.measured is None or trend or look.findings or look.state != "drawn":
            yield f"{look.scan}: {words}{trend}"
        yield from (f"  {_noted(one)}" for one in look.findings)


def _row(look: Look, day: int) -> tuple[str, ...]:
    from reinfuse.imaging.measures import Uptake

    measured = look.measured
    assert measured is not None
    axes = " x ".join(f"{mm / 10:.1f}" for mm in measured.calipers.mm)
    interval = measured.uncertainty.volume_ml
    volume = f"{measured.volume_ml:.3g} ({interval.words})"
    uptake = measured.uptake
    hot = (_NONE,) * 4
    if isinstance(uptake, Uptake):
        numbers = (uptake.max, uptake.mean, uptake.peak_global, uptake.tlg_ml)
        one, two, three, four = (f"{number:.3g}" for number in numbers)
        hot = one, two, three, four
    method = look.method
    border = method.threshold if method else None
    at = _NONE if border is None else f"SUV {border:.3g}"
    return (look.scan, str(day), axes, volume, *hot, at, method.name if method else _NONE)


def _candidates(results: Results) -> Iterator[str]:
    for scan, found in results.candidates.items():
        yield ""
        count = f"{len(found)} candidate{'' if len(found) == 1 else 's'}"
        yield f"{scan}: {count} at SUV 4 or more, none accepted"
        if not found:
            continue
        rows = [
            (
                str(one.number),
                f"{one.ml:.3g}",
                f"{one.hottest:.3g}",
                f"{one.mean:.3g}",
                f"[{', '.join(f'{mm:.0f}' for mm in one.place)}]",
                "; ".join(f"{hint.organ}: {hint.why}" for hint in one.hints) or _NONE,
            )
            for one in found
        ]
        yield from columns(CANDIDATES, rows)
    if results.candidates:
        yield ""
        yield "Write those that are lesions, with a box or this centre as seed, and name the file"
        yield "with --lesions."


def _amount(value: float, unit: str) -> str:
    return f"{value / 1e6:.4g} MBq" if unit == "Bq" else f"{value:g} {unit}"


def _noted(finding: Finding) -> str:
    where = f" ({finding.where})" if finding.where else ""
    fix = f"; {finding.fix}" if finding.fix else ""
    return f"{finding.severity}: {finding.what}{where}{fix}"


def _told(what: str, *, where: str, fix: str) -> str:
    parts = (what, f"  where: {where}" if where else "", f"  fix:   {fix}" if fix else "")
    return "\n".join(part for part in parts if part)


def _shown(text: str) -> str:
    return "".join(one if one.isprintable() or one == "\n" else "\ufffd" for one in text)
