"""Results as plain values that JSON can hold, and as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.imaging.lesions import Candidate
from reinfuse.imaging.measured.plain_response import (
    FIGURES,
    Plain,
    finding_as_plain,
    in_slice_as_plain,
    normaliser_as_plain,
    references_as_plain,
    response_as_plain,
)
from reinfuse.imaging.measured.plain_response import number as _number
from reinfuse.imaging.measured.response import Response, respond
from reinfuse.imaging.measured.results import Look, Results
from reinfuse.imaging.measured.scanning import Scan
from reinfuse.imaging.measures import Interval, Measured, Uptake

__all__ = ["COLUMNS", "as_plain", "finding_as_plain", "rows"]

COLUMNS = (
    "lesion", "site", "scan", "day", "state", "short_cm", "middle_cm", "long_cm", "volume_ml",
    "volume_low_ml", "volume_high_ml", "suv_max", "suv_mean", "suv_peak", "tlg_ml",
    "suv_max_left", "method", "threshold_suv", "trend", "guards", "pet_sha256",
)  # fmt: skip


def as_plain(results: Results, response: Response | None = None) -> Plain:
    """Everything that was measured; numbers to six figures, lengths in mm, volumes in mL.

    `response` is what the results say of the response, where that was asked for before.
    """
    return {
        "boxes": results.boxes.file or None,
        "psf_mm": results.boxes.psf_mm,
        "normaliser": normaliser_as_plain(results.normaliser),
        "days_from": "infusion" if results.days_from_infusion else "first scan",
        "scans": [_scan(one, results) for one in results.scans],
        "lesions": [
            {
                "name": lesion.wanted.name,
                "site": lesion.wanted.site,
                "looks": [_look(look, lesion.wanted.name, results) for look in lesion.looks],
            }
            for lesion in results.lesions
        ],
        "left_out": [{"name": one.name, "site": one.site} for one in results.left_out],
        "candidates": [
            _candidate(one, scan) for scan, found in results.candidates.items() for one in found
        ],
        "response": response_as_plain(response or respond(results)),
        "failed": [
            {"scan": one.scan, "what": one.what, "where": one.where, "fix": one.fix}
            for one in results.failed
        ],
        "findings": [finding_as_plain(one) for one in results.findings],
    }


def rows(results: Results) -> Iterator[tuple[str, ...]]:
    """One row for each lesion in each scan, under `COLUMNS`; empty where there is no number."""
    hashes = {scan.name: scan.sha256 for scan in results.scans}
    for lesion in results.lesions:
        for look in lesion.looks:
            yield (
                lesion.wanted.name,
                lesion.wanted.site,
                look.scan,
                str(results.days[look.scan]),
                look.state,
                *_numbers(look),
                look.method.name if look.method else "",
                _text(look.method.threshold if look.method else None),
                str(look.trend or ""),
                " ".join(dict.fromkeys(one.rule for one in look.findings)),
                hashes[look.scan],
            )


def _numbers(look: Look) -> tuple[str, ...]:
    left = _text(None if look.left is None else look.left.max)
    measured = look.measured
    if measured is None:
        return ("",) * 10 + (left,)
    uptake = measured.uptake
    hot: tuple[float | None, ...] = (None,) * 4
    if isinstance(uptake, Uptake):
        hot = (uptake.max, uptake.mean, uptake.peak_global, uptake.tlg_ml)
    interval = measured.uncertainty.volume_ml
    sizes = (
        *(mm / 10 for mm in measured.calipers.mm),
        measured.volume_ml,
        interval.low,
        interval.high,
    )
    return (*(_text(one) for one in (*sizes, *hot)), left)


def _scan(scan: Scan, results: Results) -> Plain:
    known = scan.provenance
    registered = results.registrations.get(scan.name)
    return {
        "name": scan.name,
        "day": results.days[scan.name],
        "infusion": scan.wanted.infusion,
        "series": scan.key,
        "sha256": scan.sha256,
        "voxels": list(scan.suv.grid.shape),
        "voxel_mm": [_number(mm) for mm in scan.suv.grid.spacing],
        "unit": scan.suv.unit,
        "uptake_min": _number(known.uptake_min),
        "inputs": [
            {"name": one.name, "value": _number(one.value), "unit": one.unit, "origin": one.origin}
            for one in known.inputs
        ],
        "decay": known.why,
        "references": references_as_plain(
            next((one for one in results.references if one.time_point == scan.name), None)
        ),
        "registered": None
        if registered is None
        else {
            "shift_mm": [_number(one) for one in registered.motion.shift],
            "angle_deg": _number(registered.motion.angle_deg),
            "gain_nats": _number(registered.gain),
            "repeat_mm": _number(registered.repeat_mm),
            "overlap": _number(registered.overlap),
        },
        "findings": [finding_as_plain(one) for one in scan.findings],
    }


def _look(look: Look, lesion: str, results: Results) -> Plain:
    left = look.left
    return {
        "scan": look.scan,
        "day": results.days[look.scan],
        "state": look.state,
        "words": look.words,
        "failed": look.failed,
        "method": look.method.name if look.method else None,
        "threshold_suv": _number(look.method.threshold if look.method else None),
        "trend": None if look.trend is None else str(look.trend),
        "measured": None if look.measured is None else _measured(look.measured),
        "on_ct": in_slice_as_plain(results.on_ct.get((lesion, look.scan))),
        "left": None
        if left is None
        else {
            "suv_max": _number(left.max),
            "suv_mean": _number(left.mean),
            "background": _number(left.background),
            "ratio": _number(left.ratio),
            "at_border": left.at_border,
        },
        "findings": [finding_as_plain(one) for one in look.findings],
    }


def _measured(measured: Measured) -> Plain:
    uptake, patient, may_be = measured.uptake, measured.patient, measured.uncertainty
    return {
        "axes_mm": [_number(mm) for mm in measured.calipers.mm],
        "axes_interval_mm": [_interval(one) for one in may_be.axes_mm],
        "left_right_front_back_head_foot_mm": [
            _number(patient.left_right_mm),
            _number(patient.front_back_mm),
            _number(patient.head_foot_mm),
        ],
        "in_slice": in_slice_as_plain(measured.in_slice),
        "ellipsoid_mm": [_number(mm) for mm in measured.ellipsoid_mm],
        "voxels": measured.lesion.voxels,
        "volume_ml": _number(measured.volume_ml),
        "volume_interval_ml": _interval(may_be.volume_ml),
        "mesh_ml": _number(measured.mesh_ml),
        "interval": may_be.words,
        "uptake": {
            "suv_max": _number(uptake.max),
            "suv_mean": _number(uptake.mean),
            "suv_peak": _number(uptake.peak_global),
            "suv_peak_at_max": _number(uptake.peak_local),
            "tlg_ml": _number(uptake.tlg_ml),
            "hottest_mm": [_number(mm) for mm in uptake.hottest_mm],
        }
        if isinstance(uptake, Uptake)
        else None,
    }


def _candidate(one: Candidate, scan: str) -> Plain:
    return {
        "scan": scan,
        "number": one.number,
        "volume_ml": _number(one.ml),
        "suv_max": _number(one.hottest),
        "suv_mean": _number(one.mean),
        "centre_mm": [_number(mm) for mm in one.place],
        "hints": [{"organ": str(hint.organ), "why": hint.why} for hint in one.hints],
        "findings": [finding_as_plain(guard) for guard in one.drawn.guards],
    }


def _interval(one: Interval) -> list[float | None]:
    return [_number(one.low), _number(one.high)]


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.{FIGURES}g}"
