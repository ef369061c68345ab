"""What a value of a keyword says as a number, however it is written."""

from __future__ import annotations

import math
import re

WHOLE = re.compile(r"\+?0*(\d{1,18})(?:\.0*)?")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,4})?")


def whole(text: str) -> int | None:
    """A whole number that is not negative; None where the text is none or has over 18 digits."""
    match = WHOLE.fullmatch(text.strip())
    return int(match[1]) if match else None


def number(text: str) -> float | None:
    """A finite number; None where the text is none."""
    stripped = text.strip()
    if NUMBER.fullmatch(stripped) is None:
        return None
    value = float(stripped)
    return value if math.isfinite(value) else None
