"""Pictures of the reference pages, drawn from the tables of studies."""

from __future__ import annotations

import json
import math

import vl_convert

from docs.populations import _rows

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
VEGA_LITE = "5.21"
_RULES = {"M3": "below the limit counted as such (M3)", "M1": "dropped (M1)"}


def recovery_svg() -> str:
    """Every estimate over what drew the data, by number, for both rules."""
    values = [
        {
            "number": row["number"],
            "ratio": round(float(row["estimate"]) / float(row["truth"]), 4),
            "rule": _RULES[row["rule"]],
        }
        for row in _rows("population_recovery")
        if row["number"] != "none"
    ]
    ratio = {"field": "ratio", "type": "quantitative", "scale": {"type": "log"},
             "title": "estimate / truth"}  # fmt: skip
    number = {"field": "number", "type": "nominal", "sort": None, "title": None}
    spec = {
        "$schema": SCHEMA,
        "data": {"values": values},
        "facet": {
            "column": {"field": "rule", "type": "nominal", "sort": "descending", "title": None}
        },
        "spec": {
            "width": 300,
            "height": 300,
            "layer": [
                {"mark": {"type": "rule", "color": "#888"}, "encoding": {"x": {"datum": 1}}},
                {
                    "mark": {"type": "boxplot", "extent": 1.5, "size": 12, "color": "#1f5a99"},
                    "encoding": {"x": ratio, "y": number},
                },
            ],
        },
    }
    return _drawn(spec)


def ranks_svg() -> str:
    """How often the truth had each rank among posterior draws, in sixteen bins."""
    rows = _rows("new_patient_sbc")
    bins = [head for head in rows[0] if head.startswith("bin_")]
    values = [
        {"design": row["design"], "quantity": row["quantity"], "bin": place + 1,
         "count": int(row[name])}
        for row in rows
        for place, name in enumerate(bins)
    ]  # fmt: skip
    even = float(rows[0]["replicates"]) / len(bins)
    # 99 % of the counts of an even bin, by the normal approximation.
    reach = 2.576 * math.sqrt(even * (1.0 - 1.0 / len(bins)))
    count = {"field": "count", "type": "quantitative", "title": None}
    spec = {
        "$schema": SCHEMA,
        "data": {"values": values},
        "facet": {
            "column": {"field": "quantity", "type": "nominal", "sort": None, "title": None},
            "row": {"field": "design", "type": "nominal", "sort": None, "title": None},
        },
        "spec": {
            "width": 110,
            "height": 130,
            "layer": [
                {
                    "mark": {"type": "rect", "color": "#ddd"},
                    "encoding": {"y": {"datum": even - reach}, "y2": {"datum": even + reach}},
                },
                {
                    "mark": {"type": "bar", "color": "#1f5a99", "opacity": 0.7},
                    "encoding": {
                        "x": {"field": "bin", "type": "ordinal", "axis": None}, "y": count
                    },
                },
            ],
        },
    }  # fmt: skip
    return _drawn(spec)


def _drawn(spec: dict[str, object]) -> str:
    return vl_convert.vegalite_to_svg(json.dumps(spec), vl_version=VEGA_LITE) + "\n"
