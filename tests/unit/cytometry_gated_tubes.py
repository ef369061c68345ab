"""Invented tubes for tests of gates."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from reinfuse.cytometry.gates.values import Dimension, Rectangle, Side
from reinfuse.cytometry.sample import Channel, Sample, Spill
from reinfuse.errors import Finding


def tube(
    *,
    spill: Spill | None = None,
    findings: tuple[Finding, ...] = (),
    range: float = 1024.0,
    **channels: ArrayLike,
) -> Sample:
    """A tube with these values of these channels."""
    return Sample(
        file="tube.fcs",
        sha256="",
        version="3.1",
        channels=tuple(Channel(name=name, range=range) for name in channels),
        events=np.array([np.asarray(values) for values in channels.values()], dtype=np.float32),
        spill=spill,
        findings=findings,
    )


def stretch(
    name: str,
    channel: str | Dimension,
    low: float | None = None,
    high: float | None = None,
    parent: str | None = None,
) -> Rectangle:
    """A range on a channel."""
    dimension = Dimension(name=channel) if isinstance(channel, str) else channel
    return Rectangle(
        name=name, sides=(Side(dimension=dimension, low=low, high=high),), parent=parent
    )
