"""A curve: named parameters on scales of their own, and the level that follows from them.

A curve is written once and runs in NumPy and in JAX. Subjects are the last axis: a parameter is
`"subjects"`, or `"times subjects"` where something makes it change with time; times and what
comes out are `"times subjects"`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from reinfuse.kinetics.curves.namespace import namespace_of
from reinfuse.source import Source

# An array of NumPy or JAX: no type names both.
Array = Any
Parameters = Mapping[str, Array]


class Scale(StrEnum):
    """The scale on which a parameter is estimated and varies between patients as a normal."""

    LOG = "log"
    LOGIT = "logit"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a curve; `typical` is where a fit starts when nothing else is said."""

    name: str
    unit: str
    meaning: str
    typical: float
    scale: Scale = Scale.LOG


class Schedule(NamedTuple):
    """When levels are asked for, and what was given before.

    `time` and `since` are `"times subjects"`: on the subject's clock, and since the last infusion
    of its occasion. Doses are `"doses subjects"`, with an amount of 0 where a subject has fewer.
    `inputs` are known values of each subject (`"subjects"`) that a curve names, such as the day
    of tocilizumab; infinite where there was none.
    """

    time: Array
    since: Array
    dose_time: Array
    dose_amount: Array
    dose_duration: Array
    inputs: Mapping[str, Array]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """Parameters and the function that gives levels from them.

    `value` takes parameters by name (in their own units) and a schedule. It gives ln(level) where
    `logarithmic`, else the level. `inputs` are the names it reads from `Schedule.inputs`.
    `settled` maps parameters that describe the same curve under exchanged names, such as a fast
    and a slow rate, to the one naming that is meant; None where no exchange is possible. `guess`
    gives starting values from times since infusion and levels, each `"times subjects"` in NumPy,
    nan where nothing was measured.
    """

    name: str
    title: str
    parameters: tuple[Parameter, ...]
    value: Callable[[Parameters, Schedule], Array]
    logarithmic: bool
    source: Source
    needs_dose: bool = False
    inputs: tuple[str, ...] = ()
    settled: Callable[[dict[str, float]], dict[str, float]] | None = None
    guess: Callable[[Array, Array], dict[str, float]] | None = None
    note: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters, in their order."""
        return tuple(one.name for one in self.parameters)

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name; KeyError where there is none."""
        for one in self.parameters:
            if one.name == name:
                return one
        raise KeyError(name)


def natural(scale: Scale, normal: Array) -> Array:
    """A parameter in its own unit from its value on the scale of estimation."""
    xp = namespace_of(normal)
    match scale:
        case Scale.LOG:
            return xp.exp(normal)
        case Scale.LOGIT:
            return 0.5 + 0.5 * xp.tanh(0.5 * normal)  # no overflow at either end
        case Scale.IDENTITY:
            return normal


def normal(scale: Scale, value: Array) -> Array:
    """The value on the scale of estimation of a parameter given in its own unit."""
    xp = namespace_of(value)
    match scale:
        case Scale.LOG:
            return xp.log(value)
        case Scale.LOGIT:
            return xp.log(value) - xp.log1p(-value)
        case Scale.IDENTITY:
            return xp.asarray(value)


def slope(scale: Scale, value: Array) -> Array:
    """How fast the natural value moves with the normal one, at a natural value."""
    xp = namespace_of(value)
    match scale:
        case Scale.LOG:
            return value
        case Scale.LOGIT:
            return value * (1.0 - value)
        case Scale.IDENTITY:
            return xp.ones_like(value)
