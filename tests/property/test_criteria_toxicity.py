"""What holds for CRS and ICANS over days, whatever was charted and whatever was not."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reinfuse.grading.catalogue import criterion_named
from reinfuse.grading.grade import DayGrade, Grade
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.vocabulary import Kind, items
from tests.property.toxicity_charts import TREATMENTS, Draw, Value, full_chart, thinned

EXAMPLES = 300  # a study may raise it
NAMES = (
    "ASTCT-CRS-2019",
    "ASTCT-ICANS-2019",
    "ASTCT-ICANS-2019 ICE",
    "ASTCT-ICANS-2019 child",
    "Lee-CRS-2014",
    "Penn-CRS",
    "CARTOX-CRS-2018",
    "MSKCC-CRS",
    "CTCAE-5.0 CRS",
)
SEEDS = st.integers(0, 2**32 - 1)
# What tells less the worse it is, or is no sign: not made worse.
NOT_WORSENED = {"age", "RASS", "intubated for airway protection", *TREATMENTS}
STEP = {"temperature": 1.5, "oxygen flow": 5.0, "inspired oxygen": 15.0, "CAPD score": 5.0}


def check_removal(name: str, seed: int) -> None:
    """Marks taken away leave bounds that hold the full grade, day by day and at the peak."""
    entry = criterion_named(name)
    full = full_chart(seed)
    part = thinned(full, seed + 1, entry.items)
    less = thinned(part, seed + 2, entry.items)
    grades = [entry.grade(chart) for chart in (full, part, less)]
    check_holds(grades[1], grades[0], (name, seed, part.marks))
    check_holds(grades[2], grades[1], (name, seed, less.marks))


def check_holds(wide: Grade, narrow: Grade, told: object) -> None:
    """The bounds of one grade hold those of another over the same days."""
    assert [day.day for day in wide.series] == [day.day for day in narrow.series], told
    pairs: list[tuple[DayGrade | Grade, DayGrade | Grade]] = [(wide, narrow)]
    pairs += zip(wide.series, narrow.series, strict=True)
    for outer, inner in pairs:
        ends = [outer.low, inner.low, inner.high, outer.high]
        assert ends == sorted(int(end) for end in ends if end is not None), (told, outer, inner)


def check_worse(name: str, seed: int) -> None:
    """One sign made worse on one day lowers the low bound of no day."""
    entry, draw = criterion_named(name), Draw(seed + 3)
    chart = thinned(full_chart(seed), seed + 1, entry.items)
    chosen = [place for place, mark in enumerate(chart.marks) if mark.item not in NOT_WORSENED]
    if not chosen:
        return
    place = int(draw.one(*chosen))
    marks = list(chart.marks)
    marks[place] = replace(marks[place], value=worsened(marks[place]))
    before, after = entry.grade(chart), entry.grade(Chart.of(chart.subject, marks))
    for old, new in zip(before.series, after.series, strict=True):
        assert int(new.low) >= int(old.low), (name, seed, chart.marks[place], marks[place], new)


def worsened(mark: Mark) -> Value:
    """A worse value of the same item."""
    value, item = mark.value, items()[mark.item]
    if item.kind is Kind.YES_NO:
        return True
    if isinstance(value, Quantity):
        step = STEP.get(mark.item, 10.0 if mark.item in ("oxygen saturation",) else 1.0)
        if item.name == "systolic blood pressure":
            step = 40.0
        moved = value.value - step if item.worse.value == "low" else value.value + step
        return Quantity(max(0.0, moved), value.unit)
    # A ventilator may be there for the airway alone, so it is not surely the worst.
    words = [word for word in item.words if word != "mechanical ventilation"]
    return words[min(words.index(str(value)) + 1, len(words) - 1)] if value in words else str(value)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=EXAMPLES, deadline=None)
@given(seed=SEEDS)
def test_what_is_taken_away_leaves_bounds_that_hold_the_grade(name: str, seed: int) -> None:
    check_removal(name, seed)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(seed=SEEDS)
def test_a_worse_sign_never_lowers_the_low_bound(name: str, seed: int) -> None:
    check_worse(name, seed)


def plain_course(chart: Chart) -> list[tuple[int, int]]:
    """ASTCT CRS of a full chart written a second time, day by day, without a table."""
    found, fevers, began, masked, treated = [], 0, False, False, None
    for day in sorted({int(mark.day // 1) for mark in chart.marks}):
        today = {mark.item: mark for mark in chart.marks if mark.day // 1 == day}
        value = {item: mark.value for item, mark in today.items()}
        heat = today["temperature"]
        fever = heat.value.value >= 38 and heat.attributed_to is None  # type: ignore[union-attr]
        given = [today[name].day for name in TREATMENTS if value[name]]
        organ = max(_plain_pressure(value), _plain_oxygen(value))
        if not began and fever:
            began = True
            early = bool(given) and all(d % 1 and heat.day % 1 and d < heat.day for d in given)
            treated = "perhaps" if (early or (masked and not given)) else bool(given)
            masked = False
        elif began and given:
            treated = True
        elif not fevers and not began and given:
            masked = True
        fevers += fever
        if fever:
            found.append((max(1, organ), max(1, organ)))
        else:
            perhaps = masked or (began and treated == "perhaps")
            surely = began and treated is True
            found.append((organ if surely else 0, organ if surely or perhaps else 0))
        if began and not fever and organ == 0:
            began, treated = False, None
    return found


def _plain_pressure(value: dict[str, Value]) -> int:
    count = int(value["vasopressors other than vasopressin"].value)  # type: ignore[union-attr]
    if count > 1:
        return 4
    if count == 1 or value["vasopressin"]:
        return 3
    return 2 if value["hypotension"] or value["IV fluids for hypotension"] else 0


def _plain_oxygen(value: dict[str, Value]) -> int:
    device = value["oxygen device"]
    if device == "none" or (
        device == "mechanical ventilation" and value["intubated for airway protection"]
    ):
        return 0
    if device in ("CPAP", "BiPAP", "mechanical ventilation"):
        return 4
    if device in ("nasal cannula", "blow-by"):
        return 3 if value["oxygen flow"].value > 6 else 2  # type: ignore[union-attr]
    return 3


@settings(max_examples=EXAMPLES, deadline=None)
@given(seed=SEEDS)
def test_a_full_chart_is_graded_as_by_hand(seed: int) -> None:
    chart = full_chart(seed)
    grade = criterion_named("ASTCT-CRS-2019").grade(chart)
    assert [(day.low, day.high) for day in grade.series] == plain_course(chart), seed


def ways(mark: Mark) -> list[Mark]:
    """What a mark of fever or treatment can have been, its hour early, late or not charted."""
    day = mark.day // 1
    if mark.item == "temperature":
        fever = replace(mark, value=Quantity(39, "Cel"), attributed_to=None)
        well = replace(mark, value=Quantity(36.8, "Cel"))
        return [well, replace(fever, day=day), replace(fever, day=day + 0.95)]
    given = replace(mark, value=True)
    return [replace(mark, value=False), replace(given, day=day), replace(given, day=day + 0.05)]


@settings(max_examples=EXAMPLES // 6, deadline=None)
@given(seed=SEEDS)
def test_the_bounds_are_as_narrow_as_all_ways_to_fill_the_gaps(seed: int) -> None:
    full, draw = full_chart(seed), Draw(seed + 9)
    timed = [mark for mark in full.marks if mark.item in ("temperature", *TREATMENTS)]
    gone = {draw.one(*range(len(timed))) for _ in range(4)}
    away = [timed[int(place)] for place in gone]
    rest = [mark for mark in full.marks if mark not in away]
    grade = criterion_named("ASTCT-CRS-2019").grade(Chart.of("patient", rest))
    courses = [
        plain_course(Chart.of("patient", [*rest, *filled])) for filled in product(*map(ways, away))
    ]
    hull = [
        (min(low for low, _ in day), max(high for _, high in day))
        for day in zip(*courses, strict=True)
    ]
    assert [(day.low, day.high) for day in grade.series] == hull, (seed, away)
