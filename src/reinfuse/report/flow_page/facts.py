"""Guards and provenance of a tube as pairs of a name and words."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.cytometry.measured.values import (
    ControlUsed,
    Measured,
    ShareResult,
    TubeMeasured,
)
from reinfuse.cytometry.numbers.guards import Setting
from reinfuse.cytometry.numbers.share import percent
from reinfuse.cytometry.pictures import TubePictures
from reinfuse.cytometry.placing.values import Standing
from reinfuse.cytometry.scales.forms import plain
from reinfuse.report.flow_page.controls import control_words
from reinfuse.report.flow_page.labels import Namer

Fact = tuple[str, str]
PLACING = {
    True: "may move by themselves, as far as the strategy lets them",
    False: "stand where the strategy has them",
}
_HASH = 12


def guard_facts(tube: TubeMeasured, namer: Namer) -> Iterator[Fact]:
    """What makes a number fit or unfit to be judged, and what could not be checked."""
    shares = [one for one in tube.results if isinstance(one, ShareResult)]
    asked = [one.measured.assay.guards.viability for one in shares]
    yield "Viability", _viability(tube, next((one for one in asked if one is not None), None))
    before = namer.of(tube.before) if tube.before else "no tube of the same day is known"
    yield "Acquired just before", before
    for reason in dict.fromkeys(reason for one in shares for reason in one.measured.reasons):
        yield "Not evaluable", namer.said(reason)
    unchecked = dict.fromkeys(name for one in shares for name in one.measured.unchecked)
    yield (
        "Not checked",
        ", ".join(unchecked) or "nothing: every guard had its number",
    )
    moved = [name for name, one in tube.placed.items() if one.gate != one.template]
    yield "Gates moved", ", ".join(moved) or "none: every border is the template's"
    far = [
        name
        for name, one in tube.placed.items()
        if any(move.standing is Standing.FAR for move in one.moves)
    ]
    if far:
        yield "Held at the template", f"{', '.join(far)}: the data put them beyond reach"


def tube_facts(
    measured: Measured, tube: TubeMeasured, pictures: TubePictures | None, namer: Namer
) -> Iterator[Fact]:
    """Where the numbers of a tube came from, so that they can be made again."""
    strategy, panel = measured.strategy, measured.panel
    yield "File", namer.of(tube.file)
    if tube.data_set > 1:
        yield "Data set", str(tube.data_set)
    yield "SHA-256 of the file", tube.sha256
    yield "Events", f"{tube.events:,}"
    if tube.site:
        yield "Site", tube.site
    if tube.date:
        yield "Date in the file", tube.date
    yield "Strategy", f"{strategy.title} ({strategy.name}, version {strategy.version})"
    yield "Sources of the strategy", "; ".join(str(one) for one in strategy.sources) or "none named"
    yield "Panel", panel.name if panel is not None else "none: channels by their labels"
    yield (
        "Channels",
        "; ".join(
            name if name == channel else f"{name} on {channel}"
            for name, channel in tube.channels.items()
        ),
    )
    if pictures is not None:
        yield "Compensation", pictures.spill
    for name, scale in tube.gated.gate_set.scales.items():
        numbers = {key: value for key, value in plain(scale).items() if key != "kind"}
        said = ", ".join(f"{key} {value:g}" for key, value in numbers.items())
        yield f"Scale {name}", f"{scale.kind}, {said}"
    yield (
        "Gates",
        "may move by themselves" if measured.placing else "stand where the strategy has them",
    )
    yield "Intervals", f"{100 * measured.level:g} %"
    for used in controls_used(tube):
        yield "Control", f"{control_words(used, namer)}; SHA-256 {used.sha256[:_HASH]}"


def controls_used(tube: TubeMeasured) -> tuple[ControlUsed, ...]:
    """Every control of a tube once."""
    found: dict[tuple[str, int], ControlUsed] = {}
    for result in tube.results:
        for used in result.controls if isinstance(result, ShareResult) else ():
            found.setdefault((used.sha256, used.data_set), used)
    return tuple(found.values())


def _viability(tube: TubeMeasured, asked: Setting | None) -> str:
    if tube.viability is None:
        return "not known: the tube has no gate of living cells"
    limit = "" if asked is None else f"; at least {percent(asked.value)} is asked ({asked.source})"
    return f"{percent(tube.viability)} of cells are viable{limit}"
