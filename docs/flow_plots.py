"""The picture of the page on flow cytometry, from the table of its study."""

from __future__ import annotations

from docs.flow_proof import ASKED_COVERAGE, ASKED_FALSE, by_gate, events_of
from docs.population_plots import SCHEMA, _drawn
from docs.populations import _rows
from reinfuse.evidence import bound_rate

# Dark to light, and a shape for each: told apart in grey as well.
_COLOURS = ("#1b3a5c", "#b0562c", "#3f8f8a", "#b9a06a", "#7a5195", "#888888")
_SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down")

Spec = dict[str, object]


def spike_in_svg() -> str:
    """Intervals that hold the truth and samples called detected, by true cells and gate."""
    panels = [
        _panel("coverage", "% of 95 % intervals that hold the truth", [88, 100], ASKED_COVERAGE),
        _panel("detected", "% of samples called detected", [0, 100], ASKED_FALSE),
    ]
    return _drawn({"$schema": SCHEMA, "hconcat": panels})


def _panel(name: str, title: str, domain: list[int], asked: float) -> Spec:
    gates = by_gate(_rows("flow_spike_in"))
    order = list(dict.fromkeys(row["true_cells"] for rows in gates.values() for row in rows))
    values = []
    for kind, rows in gates.items():
        for row in rows:
            ends = bound_rate(events_of(row, name), int(row["runs"]))
            values.append({
                "gate": kind, "true": row["true_cells"],
                "share": round(100 * float(row[name]), 3),
                "low": round(100 * ends.low, 3), "high": round(100 * ends.high, 3),
            })  # fmt: skip
    gate: Spec = {"field": "gate", "type": "nominal", "sort": list(gates), "title": "gate"}
    x = {"field": "true", "type": "ordinal", "sort": order, "title": "true cells",
         "axis": {"labelAngle": 0}}  # fmt: skip
    y: Spec = {"field": "low", "type": "quantitative", "title": title,
         "scale": {"domain": domain, "zero": False, "clamp": True}}  # fmt: skip
    apart = {"field": "gate", "sort": list(gates)}
    colour = gate | {"scale": {"domain": list(gates), "range": list(_COLOURS[: len(gates)])}}
    shape = gate | {"scale": {"domain": list(gates), "range": list(_SHAPES[: len(gates)])}}
    return {
        "width": 330,
        "height": 240,
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "rule", "strokeDash": [4, 3], "color": "#888"},
                "data": {"values": [{"at": 100 * asked}]},
                "encoding": {"y": y | {"field": "at"}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 1.5},
                "encoding": {"x": x, "xOffset": apart, "y": y, "y2": {"field": "high"},
                             "color": colour},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
                "encoding": {"x": x, "xOffset": apart, "y": y | {"field": "share"},
                             "color": colour, "shape": shape},
            },
        ],
    }  # fmt: skip
