"""The whole solution of many patients as LLVM code: no Python between two steps.

Every lane holds one patient, with its own time, step, events and outputs; when a patient is done
the next takes its place, so that no lane waits. Arithmetic of a lane never looks at another lane:
what comes out for a patient does not depend on who else is solved.

Step control: Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, II.4.
"""

from __future__ import annotations

from llvmlite import ir

from reinfuse.engine.compiler.bundle import Programs
from reinfuse.engine.compiler.rosenbrock import ERROR_ORDER
from reinfuse.engine.native.flow import (
    BYTE,
    DOUBLE,
    NOTHING,
    counted,
    double,
    long,
    looped,
    read,
    room,
    whole,
    write,
)
from reinfuse.engine.native.frame import (
    Frame,
    frame_in,
    given_names,
    given_types,
    moving_types,
    next_stop,
)
from reinfuse.engine.native.lanes import Lanes
from reinfuse.engine.native.llvm import Module, Value
from reinfuse.engine.native.moving import add_moving_parts
from reinfuse.engine.native.outputs import tell_here, tell_inside
from reinfuse.engine.native.parts import Maker, add_parts
from reinfuse.engine.native.patients import happen, leave, restart, write_load
from reinfuse.engine.status import Status

SAFETY, SLOWEST, FASTEST = 0.9, 0.2, 6.0
LEAST_ERROR, WORST_ERROR = 1e-10, 1e6
LEAST_STEP = 1e-14  # of the time that has passed or the span: below it time stands still
_NEAR = 1.0 - 1e-6  # a step that all but reaches an event ends there


def write_driver(
    module: Module, programs: Programs, lanes: Lanes, *, sensitive: bool = False
) -> None:
    """Add the function `solve` to a module, and everything it calls.

    `sensitive`: with the movement of outputs when parameters move.
    """
    maker = Maker(module, programs, lanes)
    parts = add_parts(maker)
    moving = add_moving_parts(maker) if sensitive else None
    load = write_load(module, maker, parts, moving)
    takes = given_types(lanes) + (moving_types(lanes) if sensitive else [])
    function = ir.Function(module, ir.FunctionType(NOTHING, takes), "solve")
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    given = dict(zip(given_names(moving), function.args, strict=True))
    frame = frame_in(builder, maker, parts, moving, given)
    _fill(frame, load)

    def somebody() -> Value:
        return builder.icmp_signed(">", builder.load(frame.values["live"]), long(0))

    with looped(builder, somebody, "rounds"):
        with counted(builder, long(0), long(lanes.width), "choose") as lane:
            _choose_step(frame, lane)
        asked = ("y", "p", "t", "h", "rtol", "atol", "new", "u", "w")
        errors = builder.call(parts.step, [frame.values[name] for name in asked])
        builder.store(errors, frame.values["errors"])
        _move_all(frame)
        with counted(builder, long(0), long(lanes.width), "judge") as lane:
            patient = frame.get("patient", lane)
            with builder.if_then(builder.icmp_signed(">=", patient, long(0))):
                _judge(frame, lane, patient, load)
    builder.ret_void()


def _move_all(frame: Frame) -> None:
    """How the step just computed moves, in every direction; lanes that do not take it pay as well.

    Nine steps of ten are taken.
    """
    if frame.moving is None:
        return
    builder, values = frame.builder, frame.values
    with frame.directions() as (direction, seeds):
        moved, *after = (
            frame.all_moved(name, direction)
            for name in ("moved", "moved_new", "moved_u", "moved_w")
        )
        step = [values[name] for name in ("y", "p", "t", "h")]
        builder.call(frame.moving.step, [*step, moved, seeds, *after])


def _fill(frame: Frame, load: Value) -> None:
    builder, lanes, size = frame.builder, frame.lanes, frame.programs.sizes
    # A lane without a patient computes as well: it must hold numbers, whatever they are.
    for name, count in (("y", size.states), ("p", size.parameters)):
        with counted(builder, long(0), long(count), f"clear.{name}") as index:
            write(builder, lanes.constant(1.0), frame.values[name], index)
    builder.store(frame.values["first"], frame.values["next"])
    builder.store(long(0), frame.values["live"])
    with counted(builder, long(0), long(lanes.width), "fill") as lane:
        frame.set("time", lane, double(0.0))
        builder.call(load, frame.loaded(lane))


def _choose_step(frame: Frame, lane: Value) -> None:
    """The step that a lane takes: to the next event if it is near, else what it wants."""
    builder = frame.builder
    time, wanted = frame.get("time", lane), frame.get("wanted", lane)
    taken = room(builder, DOUBLE)
    builder.store(wanted, taken)
    frame.set("hits", lane, ir.Constant(BYTE, 0))
    with builder.if_then(builder.icmp_signed(">=", frame.get("patient", lane), long(0))):
        left = builder.fsub(next_stop(frame, lane), time)
        near = builder.fcmp_ordered(">=", wanted, builder.fmul(left, double(_NEAR)))
        with builder.if_else(near) as (then, otherwise):
            with then:
                builder.store(left, taken)
                frame.set("hits", lane, ir.Constant(BYTE, 1))
            with otherwise:
                # Two steps of like size rather than a long one and a crumb.
                half = builder.fmul(left, double(0.5))
                less = builder.fcmp_ordered("<", half, wanted)
                builder.store(builder.select(less, half, wanted), taken)
    step = builder.load(taken)
    frame.set("taken", lane, step)
    for name, value in (("h", step), ("t", time)):
        builder.store(frame.narrow(value), frame.lane(name, lane))


def _judge(frame: Frame, lane: Value, patient: Value, load: Value) -> None:
    """Take the step if its error is small enough, and choose the next one."""
    builder = frame.builder
    raw = frame.widen(builder.load(frame.lane("errors", lane)))
    sane = builder.fcmp_ordered("<", raw, double(WORST_ERROR))
    error = builder.select(sane, raw, double(WORST_ERROR))
    proposed = builder.fmul(frame.get("taken", lane), _factor(frame, error))
    count = builder.add(frame.get("count", lane), whole(1))
    frame.set("count", lane, count)
    with builder.if_else(builder.fcmp_ordered("<=", error, double(1.0))) as (then, otherwise):
        with then:
            _accept(frame, lane, patient, proposed, load)
        with otherwise:
            frame.set("wanted", lane, proposed)
            _leave_if_stuck(frame, lane, patient, sane, load)
    still = builder.icmp_signed("==", frame.get("patient", lane), patient)
    past = builder.icmp_signed(">=", count, frame.values["most_steps"])
    with builder.if_then(builder.and_(still, past)):
        leave(frame, lane, patient, whole(Status.STEP_LIMIT), load)


def _factor(frame: Frame, error: Value) -> Value:
    """By how much the next step is longer or shorter."""
    builder = frame.builder
    assert ERROR_ORDER == 4  # noqa: PLR2004 # the power below is a root of a root
    least = builder.fcmp_ordered(">", error, double(LEAST_ERROR))
    error = builder.select(least, error, double(LEAST_ERROR))
    root = builder.module.declare_intrinsic("llvm.sqrt", [DOUBLE])
    power = builder.call(root, [builder.call(root, [error])])
    factor = builder.fdiv(double(SAFETY), power)
    low, high = double(SLOWEST), double(FASTEST)
    factor = builder.select(builder.fcmp_ordered("<", factor, low), low, factor)
    return builder.select(builder.fcmp_ordered(">", factor, high), high, factor)


def _accept(frame: Frame, lane: Value, patient: Value, proposed: Value, load: Value) -> None:
    builder, values = frame.builder, frame.values
    before = frame.get("time", lane)
    hit = builder.icmp_signed("!=", frame.get("hits", lane), ir.Constant(BYTE, 0))
    passed = builder.fadd(before, frame.get("taken", lane))
    after = builder.select(hit, next_stop(frame, lane), passed)
    tell_inside(frame, lane, patient, (before, after), hit)
    with counted(builder, long(0), long(frame.programs.sizes.states), "copy") as index:
        new = builder.load(frame.of_lane("new", lane, index))
        builder.store(new, frame.of_lane("y", lane, index))
    _copy_moved(frame, lane)
    frame.set("time", lane, after)
    with builder.if_else(hit) as (then, otherwise):
        with then:
            # A step that an event cut short says little of the step that could have been.
            wanted = frame.get("wanted", lane)
            more = builder.fcmp_ordered(">", wanted, proposed)
            frame.set("wanted", lane, builder.select(more, wanted, proposed))
            had = frame.get("event", lane)
            happen(frame, lane)
            with builder.if_then(builder.icmp_signed("!=", had, frame.get("event", lane))):
                restart(frame, lane)
            tell_here(frame, lane, patient)
            with builder.if_then(builder.fcmp_ordered(">=", after, values["end"])):
                leave(frame, lane, patient, whole(Status.OK), load)
        with otherwise:
            frame.set("wanted", lane, proposed)


def _copy_moved(frame: Frame, lane: Value) -> None:
    if frame.moving is None:
        return
    builder, states = frame.builder, long(frame.programs.sizes.states)
    wide = long(frame.lanes.width)
    with frame.directions() as (direction, _):
        source, target = (frame.moved(name, direction, lane) for name in ("moved_new", "moved"))
        with counted(builder, long(0), states, "copy.moved") as index:
            place = builder.mul(index, wide)
            write(builder, read(builder, source, place), target, place)


def _leave_if_stuck(frame: Frame, lane: Value, patient: Value, sane: Value, load: Value) -> None:
    builder, values = frame.builder, frame.values
    absolute = builder.module.declare_intrinsic("llvm.fabs", [DOUBLE])
    span = builder.fsub(values["end"], values["start"])
    time = builder.call(absolute, [frame.get("time", lane)])
    scale = builder.select(builder.fcmp_ordered(">", time, span), time, span)
    least = builder.fmul(scale, double(LEAST_STEP))
    with builder.if_then(builder.fcmp_unordered("<", frame.get("wanted", lane), least)):
        why = builder.select(sane, whole(Status.STEP_TOO_SMALL), whole(Status.NOT_FINITE))
        leave(frame, lane, patient, why, load)
