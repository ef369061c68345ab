"""The descriptors of the windows that half-lives and doubling times were read from."""

from __future__ import annotations

from collections.abc import Callable

from reinfuse.kinetics.descriptors import levels
from reinfuse.kinetics.descriptors.lines import Lines
from reinfuse.kinetics.descriptors.prepared import Prepared
from reinfuse.kinetics.descriptors.reasons import Column
from reinfuse.kinetics.descriptors.table import (
    OURS,
    TERMINAL,
    Descriptor,
    Family,
    Unit,
)

_PHASES: tuple[tuple[str, str, Callable[[Prepared], Lines], Callable[[Prepared], Column]], ...] = (
    ("rise", "doubling time", lambda one: one.rise_line, lambda one: one.rise),
    (
        "contraction",
        "contraction half-life",
        lambda one: one.contraction_line,
        lambda one: one.contraction,
    ),
    ("terminal", "terminal half-life", lambda one: one.terminal, lambda one: one.rate),
)
_WINDOW: tuple[tuple[str, Unit, str, Callable[[Lines, Column], Column], str], ...] = (
    ("from", Unit.TIME, "first sample of its window", levels.window_from, "LAMZLL"),
    ("to", Unit.TIME, "last sample of its window", levels.window_to, "LAMZUL"),
    ("points", Unit.COUNT, "quantified samples in its window", levels.window_points, "LAMZNPT"),
    ("adjusted_r2", Unit.NONE, "adjusted R2 of its line", levels.window_adjusted, "R2ADJ"),
    ("r2", Unit.NONE, "R2 of its line", levels.window_r_squared, "R2"),
    ("span", Unit.NONE, "length of its window in half-lives", levels.window_span, "LAMZSPN"),
)


def _window_reader(
    read: Callable[[Lines, Column], Column],
    line: Callable[[Prepared], Lines],
    owner: Callable[[Prepared], Column],
) -> Callable[[Prepared], Column]:
    return lambda one: read(line(one), owner(one))


def windows() -> tuple[Descriptor, ...]:
    """From, to, points, R2 and span of each of the three phases."""
    return tuple(
        Descriptor(
            name=f"{phase}_{name}",
            symbol=f"{phase} {name.replace('_', ' ')}",
            unit=unit,
            heading=f"{of[0].upper()}{of[1:]}: {words.removesuffix(' of its window')}",
            definition=f"Of the {of}: {words}.",
            compute=_window_reader(read, line, owner),
            family=Family.WINDOW,
            pptestcd=code if phase == "terminal" else "",
            source=TERMINAL if phase == "terminal" else OURS,
        )
        for phase, of, line, owner in _PHASES
        for name, unit, words, read, code in _WINDOW
    )
