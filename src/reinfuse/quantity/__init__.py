"""A number with unit and limit."""

from reinfuse.quantity.quantity import Limit, NotAQuantity, Quantity, shown_number
from reinfuse.quantity.unit import Unit, UnitMismatch, UnknownUnit, find_unit, units

__all__ = [
    "Limit",
    "NotAQuantity",
    "Quantity",
    "Unit",
    "UnitMismatch",
    "UnknownUnit",
    "find_unit",
    "shown_number",
    "units",
]
