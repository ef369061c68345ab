"""The table of the mechanism: every number has a unit, a range that holds it, and a source."""

from __future__ import annotations

import math

import pytest

from reinfuse.mechanism.equations import course_model
from reinfuse.mechanism.table import (
    Parameter,
    Role,
    Scale,
    parameter,
    parameters_of,
    shipped_rows,
)
from reinfuse.source import Standing

ROWS = [pytest.param(row, id=row.name) for row in shipped_rows()]


@pytest.mark.parametrize("row", ROWS)
def test_a_value_lies_in_its_range(row: Parameter) -> None:
    assert row.low <= row.value <= row.high


@pytest.mark.parametrize("row", ROWS)
def test_a_spread_goes_with_its_scale(row: Parameter) -> None:
    assert (row.spread > 0) == (row.scale is not Scale.NONE)
    if row.scale is Scale.LOG:
        assert row.value > 0
    if row.scale is Scale.LOGIT:
        assert (row.low, row.high) == (row.low, 1.0)
        assert 0 < row.low < row.value < 1


@pytest.mark.parametrize("row", ROWS)
def test_what_differs_between_patients_is_theirs(row: Parameter) -> None:
    """What is fixed is the same for all; a plan and a product are set, never drawn."""
    if row.role in {Role.FIXED, Role.PLAN, Role.PRODUCT}:
        assert row.spread == 0
    else:
        assert row.spread > 0


@pytest.mark.parametrize("row", ROWS)
def test_a_row_says_what_it_is_and_where_from(row: Parameter) -> None:
    assert row.note
    assert row.unit
    assert row.source.cite
    if row.source.standing is Standing.OURS:
        assert row.source.cite == "reinfuse"
        assert not row.source.doi
    else:
        assert row.source.cite != "reinfuse"
    if row.source.doi:
        assert row.source.doi.startswith("10.")
        assert "/" in row.source.doi


def test_recalled_rows_are_marked_and_few() -> None:
    recalled = [row.name for row in shipped_rows() if row.recalled]
    assert len(recalled) <= 2
    assert not parameter("rho").recalled


@pytest.mark.parametrize("lesions", [0, 1, 3])
def test_the_model_has_the_rows_of_the_table_in_order(lesions: int) -> None:
    listed = parameters_of(lesions)
    model = course_model(lesions)
    assert tuple(row.name for row in listed) == model.parameter_names
    assert len({row.name for row in listed}) == len(listed)
    for row, there in zip(listed, model.parameters, strict=True):
        assert (there.value, there.low, there.high) == (row.value, row.low, row.high)
        assert math.isfinite(there.value)


def test_each_lesion_has_rows_of_its_own() -> None:
    names = [row.name for row in parameters_of(2) if row.role is Role.LESION]
    assert sorted(names) == sorted(
        f"{name}_{k}" for k in (1, 2) for name in ("access", "kill_share", "lesion_start")
    )
    assert parameter("access_1").of_lesion(7).name == "access_7"
    assert parameter("access_1").of_lesion(7).value == parameter("access_1").value


def test_a_model_without_lesions_has_no_word_of_them() -> None:
    assert not [row.name for row in parameters_of(0) if "lesion" in row.name]


def test_a_name_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError):
        parameter("access_2")
