"""Answers of a forecast as a reader sees them: whole per cent, three digits, ranges in words."""

from __future__ import annotations

from reinfuse.report.charts.words import shown
from reinfuse.trials.forecast import Answer, Difference
from reinfuse.trials.forecast.questions import Question

PERCENT = 100.0
_SURELY, _HARDLY = 0.995, 0.005
NO_ANSWER = "no answer"


def number(question: Question, value: float) -> str:
    """Whole per cent of a probability, without the sign; three digits of a quantity."""
    if question.unit != "1":
        return shown(value).replace("-", "−")
    if 0 < value < _HARDLY:
        return "<1"
    if _SURELY < value < 1:
        return ">99"
    return _whole(value)


def points(question: Question, value: float) -> str:
    """A difference: whole percentage points of a probability, three digits of a quantity."""
    return _whole(value) if question.unit == "1" else shown(value).replace("-", "−")


def range_words(each: Answer | Difference) -> str:
    """The central 90 %: `0 to 97`."""
    if each.low is None or each.high is None:
        return NO_ANSWER
    low, high = _shown(each, each.low), _shown(each, each.high)
    most = each.most if isinstance(each, Answer) else None
    return f"{low} to {high}{' or more' if most is not None and each.high >= most else ''}"


def answer_words(each: Answer | Difference, *, short: bool = False) -> str:
    """`56 % (0 to 97)`, a range alone where one number would claim too much, or why there is none.

    `short` leaves the unit out.
    """
    if isinstance(each, Answer) and each.low is None:
        return f"{NO_ANSWER}: {each.why}" if each.why and not short else NO_ANSWER
    unit = "" if short else f" {unit_words(each)}"
    if each.middle is None:
        return f"{range_words(each)}{unit}"
    return f"{_shown(each, each.middle)}{unit} ({range_words(each)})"


def unit_words(each: Answer | Difference) -> str:
    """The unit of an answer; that of a difference of percentages is a percentage point."""
    unit = "%" if each.question.unit == "1" else each.question.unit
    return "points" if unit == "%" and isinstance(each, Difference) else unit


def _shown(each: Answer | Difference, value: float) -> str:
    shape = points if isinstance(each, Difference) else number
    return shape(each.question, value)


def _whole(value: float) -> str:
    return f"{round(PERCENT * value) + 0:d}".replace("-", "−")
