"""The step of a large model: the same code for every stage, so that it stays near the processor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reinfuse.engine.compiler.lowering import TIME_INPUT
from reinfuse.engine.compiler.rodas4 import DENSE_U, DENSE_W, DRIFTS, SLOPES, TIMES, VALUES
from reinfuse.engine.compiler.rosenbrock import STEP_INPUT
from reinfuse.engine.compiler.staged import Staged, held_input, right_input
from reinfuse.engine.native.flow import DOUBLE, NOTHING, at, counted, long, read, room, write
from reinfuse.engine.native.lanes import FLAGS, emit, narrow, used_inputs
from reinfuse.engine.native.llvm import Builder, Value

if TYPE_CHECKING:
    from reinfuse.engine.native.parts import Maker

STAGES = len(SLOPES)


def rolled_step(maker: Maker) -> Value:
    """One step of all lanes; gives the size of each lane's error. As `Maker.step`."""
    return _Rolled(maker, maker.programs.staged).step()


class _Rolled:
    def __init__(self, maker: Maker, staged: Staged) -> None:
        self.maker, self.staged, self.lanes = maker, staged, maker.lanes
        self.vectors = maker.lanes.type.as_pointer()
        self.states = maker.programs.sizes.states

    def step(self) -> Value:
        maker, lanes = self.maker, self.lanes
        prepare, rates, solve = self._prepare(), self._rates(), self._solve()
        takes = [self.vectors] * 4 + [DOUBLE, maker.numbers] + [self.vectors] * 3
        function, builder = maker.function("step", lanes.type, takes)
        function.attributes.add("noinline")
        y, p, t, h, rtol, atol, new, u, w = function.args
        aligned = lanes.bits // 8 * lanes.width
        held = room(builder, lanes.type, max(self.staged.held, 1), aligned=aligned)
        values, right, slopes = (
            room(builder, lanes.type, self.states, aligned=aligned) for _ in range(3)
        )
        solutions = [room(builder, lanes.type, self.states, aligned=aligned)
                     for _ in range(STAGES)]  # fmt: skip
        now = room(builder, lanes.type, aligned=aligned)
        time, length = builder.load(t), builder.load(h)
        inverse = builder.fdiv(lanes.constant(1.0), length)
        builder.call(prepare, [y, p, t, h, held])
        for stage in range(STAGES):
            later = builder.fmul(lanes.constant(TIMES[stage]), length, flags=FLAGS)
            builder.store(builder.fadd(time, later, flags=FLAGS), now)
            at_stage = y
            if stage:
                at_stage = values
                weights = [lanes.constant(-value) for value in VALUES[stage]]
                self._combine(builder, y, weights, solutions, values)
            builder.call(rates, [at_stage, p, now, held, slopes])
            weights = [builder.fmul(lanes.constant(-slope), inverse) for slope in SLOPES[stage]]
            self._combine(builder, slopes, weights, solutions, right)
            self._drift(builder, stage, length, held, right)
            builder.call(solve, [held, right, solutions[stage]])
        return self._finish(builder, function, solutions, (y, new, u, w), (rtol, atol))

    def _combine(
        self,
        builder: Builder,
        start: Value | None,
        weights: Sequence[Value],
        solutions: Sequence[Value],
        target: Value,
    ) -> None:
        """start + weights x solutions into `target`, state by state."""
        with counted(builder, long(0), long(self.states), "combine") as state:
            total = self.lanes.constant(0.0) if start is None else read(builder, start, state)
            for weight, solution in zip(weights, solutions, strict=False):
                moved = builder.fmul(weight, read(builder, solution, state), flags=FLAGS)
                total = builder.fadd(total, moved, flags=FLAGS)
            write(builder, total, target, state)

    def _drift(
        self, builder: Builder, stage: int, length: Value, held: Value, right: Value
    ) -> None:
        share = builder.fmul(self.lanes.constant(DRIFTS[stage]), length, flags=FLAGS)
        for state, place in enumerate(self.staged.drift):
            if place is not None and DRIFTS[stage]:
                slope = builder.fmul(share, read(builder, held, place), flags=FLAGS)
                write(builder, builder.fadd(read(builder, right, state), slope), right, state)

    def _finish(
        self,
        builder: Builder,
        function: Value,
        solutions: Sequence[Value],
        targets: tuple[Value, Value, Value, Value],
        tolerances: tuple[Value, Value],
    ) -> Value:
        maker, lanes = self.maker, self.lanes
        y, new, u, w = targets
        rtol, atol = tolerances
        constant = lanes.constant
        self._combine(builder, y, [constant(-value) for value in (*VALUES[-1], 1.0)], solutions,
                      new)  # fmt: skip
        for weights, target in ((DENSE_U, u), (DENSE_W, w)):
            signed = [constant(-value) for value in weights]
            self._combine(builder, None, signed, solutions, target)
        relative = maker.spread(builder, narrow(builder, maker.one, rtol))
        total = room(builder, lanes.type, aligned=lanes.bits // 8 * lanes.width)
        builder.store(constant(0.0), total)
        with counted(builder, long(0), long(self.states), "error") as state:
            absolute = maker.spread(builder, read(builder, atol, state))
            around = (read(builder, y, state), read(builder, new, state))
            error = read(builder, solutions[-1], state)
            share = maker.share_of_allowed(builder, around, error, (relative, absolute))
            builder.store(builder.fadd(builder.load(total), share), total)
        builder.ret(maker.root_mean(builder, builder.load(total)))
        return function

    def _prepare(self) -> Value:
        """What every stage needs: factors, and what hangs on parameters alone."""
        maker, program = self.maker, self.staged.prepare
        function, builder = maker.function("prepare", NOTHING, [self.vectors] * 5)
        function.attributes.add("noinline")
        y, p, t, h, held = function.args
        inputs = {TIME_INPUT: builder.load(t), STEP_INPUT: builder.load(h)}
        inputs |= maker.loaded(builder, program, maker.state_inputs, y, 1)
        inputs |= maker.loaded(builder, program, maker.parameter_inputs, p, 1)
        self._store(builder, emit(builder, self.lanes, program, inputs), held)
        builder.ret_void()
        return function

    def _rates(self) -> Value:
        maker, program = self.maker, self.staged.rates
        function, builder = maker.function("stage_rates", NOTHING, [self.vectors] * 5)
        function.attributes.add("noinline")
        y, p, t, held, slopes = function.args
        inputs = {TIME_INPUT: builder.load(t)}
        inputs |= maker.loaded(builder, program, maker.state_inputs, y, 1)
        inputs |= maker.loaded(builder, program, maker.parameter_inputs, p, 1)
        inputs |= self._held(builder, held, used_inputs(program))
        self._store(builder, emit(builder, self.lanes, program, inputs), slopes)
        builder.ret_void()
        return function

    def _solve(self) -> Value:
        maker, program = self.maker, self.staged.solve
        function, builder = maker.function("stage_solve", NOTHING, [self.vectors] * 3)
        function.attributes.add("noinline")
        held, right, solution = function.args
        inputs = self._held(builder, held, used_inputs(program))
        inputs |= {right_input(state): read(builder, right, state)
                   for state in range(self.states)}  # fmt: skip
        self._store(builder, emit(builder, self.lanes, program, inputs), solution)
        builder.ret_void()
        return function

    def _held(self, builder: Builder, held: Value, used: frozenset[str]) -> dict[str, Value]:
        return {
            held_input(place): read(builder, held, place)
            for place in range(self.staged.held)
            if held_input(place) in used
        }

    def _store(self, builder: Builder, values: Sequence[Value], target: Value) -> None:
        for place, value in enumerate(values):
            builder.store(value, at(builder, target, place))
