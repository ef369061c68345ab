"""Each option less the reference: what the difference is, what it hangs on, who knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reinfuse.report.charts.values import Chart
from reinfuse.report.forecast.intervals import (
    POINTS,
    Across,
    Block,
    Line,
    Look,
    draw_intervals,
    quantity_axis,
)
from reinfuse.report.forecast.numbers import PERCENT, answer_words
from reinfuse.trials.forecast import Difference, Driver, Forecast, Forecasted
from reinfuse.trials.forecast.compared import ALIKE, ASSUMED, CANNOT_TELL
from reinfuse.trials.forecast.questions import ANYWHERE, EVERYWHERE, Ask, Question, moment

LEARNED = "learned from this patient"
_ANEW = "; drawn anew"
_MAIN = ((Ask.UNSEEN, EVERYWHERE), (Ask.BACK, ANYWHERE), (Ask.CRS_2, None), (Ask.CMAX, None))
_REST = (Ask.UNSEEN, Ask.BACK, Ask.CRS_3, Ask.GVHD, Ask.APLASIA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One difference in words; `standing` says whether it was learned, `said` what data tell."""

    question: str
    difference: str
    said: str
    standing: str
    hangs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """An option against the reference: the main questions, and by site what else is asked."""

    name: str
    main: tuple[Told, ...]
    rest: tuple[Told, ...]


def compared(result: Forecast) -> tuple[Compared, ...]:
    """Every option but the reference, in the order of the file, at the horizon."""
    return tuple(
        Compared(option.name, tuple(_told(each) for each in _main(option, result)),
                 tuple(_told(each) for each in _others(option, result)))
        for option in result.options
        if option.name != result.reference
    )  # fmt: skip


def difference_charts(result: Forecast) -> tuple[Chart, ...]:
    """Differences in the main questions."""
    end = moment(result.horizon)
    peaks = [
        value
        for option in result.options
        for each in _of(option, Question(ask=Ask.CMAX))
        for value in (each.low, each.high)
    ]

    def once(*asked: tuple[str, Question]) -> Callable[[Forecasted], tuple[Line, ...]]:
        return lambda option: tuple(
            _line(label, each, beyond=_beyond(result, question))
            for label, question in asked
            for each in _of(option, question)
        )

    back = Question(ask=Ask.BACK, site=ANYWHERE, day=result.horizon)
    by_day = [(moment(day), Question(ask=Ask.UNSEEN, site=EVERYWHERE, day=day))
              for day in result.days]  # fmt: skip
    drawn = (
        ("unseen", f"Leukemia not detectable, {EVERYWHERE}", once(*by_day), POINTS),
        ("back", f"Detectable again, {ANYWHERE}, by {end}", once(("", back)), POINTS),
        ("crs", "CRS grade 2 or more", once(("", Question(ask=Ask.CRS_2))), POINTS),
        ("peak", "Highest CAR-T cells, % of T cells", once(("", Question(ask=Ask.CMAX))),
         quantity_axis(peaks, "% of T cells, in the model", zero=True)),
    )  # fmt: skip
    return tuple(_chart(result, *one) for one in drawn)


def _chart(
    result: Forecast,
    name: str,
    title: str,
    lines: Callable[[Forecasted], tuple[Line, ...]],
    across: Across,
) -> Chart:
    blocks = [
        Block(heading=option.name, lines=lines(option))
        for option in result.options
        if option.name != result.reference
    ]
    return draw_intervals(
        blocks, across, name=f"forecast-difference-{name}",
        title=f"{title}: less {result.reference!r}",
    )  # fmt: skip


def _main(option: Forecasted, result: Forecast) -> Iterator[Difference]:
    for each in option.differences:
        question = each.question
        if (question.ask, question.site) in _MAIN and _at_the_end(question, result):
            yield each


def _others(option: Forecasted, result: Forecast) -> Iterator[Difference]:
    for each in option.differences:
        question = each.question
        main = (question.ask, question.site) in _MAIN
        if question.ask in _REST and not main and _at_the_end(question, result):
            yield each


def _at_the_end(question: Question, result: Forecast) -> bool:
    return question.day in (None, result.horizon)


def _of(option: Forecasted, question: Question) -> tuple[Difference, ...]:
    return tuple(each for each in option.differences if each.question == question)


def _told(each: Difference) -> Told:
    question = str(each.question)
    if each.words in (CANNOT_TELL, ALIKE):
        said, standing = each.words, "" if each.words == ALIKE else _mixed(each.drivers)
    else:
        said, _, standing = each.words.partition("; ")
    return Told(
        question=f"{question[0].upper()}{question[1:]}", difference=answer_words(each), said=said,
        standing=standing, hangs=tuple(_hangs(driver) for driver in each.drivers),
    )  # fmt: skip


def _mixed(drivers: tuple[Driver, ...]) -> str:
    """Whose knowledge stands behind a difference that is not told."""
    if drivers and all(driver.informed for driver in drivers):
        return f"what it hangs on was {LEARNED}"
    return ASSUMED


def _hangs(driver: Driver) -> str:
    """A parameter in words, with its rank correlation: below 0 in opposition."""
    meaning = driver.meaning.removesuffix(_ANEW).split(";")[0]
    name = f"{meaning} ({driver.name})" if meaning else driver.name
    standing = "learned" if driver.informed else "assumed"
    anew = ", drawn anew" if driver.meaning.endswith(_ANEW) else ""
    sign = f"{driver.correlation:+.2f}".replace("-", "−")
    return f"{name}: {sign}, {standing}{anew}"


def _line(label: str, each: Difference, *, beyond: bool) -> Line:
    by = PERCENT if each.question.unit == "1" else 1.0
    return Line(
        label=label, told=answer_words(each, short=True), low=by * each.low, high=by * each.high,
        middle=None if each.middle is None else by * each.middle,
        look=Look.BEYOND if beyond else Look.FILLED,
    )  # fmt: skip


def _beyond(result: Forecast, question: Question) -> bool:
    return question.day is not None and question.day > result.followed_until
