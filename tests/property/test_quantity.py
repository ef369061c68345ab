"""A quantity keeps its value through text and through units of its dimension."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.errors import ReinfuseError
from reinfuse.quantity import Quantity, units
from tests.property.courses import UNITS, quantities

SPELLINGS = sorted(units())
amounts = st.floats(1e-100, 1e100) | st.floats(-1e100, -1e-100) | st.just(0.0)
same_dimension = st.sampled_from(UNITS).flatmap(
    lambda code: st.tuples(
        st.just(code),
        st.sampled_from(
            [two for two in UNITS if units()[two].dimension == units()[code].dimension]
        ),
    )
)


@given(quantities)
def test_a_quantity_reads_back_from_its_text(quantity: Quantity) -> None:
    assert Quantity.parse(str(quantity)) == quantity


@given(amounts, same_dimension)
def test_a_unit_round_trip_changes_nothing(amount: float, pair: tuple[str, str]) -> None:
    there_and_back = Quantity(amount, pair[0]).to(pair[1]).to(pair[0])
    assert there_and_back.value == pytest.approx(amount)


@given(amounts, st.sampled_from(SPELLINGS))
def test_every_spelling_of_a_unit_is_read(amount: float, spelling: str) -> None:
    assert Quantity.parse(f"{amount!r} {spelling}") == Quantity(amount, spelling)


@given(st.text())
def test_any_text_is_a_quantity_or_is_refused_in_words(text: str) -> None:

    try:
        Quantity.parse(text)
    except ReinfuseError as refused:
        told = refused
    else:
        return
    assert told.fix
    assert len(told.what) < 120
