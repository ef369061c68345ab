"""What a lane's code looks at: what the caller gave, and the memory of the lanes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from llvmlite import ir

from reinfuse.engine.compiler.bundle import Programs
from reinfuse.engine.native.flow import (
    BYTE,
    DOUBLE,
    INT,
    LONG,
    at,
    counted,
    double,
    long,
    read,
    room,
)
from reinfuse.engine.native.lanes import Lanes, narrow, widen
from reinfuse.engine.native.llvm import Builder, Type, Value
from reinfuse.engine.native.moving import MovingParts
from reinfuse.engine.native.parts import Maker, Parts

# What the caller gives, in order; `kernel.Work` says what each is.
GIVEN = (
    "first", "last", "parameters", "times", "out_times", "start", "end", "offsets",
    "event_times", "event_kinds", "event_amounts", "rtol", "atol", "most_steps", "out", "status",
    "steps",
)  # fmt: skip
# Of each lane: its time, the step it wants and the one it takes, where that one ends, the time of
# its next event or of the end, that of its next output, whether it takes the step (0 or 1), whether
# it stops at its end; its patient (-1: none), the next and the last of its events, its next output,
# its steps.
LANE_MEMORY: tuple[tuple[str, Type], ...] = (
    ("time", DOUBLE), ("wanted", DOUBLE), ("taken", DOUBLE), ("after", DOUBLE), ("stop", DOUBLE),
    ("asked", DOUBLE), ("good", BYTE), ("hits", BYTE), ("patient", LONG), ("event", LONG),
    ("last_event", LONG), ("output", LONG), ("count", INT),
)  # fmt: skip
VECTORS = ("y", "new", "u", "w", "p")  # of all lanes: states, of the step, parameters
LOADED = (*GIVEN, *VECTORS, *(name for name, _ in LANE_MEMORY), "next", "live")
NOBODY = -1
_WIDEST = 8  # bytes of the largest number of a lane's memory, which is read as a vector too
# With sensitivities: how many directions, how parameters move in each (`"directions parameters"`),
# how the times of events move (`"entries directions"`), where movements of outputs go, and memory
# for the movement of states: where the lanes stand, and of the last step.
GIVEN_MOVING = ("directions", "seeds", "slopes", "moved_out", "moved", "moved_new", "moved_u",
                "moved_w")  # fmt: skip


def given_types(lanes: Lanes) -> list[Type]:
    """Types of what the caller gives, in the order of GIVEN."""
    number = lanes.number
    return [
        LONG, LONG, number.as_pointer(), LONG, DOUBLE.as_pointer(), DOUBLE, DOUBLE,
        LONG.as_pointer(), DOUBLE.as_pointer(), INT.as_pointer(), DOUBLE.as_pointer(), DOUBLE,
        number.as_pointer(), INT, number.as_pointer(), INT.as_pointer(), INT.as_pointer(),
    ]  # fmt: skip


def moving_types(lanes: Lanes) -> list[Type]:
    """Types of what the caller gives besides, in the order of GIVEN_MOVING."""
    numbers, vectors = lanes.number.as_pointer(), lanes.type.as_pointer()
    return [LONG, numbers, DOUBLE.as_pointer(), numbers, *[vectors] * 4]


@dataclass(frozen=True, slots=True)
class Frame:
    """One function under construction; `values` holds what LOADED names."""

    builder: Builder
    lanes: Lanes
    programs: Programs
    parts: Parts
    values: dict[str, Value]
    moving: MovingParts | None

    def get(self, name: str, lane: Value) -> Value:
        """A value of the lane's memory."""
        return read(self.builder, self.values[name], lane)

    def set(self, name: str, lane: Value, value: Value) -> None:
        """Change a value of the lane's memory."""
        self.builder.store(value, at(self.builder, self.values[name], lane))

    def lane(self, name: str, lane: Value) -> Value:
        """Where a lane's numbers begin in a vector's memory; they follow at the lanes' width."""
        number = self.lanes.number.as_pointer()
        plain = self.builder.bitcast(self.values[name], number)
        return at(self.builder, plain, lane)

    def of_lane(self, name: str, lane: Value, index: Value) -> Value:
        """Where number `index` of a lane lies in a vector's memory."""
        wide = self.builder.mul(index, long(self.lanes.width))
        return at(self.builder, self.lane(name, lane), wide)

    def narrow(self, value: Value) -> Value:
        """A number of 64 bits in the lanes' precision."""
        return narrow(self.builder, Lanes(self.lanes.bits, 1), value)

    def widen(self, value: Value) -> Value:
        """A number in the lanes' precision, of 64 bits."""
        return widen(self.builder, Lanes(self.lanes.bits, 1), value)

    def loaded(self, lane: Value) -> list[Value]:
        """Arguments of a function that gets the whole frame."""
        return [lane, *(self.values[name] for name in loaded_names(self.moving))]

    @contextmanager
    def directions(self) -> Iterator[tuple[Value, Value]]:
        """A loop over directions; yields each with its seeds."""
        builder, size = self.builder, self.programs.sizes
        with counted(builder, long(0), self.values["directions"], "directions") as direction:
            first = builder.mul(direction, long(size.parameters))
            yield direction, at(builder, self.values["seeds"], first)

    def all_moved(self, name: str, direction: Value) -> Value:
        """Where the movement of all lanes in a direction begins."""
        first = self.builder.mul(direction, long(self.programs.sizes.states))
        return at(self.builder, self.values[name], first)

    def moved(self, name: str, direction: Value, lane: Value) -> Value:
        """Where the movement of one lane in a direction begins."""
        number = self.lanes.number.as_pointer()
        plain = self.builder.bitcast(self.all_moved(name, direction), number)
        return at(self.builder, plain, lane)

    def wide(self, name: str) -> Value:
        """The memory of all lanes as one vector."""
        return self.builder.load(self._as_vector(name))

    def set_wide(self, name: str, value: Value) -> None:
        """Change the memory of all lanes at once."""
        self.builder.store(value, self._as_vector(name))

    def _as_vector(self, name: str) -> Value:
        kind = dict(LANE_MEMORY)[name]
        vector = kind if self.lanes.width == 1 else ir.VectorType(kind, self.lanes.width)
        return self.builder.bitcast(self.values[name], vector.as_pointer())


def given_names(moving: MovingParts | None) -> tuple[str, ...]:
    """What the caller gives, in order."""
    return GIVEN if moving is None else (*GIVEN, *GIVEN_MOVING)


def loaded_names(moving: MovingParts | None) -> tuple[str, ...]:
    """What a function gets that is given the whole frame."""
    return LOADED if moving is None else (*LOADED, *GIVEN_MOVING)


def find_stop(frame: Frame, lane: Value) -> None:
    """Note the time of the lane's next event, or of the end."""
    builder, values = frame.builder, frame.values
    event = frame.get("event", lane)
    frame.set("stop", lane, values["end"])
    with builder.if_then(builder.icmp_signed("<", event, frame.get("last_event", lane))):
        time = read(builder, values["event_times"], event)
        with builder.if_then(builder.fcmp_ordered("<", time, values["end"])):
            frame.set("stop", lane, time)


def find_asked(frame: Frame, lane: Value) -> None:
    """Note the time of the lane's next output; infinity if there is none."""
    builder, values = frame.builder, frame.values
    number = frame.get("output", lane)
    frame.set("asked", lane, double(math.inf))
    with builder.if_then(builder.icmp_signed("<", number, values["times"])):
        frame.set("asked", lane, read(builder, values["out_times"], number))


def frame_in(
    builder: Builder,
    maker: Maker,
    parts: Parts,
    moving: MovingParts | None,
    given: Mapping[str, Value],
) -> Frame:
    """The frame of the function that owns the lanes' memory, which it takes on the stack."""
    values, size, lanes = dict(given), maker.programs.sizes, maker.lanes
    aligned = lanes.bits // 8 * lanes.width
    for name in VECTORS:
        count = size.parameters if name == "p" else size.states
        values[name] = room(builder, lanes.type, max(count, 1), aligned=aligned)
    for name in ("t", "h", "errors"):
        values[name] = room(builder, lanes.type, aligned=aligned)
    for name, kind in LANE_MEMORY:
        values[name] = room(builder, kind, lanes.width, aligned=_WIDEST * lanes.width)
    values["next"], values["live"] = room(builder, LONG), room(builder, LONG)
    return Frame(builder, lanes, maker.programs, parts, values, moving)
