"""A curve with some of its parameters held at a value: they are no longer estimated."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.errors import ReinfuseError
from reinfuse.kinetics.curves.curve import Array, Curve, Parameters, Schedule


def with_fixed(curve: Curve, **values: float) -> Curve:
    """The same curve without the named parameters, each held at the value given.

    Names may exchange no more: `settled` is dropped. Raises ReinfuseError for a name that the
    curve does not have.
    """
    unknown = sorted(set(values) - set(curve.names))
    if unknown:
        raise ReinfuseError(
            f"the curve {curve.name!r} has no parameter {', '.join(map(repr, unknown))}",
            fix=f"its parameters are {', '.join(curve.names)}",
        )

    def value(p: Parameters, schedule: Schedule) -> Array:
        return curve.value({**p, **values}, schedule)

    held = ", ".join(f"{name} = {values[name]:g}" for name in curve.names if name in values)
    return replace(
        curve,
        title=f"{curve.title} ({held})" if held else curve.title,
        parameters=tuple(one for one in curve.parameters if one.name not in values),
        value=value,
        settled=None,
    )
