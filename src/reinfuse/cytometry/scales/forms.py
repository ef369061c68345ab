"""Scales as plain values, so that a threshold is stored with the scale it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import numpy as np

from reinfuse.cytometry.scales.arithmetic import Asinh, Linear, Log
from reinfuse.cytometry.scales.biexponential import Biexponential
from reinfuse.cytometry.scales.bounded import Bounded
from reinfuse.cytometry.scales.hyperlog import Hyperlog
from reinfuse.cytometry.scales.logicle import Logicle
from reinfuse.cytometry.scales.scale import Scale
from reinfuse.errors import ReinfuseError

Function = Linear | Log | Asinh | Logicle | Hyperlog | Biexponential
Plain = dict[str, str | float]

KINDS: Mapping[str, type[Function]] = {
    each.kind: each for each in (Linear, Log, Asinh, Logicle, Hyperlog, Biexponential)
}
ENDS = ("low", "high")


def scale_from(kind: str, parameters: Mapping[str, object], *, where: str = "") -> Scale:
    """The scale of a kind with parameters by name, and with `low` or `high` one with ends.

    ReinfuseError names the kind or parameter that there is not, is missing or is no number.
    """
    if kind not in KINDS:
        raise ReinfuseError(
            f"there is no scale of kind {kind}", where=where, fix=f"name one of: {', '.join(KINDS)}"
        )
    made = KINDS[kind]
    known = [field.name for field in fields(made)]
    _refuse_others(kind, parameters, known, where)
    numbers = {name: _number(name, value, where) for name, value in parameters.items()}
    ends = {name: numbers.pop(name) for name in ENDS if name in numbers}
    try:
        scale: Scale = made(**numbers)
        scale = Bounded(scale=scale, **ends) if ends else scale
    except TypeError:
        raise ReinfuseError(
            f"a {kind} scale has too few parameters: {', '.join(numbers) or 'none'}",
            where=where,
            fix=f"it takes: {', '.join(known)}",
        ) from None
    except ReinfuseError as wrong:
        raise ReinfuseError(wrong.what, where=where or wrong.where, fix=wrong.fix) from None
    return scale


def plain(scale: Scale) -> Plain:
    """Kind and parameters by name, as `scale_from` takes them: text and numbers only."""
    if isinstance(scale, Bounded):
        ends = {name: getattr(scale, name) for name in ENDS}
        return plain(scale.scale) | {name: end for name, end in ends.items() if np.isfinite(end)}
    if not isinstance(scale, Function):
        raise ReinfuseError(
            f"a scale of kind {scale.kind} has no plain form",
            where="scale",
            fix=f"use one of: {', '.join(KINDS)}",
        )
    numbers = {field.name: float(getattr(scale, field.name)) for field in fields(scale)}
    return {"kind": scale.kind, **numbers}


def scale_of(form: Mapping[str, object], *, where: str = "") -> Scale:
    """The scale of a plain form, which has its kind under `kind`."""
    parameters = {name: value for name, value in form.items() if name != "kind"}
    return scale_from(str(form.get("kind", "(none)")), parameters, where=where)


def _refuse_others(
    kind: str, parameters: Mapping[str, object], known: list[str], where: str
) -> None:
    others = [name for name in parameters if name not in (*known, *ENDS)]
    if others:
        raise ReinfuseError(
            f"a {kind} scale has no parameter {', '.join(others)}",
            where=where,
            fix=f"it takes: {', '.join((*known, *ENDS))}",
        )


def _number(name: str, value: object, where: str) -> float:
    try:
        return float(value)  # type: ignore[arg-type]  # what is no number is refused below
    except (TypeError, ValueError):
        raise ReinfuseError(
            f"{name} = {value} is no number", where=where, fix="write it as 262144 or 4.5"
        ) from None
