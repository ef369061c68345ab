"""A stand-in for cuda-bindings where there is no GPU.

NVRTC is g++ with a header in front that gives CUDA's words a meaning on a CPU; memory of the GPU is
memory of this process; a launch is a call with one thread, which takes all patients by itself.
What the real driver would make of the same calls, and the speed, only a GPU can show.
"""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Sequence
from enum import Enum, IntEnum
from pathlib import Path
from types import SimpleNamespace

HEADER = """
#include <cmath>
#include <cstddef>
#define __global__
#define __device__
#define __shared__
#define __forceinline__ inline
#define __launch_bounds__(...)
struct Place { unsigned int x, y, z; };
static const Place threadIdx = {0, 0, 0};
static unsigned int atomicAdd(unsigned int *where, unsigned int more) {
  const unsigned int before = *where;
  *where += more;
  return before;
}
double pool[1 << 16];
"""


class Answer(IntEnum):
    SUCCESS = 0
    OUT_OF_MEMORY = 2
    COMPILATION = 6


class _Attribute(Enum):
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 9
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 0
    CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 2
    CU_DEVICE_ATTRIBUTE_CLOCK_RATE = 1_000_000
    CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR = 2048
    CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN = 232_448


class PretendNvrtc:
    """Programs are their texts; the folder keeps what g++ makes."""

    def __init__(self, folder: Path, architectures: Sequence[int] = (80, 90)) -> None:
        self.folder, self.architectures = folder, list(architectures)
        self.options: list[list[str]] = []
        self.made, self.log = b"", b""

    def nvrtcVersion(self) -> tuple[Answer, int, int]:
        return Answer.SUCCESS, 13, 0

    def nvrtcGetSupportedArchs(self) -> tuple[Answer, list[int]]:
        return Answer.SUCCESS, self.architectures

    def nvrtcCreateProgram(self, text: bytes, *_: object) -> tuple[Answer, bytes]:
        return Answer.SUCCESS, text

    def nvrtcCompileProgram(self, text: bytes, _: int, options: list[bytes]) -> tuple[Answer]:
        self.options.append([option.decode() for option in options])
        source, made = self.folder / "kernel.cc", self.folder / "kernel.so"
        source.write_text(HEADER + text.decode())
        command = ["g++", "-std=c++17", "-O0", "-ffp-contract=off", "-Wno-unknown-pragmas"]
        done = subprocess.run(
            [*command, "-shared", "-fPIC", "-o", made, source],
            capture_output=True,
            check=False,
        )
        self.log = done.stderr + b"\0"
        self.made = made.read_bytes() if done.returncode == 0 else b""
        return (Answer.SUCCESS if done.returncode == 0 else Answer.COMPILATION,)

    def nvrtcGetProgramLogSize(self, _: bytes) -> tuple[Answer, int]:
        return Answer.SUCCESS, len(self.log)

    def nvrtcGetProgramLog(self, _: bytes, log: bytearray) -> tuple[Answer]:
        log[:] = self.log
        return (Answer.SUCCESS,)

    def nvrtcGetCUBINSize(self, _: bytes) -> tuple[Answer, int]:
        return Answer.SUCCESS, len(self.made)

    def nvrtcGetCUBIN(self, _: bytes, code: bytearray) -> tuple[Answer]:
        code[:] = self.made
        return (Answer.SUCCESS,)

    nvrtcGetPTXSize, nvrtcGetPTX = nvrtcGetCUBINSize, nvrtcGetCUBIN

    def nvrtcDestroyProgram(self, _: bytes) -> tuple[Answer]:
        return (Answer.SUCCESS,)


class PretendDriver:
    """Handles are addresses, or nothing; `held` is the memory that was not given back."""

    CUdevice_attribute = _Attribute
    CUfunction_attribute = SimpleNamespace(CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES=8)

    def __init__(self, folder: Path, *, free: int = 1 << 30) -> None:
        self.folder, self.free = folder, free
        self.held: dict[int, ctypes.Array[ctypes.c_char]] = {}
        self.most_held = 0
        self.launches: list[tuple[int, ...]] = []
        self.loaded = 0

    def cuInit(self, _: int) -> tuple[Answer]:
        return (Answer.SUCCESS,)

    def cuDeviceGetCount(self) -> tuple[Answer, int]:
        return Answer.SUCCESS, 1

    def cuDeviceGet(self, number: int) -> tuple[Answer, int]:
        return Answer.SUCCESS, number

    def cuDevicePrimaryCtxRetain(self, _: int) -> tuple[Answer, str]:
        return Answer.SUCCESS, "context"

    def cuCtxSetCurrent(self, context: str) -> tuple[Answer]:
        assert context == "context"
        return (Answer.SUCCESS,)

    def cuDeviceGetName(self, length: int, _: int) -> tuple[Answer, bytes]:
        return Answer.SUCCESS, b"Pretend".ljust(length, b"\0")

    def cuDeviceGetAttribute(self, attribute: _Attribute, _: int) -> tuple[Answer, int]:
        return Answer.SUCCESS, attribute.value

    def cuModuleLoadData(self, code: bytes) -> tuple[Answer, ctypes.CDLL]:
        self.loaded += 1
        file = self.folder / f"loaded{self.loaded}.so"  # a file loaded once is not read again
        file.write_bytes(code)
        return Answer.SUCCESS, ctypes.CDLL(str(file))

    def cuModuleGetFunction(self, module: ctypes.CDLL, name: bytes) -> tuple[Answer, object]:
        function = getattr(module, name.decode())
        function.restype = None
        return Answer.SUCCESS, function

    def cuFuncSetAttribute(self, *_: object) -> tuple[Answer]:
        return (Answer.SUCCESS,)

    def cuOccupancyMaxActiveBlocksPerMultiprocessor(self, *_: object) -> tuple[Answer, int]:
        return Answer.SUCCESS, 2

    def cuMemGetInfo(self) -> tuple[Answer, int, int]:
        return Answer.SUCCESS, self.free, self.free

    def cuMemAlloc(self, size: int) -> tuple[Answer, int]:
        if sum(len(one) for one in self.held.values()) + size > self.free:
            return Answer.OUT_OF_MEMORY, 0
        memory = ctypes.create_string_buffer(size)
        self.held[ctypes.addressof(memory)] = memory
        self.most_held = max(self.most_held, sum(len(one) for one in self.held.values()))
        return Answer.SUCCESS, ctypes.addressof(memory)

    def cuMemFree(self, place: int) -> tuple[Answer]:
        del self.held[place]
        return (Answer.SUCCESS,)

    def cuMemcpyHtoD(self, place: int, source: int, size: int) -> tuple[Answer]:
        assert size <= len(self.held[place])
        ctypes.memmove(place, source, size)
        return (Answer.SUCCESS,)

    def cuMemcpyDtoH(self, place: int, source: int, size: int) -> tuple[Answer]:
        assert size <= len(self.held[source])
        ctypes.memmove(place, source, size)
        return (Answer.SUCCESS,)

    def cuEventCreate(self, _: int) -> tuple[Answer, str]:
        return Answer.SUCCESS, "event"

    def cuEventRecord(self, *_: object) -> tuple[Answer]:
        return (Answer.SUCCESS,)

    cuEventSynchronize = cuEventDestroy = cuEventRecord

    def cuEventElapsedTime(self, *_: object) -> tuple[Answer, float]:
        return Answer.SUCCESS, 1.0  # milliseconds

    def cuLaunchKernel(self, function: object, *given: object) -> tuple[Answer]:
        *sizes, _shared, _stream, (values, kinds), _extra = given
        self.launches.append(tuple(sizes))
        function(*(kind(value) for kind, value in zip(kinds, values, strict=True)))
        return (Answer.SUCCESS,)
