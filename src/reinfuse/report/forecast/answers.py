"""Options beside one another: the table of main outcomes, and a small chart of each question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from reinfuse.report.charts.values import Chart
from reinfuse.report.forecast.intervals import (
    PROBABILITY,
    Across,
    Block,
    Line,
    Look,
    draw_intervals,
    quantity_axis,
)
from reinfuse.report.forecast.numbers import PERCENT, answer_words
from reinfuse.trials.forecast import Answer, Forecast, Forecasted
from reinfuse.trials.forecast.questions import ANYWHERE, EVERYWHERE, Ask, Question, moment

BEYOND = "Hollow and broken: beyond the last day on which the patient was seen."
RANGE_ONLY = "a broken box is the range of an uncalibrated index and has no point"
_ANTIGENS = (
    (Ask.BACK_POSITIVE, "again, CD19+"),
    (Ask.BACK_NEGATIVE, "again, CD19−"),
    (Ask.UNCLEARED, "never cleared"),
)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: when, and what a reader must know of it."""

    when: str
    mind: str


@dataclass(frozen=True, slots=True)
class Group:
    """Columns under one head: what is asked, in which unit."""

    asked: str
    columns: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Options in rows, in the order of their file; cells as a reader sees them."""

    groups: tuple[Group, ...]
    heads: tuple[Head, ...]
    rows: tuple[tuple[str, bool, tuple[str, ...]], ...]  # name, whether the reference, cells


def option_name(result: Forecast, name: str) -> str:
    """The name, with a mark for the option that the others are set against."""
    return f"{name} (reference)" if name == result.reference else name


def matrices(result: Forecast) -> tuple[Matrix, Matrix]:
    """The main outcomes of all options: where leukemia is, then toxicity and cells."""
    leukemia = (
        *(Question(ask=Ask.UNSEEN, site=EVERYWHERE, day=day) for day in result.days),
        Question(ask=Ask.BACK, site=ANYWHERE, day=result.horizon),
    )
    effects = (
        Question(ask=Ask.CRS_2), Question(ask=Ask.CRS_3), Question(ask=Ask.GVHD),
        Question(ask=Ask.APLASIA, day=result.horizon), Question(ask=Ask.CMAX),
    )  # fmt: skip
    return _matrix(result, leukemia), _matrix(result, effects)


def _matrix(result: Forecast, asked: Sequence[Question]) -> Matrix:
    rows = tuple(
        (option.name, option.name == result.reference,
         tuple(answer_words(answer_of(option, question), short=True) for question in asked))
        for option in result.options
    )  # fmt: skip
    groups = tuple(Group(words, len(list(own))) for words, own in groupby(asked, _asked))
    return Matrix(groups, tuple(_head(question, result) for question in asked), rows)


def answer_of(option: Forecasted, question: Question) -> Answer:
    """What an option answers; no answer where it was not asked."""
    for answer in option.answers:
        if answer.question == question:
            return answer
    return Answer(question=question, middle=None, low=None, high=None, why="not asked")


def seen_charts(result: Forecast) -> tuple[Chart, ...]:
    """Where leukemia is not detectable, a chart for all sites together and for each."""
    sites = (EVERYWHERE, *result.sites)
    return tuple(
        _by_day(result, Ask.UNSEEN, site, f"forecast-unseen-{number}",
                f"Leukemia not detectable: {site}")
        for number, site in enumerate(sites)
    )  # fmt: skip


def relapse_charts(result: Forecast) -> tuple[Chart, ...]:
    """Whether leukemia comes back by the horizon, with or without CD19, by site."""
    end = moment(result.horizon)

    def lines(site: str) -> Callable[[Forecasted], tuple[Line, ...]]:
        return lambda option: tuple(
            _line(label, answer_of(option, Question(ask=ask, site=site, day=result.horizon)),
                  beyond=_is_beyond(result, result.horizon))
            for ask, label in _ANTIGENS
        )  # fmt: skip

    return tuple(
        _chart(result, lines(site), PROBABILITY, f"forecast-back-{number}",
               f"Detectable again by {end}: {site}")
        for number, site in enumerate((ANYWHERE, *result.sites))
    )  # fmt: skip


def toxicity_chart(result: Forecast) -> Chart:
    """CRS and GVHD; those without a scale of patients behind them as ranges."""
    asked = ((Ask.CRS_2, "CRS ≥ 2"), (Ask.CRS_3, "CRS ≥ 3, range"), (Ask.GVHD, "GVHD, range"))

    def lines(option: Forecasted) -> tuple[Line, ...]:
        return tuple(
            _line(label, answer_of(option, Question(ask=ask)), beyond=False) for ask, label in asked
        )

    return _chart(
        result, lines, PROBABILITY, "forecast-toxicity", "CRS and acute GVHD by day 100",
        notes=(
            f"CRS of grade 3 or more and GVHD: {RANGE_ONLY}. It is what the model allows, and no"
            " probability.",
        ),
    )  # fmt: skip


def cell_charts(result: Forecast) -> tuple[Chart, ...]:
    """B-cell aplasia, and the peak of CAR-T cells."""
    peak = Question(ask=Ask.CMAX)
    highs = [answer_of(option, peak).high or 0.0 for option in result.options]

    def lines(option: Forecasted) -> tuple[Line, ...]:
        return (_line("peak", answer_of(option, peak), beyond=False),)

    return (
        _by_day(result, Ask.APLASIA, None, "forecast-aplasia", "B-cell aplasia"),
        _chart(result, lines, quantity_axis(highs, "CAR-T cells in the model, % of T cells"),
               "forecast-peak", "Highest CAR-T cells, % of T cells"),
    )  # fmt: skip


def _by_day(result: Forecast, ask: Ask, site: str | None, name: str, title: str) -> Chart:
    def lines(option: Forecasted) -> tuple[Line, ...]:
        return tuple(
            _line(moment(day), answer_of(option, Question(ask=ask, site=site, day=day)),
                  beyond=_is_beyond(result, day))
            for day in result.days
        )  # fmt: skip

    return _chart(result, lines, PROBABILITY, name, title)


def _chart(
    result: Forecast,
    lines: Callable[[Forecasted], tuple[Line, ...]],
    across: Across,
    name: str,
    title: str,
    *,
    notes: tuple[str, ...] = (),
) -> Chart:
    blocks: Sequence[Block] = [
        Block(heading=option_name(result, option.name), lines=lines(option))
        for option in result.options
    ]
    return draw_intervals(blocks, across, name=name, title=title, notes=notes)


def _line(label: str, answer: Answer, *, beyond: bool) -> Line:
    told = answer_words(answer, short=True)
    if answer.low is None or answer.high is None:
        return Line(label=label, told=told)
    by = PERCENT if answer.question.unit == "1" else 1.0
    return Line(
        label=label, told=told, low=by * answer.low, high=by * answer.high,
        middle=None if answer.middle is None else by * answer.middle,
        look=Look.BEYOND if beyond else Look.FILLED,
    )  # fmt: skip


def _is_beyond(result: Forecast, day: float) -> bool:
    return day > result.followed_until


def _asked(question: Question) -> str:
    words = str(question.ask) if question.site is None else f"{question.ask}, {question.site}"
    unit = "" if "%" in words else ", %"
    return f"{words[0].upper()}{words[1:]}{unit}"


def _head(question: Question, result: Forecast) -> Head:
    when = "" if question.day is None else moment(question.day)
    if question.ask is Ask.BACK:
        when = f"by {when}"
    if question.ask is Ask.GVHD:
        when = "by day 100"
    mind = "" if question.calibrated else "uncalibrated: range only"
    if question.day is not None and _is_beyond(result, question.day):
        mind = f"{question.day - result.followed_until:.0f} days beyond follow-up"
    return Head(when, mind)
