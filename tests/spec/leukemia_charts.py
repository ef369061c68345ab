"""Charts of a leukemia written as values by day, and values drawn around a table's thresholds."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

from reinfuse.grading.catalogue import criterion_named
from reinfuse.grading.grade import Grade
from reinfuse.grading.rules.condition import Compare, Fixed, OneOf, Stated
from reinfuse.grading.rules.finding import Finding, exactly
from reinfuse.grading.rules.scale import Scale
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.vocabulary import items

# A remission without a flaw: every item that any of the sets asks for.
FLAWLESS: dict[str, object] = {
    "marrow blasts": "2 %",
    "marrow blasts before treatment": "60 %",
    "blood blasts": "0 %",
    "blood blast count before treatment": "3 10*9/L",
    "normal marrow maturation": True,
    "extramedullary disease": False,
    "neutrophils": "2.5 10*9/L",
    "platelets": "180 10*9/L",
    "MRD": "0 %",
    "transfusion in the last 4 weeks": False,
    "red cell transfusion in the last 4 weeks": False,
    "platelet transfusion in the last 7 days": False,
}


def marks(day: float, values: dict[str, object]) -> list[Mark]:
    """Marks of one day; a text is a quantity, or a word if it has no number."""
    found = []
    for item, value in values.items():
        if isinstance(value, str) and value[0] in "0123456789<>":
            found.append(Mark(item=item, day=day, value=Quantity.parse(value)))
        elif isinstance(value, (str, bool)):
            found.append(Mark(item=item, day=day, value=value))
    return found


def graded(name: str, *days: tuple[float, dict[str, object]]) -> Grade:
    chart = Chart.of("patient", [mark for day, values in days for mark in marks(day, values)])
    return criterion_named(name).grade(chart)


def flawless_but(**changed: object) -> dict[str, object]:
    """The flawless remission with some items changed, or left out where None."""
    named = {key.replace("_", " "): value for key, value in changed.items()}
    return {key: value for key, value in (FLAWLESS | named).items() if value is not None}


def drawn(scale: Scale) -> dict[str, st.SearchStrategy[Finding]]:
    """For every key of a table, values at, just under and just over each of its thresholds."""
    found: dict[str, st.SearchStrategy[Finding]] = {}
    for key in tuple(scale.keys()):
        item = items()[key.partition(" [")[0]]
        if item.words:
            found[key] = st.sampled_from([frozenset({word}) for word in item.words])
        elif not item.units:
            found[key] = st.booleans()
        else:
            near = _thresholds(scale, key) | {0.0, 0.4, 2.0, 60.0}
            found[key] = st.sampled_from(sorted(near)).map(exactly)
    return found


def _thresholds(scale: Scale, key: str) -> set[float]:
    def walk(node: Any) -> set[float]:  # noqa: ANN401 - a tree of several kinds of nodes
        if isinstance(node, Compare):
            if node.left.item != key or not isinstance(node.right, Fixed):
                return set()
            at = node.right.value
            return {at, math.nextafter(at, math.inf), math.nextafter(at, -math.inf)}
        if isinstance(node, (Stated, OneOf)):
            return set()
        parts = getattr(node, "parts", None) or (node.part,)
        return set().union(*(walk(part) for part in parts))

    return set().union(*(walk(row.when) for row in scale.rows))


@st.composite
def full_and_part(draw: st.DrawFn, scale: Scale) -> tuple[dict[str, Finding], dict[str, Finding]]:
    """Findings of every key of a table, and the same with some taken away."""
    full = {key: draw(values) for key, values in drawn(scale).items()}
    return full, {key: value for key, value in full.items() if draw(st.booleans())}
