"""What a product binds to and where its cells come from, as sets of parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Origin(StrEnum):
    """Whose cells a product is made of."""

    OWN = "own cells"
    OWN_AGAIN = "own cells, after earlier CAR-T cells or transplant"
    DONOR = "a donor's cells"


class Target(StrEnum):
    """What a product binds to."""

    CD19 = "CD19"
    CD22 = "CD22"
    BOTH = "CD19 and CD22"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitness:
    """Expansion of a product against the usual: middle and spread of its logarithm.

    No value is published: all are ours and wide (see `docs/reference/mechanism.md`).
    """

    middle: float
    spread: float


FITNESS: Mapping[Origin, Fitness] = MappingProxyType(
    {
        Origin.OWN: Fitness(middle=1.0, spread=0.25),
        Origin.OWN_AGAIN: Fitness(middle=0.82, spread=0.4),
        Origin.DONOR: Fitness(middle=1.0, spread=0.35),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The share of products that hardly expand, and their fitness, of what it would be."""

    share: float
    fitness: float


#: In virtual populations. It also holds what else keeps patients from a response, such as early
#: death. Moved there by calibration targets c4 and c6; the second is hardly informed. A donor's
#: products are taken to fail as first ones do: ours.
FAILURES: Mapping[Origin, Failure] = MappingProxyType(
    {
        Origin.OWN: Failure(share=0.16, fitness=0.13),
        Origin.OWN_AGAIN: Failure(share=0.18, fitness=0.13),
        Origin.DONOR: Failure(share=0.16, fitness=0.13),
    }
)

CD22_DENSITY = 0.4  # of that of CD19, on either clone; ours
SAME_BINDER_UNKNOWN = 0.5  # chance that two products share a binder where nobody says; ours

#: By target the density seen on CD19-positive and on CD19-negative leukemia.
SEEN: Mapping[Target, tuple[float, float]] = MappingProxyType(
    {
        Target.CD19: (1.0, 0.0),
        Target.CD22: (CD22_DENSITY, CD22_DENSITY),
        Target.BOTH: (1.0 + CD22_DENSITY, CD22_DENSITY),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product as the mechanism knows it.

    `same_binder` says whether the patient had cells with its binder before: True, False, or None
    where nobody says; `first` that there were no CAR-T cells before. `foreign` is the share of the
    patient's immune system, 0 to 1, to which its cells are foreign: one less the donor's share for
    a donor's cells, the donor's share for own cells that were stored before a transplant.
    """

    origin: Origin
    target: Target = Target.CD19
    first: bool = True
    same_binder: bool | None = None
    foreign: float = 0.0


def product_values(product: Product, immune_share: float) -> dict[str, float]:
    """The parameters that a product sets; `immune_share` is that of `draws.IMMUNE_SHARE`.

    `immunity_start` is the share of patients with immunity, which its spread turns into a rate.
    """
    positive, negative = SEEN[product.target]
    return {
        "fitness": FITNESS[product.origin].middle,
        "seen_positive": positive,
        "seen_negative": negative,
        "foreign": product.foreign,
        "donor_cells": 1.0 if product.origin is Origin.DONOR else 0.0,
        "immunity_start": 0.0 if product.first else immune_share * _same(product),
    }


def _same(product: Product) -> float:
    if product.same_binder is None:
        return SAME_BINDER_UNKNOWN
    return 1.0 if product.same_binder else 0.0
