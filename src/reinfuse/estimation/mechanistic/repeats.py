"""Measurements drawn again from the model: for checks, bands and invented courses."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.mechanistic.likelihood import node_terms
from reinfuse.estimation.mechanistic.nodes import GAPS
from reinfuse.estimation.mechanistic.observed import Change, Kind
from reinfuse.estimation.mechanistic.predictions import Looked
from reinfuse.estimation.mechanistic.scatter import (
    REDUCED_TO,
    SCATTER,
    VISIBLE_SD,
    VISIBLE_VOLUME,
    scaled,
    unscaled,
)
from reinfuse.estimation.mechanistic.student import draws

Array = NDArray[np.float64]


def repeated(
    looked: Looked, outputs: Array, limit: Array | None, rng: np.random.Generator
) -> Array:
    """One more measurement for each point of `"points days"`, in the unit of the output.

    Its day is drawn from those that an uncertain one can have been, by how well each explains
    what was seen. Of a highest sample the highest of the samples around it is given.
    """
    kind, points = looked.observed.kind, np.arange(len(outputs))
    node = drawn_node(node_terms(looked, outputs, limit) + looked.nodes.log_weights, rng)
    levels = scaled(kind, outputs)
    noise = SCATTER[kind].sd * draws(rng, levels.shape)
    measured = levels + noise
    found = measured[points, looked.at[node]]
    if looked.around:
        chances = 1.0 / np.array(GAPS)
        gaps = rng.choice(len(GAPS), size=len(outputs), p=chances / chances.sum())
        near = np.stack(looked.around)[gaps, node]  # points neighbours
        beside = np.where(near >= 0, measured[points[:, None], near], -np.inf)
        found = np.maximum(found, beside.max(axis=1))
    return unscaled(kind, found)


def drawn_node(logs: Array, rng: np.random.Generator) -> NDArray[np.int64]:
    """A node for every point (`"points nodes"`), by its weight."""
    return np.asarray((logs + rng.gumbel(size=logs.shape)).argmax(axis=1))


def looks(
    looked: Looked, outputs: Array, node: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.object_]:
    """What one more look at a lesion would say, by point."""
    levels = scaled(Kind.LESION_CHANGE, outputs)
    now = levels[np.arange(len(levels)), looked.at[node]]
    limit = math.log(VISIBLE_VOLUME) + VISIBLE_SD * rng.standard_normal(len(now))
    said = np.full(len(now), Change.PRESENT, dtype=object)
    if looked.first is not None:
        blur = SCATTER[Kind.LESION_CHANGE].sd * rng.standard_normal(len(now))
        said[now - levels[:, looked.first] + blur < math.log(REDUCED_TO)] = Change.REDUCED
    said[now < limit] = Change.GONE
    return said
