"""Lesions in PET/CT as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reinfuse.cli.columns import columns
from reinfuse.cli.notice import NOTICE
from reinfuse.cli.petct_outcome import Outcome
from reinfuse.cli.petct_summary import TLG, summary, with_unit
from reinfuse.errors import Finding, Severity

if TYPE_CHECKING:
    from reinfuse.imaging.measured import Lesion, Look, Results, Scan

HEADS = ("scan", "day", "axes (caliper), cm", "volume, mL", "max", "mean", "peak", TLG,
         "border at", "method")  # fmt: skip
CANDIDATES = ("number", "volume, mL", "max", "mean", "centre (LPS), mm", "may also be")
_NONE = "-"


def lines(outcome: Outcome) -> Iterator[str]:
    """Scans, a table for each lesion, sums and scores, candidates, what a reader must know."""
    for line in _lines(outcome):
        yield _shown(line)


def problems(outcome: Outcome) -> list[str]:
    """Everything for which the exit code is not 0, in words."""
    results = outcome.results
    found = [
        _told(f"scan {one.scan}: {one.what}", where=one.where, fix=one.fix)
        for one in results.failed
    ]
    findings = [
        *(finding for scan in results.scans for finding in scan.findings),
        *(one for lesion in results.lesions for look in lesion.looks for one in look.findings),
        *_general(outcome),
    ]
    found += [
        _told(one.what, where=one.where, fix=one.fix)
        for one in findings
        if one.severity is Severity.ERROR
    ]
    return [_shown(one) for one in dict.fromkeys(found)]


def _general(outcome: Outcome) -> Iterator[Finding]:
    """What is said of no scan or lesion alone."""
    yield from outcome.results.findings
    yield from outcome.response.findings
    yield from outcome.recorded.findings


def _lines(outcome: Outcome) -> Iterator[str]:
    results = outcome.results
    if not results.scans:
        yield "no scan could be read, and nothing was measured"
        yield from dict.fromkeys(_noted(one) for one in results.findings)
        yield NOTICE
        return
    origin = "the infusion" if results.days_from_infusion else "the first scan"
    count = len(results.scans)
    yield f"{count} scan{'' if count == 1 else 's'}, days from {origin}"
    for scan in results.scans:
        yield from _of_scan(scan, results)
    for lesion in results.lesions:
        yield from _of_lesion(lesion, results)
    yield from _candidates(results)
    yield from summary(outcome)
    yield ""
    yield from dict.fromkeys(_noted(one) for one in _general(outcome))
    yield NOTICE


def _of_scan(scan: Scan, results: Results) -> Iterator[str]:
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


def _of_lesion(lesion: Lesion, results: Results) -> Iterator[str]:
    yield ""
    yield f"{lesion.wanted.name}, {lesion.wanted.site}"
    if any(look.measured is not None for look in lesion.looks):
        drawn = [look for look in lesion.looks if look.measured is not None]
        heads = with_unit(HEADS, results)
        yield from columns(heads, [_row(look, results) for look in drawn])
    for look in lesion.looks:
        trend = f", {look.trend}" if look.trend and look.trend != look.state else ""
        words = look.state if look.measured is not None else look.words
        if look.measured is None or trend or look.findings or look.state != "drawn":
            yield f"{look.scan}: {words}{trend}"
        yield from _from_elsewhere(lesion, look, results)
        yield from (f"  {_noted(one)}" for one in look.findings)


def _from_elsewhere(lesion: Lesion, look: Look, results: Results) -> Iterator[str]:
    """A border that a person drew, and the size of it on CT."""
    place = lesion.wanted.places.get(look.scan)
    if place is not None and place.mask is not None and look.measured is not None:
        region = "" if place.mask.roi is None else f", region {place.mask.roi}"
        yield f"{look.scan}: border read from a mask{region}"
    size = results.on_ct.get((lesion.wanted.name, look.scan))
    if size is not None:
        axes = f"{size.longest_mm / 10:.1f} x {size.perpendicular_mm / 10:.1f} cm"
        yield f"{look.scan}: {size.name}, LDi x SDi {axes}, {size.product_mm2 / 100:.1f} cm2"


def _row(look: Look, results: Results) -> tuple[str, ...]:
    from reinfuse.imaging.measures import Uptake

    unit = next(scan.suv.short_unit for scan in results.scans if scan.name == look.scan)
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
    at = _NONE if border is None else f"{unit} {border:.3g}"
    day = str(results.days[look.scan])
    return (look.scan, day, axes, volume, *hot, at, method.name if method else _NONE)


def _candidates(results: Results) -> Iterator[str]:
    for scan, found in results.candidates.items():
        yield ""
        count = f"{len(found)} candidate{'' if len(found) == 1 else 's'}"
        by_weight = all(one.suv.by_body_weight for one in results.scans)
        weighed = "" if by_weight else " by body weight"
        yield f"{scan}: {count} at SUV 4 or more{weighed}, none accepted"
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
        yield "Accept those that are lesions in boxes.yaml, which -o writes, or write a file with a"
        yield "box or this centre as seed; then name it with --lesions."


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
