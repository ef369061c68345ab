"""The pieces of a solver that come from the model, as LLVM functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llvmlite import ir

from reinfuse.engine.compiler.bundle import Programs
from reinfuse.engine.compiler.graph import Program
from reinfuse.engine.compiler.lowering import TIME_INPUT
from reinfuse.engine.compiler.rosenbrock import STEP_INPUT, StepPlaces
from reinfuse.engine.compiler.step_control import CAREFUL, FIRST_SHARE, LONGEST_FIRST, STILL
from reinfuse.engine.native.flow import BIT, DOUBLE, INT, NOTHING, at, double, read, whole
from reinfuse.engine.native.lanes import (
    FLAGS,
    Lanes,
    call_intrinsic,
    emit,
    narrow,
    used_inputs,
    widen,
)
from reinfuse.engine.native.llvm import Builder, Module, Type, Value
from reinfuse.engine.native.rolled import rolled_step

# Instructions of a step above which it is written in pieces (compiler/staged.py).
LONGEST_STEP = 2500


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Functions of one module.

    `step` takes memory of all lanes; the others take where the numbers of one lane begin.
    """

    step: Value
    initial: Value
    effect: Value
    first_step: Value
    observe: Value
    observe_between: Value


def add_parts(maker: Maker) -> Parts:
    """Write every piece into the module."""
    return Parts(
        step=maker.step(),
        initial=maker.initial(),
        effect=maker.effect(),
        first_step=maker.first_step(),
        observe=maker.observe(),
        observe_between=maker.observe_between(),
    )


class Maker:
    """Writes functions of one model into one module."""

    def __init__(self, module: Module, programs: Programs, lanes: Lanes) -> None:
        self.module, self.programs, self.lanes = module, programs, lanes
        self.one = Lanes(lanes.bits, 1)
        self.number, self.numbers = lanes.number, lanes.number.as_pointer()
        equations = programs.equations
        self.state_inputs = equations.state_inputs
        self.parameter_inputs = equations.parameter_inputs

    def function(self, name: str, gives: Type, takes: list[Type]) -> tuple[Value, Builder]:
        """A function that only this module calls."""
        function = ir.Function(self.module, ir.FunctionType(gives, takes), name)
        function.linkage = "internal"
        for argument in function.args:
            if isinstance(argument.type, ir.PointerType):
                argument.add_attribute("noalias")
        return function, ir.IRBuilder(function.append_basic_block("entry"))

    def step(self) -> Value:
        """One step of all lanes; gives the size of each lane's error."""
        if len(self.programs.step.instructions) > LONGEST_STEP:
            return rolled_step(self)
        vectors = self.lanes.type.as_pointer()
        takes = [vectors] * 4 + [DOUBLE, self.numbers] + [vectors] * 3
        function, builder = self.function("step", self.lanes.type, takes)
        function.attributes.add("noinline")
        y, p, t, h, rtol, atol, new, u, w = function.args
        inputs = {TIME_INPUT: builder.load(t), STEP_INPUT: builder.load(h)}
        inputs |= self.loaded(builder, self.programs.step, self.state_inputs, y, 1)
        inputs |= self.loaded(builder, self.programs.step, self.parameter_inputs, p, 1)
        found = emit(builder, self.lanes, self.programs.step, inputs)
        size = self.programs.sizes
        places = StepPlaces(size.states, size.parameters)
        for base, part in ((new, places.new), (u, places.dense_u), (w, places.dense_w)):
            for index, value in enumerate(found[part]):
                builder.store(value, at(builder, base, index))
        old = [read(builder, y, index) for index in range(size.states)]
        terms = zip(old, found[places.new], found[places.error], strict=True)
        total = self.lanes.constant(0.0)
        relative = self.spread(builder, narrow(builder, self.one, rtol))
        for index, (before, after, error) in enumerate(terms):
            absolute = self.spread(builder, read(builder, atol, index))
            share = self.share_of_allowed(builder, (before, after), error, (relative, absolute))
            total = builder.fadd(total, share, flags=FLAGS)
        builder.ret(self.root_mean(builder, total))
        return function

    def share_of_allowed(
        self,
        builder: Builder,
        states: tuple[Value, Value],
        error: Value,
        tolerances: tuple[Value, Value],
    ) -> Value:
        """The square of an error over what is allowed, given the states around it."""
        relative, absolute = tolerances
        largest = self._larger(builder, *states)
        allowed = builder.fadd(absolute, builder.fmul(relative, largest, flags=FLAGS))
        share = builder.fdiv(error, allowed, flags=FLAGS)
        # Of an infinite state every error is allowed: 0 x infinity refuses the step all the same.
        infinite = builder.fmul(largest, self.lanes.constant(0.0), flags=FLAGS)
        return builder.fadd(builder.fmul(share, share, flags=FLAGS), infinite, flags=FLAGS)

    def root_mean(self, builder: Builder, total: Value) -> Value:
        """The root of a mean over states, from the sum."""
        states = max(self.programs.sizes.states, 1)
        mean = builder.fmul(total, self.lanes.constant(1.0 / states))
        return call_intrinsic(builder, "sqrt", self.lanes, mean)

    def initial(self) -> Value:
        """States of a lane from its parameters."""
        function, builder = self.function("initial", NOTHING, [self.numbers] * 2)
        y, p = function.args
        inputs = self.of_lane(builder, self.programs.initial, self.parameter_inputs, p)
        self.put(builder, y, emit(builder, self.one, self.programs.initial, inputs))
        builder.ret_void()
        return function

    def effect(self) -> Value:
        """What an event or a dose does to the states of a lane.

        Kinds below the number of timed events are these; those above are doses into a state.
        """
        takes = [INT, self.number, self.numbers, self.numbers, self.number]
        function, builder = self.function("effect", NOTHING, takes)
        kind, amount, y, p, t = function.args
        events, states = len(self.programs.effects), self.programs.sizes.states
        after = function.append_basic_block("after")
        switch = builder.switch(kind, after)
        for number, program in enumerate(self.programs.effects):
            block = function.append_basic_block(f"event{number}")
            switch.add_case(whole(number), block)
            builder.position_at_end(block)
            inputs = self.everything(builder, program, y, p, t)
            self.put(builder, y, emit(builder, self.one, program, inputs))
            builder.branch(after)
        for state in range(states):
            block = function.append_basic_block(f"dose{state}")
            switch.add_case(whole(events + state), block)
            builder.position_at_end(block)
            place = at(builder, y, state * self.lanes.width)
            builder.store(builder.fadd(builder.load(place), amount), place)
            builder.branch(after)
        builder.position_at_end(after)
        builder.ret_void()
        return function

    def first_step(self) -> Value:
        """A step to begin with, from states, parameters, time, tolerances and the whole span."""
        takes = [self.numbers, self.numbers, self.number, DOUBLE, self.numbers, DOUBLE]
        function, builder = self.function("first_step", DOUBLE, takes)
        y, p, t, rtol, atol, span = function.args
        inputs = self.everything(builder, self.programs.rates, y, p, t)
        rates = emit(builder, self.one, self.programs.rates, inputs)
        relative = narrow(builder, self.one, rtol)
        norms = [self.one.constant(0.0), self.one.constant(0.0)]
        for index, rate in enumerate(rates):
            state = read(builder, y, index * self.lanes.width)
            size = call_intrinsic(builder, "fabs", self.one, state)
            allowed = builder.fadd(read(builder, atol, index), builder.fmul(relative, size))
            for which, value in enumerate((state, rate)):
                share = builder.fdiv(value, allowed)
                norms[which] = builder.fadd(norms[which], builder.fmul(share, share))
        sizes = [widen(builder, self.one, call_intrinsic(builder, "sqrt", self.one, norm))
                 for norm in norms]  # fmt: skip
        longest = builder.fmul(span, double(LONGEST_FIRST))
        guess = builder.fmul(double(FIRST_SHARE), builder.fdiv(*sizes))
        told = ir.Constant(BIT, 1)
        for size in sizes:
            told = builder.and_(told, builder.fcmp_ordered(">", size, double(STILL)))
        told = builder.and_(told, builder.fcmp_ordered("<", guess, longest))
        # Where the rates say nothing, a thousandth of the longest: errors correct it soon.
        builder.ret(builder.select(told, guess, builder.fmul(longest, double(CAREFUL))))
        return function

    def observe(self) -> Value:
        """Outputs from states, parameters and time of a lane."""
        takes = [self.numbers, self.numbers, self.number, self.numbers]
        function, builder = self.function("observe", NOTHING, takes)
        y, p, t, out = function.args
        program = self.programs.observe
        found = emit(builder, self.one, program, self.everything(builder, program, y, p, t))
        for index, value in enumerate(found):
            builder.store(value, at(builder, out, index))
        builder.ret_void()
        return function

    def observe_between(self) -> Value:
        """Outputs a share of the last step after its beginning."""
        takes = [self.numbers] * 5 + [self.number, self.number, self.numbers]
        function, builder = self.function("observe_between", NOTHING, takes)
        y, new, u, w, p, share, t, out = function.args
        program = self.programs.observe
        inputs = {TIME_INPUT: t} | self.between(builder, program, (y, new, u, w), share)
        inputs |= self.of_lane(builder, program, self.parameter_inputs, p)
        for index, value in enumerate(emit(builder, self.one, program, inputs)):
            builder.store(value, at(builder, out, index))
        builder.ret_void()
        return function

    def between(
        self, builder: Builder, program: Program, bases: tuple[Value, ...], share: Value
    ) -> dict[str, Value]:
        """The states of a lane that a program uses, inside the last step."""
        used = used_inputs(program)
        return {
            name: self.dense(builder, bases, index * self.lanes.width, share)
            for index, name in enumerate(self.state_inputs)
            if name in used
        }

    def dense(self, builder: Builder, bases: tuple[Value, ...], place: int, share: Value) -> Value:
        """One number of a lane inside the last step; `bases` are old, new, and dense output."""
        rest = builder.fsub(self.one.constant(1.0), share)
        old, then, first, second = (read(builder, base, place) for base in bases)
        curved = builder.fmul(rest, builder.fadd(first, builder.fmul(share, second)))
        return builder.fadd(
            builder.fmul(rest, old), builder.fmul(share, builder.fadd(then, curved))
        )

    def everything(
        self, builder: Builder, program: Program, y: Value, p: Value, t: Value
    ) -> dict[str, Value]:
        """States, parameters and time of a lane, as far as a program uses them."""
        inputs = self.of_lane(builder, program, self.state_inputs, y)
        inputs |= self.of_lane(builder, program, self.parameter_inputs, p)
        return inputs | {TIME_INPUT: t}

    def of_lane(
        self, builder: Builder, program: Program, names: tuple[str, ...], base: Value
    ) -> dict[str, Value]:
        """The inputs `names` of a lane, as far as a program uses them."""
        return self.loaded(builder, program, names, base, self.lanes.width)

    def loaded(
        self, builder: Builder, program: Program, names: tuple[str, ...], base: Value, stride: int
    ) -> dict[str, Value]:
        """The same from memory in which they lie `stride` apart."""
        used = used_inputs(program)
        return {
            name: read(builder, base, index * stride)
            for index, name in enumerate(names)
            if name in used
        }

    def put(self, builder: Builder, base: Value, values: Sequence[Value]) -> None:
        """Write one number after the other into the memory of a lane."""
        for index, value in enumerate(values):
            builder.store(value, at(builder, base, index * self.lanes.width))

    def _larger(self, builder: Builder, one: Value, other: Value) -> Value:
        sizes = [call_intrinsic(builder, "fabs", self.lanes, value) for value in (one, other)]
        return builder.select(builder.fcmp_ordered(">", *sizes), *sizes)

    def spread(self, builder: Builder, value: Value) -> Value:
        """A number in all lanes."""
        if self.lanes.width == 1:
            return value
        empty = ir.Constant(self.lanes.type, ir.Undefined)
        first = builder.insert_element(empty, value, whole(0))
        zeros = ir.Constant(ir.VectorType(INT, self.lanes.width), [0] * self.lanes.width)
        return builder.shuffle_vector(first, empty, zeros)
