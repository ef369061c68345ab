"""Finds the channel of each marker in a tube, by a panel or by the labels of the stains."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from reinfuse.cytometry.sample import Channel, Sample
from reinfuse.cytometry.strategy.panel import Panel
from reinfuse.cytometry.strategy.spelling import claims, key, spelled, without_pulse
from reinfuse.cytometry.strategy.told import shortened
from reinfuse.cytometry.strategy.values import Light, Marker

_MOST_LISTED = 40


@dataclass(frozen=True, slots=True)
class Missing:
    """A marker for which a tube has no channel, or no certain one; says why."""

    why: str
    certain: bool = True  # no where channels were found, and it is not clear which is meant


def channel_of(
    marker: Marker, markers: Mapping[str, Marker], sample: Sample, panel: Panel | None
) -> Channel | Missing:
    """The channel of a marker in a tube, by the panel if it names the marker.

    What the panel does not name is looked up in $PnS for stains, in $PnN for scatter and time, in
    either for beads.
    """
    written = _written(marker, panel)
    if written:
        return _by_panel(marker, written, sample)
    if marker.light is Light.DYE:
        return _by_label(marker, markers, sample)
    names = {spelled(name).whole for name in (marker.name, *marker.aliases)}
    fitting = [one for one in sample.channels if spelled(one.name).whole in names]
    if marker.light is Light.BEADS and not fitting:
        return _by_label(marker, markers, sample)
    return _one(marker, fitting, f"no channel is named {marker.name}")


def listed(sample: Sample) -> str:
    """The channels of a tube with the labels of their stains, for a message."""
    shown = [
        f"{shortened(one.name)} ({shortened(one.marker)})" if one.marker else shortened(one.name)
        for one in sample.channels[:_MOST_LISTED]
    ]
    more = ["..."] if len(sample.channels) > _MOST_LISTED else []
    return ", ".join([*shown, *more]) or "none"


def _written(marker: Marker, panel: Panel | None) -> tuple[str, ...]:
    """The spellings that a panel gives for a marker, by its name or by an alias."""
    if panel is None:
        return ()
    known = {key(name): channels for name, channels in panel.channels.items()}
    names = (key(name) for name in (marker.name, *marker.aliases))
    return next((known[name] for name in names if name in known), ())


def _by_label(marker: Marker, markers: Mapping[str, Marker], sample: Sample) -> Channel | Missing:
    names = {one.name: [key(name) for name in (one.name, *one.aliases)] for one in markers.values()}
    fitting: list[Channel] = []
    for channel in sample.channels:
        claimed = claims(channel.marker, names)
        if marker.name in claimed and len(claimed) > 1:
            said = " and ".join(claimed)
            return Missing(f"{channel.name} is labelled for {said}", certain=False)
        if marker.name in claimed:
            fitting.append(channel)
    return _one(marker, fitting, f"no stain is labelled {marker.name}")


def _by_panel(marker: Marker, written: Iterable[str], sample: Sample) -> Channel | Missing:
    names = {key(name) for name in (marker.name, *marker.aliases)}
    for text in written:
        for fits in _ways(text, names):
            fitting = [channel for channel in sample.channels if fits(channel)]
            if fitting:
                return _one(marker, fitting, "")
    said = " or ".join(shortened(text) for text in written)
    return Missing(f"the panel says {said}, and there is no such channel")


def _ways(text: str, names: set[str]) -> tuple[Callable[[Channel], bool], ...]:
    """What a panel's spelling may mean, the plainest first.

    The name of a channel; its name without the pulse; the label of its stain; or both in one, as
    in `CD19 PE-Cy7`.
    """
    meant = spelled(text)
    bare = key(without_pulse(text))
    return (
        lambda channel: channel.name.casefold() == text.casefold(),
        lambda channel: spelled(channel.name).whole == meant.whole,
        lambda channel: not meant.pulse and spelled(channel.name).stem == meant.stem,
        lambda channel: key(without_pulse(channel.marker)) == bare,
        lambda channel: (
            meant.pulse in ("", spelled(channel.name).pulse)
            and any(
                bare in (name + spelled(channel.name).stem, spelled(channel.name).stem + name)
                for name in {*names, key(channel.marker)} - {""}
            )
        ),
    )


def _one(marker: Marker, fitting: list[Channel], none: str) -> Channel | Missing:
    """The one channel of several pulses and copies of a detector: its area, as acquired."""
    if not fitting:
        return Missing(none)
    detectors = {spelled(one.name).stem for one in fitting}
    if len(detectors) > 1:
        names = ", ".join(one.name for one in fitting)
        return Missing(f"{marker.name} may be any of {names}", certain=False)
    # Area before height before width; a channel as acquired before its compensated copy.
    order = sorted(fitting, key=lambda one: (_pulse(one), spelled(one.name).compensated))
    tied = [one for one in order if _rank(one) == _rank(order[0])]
    if len(tied) > 1:
        names = ", ".join(one.name for one in tied)
        return Missing(f"{marker.name} may be any of {names}", certain=False)
    return order[0]


def _rank(channel: Channel) -> tuple[int, bool]:
    return _pulse(channel), spelled(channel.name).compensated


def _pulse(channel: Channel) -> int:
    return ("a", "", "h", "w").index(spelled(channel.name).pulse)
