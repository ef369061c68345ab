"""Descriptors of many profiles at once, and those of one profile as values or reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.kinetics.descriptors.listed import DESCRIPTORS
from reinfuse.kinetics.descriptors.prepared import prepare
from reinfuse.kinetics.descriptors.profiles import Profiles
from reinfuse.kinetics.descriptors.reasons import Column, NotEstimable
from reinfuse.kinetics.descriptors.rules import Rules
from reinfuse.kinetics.descriptors.table import Descriptor, Family

DEFAULT: tuple[Descriptor, ...] = tuple(
    one for one in DESCRIPTORS if one.family in (Family.CELLS, Family.WINDOW)
)
# Of a drug nothing is expected on day 28, and cells are not counted again.
_OF_A_DRUG = (
    "cmax",
    "tmax",
    "auc_last",
    "auc_inf",
    "auc_extrapolated",
    "half_life",
    "clast",
    "tlast",
)
DRUG_DEFAULT: tuple[Descriptor, ...] = tuple(
    one
    for one in DESCRIPTORS
    if one.name in _OF_A_DRUG
    or one.family in (Family.DETAIL, Family.DRUG)
    or one.name.startswith("terminal_")
)
_NAMED = {one.name: one for one in DESCRIPTORS}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Described:
    """Profiles with a column for each descriptor, in the order in which they were asked for."""

    profiles: Profiles
    rules: Rules
    descriptors: tuple[Descriptor, ...]
    columns: Mapping[str, Column]

    def __getitem__(self, name: str) -> Column:
        """The column of a descriptor by its name."""
        return self.columns[name]

    def of(self, place: int) -> dict[str, float | NotEstimable]:
        """Every descriptor of one profile: its value, or why there is none."""
        return {name: column.at(place) for name, column in self.columns.items()}


def describe(
    profiles: Profiles,
    *,
    rules: Rules | None = None,
    descriptors: Sequence[Descriptor] = DEFAULT,
) -> Described:
    """Every descriptor of every profile, by the rules given; the default rules are for cells."""
    chosen = rules or Rules()
    # What cannot be divided or has no logarithm is barred by a reason; its number is never shown.
    with np.errstate(all="ignore"):
        prepared = prepare(profiles, chosen)
        columns = {one.name: one.compute(prepared) for one in descriptors}
    return Described(
        profiles=profiles, rules=chosen, descriptors=tuple(descriptors), columns=columns
    )


def descriptors_named(names: Iterable[str]) -> tuple[Descriptor, ...]:
    """The descriptors of some names; raises ReinfuseError with every name that there is not."""
    wanted = tuple(names)
    unknown = [name for name in wanted if name not in _NAMED]
    if unknown:
        named = ", ".join(map(repr, unknown))
        raise ReinfuseError(
            f"no descriptor is called {named}", fix=f"use any of {', '.join(_NAMED)}"
        )
    return tuple(_NAMED[name] for name in wanted)
