"""The shipped strategies, the markers they know, and how gates move, as parts of a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

from docs.markdown import table
from reinfuse.cytometry.gates.values import (
    Boolean,
    Ellipsoid,
    Gate,
    Polygon,
    Quadrant,
    Rectangle,
    Side,
)
from reinfuse.cytometry.measured.steady import LEAST, SLOWING, SPREADS
from reinfuse.cytometry.placing import drift
from reinfuse.cytometry.placing.modes import CERTAIN, DEEP
from reinfuse.cytometry.placing.values import Standing as Ending
from reinfuse.cytometry.strategy import SHIPPED, Marker, Population, Strategy, Wanted, read_strategy
from reinfuse.cytometry.strategy.placement_text import KEYS
from reinfuse.source import Source, Standing

_STRETCHES = ("low", "high")
_UNTOLD = ("fewest",)  # the same for nearly all, and in the table of keys


def shipped() -> Iterator[str]:
    """Every strategy: where it is from, its populations, and its results."""
    yield from (
        "A strategy speaks of markers; a panel says which channel of a tube has them. Borders are",
        "places on the scale of their marker. `refuse`, `skip` and `leave out` say what becomes of",
        "a population when a tube lacks its marker. *May move* is the farthest that a border may",
        "be moved by itself, on the scale.",
    )
    for name in SHIPPED:
        yield ""
        yield from _strategy(read_strategy(name))


def _strategy(strategy: Strategy) -> Iterator[str]:
    yield from (f"### {strategy.name}", "", f"{strategy.title}. {strategy.about}", "")
    sources = _all_sources(strategy)
    letters = {source: f"{place}" for place, source in enumerate(sources, start=1)}
    gates = {gate.name: gate for gate in strategy.gates.gates}
    yield from table(
        ("population", "of", "gate", "if a marker is absent", "may move", "sources"),
        (_population(one, gates[one.name], letters) for one in strategy.populations),
    )
    yield ""
    yield from table(
        (
            "result",
            "kind",
            "counted",
            "of",
            "in the record",
            "background from",
            "per uL by",
            "sources",
        ),
        (_wanted(one, letters) for one in strategy.results),
    )
    yield from ("", *(f"{letters[one]}. {one}" for one in sources), "")
    count = Counter(source.standing for one in strategy.populations for source in one.sources)
    yield (
        f"A choice of our own stands behind {count[Standing.OURS]} of {len(strategy.populations)} "
        "populations, and behind every border."
    )


def _all_sources(strategy: Strategy) -> tuple[Source, ...]:
    found = [*strategy.sources]
    found += [source for one in strategy.populations for source in one.sources]
    found += [source for one in strategy.results for source in one.sources]
    return tuple(dict.fromkeys(found))


def _population(one: Population, gate: Gate, letters: Mapping[Source, str]) -> tuple[str, ...]:
    moves = "" if one.placement is None else _worded(one.placement)
    return (
        one.name, gate.parent or "all events", _gate(gate), str(one.absent), moves,
        _cited(one.sources, letters),
    )  # fmt: skip


def _wanted(one: Wanted, letters: Mapping[Source, str]) -> tuple[str, ...]:
    recorded = ", % of ".join(part for part in (one.analyte, one.denominator) if part)
    if one.gated_free_of:
        recorded += f", gated free of {one.gated_free_of}"
    return (
        one.name, str(one.kind), one.count, one.of, recorded,
        ", ".join(one.controls), ", ".join(one.absolute), _cited(one.sources, letters),
    )  # fmt: skip


def _cited(sources: Sequence[Source], letters: Mapping[Source, str]) -> str:
    return ", ".join(letters[one] for one in sources)


def _gate(gate: Gate) -> str:
    if isinstance(gate, Rectangle):
        return ", ".join(_side(side) for side in gate.sides)
    if isinstance(gate, Polygon):
        corners = " ".join(f"({x:g}, {y:g})" for x, y in gate.corners)
        return f"polygon on {gate.x.name}, {gate.y.name}: {corners}"
    if isinstance(gate, Ellipsoid):
        return f"ellipse on {', '.join(each.name for each in gate.dimensions)}"
    if isinstance(gate, Quadrant):
        return ", ".join(
            f"{divider.name} {_STRETCHES[stretch]} ({divider.cuts[0]:g})"
            for divider, stretch in gate.stretches
        )
    assert isinstance(gate, Boolean)
    told = (f"not {one.gate}" if one.complement else one.gate for one in gate.operands)
    return f" {gate.operator} ".join(told)


def _side(side: Side) -> str:
    name = side.dimension.name
    if side.low is not None and side.high is not None:
        return f"{name} {side.low:g} to {side.high:g}"
    return f"{name} above {side.low:g}" if side.high is None else f"{name} below {side.high:g}"


def _worded(how: object) -> str:
    """The way a border is placed: its name, and what it was given."""
    assert is_dataclass(how)
    told = [
        f"{one.name} {_value(value)}"
        for one in fields(how)
        if one.name not in _UNTOLD and (value := getattr(how, one.name)) is not None
    ]
    return f"{type(how).__name__.lower()}: {', '.join(told)}"


def _value(value: object) -> str:
    if is_dataclass(value):
        return f"({_worded(value)})"
    if isinstance(value, tuple):
        return " x ".join(_value(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def markers() -> Iterator[str]:
    """Every marker of a shipped strategy with what it is also called."""
    known: dict[str, Marker] = {}
    for name in SHIPPED:
        known |= read_strategy(name).markers
    yield from (
        "Stains are looked up by their label (`$PnS`), scatter, time and beads by the name of",
        "their channel (`$PnN`); case, blanks and dashes do not matter. Where a label names no",
        "marker, or several channels fit, the panel must say which. A marker under *instead* takes",
        "the place of one that a tube lacks.",
        "",
    )
    yield from table(
        ("marker", "looked up as", "also read as", "instead"),
        (
            (name, str(one.light), ", ".join(one.aliases), ", ".join(one.instead))
            for name, one in sorted(known.items(), key=lambda item: item[0].casefold())
        ),
    )


def placing() -> Iterator[str]:
    """How gates are placed, how far they may go, and what is looked at over time."""
    yield from (
        "A border of the strategy is a template. Where the strategy says so it is moved to where",
        "the events of the population around it lie, by events alone: the same tube gives the same",
        f"gate. A valley counts if it is {CERTAIN:g} standard errors below the lower of the two",
        f"modes beside it and at most {100 * DEEP:g} % of its height.",
        "",
        *(f"- `{how}`: {keys['how']}" for how, keys in KEYS.items()),
        "",
        "What was found farther than `reach` from the template is likely another population: then",
        "**the template is used**, and `gate-beyond-reach` is told. A control is counted behind",
        "the very borders of its sample. Each move is told on the scale, in linear units and in",
        f"decades; its ending is one of: {'; '.join(Ending)}.",
        "`--no-placing` leaves every gate as it is drawn.",
        "",
        "A tube is cut by time into slices. A slice goes where it came slower or faster than the",
        f"others by more than {SLOWING:g} times, or where a signal lies more than {SPREADS:g}",
        "robust spreads (as PeacoQC takes, doi:10.1002/cyto.a.24501) and more than",
        f"{LEAST:g} on its scale from the others.",
        "",
        f"Over the tubes of a patient, from {drift.FEWEST_OTHERS + 1} on, the places of negatives",
        f"and positives of each channel are compared; from {drift.FEWEST_FOR_TREND} on, a slow",
        "creep is looked for. A drift is told and changes no number:",
        "",
    )
    yield from table(
        ("drift", "look at"), ((str(kind), words) for kind, words in drift.SUSPECT.items())
    )
