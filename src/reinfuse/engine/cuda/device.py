"""A GPU: what it is called, how much of everything it has, how fast it could be at most."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any  # handles of the CUDA driver

from reinfuse.engine.cuda.bindings import Bindings, called

_SINGLE = 32
# Results a multiprocessor gives in one clock cycle, by compute capability: 32 bits, 64 bits.
# Source: NVIDIA, CUDA C++ Programming Guide, throughput of native arithmetic instructions.
_PER_CYCLE = {
    (7, 0): (64, 32), (7, 5): (64, 2), (8, 0): (64, 32), (8, 6): (128, 2), (8, 9): (128, 2),
    (9, 0): (128, 64), (10, 0): (128, 64), (12, 0): (128, 2),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Device:
    """One GPU and its context; memory in bytes."""

    bindings: Bindings
    context: Any  # of the driver
    name: str
    capability: tuple[int, int]
    multiprocessors: int
    cycles_per_second: float
    threads_per_multiprocessor: int
    shared_of_block: int

    @property
    def architecture(self) -> int:
        """Such as 90."""
        return 10 * self.capability[0] + self.capability[1]

    def peak(self, bits: int) -> float | None:
        """Operations per second at most, two for every fused product and sum; none if not known."""
        per_cycle = _PER_CYCLE.get(self.capability)
        if per_cycle is None:
            return None
        return 2.0 * per_cycle[bits != _SINGLE] * self.multiprocessors * self.cycles_per_second


@functools.cache
def first_device(bindings: Bindings) -> Device:
    """The first GPU, with the context that all of this process shares."""
    driver = bindings.driver
    called(driver.cuInit, 0)
    handle = called(driver.cuDeviceGet, 0)
    context = called(driver.cuDevicePrimaryCtxRetain, handle)
    called(driver.cuCtxSetCurrent, context)
    name = called(driver.cuDeviceGetName, 128, handle)

    def told(attribute: str) -> int:
        wanted = getattr(driver.CUdevice_attribute, f"CU_DEVICE_ATTRIBUTE_{attribute}")
        return int(called(driver.cuDeviceGetAttribute, wanted, handle))

    return Device(
        bindings=bindings,
        context=context,
        name=bytes(name).rstrip(b"\0").decode(),
        capability=(told("COMPUTE_CAPABILITY_MAJOR"), told("COMPUTE_CAPABILITY_MINOR")),
        multiprocessors=told("MULTIPROCESSOR_COUNT"),
        cycles_per_second=1e3 * told("CLOCK_RATE"),  # given in kHz
        threads_per_multiprocessor=told("MAX_THREADS_PER_MULTIPROCESSOR"),
        shared_of_block=told("MAX_SHARED_MEMORY_PER_BLOCK_OPTIN"),
    )
