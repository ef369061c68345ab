"""A slip of the pen in a record is named, and neither fitted nor a crash."""

from __future__ import annotations

import numpy as np
import pytest

from reinfuse.estimation.mechanistic.fit import fit_windows
from reinfuse.estimation.mechanistic.observed import Kind
from reinfuse.estimation.mechanistic.result import NoFit
from reinfuse.mechanism.plan import Body, Plan
from tests.unit.mechanistic_courses import only, written


@pytest.mark.parametrize("dose", ["0 cells/kg", "1e15 cells/kg", "1e14 cells"])
def test_a_dose_that_cannot_be_is_assumed_and_not_told(dose: str) -> None:
    window = only(
        written(infusions=f"id: infusion-1, when: 2024, product: product-1, dose: {dose}")
    )
    assert (window.plan.dose, window.dose_told) == (1e8, False)
    assert any("cannot be: 1e+08 CAR-T cells assumed" in words for words in window.assumed)


def test_a_dose_that_can_be_is_told() -> None:
    row = "id: infusion-1, when: 2024, product: product-1, dose: 2e7 cells"
    assert only(written(infusions=row)).dose_told
    assert not only(written()).dose_told


def test_a_body_that_cannot_be_is_as_of_an_adult_and_says_so() -> None:
    window = only(written(patient="age: 30 a, weight: 900 kg, height: 5 cm, egfr: 0 mL/min/1.73m2"))
    assert window.body.weight == pytest.approx(60.0)
    assert window.body.filtration == pytest.approx(Body().filtration)
    told = [words for words in window.assumed if "which cannot be" in words]
    assert [words.split(" is ")[0] for words in told] == [
        "body weight", "height", "filtration rate",
    ]  # fmt: skip


def test_a_share_above_100_percent_is_left_out() -> None:
    marrow = "analyte: blasts, site: bone marrow, value: 140 %"
    cells = "analyte: CAR-T cells, site: peripheral blood, denominator: T cells"
    window = only(
        written(
            observations=f"id: a, when: infusion-1 day 28, {marrow}\n"
            f"id: b, when: infusion-1 day 7, {cells}, value: 150 %\n"
            f"id: c, when: infusion-1 day 9, {cells}, value: 100 %"
        )
    )
    assert [one.kind for one in window.observed] == [Kind.CAR_PERCENT]
    assert window.left_out == ("a, b: above 100 %, which cannot be",)


def test_a_window_that_the_model_cannot_solve_is_no_fit() -> None:
    window = only(written())
    beyond = type(window)(
        **{name: getattr(window, name) for name in window.__dataclass_fields__}
        | {"plan": Plan(dose=1e30)}
    )
    found = fit_windows((beyond,), rng=np.random.default_rng(1))
    assert isinstance(found, NoFit)
    assert "cannot be solved" in found.why
