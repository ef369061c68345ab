"""Outputs of a lane: inside a step from its dense output, at an event from what came after it."""

from __future__ import annotations

from llvmlite import ir

from reinfuse.engine.native.flow import BYTE, at, long, looped
from reinfuse.engine.native.frame import Frame, find_asked
from reinfuse.engine.native.llvm import Value

_STEP = ("y", "new", "u", "w", "p")
_MOVED_STEP = ("moved", "moved_new", "moved_u", "moved_w")


def tell_inside(frame: Frame, lane: Value, patient: Value) -> None:
    """Outputs inside a step; what lies on the very time of an event is told after it."""
    builder = frame.builder
    before, after = frame.get("time", lane), frame.get("after", lane)
    hit = builder.icmp_signed("!=", frame.get("hits", lane), ir.Constant(BYTE, 0))

    def inside() -> Value:
        when = frame.get("asked", lane)
        sharp = builder.fcmp_ordered("<", when, after)
        whole = builder.fcmp_ordered("<=", when, after)
        return builder.select(hit, sharp, whole)

    with looped(builder, inside, "inside"):
        when = frame.get("asked", lane)
        share = builder.fdiv(builder.fsub(when, before), frame.get("taken", lane))
        told = [frame.narrow(share), frame.narrow(when)]
        first = _first(frame, lane, patient)
        step = [frame.lane(name, lane) for name in _STEP]
        place = at(builder, frame.values["out"], first)
        builder.call(frame.parts.observe_between, [*step, *told, place])
        if frame.moving is not None:
            with frame.directions() as (direction, seeds):
                moved = [frame.moved(name, direction, lane) for name in _MOVED_STEP]
                builder.call(frame.moving.observe_between, [
                    *step, *moved, seeds, *told, *_moved_place(frame, first, direction),
                ])  # fmt: skip


def tell_here(frame: Frame, lane: Value, patient: Value) -> None:
    """Outputs that are due where the lane stands."""
    builder = frame.builder
    time = frame.get("time", lane)

    def due() -> Value:
        return builder.fcmp_ordered("<=", frame.get("asked", lane), time)

    with looped(builder, due, "here"):
        first = _first(frame, lane, patient)
        y, p, now = frame.lane("y", lane), frame.lane("p", lane), frame.narrow(time)
        builder.call(frame.parts.observe, [y, p, now, at(builder, frame.values["out"], first)])
        if frame.moving is not None:
            with frame.directions() as (direction, seeds):
                moved = frame.moved("moved", direction, lane)
                builder.call(frame.moving.observe, [
                    y, p, moved, seeds, now, *_moved_place(frame, first, direction),
                ])  # fmt: skip


def _first(frame: Frame, lane: Value, patient: Value) -> Value:
    """The place of the lane's next outputs among all; those after them are then the next."""
    builder, values = frame.builder, frame.values
    number = frame.get("output", lane)
    frame.set("output", lane, builder.add(number, long(1)))
    find_asked(frame, lane)
    row = builder.add(builder.mul(patient, values["times"]), number)
    return builder.mul(row, long(frame.programs.sizes.outputs))


def _moved_place(frame: Frame, first: Value, direction: Value) -> tuple[Value, Value]:
    """Where the movement of outputs in a direction goes, and how far apart: directions are last."""
    builder, values = frame.builder, frame.values
    place = builder.add(builder.mul(first, values["directions"]), direction)
    return at(builder, values["moved_out"], place), values["directions"]
