"""The stage of each organ in acute GVHD: at, just under and just over every threshold."""

from __future__ import annotations

import pytest

from reinfuse.quantity import Limit, Quantity
from reinfuse.record.chart import Mark
from tests.spec.gvhd_charts import (
    ADULT,
    CAHN,
    CHILD,
    IBMTR,
    KEYSTONE,
    MAGIC,
    QUIET_GUT,
    Values,
    graded,
    just_over,
    just_under,
    mark,
    on_stages,
    stages,
)

# ------------------------------------------------------------------------- organ stages

BILIRUBIN = [
    (0.0, "mg/dL", 0),
    (just_under(2), "mg/dL", 0),
    (2.0, "mg/dL", 1),
    (just_over(2), "mg/dL", 1),
    (just_under(3), "mg/dL", 1),
    (3.0, "mg/dL", 1),
    (just_over(3), "mg/dL", 2),
    (3.05, "mg/dL", 2),
    (3.1, "mg/dL", 2),
    (just_under(6), "mg/dL", 2),
    (6.0, "mg/dL", 2),
    (just_over(6), "mg/dL", 3),
    (6.1, "mg/dL", 3),
    (just_under(15), "mg/dL", 3),
    (15.0, "mg/dL", 3),
    (just_over(15), "mg/dL", 4),
    (34.19, "umol/L", 0),
    (34.2, "umol/L", 1),
    (34.21, "umol/L", 1),
    (51.29, "umol/L", 1),
    (51.3, "umol/L", 1),
    (51.31, "umol/L", 2),
    (102.6, "umol/L", 2),
    (102.61, "umol/L", 3),
    (256.5, "umol/L", 3),
    (256.51, "umol/L", 4),
]


@pytest.mark.parametrize("name", [MAGIC, KEYSTONE, CAHN, IBMTR])
@pytest.mark.parametrize(("value", "unit", "stage"), BILIRUBIN)
def test_bilirubin_stages_the_liver(name: str, value: float, unit: str, stage: int) -> None:
    assert stages(graded(name, {"bilirubin": (value, unit)}))["liver"] == str(stage)


RASH = [
    (0.0, "0"),
    (0.001, "1"),
    (just_under(25), "1"),
    (25.0, "2"),
    (just_over(25), "2"),
    (just_under(50), "2"),
    (50.0, "2"),
    (just_over(50), "3 to 4"),  # bullae may have been there
    (100.0, "3 to 4"),
]


@pytest.mark.parametrize("name", [MAGIC, KEYSTONE, CAHN, IBMTR])
@pytest.mark.parametrize(("percent", "stage"), RASH)
def test_the_surface_of_the_rash_stages_the_skin(name: str, percent: float, stage: str) -> None:
    assert stages(graded(name, {"skin rash body surface": (percent, "%")}))["skin"] == stage


# Columns: rash %, bullae, desquamation %, MAGIC, Keystone.
BULLAE = [
    (60.0, False, 10.0, "3", "3"),
    (60.0, True, None, "3 to 4", "4"),
    (60.0, True, just_under(5), "3", "4"),
    (60.0, True, 5.0, "3", "4"),
    (60.0, True, just_over(5), "4", "4"),
    (50.0, True, 10.0, "2", "2"),
    (None, True, 10.0, "4", "4"),  # generalized is more than half of the body
    (None, False, None, "0 to 3", "0 to 3"),
]


@pytest.mark.parametrize(("rash", "bullae", "shed", "magic", "keystone"), BULLAE)
def test_stage_4_of_the_skin_needs_bullae_and_in_magic_desquamation(
    rash: float | None, bullae: bool, shed: float | None, magic: str, keystone: str
) -> None:
    values: Values = {"erythroderma with bullae": bullae}
    if rash is not None:
        values["skin rash body surface"] = (rash, "%")
    if shed is not None:
        values["desquamation body surface"] = (shed, "%")
    assert stages(graded(MAGIC, values))["skin"] == magic
    assert stages(graded(KEYSTONE, values))["skin"] == keystone


# Columns: weight, item, unit, values of stage 0, 1, 2, 3. What lies between two printed figures
# belongs to the worse stage.
LOWER_GI = [
    (
        70,
        "stool volume",
        "mL/d",
        (0, 499.9, just_under(500)),
        (500, just_over(500), just_under(999), 999),
        (just_over(999), 999.5, 1000, 1001, just_under(1500), 1500),
        (just_over(1500), 1501, 4000),
    ),
    (
        20,
        "stool volume per weight",
        "mL/kg/d",
        (0, just_under(10)),
        (10, just_over(10), just_under(19.9), 19.9),
        (just_over(19.9), 19.95, 20, just_under(30), 30),
        (just_over(30), 30.1, 90),
    ),
    (
        70,
        "liquid stool episodes",
        "/d",
        (0, 2, just_under(3)),
        (3, just_over(3), just_under(4), 4),
        (just_over(4), 4.33, 5, 6, just_under(7), 7),
        (just_over(7), 8, 20),
    ),
    (
        20,
        "liquid stool episodes",
        "/d",
        (0, 3, just_under(4)),
        (4, just_over(4), 5, just_under(6), 6),
        (just_over(6), 7, just_under(10), 10),
        (just_over(10), 11, 30),
    ),
]


@pytest.mark.parametrize(
    ("weight", "item", "value", "unit", "stage"),
    [
        (weight, item, value, unit, stage)
        for weight, item, unit, *rows in LOWER_GI
        for stage, values in enumerate(rows)
        for value in values
    ],
)
def test_the_amount_of_stool_stages_the_lower_gut(
    weight: float, item: str, value: float, unit: str, stage: int
) -> None:
    found = stages(graded(MAGIC, {"weight": (weight, "kg"), item: (value, unit), **QUIET_GUT}))
    by = f", by {item}" if item == "liquid stool episodes" else ""
    assert found["lower GI"] == f"{stage}{by}"


@pytest.mark.parametrize(
    ("value", "stage"),
    [
        (0, 0),
        (just_under(500), 0),
        (500, 0),
        (just_over(500), 1),
        (just_under(1000), 1),
        (1000, 1),
        (just_over(1000), 2),
        (just_under(1500), 2),
        (1500, 2),
        (just_over(1500), 3),
    ],
)
def test_keystone_volumes_lie_above_each_figure(value: float, stage: int) -> None:
    values: Values = {
        "stool volume": (value, "mL/d"),
        "persistent upper GI symptoms": False,
        "severe abdominal pain": False,
    }
    assert stages(graded(KEYSTONE, values))["gut"] == str(stage)


@pytest.mark.parametrize(
    ("weight", "per_kg", "stage"),
    [
        (just_under(50), 9.99, "0"),
        (50, 9.99, "0"),
        (50, 10, "1"),
        (just_over(50), 9.99, "1"),
    ],
)
def test_adult_figures_begin_above_50_kg(weight: float, per_kg: float, stage: str) -> None:
    values: Values = {
        "weight": (weight, "kg"),
        "stool volume": (500, "mL/d"),
        "stool volume per weight": (per_kg, "mL/kg/d"),
        **QUIET_GUT,
    }
    assert stages(graded(MAGIC, values))["lower GI"] == stage


def test_without_a_weight_either_figure_may_count() -> None:
    values: Values = {"stool volume": (600, "mL/d"), **QUIET_GUT}
    grade = graded(MAGIC, values)
    assert stages(grade)["lower GI"] == "0 to 3"
    assert "weight" in grade.missing


def test_a_weight_turns_a_childs_volume_per_day_into_one_per_kg() -> None:
    values: Values = {**CHILD, "stool volume": (600, "mL/d"), **QUIET_GUT}
    assert stages(graded(MAGIC, values))["lower GI"] == "2"
    adult: Values = {**ADULT, "stool volume per weight": (10, "mL/kg/d"), **QUIET_GUT}
    assert stages(graded(MAGIC, adult))["lower GI"] == "1"


def test_at_50_kg_a_volume_per_day_is_a_childs() -> None:
    values: Values = {"weight": (50, "kg"), "stool volume": (500, "mL/d"), **QUIET_GUT}
    assert stages(graded(MAGIC, values))["lower GI"] == "1"


def test_what_was_charted_goes_before_what_follows_from_it() -> None:
    values: Values = {
        **CHILD,
        "stool volume": (600, "mL/d"),
        "stool volume per weight": (12, "mL/kg/d"),
        **QUIET_GUT,
    }
    assert stages(graded(MAGIC, values))["lower GI"] == "1"


@pytest.mark.parametrize("sign", ["severe abdominal pain", "grossly bloody stool"])
@pytest.mark.parametrize("person", [ADULT, CHILD])
def test_severe_pain_or_blood_is_stage_4_whatever_the_volume(sign: str, person: Values) -> None:
    for volume in (0.0, 600.0):
        values: Values = {**person, "stool volume": (volume, "mL/d"), sign: True}
        grade = graded(MAGIC, values)
        assert stages(grade)["lower GI"] == "4"
        assert (grade.low, grade.high) == ("IV", "IV")


def test_blood_is_no_sign_of_keystone() -> None:
    values: Values = {
        "stool volume": (100, "mL/d"),
        "persistent upper GI symptoms": False,
        **QUIET_GUT,
        "grossly bloody stool": True,
    }
    assert stages(graded(KEYSTONE, values))["gut"] == "0"


def test_pain_that_nobody_asked_for_leaves_stage_4_open() -> None:
    grade = graded(MAGIC, {**ADULT, "stool volume": (100, "mL/d"), "grossly bloody stool": False})
    assert stages(grade)["lower GI"] == "0 to 4"
    assert grade.high == "IV"
    assert "severe abdominal pain" in grade.missing


@pytest.mark.parametrize(
    ("nausea", "biopsy", "stage"),
    [
        (True, True, "1"),
        (True, False, "0"),
        (False, True, "0"),
        (False, None, "0"),
        (True, None, "0 to 1"),
        (None, True, "0 to 1"),
    ],
)
def test_keystone_takes_nausea_with_a_positive_biopsy_for_gut_1(
    nausea: bool | None, biopsy: bool | None, stage: str
) -> None:
    values: Values = {"stool volume": (0, "mL/d"), "severe abdominal pain": False}
    if nausea is not None:
        values["persistent upper GI symptoms"] = nausea
    if biopsy is not None:
        values["GVHD in upper GI biopsy"] = biopsy
    assert stages(graded(KEYSTONE, values))["gut"] == stage


def test_magic_takes_persistent_nausea_for_upper_gi_1_without_a_biopsy() -> None:
    grade = graded(MAGIC, {"persistent upper GI symptoms": True})
    assert stages(grade)["upper GI"] == "1"
    assert grade.low == "II"


@pytest.mark.parametrize("biopsy", [True, False])
def test_a_biopsy_gives_no_stage_below_500_ml(biopsy: bool) -> None:
    values: Values = {**ADULT, "stool volume": (499, "mL/d"), **QUIET_GUT}
    grade = graded(MAGIC, values, mark("GVHD in upper GI biopsy", biopsy))
    assert stages(grade)["lower GI"] == "0"


# --------------------------------------------------------------- volume against episodes


def test_where_volume_and_episodes_disagree_the_bounds_hold_both_and_the_volume_is_published() -> (
    None
):
    values: Values = {
        **on_stages(0, 0, 0, 0),
        "stool volume": (600, "mL/d"),
        "liquid stool episodes": (8, "/d"),
    }
    grade = graded(MAGIC, values)
    assert stages(grade)["lower GI"] == "1 to 3"
    assert (grade.low, grade.high, grade.as_published) == ("II", "III", "II")


def test_the_bounds_still_hold_both_where_pain_or_weight_is_missing() -> None:
    values: Values = {
        **on_stages(0, 0, 0, 0),
        "stool volume": (600, "mL/d"),
        "liquid stool episodes": (8, "/d"),
    }
    without_pain = {
        item: value for item, value in values.items() if item != "severe abdominal pain"
    }
    grade = graded(MAGIC, without_pain)
    assert (grade.low, grade.high, grade.as_published) == ("II", "IV", None)
    without_weight = {item: value for item, value in values.items() if item != "weight"}
    assert graded(MAGIC, without_weight).low == 0


def test_where_volume_and_episodes_agree_one_grade_is_left() -> None:
    values: Values = {
        **on_stages(0, 0, 0, 0),
        "stool volume": (600, "mL/d"),
        "liquid stool episodes": (3, "/d"),
    }
    grade = graded(MAGIC, values)
    assert (grade.low, grade.high, grade.as_published) == ("II", "II", "II")


def test_a_volume_known_only_to_a_limit_leaves_the_published_grade_to_the_episodes() -> None:
    values: Values = {**on_stages(0, 0, 0, 0), "liquid stool episodes": (3, "/d")}
    del values["stool volume"]
    more = Mark(item="stool volume", day=10, value=Quantity(400, "mL/d", Limit.ABOVE))
    grade = graded(MAGIC, values, more)
    assert (grade.low, grade.high, grade.as_published) == (0, "III", "II")
