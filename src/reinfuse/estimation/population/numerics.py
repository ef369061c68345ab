"""How numbers are computed here: JAX with 64 bits at hand, compiled code kept between runs.

Importing this module switches JAX to allow 64-bit numbers for the whole process: objective
functions are compared to the third decimal, which 32 bits cannot hold. Arrays of 32 bits stay as
they are and are used where speed is asked for. It also begins JAX's CPU backend.
"""

from __future__ import annotations

import hashlib
import os
import platform
import time
from pathlib import Path
from typing import Any  # arrays of JAX

import jax
import jax.numpy as jnp
import numpy as np

Array = Any
CACHE_VARIABLE = "REINFUSE_CACHE"
# How many processors a fit may use; set it to 1 where several run side by side.
WORKERS_VARIABLE = "REINFUSE_WORKERS"
_MOST_WORKERS = 4  # a round is short: more wait for each other
_LOOKS, _BETWEEN_LOOKS = (
    4,
    0.005,
)  # at what runs, and seconds: others run for an instant now and then

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
    # Compiled code of another processor or version is never loaded: each has its own folder. So
    # has each number of processors, since code is cut into as many parts when it is compiled.
    made_for = f"{jax.__version__} {_open_processors()} {_cpu()}"
    kind = hashlib.sha256(made_for.encode()).hexdigest()[:16]
    named = os.environ.get(CACHE_VARIABLE)
    home = Path(named) if named else Path.home() / ".cache" / "reinfuse"
    jax.config.update("jax_compilation_cache_dir", str(home / f"compiled-{kind}"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    _begin_with(_workers())


def _begin_with(workers: int) -> None:
    """Begin the CPU backend with so many workers; results do not depend on their number.

    How many there are follows from the processors open to the process when the backend begins.
    """
    if not hasattr(os, "sched_setaffinity"):
        return
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(every)[:workers])
    try:
        jax.devices("cpu")
    finally:
        os.sched_setaffinity(0, every)


def _open_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _idle_processors() -> int:
    """How many processors nobody uses at this moment, this process included; at least one.

    Workers that wait for each other cost up to twenty times the work itself where others compute
    too; on idle processors they compile and fit in two thirds of the time
    (benchmarks/population.md).
    """
    count = _open_processors()
    listed = Path("/proc/loadavg")
    if not listed.is_file():
        return 1
    seen = []
    for _ in range(_LOOKS):
        seen.append(int(listed.read_text().split()[3].split("/")[0]))
        time.sleep(_BETWEEN_LOOKS)
    return max(count - min(seen) + 1, 1)


def _workers() -> int:
    """What is asked for, or as many as gain something."""
    asked = os.environ.get(WORKERS_VARIABLE, "")
    return max(int(asked), 1) if asked.isdecimal() else min(_idle_processors(), _MOST_WORKERS)


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


def even_numbers(key: Array, shape: tuple[int, ...], dtype: jnp.dtype) -> Array:
    """Random numbers spread evenly between -1 and 1, neither of which is met."""
    least = float(np.nextafter(np.asarray(-1.0, dtype), np.asarray(0.0, dtype)))
    return jax.random.uniform(key, shape, dtype, least, 1.0)


def normal_numbers(even: Array) -> Array:
    """Standard normal numbers from `even_numbers`, each from its own."""
    return jnp.sqrt(jnp.asarray(2.0, even.dtype)) * jax.lax.erf_inv(even)
