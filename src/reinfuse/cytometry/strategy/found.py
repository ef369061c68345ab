"""Finds the channels of all markers of a strategy in one tube."""

from __future__ import annotations

from dataclasses import dataclass, field

from reinfuse.cytometry.gates.dimensions import dimensions_of
from reinfuse.cytometry.sample import Channel, Sample
from reinfuse.cytometry.strategy.channels import channel_of
from reinfuse.cytometry.strategy.panel import Panel
from reinfuse.cytometry.strategy.values import Light, Strategy


@dataclass(frozen=True, slots=True)
class Found:
    """Channels by marker; why there is none; and which marker stands for another."""

    channels: dict[str, Channel] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    doubtful: dict[str, str] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)


def find_channels(strategy: Strategy, panel: Panel | None, sample: Sample) -> Found:
    """The channels of all markers that gates of a strategy look at, as far as a tube has them."""
    found = Found()
    used = {each.name for gate in strategy.gates.gates for each in dimensions_of(gate)}
    for name in strategy.markers:
        if name not in used:
            continue
        for other in (name, *strategy.markers[name].instead):
            one = channel_of(strategy.markers[other], strategy.markers, sample, panel)
            if isinstance(one, Channel):
                found.channels[name] = one
                if other != name:
                    found.instead[name] = other
                    found.missing.pop(name)
                break
            if not one.certain:
                found.doubtful[name] = one.why
                break
            found.missing.setdefault(name, one.why)
    return found


def shared_channels(found: Found, strategy: Strategy) -> list[str]:
    """Markers that would be read from one and the same channel."""
    by_channel: dict[str, list[str]] = {}
    for marker, channel in found.channels.items():
        if marker not in found.instead and strategy.markers[marker].light is not Light.BEADS:
            by_channel.setdefault(channel.name, []).append(marker)
    return [
        f"{' and '.join(markers)}: both would be read from {channel}"
        for channel, markers in by_channel.items()
        if len(markers) > 1
    ]
