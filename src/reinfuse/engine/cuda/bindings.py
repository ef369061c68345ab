"""The CUDA driver and its run-time compiler, where this machine has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any  # modules of cuda-bindings, which is not installed where there is no GPU

from reinfuse.errors import ReinfuseError

_SPELLINGS = (
    ("cuda.bindings.driver", "cuda.bindings.nvrtc"),
    ("cuda.cuda", "cuda.nvrtc"),  # before version 12.6
)


@dataclass(frozen=True, slots=True)
class Bindings:
    """Modules `driver` and `nvrtc` of cuda-bindings."""

    driver: Any
    nvrtc: Any


def available() -> str | None:
    """Why no kernel can run on a GPU here; none where it can."""
    found = found_bindings()
    if isinstance(found, str):
        return found
    for ask in (no_compiler, _no_driver, _no_device):
        reason = ask(found)
        if reason is not None:
            return reason
    return None


def found_bindings() -> Bindings | str:
    """The modules, or why there are none."""
    for driver, nvrtc in _SPELLINGS:
        try:
            return Bindings(import_module(driver), import_module(nvrtc))
        except ImportError:
            continue
    return "the package cuda-bindings is not installed"


def no_compiler(found: Bindings) -> str | None:
    """Why the compiler cannot be used, which needs no GPU; none where it can."""
    return _refusal(found.nvrtc.nvrtcVersion, "the compiler NVRTC cannot be loaded")


def called(function: Callable[..., Any], *given: object) -> Any:  # noqa: ANN401 - what CUDA gives
    """What a function of CUDA gives beside its status; raises where the status is an error."""
    status, *results = function(*given)
    if int(status) != 0:
        raise ReinfuseError(
            f"CUDA answered {getattr(status, 'name', status)} to {function.__name__}",
            where="on the GPU",
            fix="see that no other program fills the GPU's memory, or simulate on the CPU",
        )
    return results[0] if len(results) == 1 else tuple(results)


def _no_driver(found: Bindings) -> str | None:
    return _refusal(lambda: found.driver.cuInit(0), "there is no NVIDIA driver that works")


def _no_device(found: Bindings) -> str | None:
    status, count = found.driver.cuDeviceGetCount()
    return None if int(status) == 0 and count > 0 else "the NVIDIA driver knows no GPU"


def _refusal(ask: Callable[[], Any], what: str) -> str | None:
    """`what` and the reason where a first call fails: only then is the library looked for."""
    try:
        status = ask()[0]
    except (RuntimeError, OSError) as problem:  # the library is not on this machine
        return f"{what}: {str(problem).splitlines()[0].rstrip('.')}"
    return None if int(status) == 0 else f"{what}: {getattr(status, 'name', status)}"
