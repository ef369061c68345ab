"""A fit of the mechanism as plain values that JSON can hold."""

from __future__ import annotations

import math

from reinfuse.estimation.mechanistic.observed import Observed
from reinfuse.estimation.mechanistic.result import (
    Band,
    Check,
    DerivedFit,
    LatentFit,
    MechanismFit,
    NoFit,
    Sampler,
)
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.estimation.plain import Plain, summary_as_plain
from reinfuse.estimation.whitened.learned import Direction
from reinfuse.mechanism.table import Parameter


def as_plain(fit: MechanismFit | NoFit) -> dict[str, Plain]:
    """Strings, numbers, lists and dictionaries only; no draws, nothing infinite.

    `kind` is `mechanism` or `no mechanism`. A quantile past the end of a window is
    `{"not_within_days": 157.0}`. Days count from the infusion of the window.
    """
    if isinstance(fit, NoFit):
        return {"kind": "no mechanism", "why": fit.why, "missing": list(fit.missing)}
    return {
        "kind": "mechanism",
        "prior_only": fit.prior_only,
        "words": list(fit.words),
        "windows": [_window(window) for window in fit.windows],
        "sampler": None if fit.sampler is None else _sampler(fit.sampler),
        "latents": [_latent(row) for row in fit.fitted],
        "informed": list(fit.informed),
        "directions": [_direction(row) for row in fit.directions],
        "derived": [_derived(row) for row in fit.derived],
        "checks": [_check(row) for row in fit.checks],
        "bands": [_band(row) for row in fit.bands],
    }


def _window(window: Window) -> dict[str, Plain]:
    return {
        "infusion": window.infusion,
        "label": window.label,
        "first_day": window.first_day,
        "last_day": window.last_day,
        "product": {"origin": str(window.product.origin), "target": str(window.product.target)},
        "dose_cells": window.plan.dose,
        "lesions": [
            {
                "number": lesion.number,
                "site": lesion.site,
                "entry": lesion.entry,
                "volume_ml": lesion.volume,
            }
            for lesion in window.lesions
        ],
        "observed": [_observed(one) for one in window.observed],
        "assumed": list(window.assumed),
        "left_out": list(window.left_out),
    }


def _observed(one: Observed) -> dict[str, Plain]:
    return {
        "kind": str(one.kind),
        "days": list(one.days),
        "value": one.value,
        "below": one.below,
        "above": one.above,
        "limit_unknown": one.limit_unknown,
        "peak": one.peak,
        "lesion": one.lesion,
        "change": None if one.change is None else str(one.change),
        "entries": list(one.entries),
    }


def _sampler(sampler: Sampler) -> dict[str, Plain]:
    return {
        "words": sampler.words,
        "agreed": sampler.agreed,
        "r_hat": _finite(sampler.r_hat),
        "effective": sampler.effective,
        "evaluations": sampler.evaluations,
        "seconds": sampler.seconds,
        "log_evidence": sampler.log_evidence and _finite(sampler.log_evidence),
        "modes": sampler.modes,
        "starts": sampler.starts,
        "starts_agreeing": sampler.starts_agreeing,
    }


def _latent(row: LatentFit) -> dict[str, Plain]:
    latent = row.latent
    return {
        "name": latent.name,
        "what": str(latent.what),
        "window": latent.window,
        "unit": row.unit,
        "day": latent.day,
        "sampled": latent.sampled,
        "parameter": None if latent.parameter is None else _parameter(latent.parameter),
        "before": summary_as_plain(row.before),
        "after": summary_as_plain(row.after),
        "shift": row.shift,
        "narrowing": row.narrowing,
        "informed": row.informed,
    }


def _parameter(row: Parameter) -> dict[str, Plain]:
    return {
        "name": row.name,
        "note": row.note,
        "informed_by": row.informed_by,
        "source": str(row.source),
        "standing": str(row.source.standing),
    }


def _direction(row: Direction) -> dict[str, Plain]:
    large: list[Plain] = [{"name": name, "loading": loading} for name, loading in row.large]
    return {"words": str(row), "narrowing": row.sd, "large": large}


def _derived(row: DerivedFit) -> dict[str, Plain]:
    return {
        "name": row.name,
        "unit": row.unit,
        "definition": row.definition,
        "window": row.window,
        "before": summary_as_plain(row.before),
        "after": summary_as_plain(row.after),
        "narrowing": row.narrowing,
        "informed": row.informed,
    }


def _check(row: Check) -> dict[str, Plain]:
    return {
        "window": row.window,
        "observed": _observed(row.observed),
        "repeated": summary_as_plain(row.repeated),
        "lower": row.lower,
        "agreeing": row.agreeing,
    }


def _band(row: Band) -> dict[str, Plain]:
    return {
        "window": row.window,
        "output": row.output,
        "unit": row.unit,
        "days": row.days.tolist(),
        "levels": list(row.levels),
        "curve": row.curve.tolist(),
        "repeated": row.repeated.tolist(),
    }


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
