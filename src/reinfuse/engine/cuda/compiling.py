"""CUDA C to machine code for one architecture, by NVRTC; kept between runs."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from reinfuse.engine.cuda.bindings import Bindings, called
from reinfuse.engine.cuda.source import KernelText
from reinfuse.engine.native.cache import keep, recalled
from reinfuse.errors import ReinfuseError

_SINGLE = 32
_ALWAYS = ("--std=c++17", "--ptxas-options=-v")
# Quotients and roots to 2 units in the last place instead of half a one, and numbers below 1e-38
# taken as 0: far below what any step is allowed to err, and each spares a slow path.
_OF_SINGLE = ("--ftz=true", "--prec-div=false", "--prec-sqrt=false")
_TOLD = re.compile(
    r"(\d+) bytes spill stores, (\d+) bytes spill loads.*?Used (\d+) registers", re.S
)


@dataclass(frozen=True, slots=True)
class Spilled:
    """Registers of a thread, and bytes that did not find room in them."""

    registers: int
    stored: int
    loaded: int


@dataclass(frozen=True, slots=True)
class Compiled:
    """Code that the driver can load.

    `log` is what the compiler told, empty where the code was `kept`.
    """

    code: bytes
    log: str
    kept: bool

    @property
    def spilled(self) -> Spilled | None:
        """What the assembler told of registers; none where it told nothing."""
        found = _TOLD.search(self.log)
        if found is None:
            return None
        stored, loaded, registers = (int(number) for number in found.groups())
        return Spilled(registers, stored, loaded)


def compiled(bindings: Bindings, kernel: KernelText, *, architecture: int) -> Compiled:
    """The kernel's code for an architecture such as 90, from the cache where it is kept.

    Where the compiler is older than the architecture, the code is PTX of the newest it knows, and
    the driver does the rest.
    """
    nvrtc = bindings.nvrtc
    known = [one for one in called(nvrtc.nvrtcGetSupportedArchs) if one <= architecture]
    if not known:
        raise ReinfuseError(
            f"this version of NVRTC makes no code for an architecture as old as {architecture}",
            fix="install an older nvidia-cuda-nvrtc, or simulate on the CPU",
        )
    exact = architecture in known
    target = f"sm_{architecture}" if exact else f"compute_{max(known)}"
    extra = _OF_SINGLE if kernel.bits == _SINGLE else ()
    options = (f"--gpu-architecture={target}", *_ALWAYS, *extra)
    # The text holds the model and the generator's whole work; the rest is who compiles, for what.
    asked = f"{kernel.text} {options} {called(nvrtc.nvrtcVersion)}"
    key = hashlib.sha256(asked.encode()).hexdigest()
    code = recalled(key)
    if code is not None:
        return Compiled(code, "", kept=True)
    code, log = _compiled_now(bindings, kernel.text, options, exact=exact)
    keep(key, code)
    return Compiled(code, log, kept=False)


def _compiled_now(
    bindings: Bindings, text: str, options: tuple[str, ...], *, exact: bool
) -> tuple[bytes, str]:
    nvrtc = bindings.nvrtc
    program = called(nvrtc.nvrtcCreateProgram, text.encode(), b"kernel.cu", 0, [], [])
    given = [option.encode() for option in options]
    (status,) = nvrtc.nvrtcCompileProgram(program, len(given), given)
    log = bytearray(called(nvrtc.nvrtcGetProgramLogSize, program))
    called(nvrtc.nvrtcGetProgramLog, program, log)
    told = bytes(log).rstrip(b"\0\n ").decode(errors="replace")
    if int(status) != 0:
        raise ReinfuseError(
            f"NVRTC does not compile the generated kernel: {told}",
            fix="simulate on the CPU, and report the model with this message",
        )
    size, get = (
        (nvrtc.nvrtcGetCUBINSize, nvrtc.nvrtcGetCUBIN)
        if exact
        else (nvrtc.nvrtcGetPTXSize, nvrtc.nvrtcGetPTX)
    )
    code = bytearray(called(size, program))
    called(get, program, code)
    called(nvrtc.nvrtcDestroyProgram, program)
    return bytes(code), told
