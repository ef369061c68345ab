"""How numbers are computed here: JAX with 64 bits at hand, compiled code kept between runs.

Importing this module switches JAX to allow 64-bit numbers for the whole process: objective
functions are compared to the third decimal, which 32 bits cannot hold. Arrays of 32 bits stay as
they are and are used where speed is asked for. It also begins JAX's CPU backend, with one worker.
"""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path
from typing import Any  # arrays of JAX

import jax
import jax.numpy as jnp

Array = Any
CACHE_VARIABLE = "REINFUSE_CACHE"

# Below these a series takes over: further down, the squares of erfc that second derivatives hold
# leave the numbers of 32 and 64 bits.
_TAIL = {jnp.dtype("float32"): -7.0, jnp.dtype("float64"): -20.0}
_HALF_LOG_2PI = 0.9189385332046727
_ROOT_HALF = 0.7071067811865476


def _cpu() -> str:
    """What tells this processor's instructions from another's."""
    listed = Path("/proc/cpuinfo")
    flags = next(
        (line for line in listed.read_text().splitlines() if line.startswith("flags")), ""
    ) if listed.is_file() else ""  # fmt: skip
    return f"{platform.machine()} {platform.processor()} {flags}"


def _set_up() -> None:
    jax.config.update("jax_enable_x64", True)
    # Compiled code of another processor or version is never loaded: each has its own folder.
    kind = hashlib.sha256(f"{jax.__version__} {_cpu()}".encode()).hexdigest()[:16]
    named = os.environ.get(CACHE_VARIABLE)
    home = Path(named) if named else Path.home() / ".cache" / "reinfuse"
    jax.config.update("jax_compilation_cache_dir", str(home / f"compiled-{kind}"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    _begin_with_one_thread()


def _begin_with_one_thread() -> None:
    """Let the CPU backend have one worker: ours are many short steps, one after the other.

    Workers that wait for each other cost up to twenty times the work itself when a machine is
    busy, and gain nothing at 10,000 patients (benchmarks/population.md). How many there are
    follows from the processors that are open to the process when the backend begins.
    """
    if not hasattr(os, "sched_setaffinity"):
        return
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(every)})
    try:
        jax.devices("cpu")
    finally:
        os.sched_setaffinity(0, every)


_set_up()


def log_normal_cdf(z: Array) -> Array:
    """ln of the standard normal distribution function, right far into the lower tail.

    Absolute error below 1e-5 in 32 bits and 1e-9 in 64.
    """
    cut = _TAIL[z.dtype]
    outer = jnp.minimum(z, cut)
    square = 1.0 / (outer * outer)
    series = 1.0 - square * (1.0 - 3.0 * square * (1.0 - 5.0 * square * (1.0 - 7.0 * square)))
    inner = 0.5 * jax.lax.erfc(-jnp.maximum(z, cut) * _ROOT_HALF)
    # One logarithm for both: it costs more than all the rest.
    whole = jnp.log(jnp.where(z > cut, inner, -series / outer))
    return whole - jnp.where(z > cut, 0.0, 0.5 * outer * outer + _HALF_LOG_2PI)


def log_difference(upper: Array, lower: Array) -> Array:
    """ln(exp(upper) - exp(lower)) for upper >= lower; the gap is kept above rounding."""
    smallest = jnp.finfo(upper.dtype).eps
    gap = jnp.maximum(upper - lower, smallest)
    return upper + jnp.log(-jnp.expm1(-gap))
