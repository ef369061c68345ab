"""Whether the parts of a strategy fit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reinfuse.cytometry.gates.values import Boolean, Ellipsoid, Gate, Polygon, Quadrant
from reinfuse.cytometry.placing.values import Cluster, How
from reinfuse.cytometry.strategy.told import Told, did_you_mean, shortened
from reinfuse.cytometry.strategy.values import Kind, Strategy, Wanted

Lines = Mapping[tuple[str, str], int]
_SHIFTED = (Polygon, Ellipsoid)
Problem = tuple[tuple[str, str], str, str]


def check(strategy: Strategy, lines: Lines, told: Told) -> None:
    """Tell of every name that nothing bears, and of populations that cannot be.

    `lines` says on which line each entry begins, by section and name.
    """
    checks = _Checks(strategy, {gate.name: gate for gate in strategy.gates.gates})
    for place, what, fix in checks.problems():
        told.add(lines.get(place, 1), what, fix)


@dataclass(frozen=True, slots=True)
class _Checks:
    """The checks of one strategy."""

    strategy: Strategy
    gates: Mapping[str, Gate]

    def problems(self) -> Iterator[Problem]:
        yield from self._twice()
        yield from self._instead()
        yield from self._parents()
        yield from self._operands()
        yield from self._placements()
        for result in self.strategy.results:
            yield from self._result(result)
        for key, name in (("viable", self.strategy.viable), ("beads", self.strategy.beads)):
            if name and name not in self.gates:
                what = f"`{key}` names `{shortened(name)}`, which is no population"
                yield ("section", key), what, did_you_mean(name, self.gates)

    def _twice(self) -> Iterator[Problem]:
        for section, names in (
            ("populations", [one.name for one in self.strategy.populations]),
            ("results", [one.name for one in self.strategy.results]),
        ):
            for name, times in Counter(names).items():
                if times > 1:
                    what = f"`{shortened(name)}` stands {times} times in `{section}`"
                    yield (section, name), what, "give each its own name"

    def _instead(self) -> Iterator[Problem]:
        markers = self.strategy.markers
        for marker in markers.values():
            for other in marker.instead:
                if other not in markers or other == marker.name:
                    what = f"`{shortened(other)}` cannot stand instead of `{marker.name}`"
                    yield ("markers", marker.name), what, "name another marker of `markers`"

    def _parents(self) -> Iterator[Problem]:
        for name, gate in self.gates.items():
            if gate.parent is not None and gate.parent not in self.gates:
                what = f"the parent of `{shortened(name)}` is `{shortened(gate.parent)}`"
                fix = did_you_mean(gate.parent, self.gates)
                yield ("populations", name), f"{what}, which is no population", fix
            elif name in self._needed_by(name):
                what = f"`{shortened(name)}` lies in itself, by way of its parents or its parts"
                yield ("populations", name), what, "name a parent further up"

    def _needed_by(self, name: str) -> set[str]:
        """Every population that must be known before this one is."""
        needed: set[str] = set()
        open_names = list(_stands_on(self.gates[name]))
        while open_names:
            one = open_names.pop()
            if one not in needed and one in self.gates:
                needed.add(one)
                open_names += _stands_on(self.gates[one])
        return needed

    def _operands(self) -> Iterator[Problem]:
        for name, gate in self.gates.items():
            for operand in gate.operands if isinstance(gate, Boolean) else ():
                if operand.gate not in self.gates:
                    other = shortened(operand.gate)
                    what = (
                        f"the gate of `{shortened(name)}` names `{other}`, which is no population"
                    )
                    yield ("populations", name), what, did_you_mean(operand.gate, self.gates)

    def _placements(self) -> Iterator[Problem]:
        drawn: dict[str, tuple[str, How | None]] = {}
        for population in self.strategy.populations:
            gate = self.gates[population.name]
            place = ("populations", population.name)
            if isinstance(gate, Boolean) and population.placement is not None:
                what = f"`{shortened(population.name)}` has no border that could be placed"
                yield place, what, "leave `placement` out"
            elif isinstance(population.placement, Cluster) != isinstance(gate, _SHIFTED) and (
                population.placement is not None
            ):
                what = f"`{shortened(population.name)}` cannot be placed in this way"
                yield place, what, "`cluster` is for polygons and ellipses, and they for no other"
            if isinstance(gate, Quadrant):
                first, placement = drawn.setdefault(
                    gate.of, (population.name, population.placement)
                )
                if placement != population.placement:
                    what = (
                        f"`{shortened(population.name)}` and `{shortened(first)}` were drawn as one"
                    )
                    yield place, f"{what} and are placed differently", "give both one `placement`"

    def _result(self, result: Wanted) -> Iterator[Problem]:
        place = ("results", result.name)
        named = {"count": result.count, "of": result.of, **result.absolute}
        unknown = {key: name for key, name in named.items() if name not in self.gates}
        for key, name in unknown.items():
            what = f"`{shortened(key)}` of `{shortened(result.name)}` names `{shortened(name)}`"
            yield place, f"{what}, which is no population", did_you_mean(name, self.gates)
        if unknown:
            return
        if result.kind is Kind.SPLIT and (result.controls or result.absolute or result.analyte):
            what = f"`{shortened(result.name)}` is a split: no blank is asked, nothing recorded"
            yield place, what, "leave `controls`, `absolute` and `analyte` out, or make it a share"
        wholes = [] if result.kind is Kind.RATIO else [result.of]
        for whole in (*wholes, *result.absolute.values()):
            if whole not in self._above(result.count):
                what = f"`{result.count}` of `{shortened(result.name)}` does not lie in `{whole}`"
                yield place, what, "count a population that lies in the other"

    def _above(self, name: str) -> set[str]:
        above: set[str] = set()
        parent = self.gates[name].parent
        while parent is not None and parent in self.gates and parent not in above:
            above.add(parent)
            parent = self.gates[parent].parent
        return above


def _stands_on(gate: Gate) -> tuple[str, ...]:
    operands = tuple(one.gate for one in gate.operands) if isinstance(gate, Boolean) else ()
    return operands if gate.parent is None else (gate.parent, *operands)
