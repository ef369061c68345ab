"""Where leukemia is: what can be seen of it, whether it is gone, whether it comes back.

Two clones in a site live or die out independently of one another, given a patient's parameters:
their chances are Kendall's closed form (`mechanism.extinction`). What is seen is worked out for
each way in which they can live, and weighed by its chance. Whether leukemia was out of sight in
between hangs on when a clone died, so that returns are counted over a few fates of each patient,
the same in every option.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.engine.simulate import Simulated
from reinfuse.mechanism.extinction import cells_if_living, chance_gone
from reinfuse.trials.graded.outputs import HIGHEST_BLASTS

MARROW = "marrow"
MRD_LIMIT_PERCENT = 0.01  # 1e-4 of cells
VISIBLE_ML = 0.5  # a lesion of 1 cm across; ours
FATES = 4  # of each patient
CLONES = ("positive", "negative")

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site over days, every array `"draws days"`; gone and living by clone, CD19+ first.

    `scale` (`"draws"`) and `dead` turn living cells into what is seen: % of marrow cells, or mL.
    """

    name: str
    gone: tuple[Array, Array]
    living: tuple[Array, Array]
    dead: Array
    scale: Array

    @property
    def limit(self) -> float:
        """What is seen from this on: % in marrow, mL elsewhere."""
        return MRD_LIMIT_PERCENT if self.name == MARROW else VISIBLE_ML

    def seen(self, cells: Array) -> Array:
        """Blasts in % of marrow cells, or the volume of a lesion in mL."""
        if self.name == MARROW:
            return HIGHEST_BLASTS * cells / (self.scale[:, None] + cells)
        return (cells + self.dead) / self.scale[:, None]

    def chance_gone(self) -> Array:
        """The chance that no leukemia is left."""
        return self.gone[0] * self.gone[1]

    def shows(self) -> Shows:
        """On which days anything is seen, for each way in which the clones can live."""
        none = np.zeros_like(self.dead)
        positive, negative = self.living
        return Shows(
            **{
                way: self.seen(cells) >= self.limit
                for way, cells in (
                    ("both", positive + negative), ("positive", positive), ("negative", negative),
                    ("neither", none),
                )
            }
        )  # fmt: skip

    def chance_unseen(self) -> Array:
        """The chance that nothing can be seen."""
        shows, (positive, negative) = self.shows(), self.gone
        return (
            (1.0 - positive) * (1.0 - negative) * ~shows.both
            + (1.0 - positive) * negative * ~shows.positive
            + positive * (1.0 - negative) * ~shows.negative
            + positive * negative * ~shows.neither
        )

    def alive(self, luck: Array) -> tuple[Flags, Flags]:
        """Whether either clone lives in patients with this luck (`"draws 2"`)."""
        return self.gone[0] <= luck[:, :1], self.gone[1] <= luck[:, 1:]

    def fate(self, luck: Array) -> Array:
        """What is seen of patients with this luck: nothing living once a clone is gone."""
        cells = [
            np.where(lives, living, 0.0)
            for lives, living in zip(self.alive(luck), self.living, strict=True)
        ]
        return self.seen(cells[0] + cells[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shows:
    """Whether anything is seen, `"draws days"`, by which clones live."""

    both: Flags
    positive: Flags
    negative: Flags
    neither: Flags

    def of(self, positive: Flags, negative: Flags) -> Flags:
        """What holds for patients of whom these clones live."""
        return np.where(
            positive,
            np.where(negative, self.both, self.positive),
            np.where(negative, self.negative, self.neither),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """What became of a site or of all, each a share of fates, `"draws days"`.

    `uncleared`: seen on every day so far. `back`: seen after a day on which it was not, and
    `back_positive`, `back_negative` by the clone that was larger when it was first seen again.
    """

    uncleared: NDArray
    back: NDArray
    back_positive: NDArray
    back_negative: NDArray


def sites_of(
    done: Simulated, rows: NDArray, names: Sequence[str], lesions: Sequence[str]
) -> tuple[Site, ...]:
    """Marrow and every lesion of simulated patients; `names` are those of the columns of `rows`."""
    half = rows[:, list(names).index("marrow_half")]
    found = [_site(done, MARROW, MARROW, np.zeros(done.outputs.shape[:2]), half)]
    density = rows[:, list(names).index("density")] if lesions else half
    for number, name in enumerate(lesions, 1):
        key = f"lesion_{number}"
        cells = _of(done, f"{key}_positive") + _of(done, f"{key}_negative")
        dead = np.maximum(_of(done, f"{key}_volume") * density[:, None] - cells, 0.0)
        found.append(_site(done, name, key, dead, density))
    return tuple(found)


def lucks(draws: int, sites: int, rng: np.random.Generator) -> Array:
    """Uniform numbers, `"fates draws sites 2"`: one of each quarter for a patient's clone."""
    steps = rng.permuted(np.tile(np.arange(FATES), (draws, sites, 2, 1)), axis=-1)
    return np.moveaxis((steps + rng.random(steps.shape)) / FATES, -1, 0)


def returns_of(sites: Sequence[Site], luck: Array, since: int) -> tuple[Returns, ...]:
    """What became of each site from the day at place `since` on, and last of all sites together.

    Days before `since` count as that day.
    """
    counted = [_Counted.none(sites[0].dead.shape) for _ in range(len(sites) + 1)]
    shows = [site.shows() for site in sites]
    for fates in luck:
        paths = [
            _path(site, shown, fates[:, at], since)
            for at, (site, shown) in enumerate(zip(sites, shows, strict=True))
        ]
        for at, path in enumerate((*paths, _anywhere(paths))):
            counted[at].add(path)
    return tuple(each.shares(len(luck)) for each in counted)


@dataclass(frozen=True, slots=True)
class _Path:
    """One fate: seen on every day so far, seen again, and which clone then was larger."""

    uncleared: Flags
    back: Flags
    first: NDArray[np.int64]
    negative: Flags


def _path(site: Site, shows: Shows, luck: Array, since: int) -> _Path:
    positive, negative = site.alive(luck)
    seen = shows.of(positive, negative)
    seen[:, :since] = seen[:, since : since + 1]
    uncleared = np.logical_and.accumulate(seen, axis=1)
    back = np.logical_or.accumulate(seen & ~uncleared, axis=1)
    first = np.where(back[:, -1], back.argmax(axis=1), seen.shape[1])
    every, at = np.arange(len(seen)), np.minimum(first, seen.shape[1] - 1)
    larger = negative[every, at] & (
        ~positive[every, at] | (site.living[1][every, at] > site.living[0][every, at])
    )
    return _Path(uncleared, back, first, larger)


def _anywhere(paths: Sequence[_Path]) -> _Path:
    """Some site was never cleared; some site came back, by the clone of the first that did."""
    first = np.stack([path.first for path in paths])
    earliest = first.argmin(axis=0)
    negative = np.stack([path.negative for path in paths])
    return _Path(
        np.logical_or.reduce([path.uncleared for path in paths]),
        np.logical_or.reduce([path.back for path in paths]),
        first.min(axis=0),
        negative[earliest, np.arange(first.shape[1])],
    )


@dataclass(slots=True)
class _Counted:
    """Sums over fates."""

    uncleared: NDArray[np.float32]
    back: NDArray[np.float32]
    back_negative: NDArray[np.float32]

    @classmethod
    def none(cls, shape: tuple[int, ...]) -> _Counted:
        return cls(*(np.zeros(shape, np.float32) for _ in range(3)))

    def add(self, path: _Path) -> None:
        self.uncleared += path.uncleared
        self.back += path.back
        self.back_negative += path.back & path.negative[:, None]

    def shares(self, fates: int) -> Returns:
        return Returns(
            uncleared=self.uncleared / fates,
            back=self.back / fates,
            back_positive=(self.back - self.back_negative) / fates,
            back_negative=self.back_negative / fates,
        )


def _site(done: Simulated, name: str, key: str, dead: Array, scale: NDArray) -> Site:
    cells = [_of(done, f"{key}_{clone}") for clone in CLONES]
    left = [_of(done, f"{key}_left_{clone}") for clone in CLONES]
    gone = [np.maximum.accumulate(chance_gone(one), axis=1) for one in left]
    living = [cells_if_living(one, other) for one, other in zip(cells, left, strict=True)]
    return Site(
        name=name, gone=(gone[0], gone[1]), living=(living[0], living[1]), dead=dead, scale=scale
    )


def _of(done: Simulated, name: str) -> Array:
    return np.asarray(done.of(name), np.float64)
