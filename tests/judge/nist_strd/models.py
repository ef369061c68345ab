"""The 27 problems of NIST's reference sets: each model as a curve of its own, and its file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jax.numpy as jnp
import numpy as np

from reinfuse.kinetics.curves import Curve, Parameter, Scale, Schedule, sampled
from reinfuse.kinetics.curves.curve import Array
from reinfuse.source import Source, Standing

HERE = Path(__file__).resolve().parent
FIRST_ROW, PARAMETER_ROW = 60, 40
NIST = Source(cite="NIST StRD, nonlinear regression", standing=Standing.PAPER)

Model = Callable[[Array, Array], Array]  # x (times, 1) and the parameters b1, b2, ... to y


def _gauss(x: Array, b: Array) -> Array:
    peaks = b[2] * jnp.exp(-((x - b[3]) ** 2) / b[4] ** 2)
    return b[0] * jnp.exp(-b[1] * x) + peaks + b[5] * jnp.exp(-((x - b[6]) ** 2) / b[7] ** 2)


def _lanczos(x: Array, b: Array) -> Array:
    return sum(b[n] * jnp.exp(-b[n + 1] * x) for n in (0, 2, 4))


def _rational(x: Array, b: Array, above: int) -> Array:
    below = 1.0 + sum(b[above + n] * x ** (n + 1) for n in range(len(b) - above))
    return sum(b[n] * x**n for n in range(above)) / below


def _enso(x: Array, b: Array) -> Array:
    def wave(period: Array, cosine: Array, sine: Array) -> Array:
        turn = 2.0 * jnp.pi * x / period
        return cosine * jnp.cos(turn) + sine * jnp.sin(turn)

    return b[0] + wave(12.0, b[1], b[2]) + wave(b[3], b[4], b[5]) + wave(b[6], b[7], b[8])


def _chwirut(x: Array, b: Array) -> Array:
    return jnp.exp(-b[0] * x) / (b[1] + b[2] * x)


def _saturating(x: Array, b: Array) -> Array:
    return b[0] * (1.0 - jnp.exp(-b[1] * x))


MODELS: dict[str, Model] = {
    "Bennett5": lambda x, b: b[0] * (b[1] + x) ** (-1.0 / b[2]),
    "BoxBOD": _saturating,
    "Chwirut1": _chwirut,
    "Chwirut2": _chwirut,
    "DanWood": lambda x, b: b[0] * x ** b[1],
    "ENSO": _enso,
    "Eckerle4": lambda x, b: b[0] / b[1] * jnp.exp(-0.5 * ((x - b[2]) / b[1]) ** 2),
    "Gauss1": _gauss,
    "Gauss2": _gauss,
    "Gauss3": _gauss,
    "Hahn1": lambda x, b: _rational(x, b, 4),
    "Kirby2": lambda x, b: _rational(x, b, 3),
    "Lanczos1": _lanczos,
    "Lanczos2": _lanczos,
    "Lanczos3": _lanczos,
    "MGH09": lambda x, b: b[0] * (x**2 + x * b[1]) / (x**2 + x * b[2] + b[3]),
    "MGH10": lambda x, b: b[0] * jnp.exp(b[1] / (x + b[2])),
    "MGH17": lambda x, b: b[0] + b[1] * jnp.exp(-x * b[3]) + b[2] * jnp.exp(-x * b[4]),
    "Misra1a": _saturating,
    "Misra1b": lambda x, b: b[0] * (1.0 - (1.0 + b[1] * x / 2.0) ** -2.0),
    "Misra1c": lambda x, b: b[0] * (1.0 - (1.0 + 2.0 * b[1] * x) ** -0.5),
    "Misra1d": lambda x, b: b[0] * b[1] * x / (1.0 + b[1] * x),
    "Nelson": lambda x, b: b[0] - b[1] * x[0] * jnp.exp(-b[2] * x[1]),
    "Rat42": lambda x, b: b[0] / (1.0 + jnp.exp(b[1] - b[2] * x)),
    "Rat43": lambda x, b: b[0] / (1.0 + jnp.exp(b[1] - b[2] * x)) ** (1.0 / b[3]),
    "Roszman1": lambda x, b: b[0] - b[1] * x - jnp.arctan(b[2] / (x - b[3])) / jnp.pi,
    "Thurber": lambda x, b: _rational(x, b, 4),
}


@dataclass(frozen=True)
class Problem:
    """What one file says."""

    curve: Curve
    schedule: Schedule
    values: np.ndarray
    starts: tuple[dict[str, float], dict[str, float]]
    certified: np.ndarray
    deviations: np.ndarray
    sum_of_squares: float
    residual_sd: float


def problem_named(name: str) -> Problem:
    """The problem of this name, read from its file."""
    lines = (HERE / f"{name}.dat").read_text(encoding="ascii").splitlines()
    rows = [line.split("=") for line in lines[PARAMETER_ROW:] if re.match(r"\s*b\d+\s*=", line)]
    table = np.array([[float(cell) for cell in row[1].split()] for row in rows])
    data = np.array(
        [[float(c) for c in line.split()] for line in lines[FIRST_ROW:] if line.strip()]
    )
    names = tuple(f"b{n + 1}" for n in range(len(table)))
    starts = tuple(dict(zip(names, table[:, n], strict=True)) for n in (0, 1))
    # Nelson's second predictor goes where a curve finds time since infusion.
    schedule = sampled(data[:, 1])._replace(since=data[:, -1:])
    return Problem(
        curve=_curve(name, names),
        schedule=schedule,
        values=np.log(data[:, 0]) if name == "Nelson" else data[:, 0],
        starts=(starts[0], starts[1]),
        certified=table[:, 2],
        deviations=table[:, 3],
        sum_of_squares=_said(lines, "Residual Sum of Squares"),
        residual_sd=_said(lines, "Residual Standard Deviation"),
    )


def _curve(name: str, names: tuple[str, ...]) -> Curve:
    def value(p: Array, schedule: Schedule) -> Array:
        x = (schedule.time, schedule.since) if name == "Nelson" else schedule.time
        return MODELS[name](x, [p[one] for one in names])

    return Curve(
        name=name,
        title=name,
        parameters=tuple(
            Parameter(name=one, unit="1", meaning=one, typical=1.0, scale=Scale.IDENTITY)
            for one in names
        ),
        value=value,
        logarithmic=False,
        source=NIST,
    )


def _said(lines: list[str], what: str) -> float:
    return float(next(line for line in lines if line.startswith(what)).split(":")[1])
