"""Numbers as papers and laboratories print them, and what is refused."""

from __future__ import annotations

import pytest

from reinfuse.quantity import Limit, NotAQuantity, Quantity, UnitMismatch, UnknownUnit

READ = """
    88 %               | 88      | %            |
    2.99e6 cells/kg    | 2.99e6  | {cells}/kg   |
    12.25 x10^8/kg     | 12.25   | 10*8/kg      |
    2.99 x 10^6 cells/kg | 2.99e6 | {cells}/kg  |
    65 x10^9/L         | 65      | 10*9/L       |
    < 50 copies/ug     | 50      | {copies}/ug  | <
    ≥ 90 %             | 90      | %            | >=
    39 °C              | 39      | Cel          |
    130\u00a0g/L       | 130     | g/L          |
    -4 d               | -4      | d            |
"""


@pytest.mark.parametrize("line", [line for line in READ.splitlines() if line.strip()])
def test_a_printed_number_is_read(line: str) -> None:
    text, value, unit, limit = (part.strip() for part in line.split("|"))
    assert Quantity.parse(text) == Quantity(float(value), unit, Limit(limit))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5", "has no unit"),
        ("1,5 %", "has a comma"),
        ("1'000 %", "has a comma or mark"),
        ("1e400 %", "too large"),
        ("nan %", "not a number"),
        ("", "not a number"),
        ("5 %\n6 %", "not a number"),
        ("9" * 100 + " %", "not a number"),
    ],
)
def test_what_is_no_quantity_is_refused(text: str, said: str) -> None:
    with pytest.raises(NotAQuantity, match=said):
        Quantity.parse(text)


def test_a_slip_in_a_unit_is_answered_with_the_unit() -> None:
    with pytest.raises(UnknownUnit, match="unknown unit 'yeers'") as caught:
        Quantity.parse("5 yeers")
    assert caught.value.fix == "did you mean years?"


def test_cells_are_not_copies() -> None:
    with pytest.raises(UnitMismatch, match="cannot be written in cells/uL") as caught:
        Quantity(12.0, "copies/ug").to("cells/uL")
    assert "vector copy number" in caught.value.fix
