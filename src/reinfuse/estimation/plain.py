"""A fit as plain values that JSON can hold: what a report or a file is made from."""

from __future__ import annotations

import math

from reinfuse.estimation.below import BelowDay
from reinfuse.estimation.check import PointCheck
from reinfuse.estimation.compare import CurveComparison, NoRatio, Ratio
from reinfuse.estimation.fit import CurveFit, NoCurve, ParameterFit, QuantityFit
from reinfuse.estimation.smc import Posterior
from reinfuse.estimation.summary import NotWithin, Number, Probability, Summary
from reinfuse.kinetics.data import Below, Level, Point

Plain = str | float | bool | None | list["Plain"] | dict[str, "Plain"]


def as_plain(fit: CurveFit | NoCurve | CurveComparison | NoRatio) -> dict[str, Plain]:
    """Strings, numbers, lists and dictionaries only; no draws, no arrays, nothing infinite.

    `kind` says which of the four it is: `curve`, `no curve`, `comparison` or `no ratio`. A
    quantile past the horizon becomes `{"not_within_days": 365.0}`. Days count from infusion.
    """
    match fit:
        case CurveFit():
            return {"kind": "curve", **_curve(fit)}
        case NoCurve():
            return {
                "kind": "no curve",
                "label": fit.label,
                "why": fit.why,
                "missing": list(fit.missing),
            }
        case CurveComparison():
            return {"kind": "comparison", **_comparison(fit)}
        case NoRatio():
            return {"kind": "no ratio", "name": fit.name, "why": fit.why}


def _curve(fit: CurveFit) -> dict[str, Plain]:
    return {
        "label": fit.label,
        "outcome": str(fit.outcome),
        "sampler": _sampler(fit.posterior),
        "parameters": [_parameter(row) for row in fit.parameters],
        "quantities": [_quantity(row) for row in fit.quantities],
        "below": [_below(row) for row in fit.below],
        "bands": {
            "days": fit.bands.days.tolist(),
            "levels": list(fit.bands.levels),
            "percent": fit.bands.percent.tolist(),
        },
        "apparent_half_lives": [
            {
                "low_days": row.low_days,
                "high_days": row.high_days,
                "bound": str(row.bound),
                "from": {"day": list(row.from_day), "percent": row.from_percent},
                "to": {"day": list(row.to_day), "percent": row.to_percent},
                "limit_percent": row.limit_percent,
                "limit_stated": row.limit_stated,
                "words": row.in_words(),
                "note": row.note,
            }
            for row in fit.apparent
        ],
        "checks": [_check(row) for row in fit.checks],
        "assumptions": list(fit.assumptions),
        "words": list(fit.words),
    }


def _sampler(posterior: Posterior) -> dict[str, Plain]:
    return {
        "draws": float(len(posterior.draws)),
        "log_evidence": posterior.log_evidence,
        "temperatures": list(posterior.temperatures),
        "ess": list(posterior.ess),
        "acceptance": list(posterior.acceptance),
        "renewed": posterior.renewed,
        "remembered": posterior.remembered,
    }


def _parameter(row: ParameterFit) -> dict[str, Plain]:
    return {
        "name": row.prior.name,
        "unit": row.prior.unit,
        "meaning": row.prior.meaning,
        "scale": str(row.prior.scale),
        "prior_median": row.prior.median,
        "prior_spread": row.prior.spread,
        "source": str(row.prior.source),
        "standing": str(row.prior.source.standing),
        "note": row.prior.note,
        "before": summary_as_plain(row.before),
        "after": summary_as_plain(row.after),
        "narrowing": row.narrowing,
        "informed": row.informed,
    }


def _quantity(row: QuantityFit) -> dict[str, Plain]:
    return {
        "name": row.quantity.name,
        "unit": row.quantity.unit,
        "heading": row.quantity.heading,
        "definition": row.quantity.definition,
        "before": summary_as_plain(row.before),
        "after": summary_as_plain(row.after),
        "narrowing": row.narrowing,
        "informed": row.informed,
    }


def _below(row: BelowDay) -> dict[str, Plain]:
    return {
        "limit": str(row.limit),
        "limit_percent": row.limit.percent,
        "day": summary_as_plain(row.day),
        "by": [{"day": day, "probability": _probability(chance)} for day, chance in row.by],
        "horizon_days": row.horizon_days,
        "not_within": _probability(row.not_within),
    }


def _check(row: PointCheck) -> dict[str, Plain]:
    return {
        "point": _point(row.point),
        "repeated_percent": summary_as_plain(row.repeated_percent),
        "share_lower": row.share_lower,
    }


def _point(point: Point) -> dict[str, Plain]:
    days: Plain = None if point.day is None else list(point.day)
    if isinstance(point, Below):
        return {"kind": "below", "day": days, "limit_percent": point.limit_percent}
    kind = "level" if isinstance(point, Level) else "highest seen"
    return {"kind": kind, "day": days, "percent": point.percent}


def _comparison(fit: CurveComparison) -> dict[str, Plain]:
    measured: Plain = (
        as_plain(fit.measured)
        if isinstance(fit.measured, NoRatio)
        else {"ratio": fit.measured.ratio, "words": fit.measured.words}
    )
    return {
        "first": fit.first,
        "second": fit.second,
        "measured": measured,
        "ratios": [_ratio(row) for row in fit.ratios],
    }


def _ratio(row: Ratio) -> dict[str, Plain]:
    return {
        "name": row.name,
        "ratio": summary_as_plain(row.ratio),
        "above_one": _probability(row.above_one),
        "words": row.words,
    }


def summary_as_plain(summary: Summary) -> dict[str, Plain]:
    """A summary as JSON has it; a time that is not reached is told as such."""
    return {
        "median": _number(summary.median),
        "low_50": _number(summary.low_50),
        "high_50": _number(summary.high_50),
        "low_90": _number(summary.low_90),
        "high_90": _number(summary.high_90),
    }


def _probability(chance: Probability) -> dict[str, Plain]:
    return {"value": chance.value, "low": chance.low, "high": chance.high}


def _number(number: Number) -> Plain:
    if isinstance(number, NotWithin):
        return {"not_within_days": number.days}
    assert math.isfinite(number)
    return number
