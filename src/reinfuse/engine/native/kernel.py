"""A model as machine code that solves ranges of patients."""

from __future__ import annotations

import ctypes
import functools
from dataclasses import dataclass

import numpy as np

from reinfuse.engine.compiler.bundle import Programs, programs_of
from reinfuse.engine.language.model import Model
from reinfuse.engine.native.build import loaded, module_text, object_code, widths
from reinfuse.engine.native.cache import keep, key_of, recalled
from reinfuse.engine.native.lanes import Lanes
from reinfuse.engine.native.llvm import DOUBLE_BITS, Engine
from reinfuse.engine.schedule import Table

_POINTER, _LONG, _INT, _DOUBLE = (
    ctypes.c_void_p, ctypes.c_int64, ctypes.c_int32, ctypes.c_double,
)  # fmt: skip
# In the order of `driver.GIVEN`.
_ARGUMENTS = (
    _LONG, _LONG, _POINTER, _LONG, _POINTER, _DOUBLE, _DOUBLE, _POINTER, _POINTER, _POINTER,
    _POINTER, _DOUBLE, _POINTER, _INT, _POINTER, _POINTER, _POINTER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """Arrays of a run, in the precision of the kernel; `out` and those below are written.

    `parameters` is `"patients parameters"`, `out` `"patients times outputs"`. A patient whose
    `status` is not 0 is passed over.
    """

    parameters: np.ndarray
    times: np.ndarray
    start: float
    end: float
    table: Table
    rtol: float
    atol: np.ndarray
    most_steps: int
    out: np.ndarray
    status: np.ndarray
    steps: np.ndarray


@dataclass(frozen=True, slots=True)
class Moves:
    """What a kernel with sensitivities is given besides; `out` is written.

    `seeds` (`"directions parameters"`) says how parameters move in each direction, `slopes`
    (`"entries directions"`, of 64 bits) how the times of events move; `out` is
    `"patients times outputs directions"`.
    """

    seeds: np.ndarray
    slopes: np.ndarray
    out: np.ndarray


@dataclass(frozen=True, slots=True)
class Kernel:
    """Code that is loaded; `engine` keeps it alive."""

    programs: Programs
    lanes: Lanes
    engine: Engine
    address: int
    kept: bool  # whether the code came from the cache

    def run(self, work: Work, first: int, last: int, moves: Moves | None = None) -> None:
        """Solve patients `first` to `last - 1`; other threads of Python go on meanwhile."""
        table = work.table
        kinds: tuple[type, ...] = _ARGUMENTS
        more: tuple[int, ...] = ()
        if moves is not None:
            room = self._room(len(moves.seeds))
            kinds = (*_ARGUMENTS, _LONG, *[_POINTER] * 7)
            more = (
                len(moves.seeds), moves.seeds.ctypes.data, moves.slopes.ctypes.data,
                moves.out.ctypes.data, *(part.ctypes.data for part in room),
            )  # fmt: skip
        solve = ctypes.CFUNCTYPE(None, *kinds)(self.address)
        solve(
            first, last, work.parameters.ctypes.data, len(work.times), work.times.ctypes.data,
            work.start, work.end, table.offsets.ctypes.data, table.times.ctypes.data,
            table.kinds.ctypes.data, table.amounts.ctypes.data, work.rtol, work.atol.ctypes.data,
            work.most_steps, work.out.ctypes.data, work.status.ctypes.data, work.steps.ctypes.data,
            *more,
        )  # fmt: skip

    def _room(self, directions: int) -> list[np.ndarray]:
        """Memory for the movement of the lanes' states, four times; it begins at a vector."""
        width, bits = self.lanes.width, self.lanes.bits
        size = directions * self.programs.sizes.states * width
        aligned = bits // 8 * width
        whole = np.zeros(4 * size + width, np.float64 if bits == DOUBLE_BITS else np.float32)
        skip = -whole.ctypes.data % aligned // whole.itemsize
        return [whole[skip + part * size : skip + (part + 1) * size] for part in range(4)]


def kernel_of(
    model: Model,
    *,
    bits: int = 64,
    states: bool = False,
    sensitive: bool = False,
    width: int | None = None,
) -> Kernel:
    """The kernel of a model, from the cache where it is kept; `sensitive`: it takes `Moves`."""
    lanes = Lanes(bits, widths()[bits] if width is None else width)
    programs = programs_of(model, states=states)
    key = key_of(model, lanes, f"states {states}, sensitivities {sensitive}")
    code = recalled(key)
    kept = code is not None
    if code is None:
        code = object_code(module_text(programs, lanes, sensitive=sensitive))
        keep(key, code)
    engine, address = loaded(code)
    return Kernel(programs, lanes, engine, address, kept)


@functools.lru_cache(maxsize=32)
def shared_kernel(
    model: Model,
    bits: int,
    states: bool,
    sensitive: bool = False,  # a key
) -> Kernel:
    """The kernel of a model, loaded once in a process: that takes as long as a hundred patients."""
    return kernel_of(model, bits=bits, states=states, sensitive=sensitive)
