"""B-cell aplasia and its end, IgG, and hepatitis B."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reinfuse.grading.grade import Trust
from reinfuse.grading.leukemia.b_cells import (
    APLASIA,
    CONFIRMED,
    EARLY,
    LEVELS,
    NEVER,
    ONCE_ABOVE,
    RECOVERED,
    state,
)
from reinfuse.grading.leukemia.hepatitis_b import AASLD, APASL
from reinfuse.grading.leukemia.immunoglobulin import HCT_GUIDELINE, HILL_2019
from reinfuse.grading.rules.scale import Scale, assess
from reinfuse.grading.series import rank
from tests.spec.leukemia_charts import full_and_part, graded

ONE, THREE, TWENTY = (
    "B-cell aplasia 1 %",
    "B-cell aplasia 3 % or 50 per uL",
    "B-cell aplasia 20 per uL",
)
LOW, HIGH = "0.1 %", "4 %"


@pytest.mark.parametrize(
    ("name", "value", "aplastic"),
    [
        (ONE, "0.99 %", True),
        (ONE, "1 %", False),
        (ONE, "1.01 %", False),
        (ONE, "0.0099 1", True),
        (TWENTY, "19.9 {cells}/uL", True),
        (TWENTY, "20 {cells}/uL", False),
        (TWENTY, "20.1 {cells}/uL", False),
        (TWENTY, "0.0199 10*9/L", True),
        (TWENTY, "0.02 10*9/L", False),
        (THREE, "2.99 %", True),
        (THREE, "49.9 {cells}/uL", True),
    ],
)
def test_aplasia_is_below_the_cut_and_not_at_it(name: str, value: str, aplastic: bool) -> None:
    grade = graded(name, (28, {"B cells": value}))
    assert grade.shown() == (APLASIA if aplastic else NEVER)


def test_above_one_of_two_cuts_the_other_still_decides() -> None:
    assert graded(THREE, (28, {"B cells": "3 %"})).shown() == f"{APLASIA} to {NEVER}"
    assert graded(THREE, (28, {"B cells": "50 {cells}/uL"})).shown() == f"{APLASIA} to {NEVER}"


@pytest.mark.parametrize(
    ("samples", "level"),
    [
        (((28, LOW),), APLASIA),
        (((28, LOW), (41, LOW)), APLASIA),
        (((28, LOW), (42, LOW)), CONFIRMED),
        (((28, LOW), (43, LOW)), CONFIRMED),
        (((28, LOW), (90, HIGH)), ONCE_ABOVE),
        (((28, LOW), (90, HIGH), (120, LOW)), CONFIRMED),
        (((28, LOW), (90, HIGH), (120, HIGH)), EARLY),
        (((28, LOW), (182, HIGH), (250, HIGH)), EARLY),
        (((28, LOW), (183, HIGH), (250, HIGH)), RECOVERED),
        (((28, LOW), (200, HIGH), (250, HIGH)), RECOVERED),
        (((28, HIGH), (60, HIGH)), NEVER),
        (((28, LOW), (90, "<5 %")), f"{CONFIRMED} to {ONCE_ABOVE}"),
    ],
)
def test_recovery_is_the_first_of_two_samples_in_a_row(
    samples: tuple[tuple[int, str], ...], level: str
) -> None:
    days = [(day, {"B cells": value}) for day, value in samples]
    assert graded(ONE, *days).shown() == level


@pytest.mark.parametrize(
    ("drug", "days", "told"),
    [
        ("rituximab", 180, False),
        ("rituximab", 181, True),
        ("blinatumomab", 28, False),
        ("blinatumomab", 29, True),
        ("inotuzumab", 56, False),
        ("inotuzumab", 57, True),
        ("transplant", 180, False),
        ("transplant", 181, True),
    ],
)
def test_few_b_cells_soon_after_another_cause_tell_nothing(
    drug: str, days: int, told: bool
) -> None:
    grade = graded(ONE, (10, {drug: True}), (10 + days, {"B cells": LOW}))
    assert grade.evaluable is told
    if not told:
        assert grade.trust is Trust.NOT_EVALUABLE
        assert "1 left out" in grade.missing[0]


def test_many_b_cells_soon_after_another_cause_do_tell() -> None:
    grade = graded(
        ONE,
        (28, {"B cells": LOW}),
        (40, {"rituximab": True}),
        (60, {"B cells": HIGH}),
        (90, {"B cells": HIGH}),
    )
    assert grade.shown() == EARLY


def test_another_antigen_tells_the_b_cells_where_cd19_is_masked() -> None:
    samples = {"B cells": LOW, "CD20+ B cells": HIGH}
    assert graded(ONE, (28, samples)).shown() == APLASIA
    assert graded(ONE, (28, samples | {"CD19 masked": True})).shown() == NEVER
    by_cd22 = {"B cells": LOW, "CD22+ B cells": HIGH, "CD19 masked": True}
    assert graded(ONE, (28, by_cd22)).shown() == NEVER


def test_b_cells_before_the_infusion_are_no_aplasia() -> None:
    assert not graded(ONE, (-3, {"B cells": LOW}), (0, {"B cells": LOW})).evaluable


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.integers(1, 40))
def test_samples_left_open_hold_every_state_that_they_could_have(
    lows: list[bool], apart: int
) -> None:
    """Against a plain replay of every completion."""
    days = [apart * (place + 1) for place in range(len(lows))]
    opened = [
        (day, {"B cells": "<5 %" if low else HIGH}) for day, low in zip(days, lows, strict=True)
    ]
    grade = graded(ONE, *opened)
    choices = [(True, False) if low else (False,) for low in lows]
    every = [state(list(zip(days, one, strict=True))) for one in product(*choices)]
    assert grade.low == min(every, key=LEVELS.index)
    assert grade.high == max(every, key=LEVELS.index)


# --- IgG ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("igg", "hill", "guideline"),
    [
        ("6.01 g/L", "none", "none"),
        ("6 g/L", "moderate", "none"),
        ("5.99 g/L", "moderate", "none"),
        ("4.01 g/L", "moderate", "none"),
        ("4 g/L", "severe", "none"),
        ("3.99 g/L", "severe", "severe"),
        ("601 mg/dL", "none", "none"),
        ("600 mg/dL", "moderate", "none"),
        ("401 mg/dL", "moderate", "none"),
        ("400 mg/dL", "severe", "none"),
        ("399 mg/dL", "severe", "severe"),
        ("<5 g/L", "moderate to severe", "none to severe"),
    ],
)
def test_igg_of_exactly_4_is_severe_by_one_source_and_not_by_the_other(
    igg: str, hill: str, guideline: str
) -> None:
    assert graded("hypogammaglobulinaemia Hill-2019", (60, {"IgG": igg})).shown() == hill
    assert graded("hypogammaglobulinaemia below 4 g/L", (60, {"IgG": igg})).shown() == guideline


# --- hepatitis B -------------------------------------------------------------------------------

CARRIER: dict[str, object] = {"HBsAg at baseline": True, "anti-HBc": True, "HBsAg": True}
RESOLVED: dict[str, object] = {"HBsAg at baseline": False, "anti-HBc": True}
NO, YES, OPEN = "no reactivation", "reactivation", "no reactivation to reactivation"
US, ASIA = "hepatitis B reactivation AASLD-2018", "hepatitis B reactivation APASL-2016"


@pytest.mark.parametrize(
    ("baseline", "dna", "us", "asia"),
    [
        ("50 [IU]/mL", "4999 [IU]/mL", NO, NO),
        ("50 [IU]/mL", "5000 [IU]/mL", YES, YES),
        ("50 [IU]/mL", "5001 [IU]/mL", YES, YES),
        ("2000 [IU]/mL", "199999 [IU]/mL", NO, NO),
        ("2000 [IU]/mL", "200000 [IU]/mL", YES, YES),
        ("0 [IU]/mL", "99 [IU]/mL", NO, NO),
        ("0 [IU]/mL", "100 [IU]/mL", NO, YES),
        ("0 [IU]/mL", "999 [IU]/mL", NO, YES),
        ("0 [IU]/mL", "1000 [IU]/mL", YES, YES),
        ("0 [IU]/mL", "1001 [IU]/mL", YES, YES),
        ("0 [IU]/mL", "1000000 [IU]/L", YES, YES),
        ("0 [IU]/mL", "999000 [IU]/L", NO, YES),
    ],
)
def test_dna_that_rises_a_hundredfold_or_appears_is_reactivation(
    baseline: str, dna: str, us: str, asia: str
) -> None:
    found = CARRIER | {"hepatitis B DNA baseline": baseline, "hepatitis B DNA": dna}
    assert graded(US, (60, found)).shown() == us
    assert graded(ASIA, (60, found)).shown() == asia


@pytest.mark.parametrize(
    ("dna", "us", "asia"),
    [
        ("9999 [IU]/mL", NO, NO),
        ("10000 [IU]/mL", YES, NO),
        ("19999 [IU]/mL", YES, NO),
        ("20000 [IU]/mL", YES, YES),
    ],
)
def test_without_a_baseline_the_published_grade_follows_the_row_for_it(
    dna: str, us: str, asia: str
) -> None:
    found = CARRIER | {"hepatitis B DNA": dna}
    for name, level in ((US, us), (ASIA, asia)):
        grade = graded(name, (60, found))
        assert (grade.shown(), grade.as_published) == (OPEN, level)


@pytest.mark.parametrize(
    ("found", "us"),
    [
        ({"hepatitis B DNA": "0 [IU]/mL", "HBsAg": False}, NO),
        ({"hepatitis B DNA": "1 [IU]/mL", "HBsAg": False}, YES),
        ({"hepatitis B DNA detected": True}, YES),
        ({"hepatitis B DNA": "0 [IU]/mL", "HBsAg": True}, YES),
        ({"hepatitis B DNA": "<20 [IU]/mL", "HBsAg": False}, OPEN),
        ({"hepatitis B DNA": "0 [IU]/mL"}, OPEN),
    ],
)
def test_after_a_resolved_infection_any_dna_or_the_antigen_is_reactivation(
    found: dict[str, object], us: str
) -> None:
    assert graded(US, (60, RESOLVED | found)).shown() == us


def test_a_person_never_infected_does_not_reactivate() -> None:
    found = {"HBsAg at baseline": False, "anti-HBc": False, "hepatitis B DNA": "500 [IU]/mL"}
    assert graded(US, (60, found)).shown() == NO


TABLES = (AASLD.scale, APASL.scale, HILL_2019, HCT_GUIDELINE)


@pytest.mark.parametrize("scale", TABLES, ids=lambda scale: scale.criterion.name)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_what_is_taken_away_leaves_bounds_that_hold_the_full_level(
    scale: Scale, data: st.DataObject
) -> None:
    full, kept = data.draw(full_and_part(scale))
    whole, part = assess(scale, full), assess(scale, kept)
    assert whole.exact, "with everything recorded one level is left"
    place = rank(scale.criterion, whole.low)
    assert rank(scale.criterion, part.low) <= place <= rank(scale.criterion, part.high)
