"""Small tables of the criteria, at and around their bounds."""

from __future__ import annotations

import pytest

from reinfuse.grading.ctcae import count_grade, count_rows
from reinfuse.grading.icans import ice_grade
from reinfuse.grading.marrow import by_counts
from reinfuse.grading.mrd import poisson_interval
from reinfuse.grading.names import is_marrow, measures
from reinfuse.grading.occasions import Counts
from reinfuse.record import Observation


@pytest.mark.parametrize(
    ("score", "grade"),
    [(10, 0), (9, 1), (7, 1), (6, 2), (3, 2), (2, 3), (0, 3)],
)
def test_ice_sets_the_grade_of_an_awake_patient(score: int, grade: int) -> None:
    assert ice_grade(score) == grade


# CTCAE 5.0 prints `<LLN - 75`, `<75 - 50`, `<50 - 25`, `<25`: the bound belongs to the milder.
@pytest.mark.parametrize(
    ("analyte", "value", "grades"),
    [
        ("platelets", 150, (0, 1)), ("platelets", 75, (0, 1)), ("platelets", 74.9, (2, 2)),
        ("platelets", 65, (2, 2)), ("platelets", 50, (2, 2)), ("platelets", 49, (3, 3)),
        ("platelets", 25, (3, 3)), ("platelets", 24.9, (4, 4)), ("platelets", 0, (4, 4)),
        ("neutrophils", 1.5, (0, 1)), ("neutrophils", 0.7, (3, 3)), ("neutrophils", 0.49, (4, 4)),
        ("hemoglobin", 13.0, (0, 1)), ("hemoglobin", 9.9, (2, 2)), ("hemoglobin", 7.9, (3, 3)),
        ("white blood cells", 3.3, (0, 1)), ("white blood cells", 0.9, (4, 4)),
        ("lymphocytes", 0.3, (3, 3)),
    ],
)  # fmt: skip
def test_a_low_count_has_its_ctcae_grade(
    analyte: str, value: float, grades: tuple[int, int]
) -> None:
    assert count_grade(count_rows()[analyte], value) == grades


def test_a_lower_limit_of_normal_tells_grade_0_from_1() -> None:
    row = count_rows()["platelets"]
    assert count_grade(row, 120, lower_normal=150) == (1, 1)
    assert count_grade(row, 160, lower_normal=150) == (0, 0)


@pytest.mark.parametrize(
    ("neutrophils", "platelets", "low", "high"),
    [
        (2.0, 150.0, "CR", "CR"),
        (1.0, 150.0, "CRh", "CRh"),  # CR asks for more than 1.0
        (2.0, 100.0, "CRh", "CRh"),  # and for more than 100
        (2.0, 50.0, "CRi", "CRi"),
        (None, 65.0, "CRh", "CRi"),
        (None, 30.0, "CRi", "CRi"),
        (None, None, "CR", "CRi"),
    ],
)
def test_counts_bound_the_remission(
    neutrophils: float | None, platelets: float | None, low: str, high: str
) -> None:
    assert by_counts(Counts(neutrophils, platelets, ())) == (low, high)


# Exact Poisson limits (Garwood 1936), as every table of them has them.
@pytest.mark.parametrize(
    ("counted", "low", "high"), [(5, 1.623, 11.668), (20, 12.217, 30.888), (100, 81.36, 121.63)]
)
def test_the_interval_of_a_rare_share_is_that_of_its_count(
    counted: int, low: float, high: float
) -> None:
    events = 100_000
    found = poisson_interval(counted / events * 100, events)
    assert found[0] / 100 * events == pytest.approx(low, rel=0.01)
    assert found[1] / 100 * events == pytest.approx(high, rel=0.01)


@pytest.mark.parametrize(
    ("written", "asked", "found"),
    [
        ("ANC", "neutrophils", "neutrophils"),
        ("plt", "platelets", "platelets"),
        ("SpO2", "oxygen saturation", "oxygen saturation"),
        ("minimal residual disease", "MRD", "MRD"),
        ("abnormal cells", "MRD", None),
        ("something else", "MRD", None),
    ],
)
def test_an_analyte_is_known_by_its_other_names(
    written: str, asked: str, found: str | None
) -> None:
    assert measures(Observation(analyte=written), asked) == found


def test_the_marrow_is_known_by_its_other_names() -> None:
    assert all(is_marrow(site) for site in ("bone marrow", "BM", "marrow, left iliac crest"))
    assert not any(is_marrow(site) for site in (None, "blood", "left eye"))
