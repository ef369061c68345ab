"""When a condition changes inside of a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reinfuse.engine.plain.happenings import conditions
from reinfuse.engine.plain.prepared import Prepared
from reinfuse.engine.plain.steps import Step

LOOKS = 8  # at how many places of a step; what changes and changes back between two is not seen


def first_change(
    model: Prepared, parameters: Sequence[float], held: tuple[bool, ...], step: Step
) -> float | None:
    """The first number that is a time at which other conditions hold; none if there is none.

    Found on the dense output by halving until no number lies between before and after.
    """
    if not model.watched:
        return None

    def changed(time: float) -> bool:
        return conditions(model, parameters, time, step.at(time)) != held

    before, length = step.before, step.after - step.before
    for look in range(1, LOOKS + 1):
        after = step.after if look == LOOKS else step.before + length * look / LOOKS
        if changed(after):
            return _halved(changed, before, after)
        before = after
    return None


def _halved(changed: Callable[[float], bool], before: float, after: float) -> float:
    middle = before + 0.5 * (after - before)
    while before < middle < after:
        if changed(middle):
            after = middle
        else:
            before = middle
        middle = before + 0.5 * (after - before)
    return after
