"""What the parameters of a scale may be."""

from __future__ import annotations

import math

from reinfuse.errors import ReinfuseError

MOST_DECADES = 100.0  # more than any detector has, and no exponential of them overflows


def require(holds: bool, *, scale: str, rule: str, **given: float) -> None:
    """ReinfuseError with `rule` and the values given, unless it holds and all are finite."""
    if holds and all(math.isfinite(value) for value in given.values()):
        return
    listed = ", ".join(f"{name} = {value:g}" for name, value in given.items())
    raise ReinfuseError(
        f"no {scale} scale has {listed}", where=f"{scale} scale", fix=f"it needs {rule}"
    )
