"""A product is what it binds to, whose cells it is made of, and who has met it before."""

from __future__ import annotations

import pytest

from reinfuse.mechanism.draws import IMMUNE_SHARE, parameter_rows
from reinfuse.mechanism.products import (
    CD22_DENSITY,
    FITNESS,
    SAME_BINDER_UNKNOWN,
    Origin,
    Product,
    Target,
    product_values,
)


# Target: density seen on CD19-positive leukemia, on CD19-negative leukemia.
@pytest.mark.parametrize(
    ("target", "positive", "negative"),
    [
        (Target.CD19, 1.0, 0.0),
        (Target.CD22, CD22_DENSITY, CD22_DENSITY),
        (Target.BOTH, 1.0 + CD22_DENSITY, CD22_DENSITY),
    ],
)
def test_a_product_sees_its_targets(target: Target, positive: float, negative: float) -> None:
    found = product_values(Product(origin=Origin.OWN, target=target), IMMUNE_SHARE)
    assert (found["seen_positive"], found["seen_negative"]) == (positive, negative)


# First product?, same binder as before?: share of patients with immunity.
@pytest.mark.parametrize(
    ("first", "same", "share"),
    [
        (True, None, 0.0),
        (True, True, 0.0),
        (False, False, 0.0),
        (False, None, IMMUNE_SHARE * SAME_BINDER_UNKNOWN),
        (False, True, IMMUNE_SHARE),
    ],
)
def test_immunity_needs_an_earlier_product_with_the_same_binder(
    first: bool, same: bool | None, share: float
) -> None:
    product = Product(origin=Origin.OWN_AGAIN, first=first, same_binder=same)
    assert product_values(product, IMMUNE_SHARE)["immunity_start"] == share


@pytest.mark.parametrize("origin", Origin)
def test_only_donor_cells_can_harm_the_patient(origin: Origin) -> None:
    found = product_values(Product(origin=origin), IMMUNE_SHARE)
    assert found["donor_cells"] == (1.0 if origin is Origin.DONOR else 0.0)
    assert found["fitness"] == FITNESS[origin].middle
    assert FITNESS[origin].spread > 0


def test_how_foreign_the_cells_are_is_taken_as_told() -> None:
    product = Product(origin=Origin.DONOR, foreign=0.3)
    assert product_values(product, IMMUNE_SHARE)["foreign"] == 0.3


def test_the_model_has_every_parameter_that_a_product_sets() -> None:
    parameter_rows(0, 1, {}, product_values(Product(origin=Origin.OWN), IMMUNE_SHARE))
