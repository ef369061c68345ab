"""CUDA C of one kernel that follows each patient from the start to the last output.

Each thread has one patient at a time: its step length, its events, its outputs. What hangs on the
model is generated here from programs; what does not is `driver.cuh`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from reinfuse.engine.compiler.bundle import Programs
from reinfuse.engine.compiler.graph import Program
from reinfuse.engine.compiler.lowering import TIME_INPUT
from reinfuse.engine.compiler.rosenbrock import STEP_INPUT, StepPlaces
from reinfuse.engine.cuda.arguments import signature
from reinfuse.engine.cuda.arithmetic import operations_in, statements_of
from reinfuse.engine.status import Status
from reinfuse.errors import ReinfuseError

# Of the error norm, for each state: two magnitudes, the larger, the scale (2), share, square, sum.
_NORM_OPERATIONS = 8
_SINGLE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelText:
    """CUDA C of a kernel, and what a launch must know of it."""

    text: str
    programs: Programs
    bits: int
    threads: int

    @property
    def shared_bytes(self) -> int:
        """Shared memory of one block: a column of parameters for each thread."""
        return shared_bytes(self.programs, bits=self.bits, threads=self.threads)


def shared_bytes(programs: Programs, *, bits: int, threads: int) -> int:
    """Shared memory that a block of so many threads needs."""
    return programs.sizes.parameters * threads * bits // 8


def operations_per_step(programs: Programs) -> int:
    """Floating-point operations of one step, its error estimate included."""
    return operations_in(programs.step) + _NORM_OPERATIONS * programs.sizes.states


def check_events(programs: Programs) -> None:
    """Raise where a model has events that a GPU kernel does not know."""
    model = programs.equations.model
    refused = [
        event.name
        for event in model.events
        if event.time is None or event.delay is not None or event.priority is not None
    ]
    if refused:
        raise ReinfuseError(
            "on a GPU an event has a time and nothing else: no condition, delay or priority, as "
            f"{', '.join(refused)} {'has' if len(refused) == 1 else 'have'}",
            where=f"model {model.name}",
            fix="simulate this model on the CPU, or give its events times",
        )


def kernel_text(
    programs: Programs, *, bits: int, threads: int = 128, blocks: int = 1
) -> KernelText:
    """The kernel in 32 or 64 bits.

    So many `blocks` of `threads` threads shall run on one multiprocessor at once: more of them
    leave each thread fewer registers.
    """
    check_events(programs)
    parts = (
        _preamble(programs, bits=bits, threads=threads, blocks=blocks),
        _begin(programs, bits),
        _rates(programs, bits),
        _advance(programs, bits),
        _observe(programs, bits),
        _happen(programs, bits),
        files("reinfuse.engine.cuda").joinpath("driver.cuh").read_text(encoding="utf-8"),
    )
    return KernelText(text="\n".join(parts), programs=programs, bits=bits, threads=threads)


def _preamble(programs: Programs, *, bits: int, threads: int, blocks: int) -> str:
    suffix = "f" if bits == _SINGLE else ""
    sizes = programs.sizes
    numbers = {
        "STATES": sizes.states,
        "PARAMETERS": sizes.parameters,
        "OUTPUTS": sizes.outputs,
        "EFFECTS": len(programs.effects),
        "THREADS": threads,
        "BLOCKS": blocks,
    } | {status.name: status.value for status in Status}
    inline = "__device__ __forceinline__ real"
    return "\n".join(
        [
            f"typedef {'float' if suffix else 'double'} real;",
            *(f"#define {name} {value}" for name, value in numbers.items()),
            "#define UNBOUNDED ((real)(1.0 / 0.0))",
            f'#define NOT_A_NUMBER nan{suffix}("")',
            f"#define SIGNATURE {signature()}",
            f"{inline} root(const real a) {{ return sqrt{suffix}(a); }}",
            f"{inline} magnitude(const real a) {{ return fabs{suffix}(a); }}",
            # The library's own drop what is not a number, and with it that something is wrong.
            f"{inline} least_of(const real a, const real b) {{ return a < b || a != a ? a : b; }}",
            f"{inline} most_of(const real a, const real b) {{ return a > b || a != a ? a : b; }}",
        ]
    )


def _read(programs: Programs) -> dict[str, str]:
    """How each input is read in the generated functions."""
    equations = programs.equations
    return (
        {TIME_INPUT: "t", STEP_INPUT: "h"}
        | {name: f"y[{place}]" for place, name in enumerate(equations.state_inputs)}
        | {name: f"p[{place} * THREADS]" for place, name in enumerate(equations.parameter_inputs)}
    )


def _begin(programs: Programs, bits: int) -> str:
    """States at the start."""
    places = _by_state("y", programs)
    lines = _computed(programs.initial, _read(programs), places, bits)
    return _function("begin(const real *p, real (&y)[STATES])", lines)


def _rates(programs: Programs, bits: int) -> str:
    """How fast each state changes."""
    lines = _computed(programs.rates, _read(programs), _by_state("rate", programs), bits)
    return _function(
        "rates(const real t, const real (&y)[STATES], const real *p, real (&rate)[STATES])", lines
    )


def _advance(programs: Programs, bits: int) -> str:
    """One step of the method."""
    sizes = programs.sizes
    places = StepPlaces(sizes.states, sizes.parameters)
    stored = [""] * len(programs.step.outputs)
    for name, part in (
        ("after", places.new),
        ("error", places.error),
        ("dense_u", places.dense_u),
        ("dense_w", places.dense_w),
    ):
        stored[part] = _by_state(name, programs)
    return _function(
        "advance(const real t, const real h, const real (&y)[STATES], const real *p, "
        "real (&after)[STATES], real (&error)[STATES], real (&dense_u)[STATES], "
        "real (&dense_w)[STATES])",
        _computed(programs.step, _read(programs), stored, bits),
    )


def _observe(programs: Programs, bits: int) -> str:
    """What is seen of the states at a time."""
    places = [f"seen[{place}]" for place in range(programs.sizes.outputs)]
    return _function(
        "observe(const real t, const real (&y)[STATES], const real *p, real *seen)",
        _computed(programs.observe, _read(programs), places, bits),
    )


def _happen(programs: Programs, bits: int) -> str:
    """What a timed event makes of the states, all of it from what they were before."""
    lines: list[str] = []
    for number, effect in enumerate(programs.effects):
        done = _computed(effect, _read(programs), _by_state("y", programs), bits)
        lines += [f"if (event == {number}) {{", *done, "}"]
    return _function(
        "happen(const int event, const real t, real (&y)[STATES], const real *p)", lines
    )


def _by_state(name: str, programs: Programs) -> list[str]:
    return [f"{name}[{place}]" for place in range(programs.sizes.states)]


def _computed(
    program: Program, read: Mapping[str, str], places: Sequence[str], bits: int
) -> list[str]:
    """Statements that put every output in its place, after all of them are computed."""
    found = statements_of(program, read, bits=bits)
    stores = (f"{place} = {value};" for place, value in zip(places, found.outputs, strict=True))
    return [*found.lines, *stores]


def _function(head: str, lines: Sequence[str]) -> str:
    return "\n".join([f"__device__ __forceinline__ void {head} {{", *lines, "}"])
