"""Any value of this room as what JSON can hold."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from enum import Enum


def as_plain(value: object) -> object:
    """Dictionaries, lists, strings and numbers; an open side of a range becomes None."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [as_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
