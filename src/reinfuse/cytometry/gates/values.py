"""Gates as data, as GatingML 2.0 knows them: where the borders are, and on which dimensions.

A gate speaks of dimensions; a dimension is a channel (or a ratio of two), after a compensation,
on a scale. In a strategy the same dimensions name markers, which a panel turns into channels.
Standard: Spidlen 2015, ISAC's Gating-ML 2.0, doi:10.1002/cyto.a.22690.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reinfuse.cytometry.sample import Floats, Spill
from reinfuse.cytometry.scales.scale import Scale

UNCOMPENSATED = "uncompensated"
FROM_FILE = "FCS"  # the spill matrix that the file itself carries; without one, nothing is undone


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """What a gate looks at: a channel, or a ratio, by name.

    `compensation` is `UNCOMPENSATED`, `FROM_FILE`, or the name of a matrix of the `GateSet`; with
    a matrix that has dyes, `name` may be a dye. `scale` names a scale of the `GateSet`; None is
    linear values as they are.
    """

    name: str
    compensation: str = UNCOMPENSATED
    scale: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A parameter worked out of two channels: a * (numerator - b) / (denominator - c)."""

    numerator: str
    denominator: str
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A stretch of one dimension, `low` inside and `high` outside; None is open."""

    dimension: Dimension
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectangle:
    """Inside every one of its sides: a range with one, a rectangle with two, a box with more."""

    name: str
    sides: tuple[Side, ...]
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Polygon:
    """Inside a closed line through corners, by the crossing-number rule; borders are inside."""

    name: str
    x: Dimension
    y: Dimension
    corners: tuple[tuple[float, float], ...]
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ellipsoid:
    """Where (v - mean)' covariance^-1 (v - mean) is at most `distance`, which is squared."""

    name: str
    dimensions: tuple[Dimension, ...]
    mean: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    distance: float
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Divider:
    """A dimension cut at values into stretches, the lowest of which is stretch 0."""

    name: str
    dimension: Dimension
    cuts: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quadrant:
    """A gate where each named divider is in one stretch; those not named do not matter.

    `of` groups the quadrants that were drawn as one, by the name of the whole.
    """

    name: str
    of: str
    stretches: tuple[tuple[Divider, int], ...]
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """A gate inside a boolean gate, or what is not in it."""

    gate: str
    complement: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Boolean:
    """Gates joined by `and`, `or` or `not` (of one)."""

    name: str
    operator: str
    operands: tuple[Operand, ...]
    parent: str | None = None


Gate = Rectangle | Polygon | Ellipsoid | Quadrant | Boolean


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSet:
    """Gates with the scales, matrices and ratios that they name, in an order of their own.

    A gate's `parent` is the name of another gate, whose events alone are looked at.
    """

    gates: tuple[Gate, ...]
    scales: Mapping[str, Scale] = field(default_factory=dict)
    matrices: Mapping[str, Spill] = field(default_factory=dict)
    ratios: Mapping[str, Ratio] = field(default_factory=dict)


Values = Mapping[Dimension, Floats]
