"""The whole solution of many patients as LLVM code: no Python between two steps.

Every lane holds one patient, with its own time, step, events and outputs; when a patient is done
the next takes its place, so that no lane waits. Arithmetic of a lane never looks at another lane:
what comes out for a patient does not depend on who else is solved. Whatever every step needs is
done for all lanes at once; lane by lane goes only what happens to some of them, such as an event.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from llvmlite import ir

from reinfuse.engine.compiler.bundle import Programs
from reinfuse.engine.compiler.step_control import WORST_ERROR
from reinfuse.engine.native.control import choose_step, judge, least_step
from reinfuse.engine.native.flow import (
    BYTE,
    INT,
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
)
from reinfuse.engine.native.lanes import Lanes
from reinfuse.engine.native.llvm import Builder, Module, Value
from reinfuse.engine.native.moving import add_moving_parts
from reinfuse.engine.native.outputs import tell_here, tell_inside
from reinfuse.engine.native.parts import Maker, add_parts
from reinfuse.engine.native.patients import finite, happen, leave, restart, write_load
from reinfuse.engine.status import Status

_X86 = ("x86_64", "i686", "amd64")
_FLUSH = 0x8040  # results and operands, bits 15 and 6 of the control register


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
    before = _flush_the_tiniest(builder)
    _fill(frame, load)

    def somebody() -> Value:
        return builder.icmp_signed(">", builder.load(frame.values["live"]), long(0))

    with looped(builder, somebody, "rounds"):
        choose_step(frame)
        asked = ("y", "p", "t", "h", "rtol", "atol", "new", "u", "w")
        errors = builder.call(parts.step, [frame.values[name] for name in asked])
        _move_all(frame)
        told = judge(frame, errors)
        with _lanes_of(frame, told.output, "tell") as (lane, patient):
            tell_inside(frame, lane, patient)
        _take(frame, told.good)
        frame.set_wide("time", told.time)
        frame.set_wide("wanted", told.wanted)
        with _lanes_of(frame, told.special, "special") as (lane, patient):
            _go_on(frame, lane, patient, load)
    _restore(builder, before)
    builder.ret_void()


def _flush_the_tiniest(builder: Builder) -> Value | None:
    """Numbers below the normal ones become 0, as long as the solver runs; gives what was before.

    Clones die out through such numbers, and a processor takes a hundred times as long for each.
    """
    if not builder.module.triple.startswith(_X86):
        return None
    before, during = room(builder, INT), room(builder, INT)
    builder.call(_control(builder, "stmxcsr"), [before])
    builder.store(builder.or_(builder.load(before), whole(_FLUSH)), during)
    builder.call(_control(builder, "ldmxcsr"), [during])
    return before


def _restore(builder: Builder, before: Value | None) -> None:
    if before is not None:
        builder.call(_control(builder, "ldmxcsr"), [before])


def _control(builder: Builder, name: str) -> Value:
    full = f"llvm.x86.sse.{name}"
    known = builder.module.globals.get(full)
    kind = ir.FunctionType(NOTHING, [INT.as_pointer()])
    return ir.Function(builder.module, kind, full) if known is None else known


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
        frame.set("count", lane, whole(0))
        builder.call(load, frame.loaded(lane))


@contextmanager
def _lanes_of(frame: Frame, mask: Value, name: str) -> Iterator[tuple[Value, Value]]:
    """A loop over the lanes of a mask, if there are any; yields each and its patient."""
    builder, width = frame.builder, frame.lanes.width
    bits = mask if width == 1 else builder.bitcast(mask, ir.IntType(width))
    with builder.if_then(builder.icmp_unsigned("!=", bits, bits.type(0))):
        flags = room(builder, BYTE, width, aligned=width)
        kind = BYTE if width == 1 else ir.VectorType(BYTE, width)
        wide = builder.bitcast(flags, kind.as_pointer())
        builder.store(builder.zext(mask, kind), wide)
        with counted(builder, long(0), long(width), name) as lane:
            flag = read(builder, flags, lane)
            with builder.if_then(builder.icmp_unsigned("!=", flag, BYTE(0))):
                yield lane, frame.get("patient", lane)


def _take(frame: Frame, good: Value) -> None:
    """The new states in all lanes whose step is taken, all lanes at once."""
    builder, values = frame.builder, frame.values
    states = frame.programs.sizes.states
    for state in range(states):
        old, new = read(builder, values["y"], state), read(builder, values["new"], state)
        write(builder, builder.select(good, new, old), values["y"], state)
    if frame.moving is None:
        return
    with frame.directions() as (direction, _):
        source, target = (frame.all_moved(name, direction) for name in ("moved_new", "moved"))
        with counted(builder, long(0), long(states), "take.moved") as state:
            old, new = read(builder, target, state), read(builder, source, state)
            write(builder, builder.select(good, new, old), target, state)


def _go_on(frame: Frame, lane: Value, patient: Value, load: Value) -> None:
    """A lane that has reached an event or the end, or may have to give up."""
    builder, values = frame.builder, frame.values
    good = builder.icmp_unsigned("!=", frame.get("good", lane), BYTE(0))
    hit = builder.icmp_unsigned("!=", frame.get("hits", lane), BYTE(0))
    with builder.if_then(builder.and_(good, hit)):
        had = frame.get("event", lane)
        happen(frame, lane)
        with builder.if_then(builder.icmp_signed("!=", had, frame.get("event", lane))):
            restart(frame, lane)
        with builder.if_else(finite(frame, lane)) as (sane, broken):
            with sane:
                tell_here(frame, lane, patient)
                over = builder.fcmp_ordered(">=", frame.get("time", lane), values["end"])
                with builder.if_then(over):
                    leave(frame, lane, patient, whole(Status.OK), load)
            with broken:
                leave(frame, lane, patient, whole(Status.NOT_FINITE), load)
    _give_up(frame, lane, patient, load, builder.not_(good))


def _give_up(frame: Frame, lane: Value, patient: Value, load: Value, refused: Value) -> None:
    builder = frame.builder

    def still_there() -> Value:
        return builder.icmp_signed("==", frame.get("patient", lane), patient)

    stuck = builder.fcmp_unordered("<", frame.get("wanted", lane), least_step(frame, lane))
    with builder.if_then(builder.and_(builder.and_(refused, stuck), still_there())):
        error = builder.load(frame.lane("errors", lane))
        sane = builder.fcmp_ordered("<", frame.widen(error), double(WORST_ERROR))
        why = builder.select(sane, whole(Status.STEP_TOO_SMALL), whole(Status.NOT_FINITE))
        leave(frame, lane, patient, why, load)
    past = builder.icmp_signed(">=", frame.get("count", lane), frame.values["most_steps"])
    with builder.if_then(builder.and_(past, still_there())):
        leave(frame, lane, patient, whole(Status.STEP_LIMIT), load)
