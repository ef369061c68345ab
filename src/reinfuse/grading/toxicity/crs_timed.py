"""ASTCT CRS 2019 over the days of a chart: fever opens it, treatment lifts the need for fever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from reinfuse.grading.chart.daily import Assessment, grade_of
from reinfuse.grading.chart.findings import OnDay
from reinfuse.grading.crs import WATCHED_DAYS
from reinfuse.grading.grade import Episode, Grade, Reason
from reinfuse.grading.rules.entry import Entry, PrintedRow
from reinfuse.grading.rules.printed import in_words
from reinfuse.grading.rules.scale import assess
from reinfuse.grading.toxicity.crs_astct import SCALE, TABLE
from reinfuse.grading.toxicity.crs_states import (
    START,
    State,
    States,
    doses_of,
    fever_of,
    organs_of,
    states_after,
    states_today,
    suppressed_in,
)
from reinfuse.grading.toxicity.implied import (
    LOW_PRESSURE,
    LOW_SATURATION,
    without_airway_ventilator,
)
from reinfuse.grading.toxicity.prepared import days_of, prepared_entry, with_death
from reinfuse.grading.toxicity.words import AIRWAY, SUPPRESSED, TEMPERATURE, TREATMENTS
from reinfuse.record.chart import Chart
from reinfuse.source import Standing

TOPIC = "CRS"


@dataclass(frozen=True, slots=True)
class CrsDay:
    """One assessed day: its verdict, where the syndrome can stand, whether all signs are gone."""

    assessment: Assessment
    states: States
    clear: bool


def grade_crs_chart(chart: Chart) -> Grade:
    """Grade CRS over the assessed days of a chart, day by day, as an interval.

    Fever opens the syndrome; the worse of the two columns sets the grade. After an antipyretic,
    tocilizumab or corticosteroid fever is no longer asked for until all signs are gone. What was
    not charted could be anything, also for where the syndrome stands: of all ways to fill the
    gaps the mildest bounds `low`, the worst `high`. A day without any mark is not assessed.

    Source: ASTCT consensus 2019, doi:10.1016/j.bbmt.2018.12.758, Table 2.
    """
    days = tuple(crs_days(chart))
    found = tuple(day.assessment for day in days)
    grade = grade_of(SCALE.criterion, chart.subject, found, topic=TOPIC)
    episodes = _episodes(days)
    grade = replace(
        grade,
        because=(*grade.because, *_remarks(days, episodes)),
        missing=tuple(_missing(grade.missing, days)),
        episodes=episodes,
    )
    return with_death(grade, chart, TABLE.cause)


def crs_days(chart: Chart) -> Iterator[CrsDay]:
    """Each assessed day with its verdict, in order."""
    states = START
    for day, on in days_of(TABLE, without_airway_ventilator(chart)):
        fever, organs = fever_of(on), organs_of(assess(SCALE, on.findings))
        today = states_today(states, fever, doses_of(on))
        if on.findings.get(SUPPRESSED) is True:  # somebody said so, and knew why
            today = frozenset({State.SUPPRESSED})
        told = _told(on, today)
        verdict = assess(SCALE, told.findings)
        clear = fever is False and organs is False
        yield CrsDay(Assessment(day, verdict, told), today, clear)
        states = states_after(today, fever, organs)


def _told(on: OnDay, today: States) -> OnDay:
    """The day with whether fever is asked for, where that is certain and nobody said it."""
    truth = suppressed_in(today)
    if SUPPRESSED in on.findings or truth is None:
        return on
    return OnDay({**on.findings, SUPPRESSED: truth}, on.marks)


def _episodes(days: tuple[CrsDay, ...]) -> tuple[Episode, ...]:
    """The runs from a day surely above 0 to the next day surely without any sign."""
    found: list[Episode] = []
    running: Episode | None = None
    for one in days:
        day, low = one.assessment.day, int(one.assessment.verdict.low)
        if running is not None and one.clear:
            found.append(replace(running, resolved=day))
            running = None
        elif low > 0 and running is None:
            running = Episode(onset=day, peak=low, peak_day=day, resolved=None)
        elif running is not None and low > int(running.peak):
            running = replace(running, peak=low, peak_day=day)
    return (*found, running) if running is not None else tuple(found)


def _remarks(days: tuple[CrsDay, ...], episodes: tuple[Episode, ...]) -> Iterator[Reason]:
    for one in days:
        organs = organs_of(one.assessment.verdict)
        day, high = one.assessment.day, one.assessment.verdict.high
        if organs and high == 0:
            text = "fever criterion unmet: hypotension or hypoxia without fever"
            yield Reason(text=f"{text} (day {day})")
        elif organs and State.MASKED in one.states and fever_of(one.assessment.on) is False:
            text = "indeterminate: hypotension or hypoxia, treated before any fever"
            yield Reason(text=f"{text} (day {day})")
        if one.assessment.on.findings.get("inotrope") is True:
            yield Reason(text=f"inotrope given, which is no vasopressor (day {day})")
    for episode in episodes:
        if episode.onset > WATCHED_DAYS:
            text = f"begins after day {WATCHED_DAYS}: look for another cause"
            yield Reason(text=f"{text} (day {episode.onset})")


def _missing(missing: tuple[str, ...], days: tuple[CrsDay, ...]) -> Iterator[str]:
    """What would settle the grade; where fever may be suppressed, by the items that would tell."""
    wanted = [name for name in missing if name != SUPPRESSED]
    yield from wanted
    if SUPPRESSED not in missing:
        return
    telling = (*TREATMENTS, TEMPERATURE)
    for name in telling:
        if name not in wanted and any(name not in one.assessment.on.marks for one in days):
            yield name


def _row(part: str, words: str, asks: str, standing: Standing = Standing.OURS) -> PrintedRow:
    return PrintedRow(part=part, level="", words=words, asks=asks, standing=standing)


def crs_entry(variants: tuple[str, ...]) -> Entry:
    """The catalogue's entry of ASTCT CRS."""
    printed = prepared_entry(
        TABLE,
        topic=TOPIC,
        variants=variants,
        further_rows=(
            _row(
                "fever suppressed",
                "treated at or after its onset",
                " or ".join(TREATMENTS),
                Standing.SECONDARY,
            ),
            _row("hypotension", "low pressure by its number", in_words(LOW_PRESSURE)),
            _row(
                "hypoxia",
                "no support: a ventilator for the airway alone",
                AIRWAY,
                Standing.RECALLED,
            ),
            _row("hypoxia", "low saturation by its number", in_words(LOW_SATURATION)),
        ),
    )
    return replace(printed, grade=grade_crs_chart)
