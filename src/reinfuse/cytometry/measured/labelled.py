"""Whether the labels of the stains say what the panel says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reinfuse.cytometry.sample import Sample
from reinfuse.cytometry.strategy.spelling import claims, key
from reinfuse.cytometry.strategy.values import Light, Strategy
from reinfuse.errors import Finding, Severity


def other_labels(
    sample: Sample, strategy: Strategy, channels: Mapping[str, str]
) -> Iterator[Finding]:
    """A note for each stain whose label, $PnS, does not name the marker that it is taken for.

    A laboratory may call a stain by its reagent; but a panel on tubes of another panel looks so
    too. `channels` gives the channel of each marker.
    """
    labels = {channel.name: channel.marker for channel in sample.channels}
    for name, channel in channels.items():
        marker, label = strategy.markers[name], labels.get(channel, "")
        others = [strategy.markers[other] for other in marker.instead]
        names = {
            one.name: [key(spelled) for spelled in (one.name, *one.aliases)]
            for one in (marker, *others)
        }
        if marker.light is Light.DYE and label and not claims(label, names):
            yield Finding(
                severity=Severity.NOTE,
                rule="flow-other-label",
                what=f"{channel} is taken for {name}, and its stain is labelled {label}",
                where=sample.file,
                fix="see whether the panel is that of this tube",
            )
