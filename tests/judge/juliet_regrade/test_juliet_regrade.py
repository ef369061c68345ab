"""The same raw signs by Penn, Lee and ASTCT: how often the number stays, falls and rises."""

from __future__ import annotations

from collections import Counter

import pytest

from reinfuse.grading.catalogue import criterion_named
from reinfuse.record.chart import Chart
from tests.spec.toxicity_charts import FEVER, NO_ORGANS, ONE, WELL, Day, marks

HOSPITAL: Day = {"hospitalized for CRS": True, "IV therapy for CRS": True}
FLUIDS: Day = {"hypotension": True, "IV fluids for hypotension": True}
ONE_PRESSOR: Day = {**FLUIDS, "vasopressors other than vasopressin": (1, ONE)}
TWO_PRESSORS: Day = {**FLUIDS, "vasopressors other than vasopressin": (2, ONE)}
NASAL: Day = {"oxygen device": "nasal cannula", "oxygen flow": (3, "L/min"),
              "inspired oxygen": (32, "%")}  # fmt: skip
VENTILATED: Day = {"oxygen device": "mechanical ventilation", "inspired oxygen": (60, "%")}
LIVER: Day = {"worst organ toxicity grade": (3, ONE), "transaminitis grade": (3, ONE)}

# What each patient had beside fever, and how many of such patients a ward of 64 sees (invented).
PATIENTS: tuple[tuple[int, Day], ...] = (
    (22, {}),
    (13, HOSPITAL),
    (9, {**HOSPITAL, **ONE_PRESSOR}),
    (3, {**HOSPITAL, **FLUIDS}),
    (3, {**HOSPITAL, **NASAL}),
    (5, {**HOSPITAL, **ONE_PRESSOR, **LIVER}),
    (4, {**HOSPITAL, **TWO_PRESSORS}),
    (2, {**HOSPITAL, **ONE_PRESSOR, "high-dose vasopressor": True}),
    (3, {**HOSPITAL, **VENTILATED}),
)


def grade(name: str, signs: Day) -> int:
    chart = Chart.of("a patient", marks(3, {**WELL, **NO_ORGANS, **FEVER, **signs}))
    found = criterion_named(name).grade(chart)
    assert found.low == found.high, (name, signs, found)
    return int(found.low or 0)


@pytest.mark.parametrize("other", ["Lee-CRS-2014", "ASTCT-CRS-2019"])
def test_most_keep_their_number_and_more_fall_than_rise(other: str) -> None:
    changes: Counter[str] = Counter()
    for count, signs in PATIENTS:
        before, after = grade("Penn-CRS", signs), grade(other, signs)
        changes["same" if after == before else "lower" if after < before else "higher"] += count
    assert changes["same"] > changes["lower"] > changes["higher"]


def test_some_rise_by_the_count_of_pressors_alone() -> None:
    signs = {**HOSPITAL, **TWO_PRESSORS}
    assert grade("ASTCT-CRS-2019", signs) > grade("Penn-CRS", signs)


@pytest.mark.parametrize("other", ["Lee-CRS-2014", "ASTCT-CRS-2019"])
def test_one_penn_grade_becomes_more_than_one_grade_of_another_scale(other: str) -> None:
    became: dict[int, set[int]] = {}
    for _, signs in PATIENTS:
        became.setdefault(grade("Penn-CRS", signs), set()).add(grade(other, signs))
    assert max(len(grades) for grades in became.values()) > 1


@pytest.mark.parametrize("name", ["ASTCT-CRS-2019", "Lee-CRS-2014"])
def test_fever_with_mild_liver_values_is_grade_1(name: str) -> None:
    mild: Day = {"worst organ toxicity grade": (1, ONE), "transaminitis grade": (0, ONE)}
    assert grade(name, mild) == 1
