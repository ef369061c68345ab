"""A forecast as plain values that JSON can hold, and as a tidy table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reinfuse.trials.forecast.questions import Question
from reinfuse.trials.forecast.result import (
    BAND_LEVELS,
    Answer,
    Band,
    Difference,
    Driver,
    Forecast,
    Forecasted,
)

# JSON has no type narrower than this for a tree of plain values.
Plain = dict[str, Any]

COLUMNS = (
    "option", "against", "ask", "site", "day", "unit", "middle", "low_90", "high_90", "at_most",
    "uncalibrated", "higher", "lower", "told", "learned", "hangs_on", "prior_only", "why",
)  # fmt: skip
_DIGITS = 6


def as_plain(result: Forecast) -> Plain:
    """Strings, numbers, lists and dictionaries only; no draws, nothing infinite."""
    return {
        "kind": "forecast",
        "infusion": result.infusion,
        "label": result.label,
        "prior_only": result.prior_only,
        "fit": result.fit,
        "reference": result.reference,
        "horizon_days": result.horizon,
        "followed_until_day": result.followed_until,
        "days": list(result.days),
        "sites": list(result.sites),
        "draws": result.draws,
        "left_out": result.left_out,
        "precision": {
            "draws": result.precision.draws,
            "largest_deviation_of_a_probability": _short(result.precision.probability),
            "largest_relative_deviation_of_a_quantity": _short(result.precision.quantity),
        },
        "words": list(result.words),
        "options": [_option(option) for option in result.options],
    }


def rows(result: Forecast) -> Iterator[list[str]]:
    """One row for each answer, then for each difference, under `COLUMNS`; empty is nothing."""
    only = "yes" if result.prior_only else "no"
    for option in result.options:
        for answer in option.answers:
            yield [option.name, "", *_asked(answer.question), *_numbers(answer),
                   _cell(answer.most), _uncalibrated(answer.question), "", "", "", "", "", only,
                   answer.why]  # fmt: skip
    for option in result.options:
        for each in option.differences:
            hangs = "; ".join(f"{one.name} ({one.correlation:+.2f})" for one in each.drivers)
            yield [option.name, result.reference, *_asked(each.question), *_numbers(each), "",
                   _uncalibrated(each.question), _cell(each.higher), _cell(each.lower),
                   _yes(each.told), _yes(each.learned), hangs, only, each.words]  # fmt: skip


def _option(option: Forecasted) -> Plain:
    return {
        "name": option.name,
        "description": option.description,
        "assumes": list(option.assumes),
        "drawn_anew": list(option.anew),
        "told": option.told,
        "learned": option.learned,
        "words": list(option.words),
        "answers": [
            _question(answer.question)
            | {
                "middle": _short(answer.middle), "low_90": _short(answer.low),
                "high_90": _short(answer.high), "at_most": answer.most, "why": answer.why,
            }
            for answer in option.answers
        ],
        "differences": [_difference(each) for each in option.differences],
        "bands": [_band(band) for band in option.bands],
    }  # fmt: skip


def _difference(each: Difference) -> Plain:
    return _question(each.question) | {
        "middle": _short(each.middle), "low_90": _short(each.low), "high_90": _short(each.high),
        "higher": _short(each.higher), "lower": _short(each.lower), "told": each.told,
        "learned": each.learned, "words": each.words,
        "hangs_on": [_driver(driver) for driver in each.drivers],
    }  # fmt: skip


def _driver(driver: Driver) -> Plain:
    return {
        "name": driver.name,
        "meaning": driver.meaning,
        "rank_correlation": _short(driver.correlation),
        "narrowing": _short(driver.narrowing),
        "informed": driver.informed,
    }


def _band(band: Band) -> Plain:
    return {
        "what": band.what,
        "days": [_short(day) for day in band.days.tolist()],
        "levels": list(BAND_LEVELS),
        "values": [[_short(value) for value in row] for row in band.values.tolist()],
    }


def _question(question: Question) -> Plain:
    return {
        "ask": str(question.ask),
        "site": question.site,
        "day": question.day,
        "measure": str(question.measure),
        "unit": question.unit,
        "calibrated": question.calibrated,
    }


def _asked(question: Question) -> list[str]:
    return [str(question.ask), question.site or "", _cell(question.day), question.unit]


def _numbers(each: Answer | Difference) -> list[str]:
    return [_cell(each.middle), _cell(each.low), _cell(each.high)]


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.{_DIGITS}g}"


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_DIGITS}g}")


def _uncalibrated(question: Question) -> str:
    return "" if question.calibrated else "range only"


def _yes(told: bool) -> str:
    return "yes" if told else "no"
