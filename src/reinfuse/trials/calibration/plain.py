"""A calibration as plain values that JSON can hold."""

from __future__ import annotations

import math
from typing import Any

from reinfuse.evidence import Interval, Target
from reinfuse.trials.calibration.result import (
    CalibrationResult,
    Compared,
    Learned,
    Prediction,
    Tallied,
)

Plain = dict[str, Any]


def result_as_plain(result: CalibrationResult) -> Plain:
    """Objects, lists, texts and numbers; null for what the model does not have."""
    return {
        "seed": result.seed,
        "patients": result.patients,
        "values_tried": result.drawn,
        "values_kept": result.kept,
        "effective_values": round(result.ess, 1),
        "trusted": result.trusted,
        "unknowns": [_learned(one) for one in result.learned],
        "calibrate": [_compared(one) for one in result.calibrated_on],
        "held_out": None
        if result.held_out is None
        else [_compared(one) for one in result.held_out],
        "tallies": [_tallied(one) for one in result.tallies],
        "chosen": list(result.chosen),
        "words": list(result.words),
    }


def _learned(one: Learned) -> Plain:
    return {
        "name": one.unknown.name, "unit": one.unknown.unit, "note": one.unknown.note,
        "shipped": one.unknown.shipped, "prior": list(one.prior),
        "posterior": list(one.posterior), "contraction": round(one.contraction, 3),
        "informed": one.informed, "targets": list(one.targets), "suggested": one.suggested,
    }  # fmt: skip


def _compared(one: Compared) -> Plain:
    return {
        **_target(one.target),
        "prior": _prediction(one.prior),
        "calibrated": _prediction(one.calibrated),
        "narrowed": one.narrowed,
        "follows": {pull.unknown: round(pull.correlation, 3) for pull in one.pulls},
        "said": list(one.said),
        "explained": [
            {"written": why.written.isoformat(), "words": why.words} for why in one.explained
        ],
    }


def _target(target: Target) -> Plain:
    published = target.published
    return {
        "target": target.id, "role": str(target.role), "study": target.study.label,
        "endpoint": str(target.endpoint), "by_day": target.by_day, "scale": target.study.scale,
        "product": target.study.product, "costimulation": target.study.costimulation,
        "age": target.study.age_group, "setting": dict(target.settings), "events": target.events,
        "n": target.n, "published": target.observed, "unit": published.unit if published else "1",
        "interval": _interval(target.interval), "source": str(target.study.source),
        "note": target.note,
    }  # fmt: skip


def _prediction(one: Prediction) -> Plain:
    score = one.score
    return {
        "mean": None if score is None else score.middle,
        "predicted": None if score is None else _interval(score.predicted),
        "of_the_model_alone": _interval(one.mean_alone) if one.mean_alone else None,
        "at_single_values": one.central,
        "hit": None if score is None else score.hit,
        "covered": None if score is None else score.covered,
        "interval_score": None if score is None else score.interval_score,
        "width": None if score is None else score.width,
        "base_chance": None if score is None else score.easy,
        "rates": [None if math.isnan(rate) else round(rate, 6) for rate in one.rates],
        "undefined": one.undefined,
    }


def _tallied(one: Tallied) -> Plain:
    tally = one.tally
    return {
        "role": str(tally.role), "population": str(one.population), "targets": tally.targets,
        "hits": tally.hits, "hits_at_single_values": one.central_hits, "covered": tally.covered,
        "silent": one.silent,
        "contraction": round(one.contraction, 3), "rates": tally.rates,
        "rate_hits": tally.rate_hits, "by_chance": tally.by_chance,
        "by_one_rate": tally.by_one_rate, "mean_interval_score": tally.mean_score,
        "test": not tally.role.calibrates,
    }  # fmt: skip


def _interval(interval: Interval) -> list[float]:
    return [interval.low, interval.high]
