"""From the scale of a parameter or measurement to linear numbers, and back."""

from __future__ import annotations

import math
from collections.abc import Mapping

from reinfuse.engine.petab.problem import PetabProblem, Scale
from reinfuse.errors import ReinfuseError


def on_scale(value: float, scale: Scale) -> float:
    """A linear number on a scale; nan where a logarithm has no value."""
    if scale is Scale.LIN:
        return value
    if not value > 0.0:
        return math.nan
    return math.log(value) if scale is Scale.LOG else math.log10(value)


def off_scale(value: float, scale: Scale) -> float:
    """The linear number of a number on a scale; inf where that is too large."""
    try:
        match scale:
            case Scale.LIN:
                return value
            case Scale.LOG:
                return math.exp(value)
            case Scale.LOG10:
                return math.pow(10.0, value)
    except OverflowError:
        return math.inf


def linear_parameters(problem: PetabProblem, scaled: Mapping[str, float]) -> dict[str, float]:
    """Linear values of parameters that are given on the scales of the parameter table."""
    known = {parameter.name: parameter.scale for parameter in problem.parameters}
    strange = sorted(set(scaled) - set(known))
    if strange:
        raise unknown_parameters(problem, strange)
    return {name: off_scale(value, known[name]) for name, value in scaled.items()}


def scaled_parameters(problem: PetabProblem, linear: Mapping[str, float]) -> dict[str, float]:
    """Values on the scales of the parameter table of parameters that are given as they are."""
    known = {parameter.name: parameter.scale for parameter in problem.parameters}
    strange = sorted(set(linear) - set(known))
    if strange:
        raise unknown_parameters(problem, strange)
    return {name: on_scale(value, known[name]) for name, value in linear.items()}


def unknown_parameters(problem: PetabProblem, names: list[str]) -> ReinfuseError:
    """The error for parameters that a problem does not have."""
    return ReinfuseError(
        f"no parameters of this problem: {', '.join(names)}",
        where=problem.name,
        fix="give parameters by the ids of the parameter table",
    )
