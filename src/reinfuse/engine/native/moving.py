"""The pieces of a solver that carry sensitivities: exact derivatives of its own instructions.

A direction is one way in which parameters move; the states of a lane move with it. Each function
takes the movement of states and parameters beside these themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from llvmlite import ir

from reinfuse.engine.compiler.bundle import Programs
from reinfuse.engine.compiler.graph import Program
from reinfuse.engine.compiler.lowering import TIME_INPUT
from reinfuse.engine.compiler.rosenbrock import STEP_INPUT, StepPlaces
from reinfuse.engine.compiler.step_tangent import step_tangent_program
from reinfuse.engine.compiler.tangent import tangent_input, tangent_program
from reinfuse.engine.native.flow import INT, LONG, NOTHING, at, read, whole
from reinfuse.engine.native.lanes import emit, used_inputs
from reinfuse.engine.native.llvm import Builder, Value
from reinfuse.engine.native.parts import Maker


@dataclass(frozen=True, slots=True, kw_only=True)
class MovingParts:
    """Functions of one module; `step` is of all lanes, the others of one."""

    step: Value
    initial: Value
    effect: Value
    observe: Value
    observe_between: Value


def add_moving_parts(maker: Maker) -> MovingParts:
    """Write every piece into the module."""
    made = _MovingMaker(maker)
    return MovingParts(
        step=made.step(),
        initial=made.initial(),
        effect=made.effect(),
        observe=made.observe(),
        observe_between=made.observe_between(),
    )


class _MovingMaker:
    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self.programs: Programs = maker.programs
        self.lanes, self.one = maker.lanes, maker.one
        self.number, self.numbers = maker.number, maker.numbers
        self.states, self.parameters = maker.state_inputs, maker.parameter_inputs
        self.moving = (*self.states, *self.parameters)

    def step(self) -> Value:
        """How what a step gives moves, in all lanes; seeds are the same for every lane."""
        vectors = self.lanes.type.as_pointer()
        takes = [vectors] * 5 + [self.numbers] + [vectors] * 3
        function, builder = self.maker.function("moving_step", NOTHING, takes)
        function.attributes.add("noinline")
        y, p, t, h, moved, seeds, new, u, w = function.args
        program = step_tangent_program(self.programs.equations, self.moving)
        used = used_inputs(program)
        inputs = {TIME_INPUT: builder.load(t), STEP_INPUT: builder.load(h)}
        inputs |= self.maker.loaded(builder, program, self.states, y, 1)
        inputs |= self.maker.loaded(builder, program, self.parameters, p, 1)
        for index, name in enumerate(self.states):
            if tangent_input(name) in used:
                inputs[tangent_input(name)] = read(builder, moved, index)
        for index, name in enumerate(self.parameters):
            if tangent_input(name) in used:
                inputs[tangent_input(name)] = self.maker.spread(
                    builder, read(builder, seeds, index)
                )
        size = self.programs.sizes
        places = StepPlaces(size.states, size.parameters)
        found = emit(builder, self.lanes, _second_half(program), inputs)
        for base, part in ((new, places.new), (u, places.dense_u), (w, places.dense_w)):
            for index, value in enumerate(found[part]):
                builder.store(value, at(builder, base, index))
        builder.ret_void()
        return function

    def initial(self) -> Value:
        """How the states of a lane move at the start."""
        function, builder = self.maker.function("moving_initial", NOTHING, [self.numbers] * 3)
        p, seeds, moved = function.args
        program = _second_half(tangent_program(self.programs.initial, self.parameters))
        inputs = self.maker.of_lane(builder, program, self.parameters, p)
        inputs |= self._seeds(builder, program, seeds)
        self.maker.put(builder, moved, emit(builder, self.one, program, inputs))
        builder.ret_void()
        return function

    def effect(self) -> Value:
        """How states move after an event, from the states before it; a dose moves nothing.

        `slope` is how the time of the event itself moves: states then move by what they would have
        gained before it and do gain after it.
        """
        takes = [INT, *[self.numbers] * 4, self.number, self.number]
        function, builder = self.maker.function("moving_effect", NOTHING, takes)
        kind, y, p, moved, seeds, t, slope = function.args
        after = function.append_basic_block("after")
        events = len(self.programs.effects)
        switch = builder.switch(kind, after)
        for number, effect in enumerate(self.programs.effects):
            block = function.append_basic_block(f"event{number}")
            switch.add_case(whole(number), block)
            builder.position_at_end(block)
            self._past_event(builder, effect, (y, p, moved, seeds), (t, slope))
            builder.branch(after)
        for state in range(self.programs.sizes.states):
            switch.add_case(whole(events + state), after)
        builder.position_at_end(after)
        builder.ret_void()
        return function

    def _past_event(
        self,
        builder: Builder,
        effect: Program,
        bases: tuple[Value, Value, Value, Value],
        at_time: tuple[Value, Value],
    ) -> None:
        y, p, moved, seeds = bases
        t, slope = at_time
        old = [read(builder, y, index * self.lanes.width) for index in range(len(self.states))]
        given = dict(zip(self.states, old, strict=True)) | {TIME_INPUT: t}
        given |= {name: read(builder, p, index * self.lanes.width)
                  for index, name in enumerate(self.parameters)}  # fmt: skip
        ran = emit(builder, self.one, self.programs.rates, given)
        new = emit(builder, self.one, effect, given)
        runs = emit(builder, self.one, self.programs.rates,
                    given | dict(zip(self.states, new, strict=True)))  # fmt: skip
        program = _second_half(tangent_program(effect, (TIME_INPUT, *self.moving)))
        along = {tangent_input(TIME_INPUT): slope}
        for index, name in enumerate(self.states):
            before = read(builder, moved, index * self.lanes.width)
            along[tangent_input(name)] = builder.fadd(before, builder.fmul(ran[index], slope))
        along |= self._seeds(builder, program, seeds)
        jumped = emit(builder, self.one, program, given | along)
        self.maker.put(builder, moved, [
            builder.fsub(value, builder.fmul(runs[index], slope))
            for index, value in enumerate(jumped)
        ])  # fmt: skip

    def observe(self) -> Value:
        """How outputs move where a lane stands; they are written `stride` apart."""
        takes = [*[self.numbers] * 4, self.number, self.numbers, LONG]
        function, builder = self.maker.function("moving_observe", NOTHING, takes)
        y, p, moved, seeds, t, out, stride = function.args
        program = self._observed()
        inputs = self.maker.everything(builder, program, y, p, t)
        inputs |= self._of_moved(program, partial(self._plain, builder, moved))
        inputs |= self._seeds(builder, program, seeds)
        self._write(builder, emit(builder, self.one, program, inputs), out, stride)
        builder.ret_void()
        return function

    def observe_between(self) -> Value:
        """The same inside the last step, a share of it after its beginning."""
        takes = [*[self.numbers] * 10, self.number, self.number, self.numbers, LONG]
        function, builder = self.maker.function("moving_between", NOTHING, takes)
        y, new, u, w, p, moved, moved_new, moved_u, moved_w, seeds, share, t, out, stride = (
            function.args
        )
        program = self._observed()
        inputs = {TIME_INPUT: t}
        inputs |= self.maker.between(builder, program, (y, new, u, w), share)
        inputs |= self.maker.of_lane(builder, program, self.parameters, p)
        bases = (moved, moved_new, moved_u, moved_w)
        inputs |= self._of_moved(
            program,
            lambda index: self.maker.dense(builder, bases, index * self.lanes.width, share),
        )  # fmt: skip
        inputs |= self._seeds(builder, program, seeds)
        self._write(builder, emit(builder, self.one, program, inputs), out, stride)
        builder.ret_void()
        return function

    def _observed(self) -> Program:
        return _second_half(tangent_program(self.programs.observe, self.moving))

    def _plain(self, builder: Builder, base: Value, index: int) -> Value:
        return read(builder, base, index * self.lanes.width)

    def _of_moved(self, program: Program, value_of: Callable[[int], Value]) -> dict[str, Value]:
        used = used_inputs(program)
        return {
            tangent_input(name): value_of(index)
            for index, name in enumerate(self.states)
            if tangent_input(name) in used
        }

    def _seeds(self, builder: Builder, program: Program, seeds: Value) -> dict[str, Value]:
        used = used_inputs(program)
        return {
            tangent_input(name): read(builder, seeds, index)
            for index, name in enumerate(self.parameters)
            if tangent_input(name) in used
        }

    def _write(self, builder: Builder, values: Sequence[Value], out: Value, stride: Value) -> None:
        for index, value in enumerate(values):
            place = builder.mul(stride, ir.Constant(LONG, index))
            builder.store(value, at(builder, out, place))


def _second_half(program: Program) -> Program:
    """Only the tangents among the outputs of a program with tangents."""
    outputs = program.outputs[len(program.outputs) // 2 :]
    return program._replace(outputs=outputs)
