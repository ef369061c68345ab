"""What scans say of the response as plain values that JSON can hold."""

from __future__ import annotations

from typing import Any

from reinfuse.errors import Finding
from reinfuse.imaging.following.deauville import SOURCE, Suggestion
from reinfuse.imaging.following.inputs import LesionNumbers
from reinfuse.imaging.following.references import Pool, References
from reinfuse.imaging.measured.response import Response, Score
from reinfuse.imaging.measured.response_lean import NotGiven
from reinfuse.imaging.measured.response_totals import Change, NoChange, ScanTotals
from reinfuse.imaging.measures import InSlice, NoTotals
from reinfuse.imaging.suv.body import Normaliser

Plain = dict[str, Any]  # JSON has no narrower type
FIGURES = 6


def response_as_plain(response: Response) -> Plain:
    """Sums, changes, scores and numbers; what could not be said is null beside its `why`."""
    numbers, chart = response.numbers, response.chart
    return {
        "totals": [_totals(one) for one in response.totals],
        "changes": [_change(one) for one in response.changes],
        "scores": [_score(one) for one in response.scores],
        "lean": normaliser_as_plain(response.lean),
        "sul_per_suv": [
            {
                "scan": scan,
                "factor": None if isinstance(one, NotGiven) else number(one),
                "why": one.why if isinstance(one, NotGiven) else "",
            }
            for scan, one in response.sul_per_suv.items()
        ],
        "lesions": [] if isinstance(numbers, NotGiven) else [_numbers(one) for one in numbers],
        "lesions_why": numbers.why if isinstance(numbers, NotGiven) else "",
        "marks": len(response.marks),
        "marks_why": chart.why if isinstance(chart, NotGiven) else "",
        "findings": [finding_as_plain(one) for one in response.findings],
    }


def finding_as_plain(finding: Finding) -> Plain:
    """A finding: severity, rule, what, where, fix."""
    return {
        "severity": str(finding.severity),
        "rule": finding.rule,
        "what": finding.what,
        "where": finding.where,
        "fix": finding.fix,
    }


def normaliser_as_plain(one: Normaliser) -> Plain:
    """What uptake is normalised by, with its formula and source."""
    return {"key": one.key, "name": one.name, "formula": one.formula, "source": str(one.source)}


def references_as_plain(held: References | None) -> Plain:
    """Liver and blood pool of one scan; null where nobody said where they are."""
    return {
        "liver": _pool(None if held is None else held.liver),
        "mediastinum": _pool(None if held is None else held.mediastinum),
    }


def in_slice_as_plain(size: object) -> Plain | None:
    """The two diameters on the largest slice, by their name; null for anything else."""
    if not isinstance(size, InSlice):
        return None
    return {
        "name": size.name,
        "mm": [number(size.longest_mm), number(size.perpendicular_mm)],
    }


def number(value: float | None) -> float | None:
    """A number to six figures."""
    return None if value is None else float(f"{float(value):.{FIGURES}g}")


def _pool(pool: Pool | None) -> Plain | None:
    if pool is None:
        return None
    return {"max": number(pool.max), "mean": number(pool.mean), "sd": number(pool.deviation)}


def _totals(one: ScanTotals) -> Plain:
    sums = one.sums
    found: Plain = {"scan": one.scan, "day": one.day, "unit": one.unit}
    if isinstance(sums, NoTotals):
        found |= dict.fromkeys(("lesions", "volume_ml", "volume_interval_ml", "tlg_ml"))
        found |= {"suv_max": None, "hottest": None, "methods": [], "why": sums.reason}
    else:
        interval = sums.interval_ml
        found |= {
            "lesions": sums.lesions,
            "volume_ml": number(sums.volume_ml),
            "volume_interval_ml": [number(interval.low), number(interval.high)],
            "tlg_ml": number(sums.tlg_ml),
            "suv_max": number(sums.max),
            "hottest": sums.hottest,
            "methods": list(sums.methods),
            "why": "",
        }
    return found | {"below": list(one.below), "not_in": list(one.not_in)}


def _change(one: Change | NoChange) -> Plain:
    found: Plain = {"scan": one.scan, "since": one.since}
    if isinstance(one, NoChange):
        names = ("volume_ml", "volume_percent", "tlg_ml", "tlg_percent")
        return found | dict.fromkeys(names) | {"why": one.why}
    return found | {
        "volume_ml": number(one.volume_ml),
        "volume_percent": number(one.volume_percent),
        "tlg_ml": number(one.tlg_ml),
        "tlg_percent": number(one.tlg_percent),
        "why": "",
    }


def _score(one: Score) -> Plain:
    found = one.suggestion
    said = found if isinstance(found, Suggestion) else None
    return {
        "scan": one.scan,
        "day": one.day,
        "low": None if said is None else said.low,
        "high": None if said is None else said.high,
        "lesion": None if said is None else number(said.lesion),
        "mediastinum": None if said is None else number(said.mediastinum),
        "liver": None if said is None else number(said.liver),
        "words": found.words if isinstance(found, Suggestion) else f"no suggestion: {found.why}",
        "without": list(one.without),
        "source": str(SOURCE),
    }


def _numbers(one: LesionNumbers) -> Plain:
    return {
        "lesion": one.lesion,
        "scan": one.time_point,
        "day": one.day,
        "drawn": one.drawn,
        "suv_max": number(one.suv_max),
        "sul_peak": number(one.sul_peak),
        "tlg_ml": number(one.tlg_ml),
        "volume_ml": number(one.volume_ml),
        "in_slice": in_slice_as_plain(one.in_slice),
    }
