"""Invented tubes and the beginning of a small strategy, for tests of strategies and panels."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np

from reinfuse.cytometry.sample import Channel, Sample, Spill

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

HEAD = """
name: small
title: two gates
version: "1"
markers:
  FSC-A: {light: scatter}
  CD3: {}
  CD4: {}
  CD8: {}
dividers:
  CD4: {marker: CD4, cuts: [10]}
  CD8: {marker: CD8, cuts: [10]}
"""


@cache
def make_flow() -> ModuleType:
    """The generator of the invented tubes."""
    name = "make_flow"
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    sys.modules[name] = maker  # dataclasses look their module up
    spec.loader.exec_module(maker)
    return maker


def tube(
    channels: Mapping[str, str],
    events: Sequence[Sequence[float]] = (),
    *,
    spill: Spill | None = None,
) -> Sample:
    """A tube with channels by $PnN and $PnS; `events` is one row for each channel."""
    values = np.array(events) if events else np.zeros((len(channels), 1))
    return Sample(
        file="tube.fcs",
        sha256="0" * 64,
        version="FCS3.1",
        channels=tuple(Channel(name=name, marker=marker) for name, marker in channels.items()),
        events=values.astype(np.float32),
        spill=spill,
    )
