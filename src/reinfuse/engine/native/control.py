"""How long the next step is, and whether the last one stands: for all lanes at once.

Source: Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, section II.4.
"""

from __future__ import annotations

from typing import NamedTuple

from llvmlite import ir

from reinfuse.engine.compiler.rosenbrock import ERROR_ORDER
from reinfuse.engine.compiler.step_control import (
    ALMOST,
    FASTEST,
    LEAST_ERROR,
    LEAST_STEP,
    SAFETY,
    SHORTEST_FIRST,
    SLOWEST,
    WORST_ERROR,
)
from reinfuse.engine.native.flow import BYTE, DOUBLE, INT, double
from reinfuse.engine.native.frame import Frame
from reinfuse.engine.native.lanes import Lanes, call_intrinsic, narrow, widen
from reinfuse.engine.native.llvm import DOUBLE_BITS, Builder, Type, Value


class Verdict(NamedTuple):
    """Of all lanes: masks, and what time and the wanted step become.

    `good`: the step is taken; `output`: an output lies inside it; `special`: an event, the end, or
    a lane that may have to give up.
    """

    good: Value
    output: Value
    special: Value
    time: Value
    wanted: Value


def choose_step(frame: Frame) -> None:
    """The step of each lane: to the next event if it is near, else what it wants."""
    builder = frame.builder
    time, wanted, stop = frame.wide("time"), frame.wide("wanted"), frame.wide("stop")
    left = builder.fsub(stop, time)
    near = builder.fcmp_ordered(">=", wanted, builder.fmul(left, _doubles(frame, ALMOST)))
    # Two steps of like size rather than a long one and a crumb.
    half = builder.fmul(left, _doubles(frame, 0.5))
    shorter = builder.select(builder.fcmp_ordered("<", half, wanted), half, wanted)
    taken = builder.select(near, left, shorter)
    after = builder.select(near, stop, builder.fadd(time, taken))
    # Far from time 0 a sum is rounded: the step is what time moves by, not what was wanted.
    taken = builder.fsub(after, time)
    frame.set_wide("taken", taken)
    frame.set_wide("hits", builder.zext(near, _flags(frame)))
    frame.set_wide("after", after)
    for name, value in (("h", taken), ("t", time)):
        builder.store(narrow(builder, frame.lanes, value), frame.values[name])


def judge(frame: Frame, errors: Value) -> Verdict:
    """What follows from the errors of a step."""
    builder = frame.builder
    builder.store(errors, frame.values["errors"])
    good = builder.fcmp_ordered("<=", errors, frame.lanes.constant(1.0))
    frame.set_wide("good", builder.zext(good, _flags(frame)))
    raw = widen(builder, frame.lanes, errors)
    worst = _doubles(frame, WORST_ERROR)
    error = builder.select(builder.fcmp_ordered("<", raw, worst), raw, worst)
    proposed = builder.fmul(frame.wide("taken"), _factor(frame, error))
    hits = builder.trunc(frame.wide("hits"), good.type)
    event = builder.and_(good, hits)
    # A step that an event cut short says little of the step that could have been.
    wanted = frame.wide("wanted")
    longer = builder.select(builder.fcmp_ordered(">", wanted, proposed), wanted, proposed)
    wanted = builder.select(event, longer, proposed)
    count = builder.add(frame.wide("count"), _all(frame, ir.Constant(INT, 1)))
    frame.set_wide("count", count)
    busy = builder.icmp_signed(">=", frame.wide("patient"), _all(frame, ir.Constant(
        ir.IntType(64), 0)))  # fmt: skip
    after = frame.wide("after")
    inside = builder.and_(good, builder.fcmp_ordered("<=", frame.wide("asked"), after))
    # Not below a step that may be too short: whether it is, is looked at lane by lane.
    hopeless = builder.fcmp_unordered("<", wanted, _doubles(frame, 1.0))
    refused = builder.and_(builder.not_(good), hopeless)
    limit = (
        builder.insert_element(
            ir.Constant(count.type, ir.Undefined), frame.values["most_steps"], ir.Constant(INT, 0)
        )
        if frame.lanes.width > 1
        else frame.values["most_steps"]
    )
    if frame.lanes.width > 1:
        zeros = ir.Constant(ir.VectorType(INT, frame.lanes.width), [0] * frame.lanes.width)
        limit = builder.shuffle_vector(limit, limit, zeros)
    past = builder.icmp_signed(">=", count, limit)
    special = builder.or_(event, builder.or_(refused, past))
    return Verdict(
        good=good,
        output=builder.and_(busy, inside),
        special=builder.and_(busy, special),
        time=builder.select(good, after, frame.wide("time")),
        wanted=wanted,
    )


def least_step(frame: Frame, lane: Value) -> Value:
    """The shortest step with which time moves on, where the lane stands."""
    builder, values = frame.builder, frame.values
    span = builder.fsub(values["end"], values["start"])
    time = _time_passed(frame, lane)
    scale = builder.select(builder.fcmp_ordered(">", time, span), time, span)
    return builder.fmul(scale, double(LEAST_STEP))


def shortest_first(frame: Frame, lane: Value) -> Value:
    """The shortest step to begin with, where the lane stands: time must move on."""
    return frame.builder.fmul(_time_passed(frame, lane), double(SHORTEST_FIRST))


def _time_passed(frame: Frame, lane: Value) -> Value:
    absolute = frame.builder.module.declare_intrinsic("llvm.fabs", [DOUBLE])
    return frame.builder.call(absolute, [frame.get("time", lane)])


def _factor(frame: Frame, error: Value) -> Value:
    """By how much the next step is longer or shorter."""
    builder, wide = frame.builder, Lanes(DOUBLE_BITS, frame.lanes.width)
    assert ERROR_ORDER == 4  # noqa: PLR2004 # the power below is a root of a root
    error = _at_least(builder, error, wide.constant(LEAST_ERROR))
    root = call_intrinsic(builder, "sqrt", wide, call_intrinsic(builder, "sqrt", wide, error))
    factor = builder.fdiv(wide.constant(SAFETY), root)
    factor = _at_least(builder, factor, wide.constant(SLOWEST))
    fastest = wide.constant(FASTEST)
    return builder.select(builder.fcmp_ordered("<", factor, fastest), factor, fastest)


def _at_least(builder: Builder, value: Value, least: Value) -> Value:
    return builder.select(builder.fcmp_ordered(">", value, least), value, least)


def _doubles(frame: Frame, value: float) -> Value:
    return Lanes(DOUBLE_BITS, frame.lanes.width).constant(value)


def _all(frame: Frame, value: Value) -> Value:
    """A constant in all lanes."""
    width = frame.lanes.width
    if width == 1:
        return value
    return ir.Constant(ir.VectorType(value.type, width), [value.constant] * width)


def _flags(frame: Frame) -> Type:
    return BYTE if frame.lanes.width == 1 else ir.VectorType(BYTE, frame.lanes.width)
