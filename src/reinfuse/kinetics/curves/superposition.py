"""Many doses of a linear system: the sum of what each of them leaves, one dose at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from reinfuse.kinetics.curves.curve import Array, Parameters, Schedule
from reinfuse.kinetics.curves.joints import library

# What a dose of one unit leaves: elapsed time since it began (negative before), its duration.
Response = Callable[[Array, Array], Array]


def superposed(p: Parameters, schedule: Schedule, response: Response) -> Array:
    """The level (`"times subjects"`) after all doses; memory does not grow with their number."""
    doses = schedule.dose_time, schedule.dose_amount, schedule.dose_duration

    def left_of(one: tuple[Array, Array, Array]) -> Array:
        begins, amount, duration = one
        return amount * response(schedule.time - begins, duration)

    count = schedule.dose_time.shape[0]
    if count == 0:
        return 0.0 * schedule.time
    first = tuple(one[0] for one in doses)
    if count == 1:
        return left_of(first)
    if library(p, schedule) is np:
        return sum(left_of(tuple(one[n] for one in doses)) for n in range(count))
    jax = sys.modules["jax"]
    nothing = jax.tree.map(
        lambda one: jax.numpy.zeros(one.shape, one.dtype), jax.eval_shape(left_of, first)
    )
    return jax.lax.scan(lambda sofar, one: (sofar + left_of(one), None), nothing, doses)[0]
