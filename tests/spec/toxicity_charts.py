"""Charts of days after CAR-T cells: a well day with every item charted, and what differs."""

from __future__ import annotations

import math

from reinfuse.grading.catalogue import criterion_named
from reinfuse.grading.grade import Grade
from reinfuse.quantity import Limit, Quantity
from reinfuse.record.chart import Chart, Mark

Value = tuple[float, str] | tuple[float, str, Limit] | bool | str
Day = dict[str, Value | None]

ONE = "1"
TREATMENTS = ("antipyretic given", "tocilizumab given", "corticosteroid given")
WELL: Day = {
    "temperature": (36.8, "Cel"),
    "hypotension": False,
    "IV fluids for hypotension": False,
    "vasopressors other than vasopressin": (0, ONE),
    "vasopressin": False,
    "oxygen device": "none",
    "oxygen saturation": (97, "%"),
    "intubated for airway protection": False,
    **dict.fromkeys(TREATMENTS, False),
}
# What the older scales ask for beside it.
NO_ORGANS: Day = {
    "constitutional symptoms": False,
    "high-dose vasopressor": False,
    "worst organ toxicity grade": (0, ONE),
    "transaminitis grade": (0, ONE),
    "creatinine toxicity grade": (0, ONE),
    "hospitalized for CRS": False,
    "IV therapy for CRS": False,
    "coagulopathy needing replacement": False,
    "life-threatening CRS": False,
    "life-threatening hypotension": False,
    "hypotension refractory to high-dose vasopressor": False,
}
AWAKE: Day = {
    "ICE score": (10, "{score}"),
    "wakefulness": "spontaneous",
    "seizure": "none",
    "deep focal weakness": False,
    "cerebral edema": "none",
    "raised intracranial pressure": False,
}
CHILD_AWAKE: Day = {**AWAKE, "CAPD score": (0, "{score}"), "ICE score": None}
FEVER: Day = {"temperature": (39.0, "Cel")}
ADULT, CHILD = (40, "a"), (8, "a")


def marks(day: float, values: Day, cause: dict[str, str] | None = None) -> list[Mark]:
    """The marks of one day; None takes an item away."""
    causes = cause or {}
    return [
        Mark(
            item=item,
            day=day,
            value=Quantity(*value) if isinstance(value, tuple) else value,
            attributed_to=causes.get(item),
        )
        for item, value in values.items()
        if value is not None
    ]


def graded(name: str, *days: Day, age: tuple[float, str] | None = ADULT, first: int = 1) -> Grade:
    """The grade of days that follow each other."""
    found = [mark for place, day in enumerate(days) for mark in marks(first + place, day)]
    if age is not None:
        found += marks(0, {"age": age})
    return criterion_named(name).grade(Chart.of("patient", found))


def bounds(grade: Grade) -> tuple[object, object]:
    return grade.low, grade.high


def daily(grade: Grade) -> list[tuple[object, object]]:
    return [(day.low, day.high) for day in grade.series]


def just_under(value: float) -> float:
    return math.nextafter(value, -math.inf)


def just_over(value: float) -> float:
    return math.nextafter(value, math.inf)
