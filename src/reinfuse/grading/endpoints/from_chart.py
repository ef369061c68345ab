"""The history of a chart: its marks as what endpoints ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reinfuse.errors import ReinfuseError
from reinfuse.grading.endpoints.decide import decide, not_evaluable
from reinfuse.grading.endpoints.definition import Definition, EndpointTime, Start
from reinfuse.grading.endpoints.happening import Happening, History, What, latest
from reinfuse.grading.endpoints.implied import implied, mrd_relapses
from reinfuse.grading.numbers import range_in
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from reinfuse.timeline import DayRange

DAY_0 = "day 0"
_NAMED = re.compile(r"(infusion|transplant)[ -]?(\d*)")

# Items that are true on the day on which something was found; false says that it was looked for.
SAID = {
    "complete remission reached": What.REMISSION,
    "relapse": What.RELAPSE,
    "MRD relapse": What.MRD_RELAPSE,
    "B-cell recovery": What.B_CELL_RECOVERY,
    "new therapy": What.NEW_THERAPY,
    "infusion": What.NEW_THERAPY,
    "transplant": What.TRANSPLANT,
    "neutrophil engraftment": What.ENGRAFTMENT,
    "systemic treatment of chronic GVHD": What.SYSTEMIC_TREATMENT,
    "second primary malignancy": What.SECOND_MALIGNANCY,
    "T-cell malignancy": What.T_CELL_MALIGNANCY,
    "death": What.DEATH,
}
GRADED = {
    "acute GVHD grade": (What.ACUTE_GVHD, "0"),
    "chronic GVHD severity": (What.CHRONIC_GVHD, "none"),
}
DISEASE_LOOKS = ("relapse", "complete remission reached", "MRD", "blasts",
                 "marrow blasts", "extramedullary disease")  # fmt: skip

# What shows leukemia by itself, with the least per cent that does (ours, after the relapse sets).
SHOWS_DISEASE = {"marrow blasts": 5.0, "blood blasts": 1.0, "extramedullary disease": 0.0}


def endpoint_in_chart(
    chart: Chart, definition: Definition, *, start: str | None = None
) -> EndpointTime:
    """One endpoint of one chart.

    `start` is `day 0`, or an infusion or transplant that the chart holds: `transplant`,
    `infusion 2`. Without it the endpoint counts from day 0, after a transplant from the first one
    charted on day 0 or later.
    """
    wanted = start or ("transplant" if definition.start is Start.TRANSPLANT else DAY_0)
    day = _day_of(chart, wanted)
    if day is None and start is None:
        return not_evaluable(definition, chart.subject, wanted, ("the day of the transplant",))
    if day is None:
        raise ReinfuseError(
            f"the chart holds no {wanted!r} to count from",
            fix="give `day 0`, `transplant`, or such as `infusion 2`",
        )
    history = history_of_chart(chart, day, wanted)
    if definition.start is not Start.REMISSION:
        return decide(definition, history)
    reached = history.of(What.REMISSION)
    new = [one.days.low for one in history.of(What.NEW_THERAPY) if one.ref == "infusion"]
    reached = tuple(one for one in reached if one.days.low < min(new, default=10**9))
    if not reached:
        return not_evaluable(definition, chart.subject, wanted, ("a complete remission",))
    return decide(
        definition, history_of_chart(chart, day + int(reached[0].days.low), "complete remission")
    )


def history_of_chart(chart: Chart, day: int, start: str) -> History:
    """The history of a chart counted from one of its days; what came before it is left out."""
    found, looked = [], dict[What, list[DayRange]]()
    for one, absent in _told(chart, day):
        looked.setdefault(one.what, []).append(one.days)
        if not absent and _after(one, start):
            found.append(one)
    for item in DISEASE_LOOKS:
        looks = [_days(mark, day) for mark in chart.of_item(item)]
        looked.setdefault(What.RELAPSE, []).extend(looks)
    levels = [
        (_days(mark, day), *percent, "MRD")
        for mark in chart.of_item("MRD")
        if isinstance(mark.value, Quantity) and (percent := range_in(mark.value, "%")) is not None
    ]
    looked.setdefault(What.MRD_RELAPSE, []).extend(row[0] for row in levels)
    found += [one for one in mrd_relapses(levels) if one.days.low > 0]
    found += _unsaid_relapses(chart, day, found)
    found += implied(found, looked)
    seen = latest([_days(mark, day) for mark in chart.marks if _of_living(mark)])
    found += _dead_by(chart, day, seen, found)
    lasts = {what: latest(days) for what, days in looked.items()}
    return History(
        subject=chart.subject,
        start=start,
        happenings=tuple(found),
        looked={what: last for what, last in lasts.items() if last is not None},
        seen=seen,
    )


def _told(chart: Chart, day: int) -> Iterator[tuple[Happening, bool]]:
    """What each mark says, and whether it says that it was absent."""
    causes = {int(mark.day // 1): str(mark.value) for mark in chart.of_item("death cause")}
    said_dead = {mark.day for mark in chart.of_item("death") if mark.value is True}
    for mark in chart.marks:
        days = _days(mark, day)
        if mark.item in SAID:
            what = SAID[mark.item]
            cause = next(iter(causes.values()), None) if what is What.DEATH else None
            yield Happening(what=what, days=days, ref=mark.item, detail=cause), mark.value is False
        elif mark.item in GRADED:
            what, none = GRADED[mark.item]
            grade = str(mark.value)
            yield Happening(what=what, days=days, ref=mark.item, detail=grade), grade == none
        elif mark.item == "death cause" and not said_dead:
            detail = str(mark.value)
            yield Happening(what=What.DEATH, days=days, ref=mark.item, detail=detail), False


def _unsaid_relapses(chart: Chart, day: int, found: list[Happening]) -> Iterator[Happening]:
    """Leukemia found after a remission on a day of which nobody said whether it was a relapse.

    It may be one: a look that found it must not end the watch as one that found none.
    """
    reached = [one.days.high for one in found if one.what is What.REMISSION]
    before = [one.days.low for one in found if one.what is What.RELAPSE]
    said = {mark.day // 1 for mark in chart.of_item("relapse")}
    for mark in chart.of_item(*SHOWS_DISEASE):
        days = _days(mark, day)
        late = any(at < days.low for at in reached) and not any(at <= days.low for at in before)
        if late and mark.day // 1 not in said and _is_disease(mark):
            yield Happening(what=What.RELAPSE, days=days, ref=mark.item, sure=False)


def _is_disease(mark: Mark) -> bool:
    if not isinstance(mark.value, Quantity):
        return mark.value is True
    percent = range_in(mark.value, "%")
    return percent is not None and percent[0] >= SHOWS_DISEASE[mark.item]


def _dead_by(
    chart: Chart, day: int, seen: DayRange | None, found: list[Happening]
) -> list[Happening]:
    """A death between the last day seen alive and the day on which it was known."""
    if any(one.what is What.DEATH for one in found):
        return []
    gone = [_days(mark, day).low for mark in chart.of_item("alive") if mark.value is False]
    if not gone:
        return []
    low = min(seen.low if seen is not None else 0.0, gone[0])
    return [Happening(what=What.DEATH, days=DayRange(low, gone[0]), ref="alive")]


def _after(one: Happening, start: str) -> bool:
    """Whether it lies after the start; on the day itself a death, or a remission, does."""
    if one.days.low != 0 or one.what is What.DEATH:
        return one.days.low >= 0
    if one.what is What.REMISSION:
        return True
    return start == "complete remission" and one.ref not in ("infusion", "transplant")


def _of_living(mark: Mark) -> bool:
    """Whether a mark shows the patient alive on its day."""
    if mark.item == "death":
        return mark.value is False
    if mark.item in ("alive", "last follow-up"):
        return mark.value is True
    return mark.item != "death cause"


def _day_of(chart: Chart, start: str) -> int | None:
    named = _NAMED.fullmatch(start)
    if named is None:
        return 0 if start == DAY_0 else None
    days = [int(mark.day // 1) for mark in chart.of_item(named[1]) if mark.value is True]
    if not named[2]:
        return next((day for day in days if day >= 0), None)
    place = int(named[2]) - 1
    return days[place] if 0 <= place < len(days) else None


def _days(mark: Mark, day: int) -> DayRange:
    at = float(mark.day // 1 - day)
    return DayRange(at, at)
