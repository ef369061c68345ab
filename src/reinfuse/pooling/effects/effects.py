"""The studies of one outcome, each as one number with its variance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.pooling.effects.back import Floats, back_transform
from reinfuse.pooling.effects.measure import Measure, Scale

_NAMED = 5  # so many studies are named in an error; a longer list is not read


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Effects:
    """What is pooled: `yi` with variances `vi`, both with the axis (studies).

    `yi` is on the scale of `measure`; `back` leads from there to what a reader knows. `n` holds
    the patients of each study, both arms together, and is `None` where nobody gave them.
    `findings` say what was done to the counts, and what a reader should be wary of.
    """

    measure: Measure
    labels: tuple[str, ...]
    yi: Floats
    vi: Floats
    n: Floats | None = None
    scale: Scale = Scale.PLAIN
    findings: tuple[Finding, ...] = ()

    @property
    def k(self) -> int:
        """How many studies there are."""
        return len(self.labels)

    @property
    def harmonic_n(self) -> float | None:
        """The harmonic mean of the sizes, which the double arcsine needs on its way back."""
        return None if self.n is None else float(self.k / np.sum(1 / self.n))

    def back(self, x: ArrayLike) -> Floats:
        """`x` of the scale of `yi` as a rate, ratio, difference, mean or given estimate.

        Same axes as `x`. Limits beyond what can be are brought to its edge.
        """
        values = np.asarray(x, dtype=np.float64)
        return back_transform(self.measure, values, scale=self.scale, n=self.harmonic_n)

    def only(self, chosen: NDArray[np.bool_]) -> Effects:
        """The studies that are chosen, with all findings kept."""
        return Effects(
            measure=self.measure,
            labels=tuple(label for label, one in zip(self.labels, chosen, strict=True) if one),
            yi=self.yi[chosen],
            vi=self.vi[chosen],
            n=None if self.n is None else self.n[chosen],
            scale=self.scale,
            findings=self.findings,
        )

    def without(self, place: int) -> Effects:
        """All studies but the one at that place."""
        return self.only(np.arange(self.k) != place)


def name_studies(labels: Sequence[str] | None, k: int) -> tuple[str, ...]:
    """The labels as given, or `study 1` and so on; ReinfuseError if there are not k."""
    if k == 0:
        raise ReinfuseError("there is no study", fix="give one number for each study")
    if labels is None:
        return tuple(f"study {number}" for number in range(1, k + 1))
    if len(labels) != k:
        raise ReinfuseError(f"{len(labels)} labels for {k} studies", fix="give one label for each")
    return tuple(labels)


def read_column(values: ArrayLike, name: str) -> Floats:
    """A column of numbers with the axis (studies); ReinfuseError for another shape."""
    column = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if column.ndim > 1:
        raise ReinfuseError(f"{name} is a table", fix="give one number for each study")
    return column


def same_length(**columns: Floats) -> int:
    """How many studies there are; ReinfuseError when the columns do not agree."""
    lengths = {name: column.size for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{size} of {name}" for name, size in lengths.items())
        raise ReinfuseError(f"not one number for each study: {said}", fix="leave no study out")
    return next(iter(lengths.values()))


def refuse_studies(
    wrong: NDArray[np.bool_], labels: tuple[str, ...], what: str, *, fix: str
) -> None:
    """ReinfuseError naming the studies of which `what` is so, if there are any."""
    named = [label for label, one in zip(labels, wrong, strict=True) if one]
    if named:
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        raise ReinfuseError(what, where=", ".join(named[:_NAMED]) + more, fix=fix)
