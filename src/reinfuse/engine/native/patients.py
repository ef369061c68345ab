"""How patients come into a lane, what happens to them there, and how they leave it."""

from __future__ import annotations

import math

from llvmlite import ir

from reinfuse.engine.native.control import shortest_first
from reinfuse.engine.native.flow import (
    BIT,
    LONG,
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
    LANE_MEMORY,
    NOBODY,
    VECTORS,
    Frame,
    find_asked,
    find_stop,
    given_types,
    loaded_names,
    moving_types,
)
from reinfuse.engine.native.llvm import Module, Value
from reinfuse.engine.native.moving import MovingParts
from reinfuse.engine.native.outputs import tell_here
from reinfuse.engine.native.parts import Maker, Parts
from reinfuse.engine.status import Status


def write_load(module: Module, maker: Maker, parts: Parts, moving: MovingParts | None) -> Value:
    """`load(lane, ...)`: the next patient that can be solved takes the lane, if there is one."""
    lanes = maker.lanes
    kinds = [LONG, *given_types(lanes), *[lanes.type.as_pointer()] * len(VECTORS),
             *(kind.as_pointer() for _, kind in LANE_MEMORY), LONG.as_pointer(),
             LONG.as_pointer()]  # fmt: skip
    kinds += [] if moving is None else moving_types(lanes)
    function = ir.Function(module, ir.FunctionType(NOTHING, kinds), "load")
    function.linkage = "internal"
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    lane, *others = function.args
    given = dict(zip(loaded_names(moving), others, strict=True))
    frame = Frame(builder, lanes, maker.programs, parts, given, moving)
    values = frame.values
    frame.set("patient", lane, long(NOBODY))
    _idle(frame, lane)

    def looking() -> Value:
        free = builder.icmp_signed("<", frame.get("patient", lane), long(0))
        more = builder.icmp_signed("<", builder.load(values["next"]), values["last"])
        return builder.and_(free, more)

    with looped(builder, looking, "look"):
        patient = builder.load(values["next"])
        builder.store(builder.add(patient, long(1)), values["next"])
        good = builder.icmp_signed("==", read(builder, values["status"], patient), whole(0))
        with builder.if_then(good):
            _begin(frame, lane, patient)
    builder.ret_void()
    return function


def _idle(frame: Frame, lane: Value) -> None:
    # A lane without a patient computes as well: its step must be a number, and nothing happens.
    frame.set("wanted", lane, double(1.0))
    for name in ("stop", "asked"):
        frame.set(name, lane, double(math.inf))


def happen(frame: Frame, lane: Value) -> None:
    """Everything that is due happens to the lane's states, in the order of the table."""
    builder, values = frame.builder, frame.values
    time = frame.get("time", lane)

    def due() -> Value:
        event, last = frame.get("event", lane), frame.get("last_event", lane)
        place = room(builder, BIT)
        builder.store(ir.Constant(BIT, 0), place)
        with builder.if_then(builder.icmp_signed("<", event, last)):
            when = read(builder, values["event_times"], event)
            builder.store(builder.fcmp_ordered("<=", when, time), place)
        return builder.load(place)

    with looped(builder, due, "happen"):
        event = frame.get("event", lane)
        kind = read(builder, values["event_kinds"], event)
        amount = frame.narrow(read(builder, values["event_amounts"], event))
        y, p, now = frame.lane("y", lane), frame.lane("p", lane), frame.narrow(time)
        if frame.moving is not None:
            # First: it looks at the states as the event finds them.
            with frame.directions() as (direction, seeds):
                place = builder.add(builder.mul(event, values["directions"]), direction)
                slope = frame.narrow(read(builder, values["slopes"], place))
                moved = frame.moved("moved", direction, lane)
                builder.call(frame.moving.effect, [kind, y, p, moved, seeds, now, slope])
        builder.call(frame.parts.effect, [kind, amount, y, p, now])
        frame.set("event", lane, builder.add(event, long(1)))
    find_stop(frame, lane)


def restart(frame: Frame, lane: Value) -> None:
    """A first step from where the lane stands now."""
    builder, values = frame.builder, frame.values
    guess = builder.call(frame.parts.first_step, [
        frame.lane("y", lane), frame.lane("p", lane), frame.narrow(frame.get("time", lane)),
        values["rtol"], values["atol"], builder.fsub(values["end"], values["start"]),
    ])  # fmt: skip
    least = shortest_first(frame, lane)
    longer = builder.fcmp_ordered(">", guess, least)
    frame.set("wanted", lane, builder.select(longer, guess, least))


def finite(frame: Frame, lane: Value) -> Value:
    """Whether all states of the lane are finite numbers."""
    builder = frame.builder
    total = room(builder, frame.lanes.number)
    zero = ir.Constant(frame.lanes.number, 0.0)
    builder.store(zero, total)
    with counted(builder, long(0), long(frame.programs.sizes.states), "finite") as state:
        # 0 if the state is finite, and otherwise no number.
        nothing = builder.fmul(builder.load(frame.of_lane("y", lane, state)), zero)
        builder.store(builder.fadd(builder.load(total), nothing), total)
    return builder.fcmp_ordered("==", builder.load(total), zero)


def leave(frame: Frame, lane: Value, patient: Value, status: Value, load: Value) -> None:
    """The patient leaves the lane; outputs that were not reached are not numbers."""
    builder, values = frame.builder, frame.values
    _say(frame, lane, patient, status)
    builder.store(builder.sub(builder.load(values["live"]), long(1)), values["live"])
    builder.call(load, frame.loaded(lane))


def _say(frame: Frame, lane: Value, patient: Value, status: Value) -> None:
    builder, values, size = frame.builder, frame.values, frame.programs.sizes
    write(builder, status, values["status"], patient)
    write(builder, frame.get("count", lane), values["steps"], patient)
    _blank(frame, lane, patient, "out", long(size.outputs))
    if frame.moving is not None:
        width = builder.mul(long(size.outputs), values["directions"])
        _blank(frame, lane, patient, "moved_out", width)


def _blank(frame: Frame, lane: Value, patient: Value, name: str, width: Value) -> None:
    """What was not reached is not a number; `width` numbers belong to each time."""
    builder, values = frame.builder, frame.values
    whole_row = builder.mul(values["times"], width)
    row = builder.mul(patient, whole_row)
    first = builder.mul(frame.get("output", lane), width)
    with counted(builder, first, whole_row, "missing") as index:
        missing = ir.Constant(frame.lanes.number, math.nan)
        write(builder, missing, values[name], builder.add(row, index))


def _begin(frame: Frame, lane: Value, patient: Value) -> None:
    builder, values, size = frame.builder, frame.values, frame.programs.sizes
    row = builder.mul(patient, long(size.parameters))
    with counted(builder, long(0), long(size.parameters), "parameters") as index:
        value = read(builder, values["parameters"], builder.add(row, index))
        builder.store(value, frame.of_lane("p", lane, index))
    builder.call(frame.parts.initial, [frame.lane("y", lane), frame.lane("p", lane)])
    if frame.moving is not None:
        with frame.directions() as (direction, seeds):
            moved = frame.moved("moved", direction, lane)
            builder.call(frame.moving.initial, [frame.lane("p", lane), seeds, moved])
    frame.set("time", lane, values["start"])
    frame.set("event", lane, read(builder, values["offsets"], patient))
    after = builder.add(patient, long(1))
    frame.set("last_event", lane, read(builder, values["offsets"], after))
    frame.set("output", lane, long(0))
    find_asked(frame, lane)
    frame.set("count", lane, whole(0))
    happen(frame, lane)
    with builder.if_else(finite(frame, lane)) as (sane, broken):
        with sane:
            frame.set("patient", lane, patient)
            builder.store(builder.add(builder.load(values["live"]), long(1)), values["live"])
            restart(frame, lane)
            tell_here(frame, lane, patient)
        with broken:
            _say(frame, lane, patient, whole(Status.NOT_FINITE))
            _idle(frame, lane)
