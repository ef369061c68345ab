"""The part of a tube that was acquired while the stream was steady."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from reinfuse.cytometry.gates.dimensions import dimensions_of
from reinfuse.cytometry.gates.values import GateSet
from reinfuse.cytometry.measured.placements import values_of
from reinfuse.cytometry.placing.steadiness import steadiness
from reinfuse.cytometry.sample import Sample
from reinfuse.cytometry.strategy.values import Light, Strategy
from reinfuse.errors import Finding

# A tube is judged by every n-th of its events, which is as good; a short one has slices of 500.
JUDGED = 200_000
SLICE_EVENTS = 500
# The first is that of `steadiness`; the others are our own choices: a fiftieth of a scale is a
# tenth of a decade, and a stream that runs at a third of its pace, or at thrice, is disturbed.
SPREADS, LEAST, SLOWING = 6.0, 0.02, 3.0


def steady_part(
    sample: Sample, strategy: Strategy, gate_set: GateSet, channels: Mapping[str, str]
) -> tuple[Sample, tuple[Finding, ...]]:
    """The tube without stretches of time in which flow or signals were others than in the rest.

    Judged are the stains that are gated. A tube whose time the strategy does not look at, or that
    is too short to tell, is left as it is. `channels` gives the channel of each marker.
    """
    clocks = [
        channels[name]
        for name, marker in strategy.markers.items()
        if marker.light is Light.TIME and name in channels
    ]
    if not clocks or sample.count == 0:
        return sample, ()
    step = max(1, sample.count // JUDGED)
    some = replace(sample, events=np.ascontiguousarray(sample.events[:, ::step]))
    dyes = {channels[name] for name, one in strategy.markers.items()
            if one.light is Light.DYE and name in channels}  # fmt: skip
    dimensions = [
        each for gate in gate_set.gates for each in dimensions_of(gate) if each.name in dyes
    ]
    values = values_of(gate_set, some, np.arange(some.count), dimensions)
    judged = steadiness(
        some.values(clocks[0]).astype(np.float64),
        {each.name: of for each, of in values.items() if np.isfinite(of).any()},
        limit=SPREADS,
        least=LEAST,
        slice_events=SLICE_EVENTS,
        slowing=SLOWING,
    )
    if judged.kept.all():
        return sample, judged.findings(sample.file)
    kept = np.repeat(judged.kept, step)
    # The events after the last judged one go with it.
    kept = np.pad(kept, (0, max(0, sample.count - kept.size)), mode="edge")[: sample.count]
    return replace(sample, events=sample.events[:, kept]), judged.findings(sample.file)
