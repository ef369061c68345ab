"""The picture of the page on how PET/CT was proved, from the table of the twin."""

from __future__ import annotations

from docs.petct_proof import ASKED_MM, ASKED_PERCENT, ENDS, lesions_of, rule_of
from docs.population_plots import SCHEMA, _drawn
from docs.populations import _rows

# Dark to light, and a shape for each: told apart in grey as well.
_COLOURS = ("#1b3a5c", "#b0562c", "#3f8f8a", "#b9a06a")
_SHAPES = ("circle", "square", "diamond", "triangle-up")

Spec = dict[str, object]


def twin_svg() -> str:
    """Errors of volume with their range, and the worst axis, by rule and lesion."""
    return _drawn({
        "$schema": SCHEMA,
        "hconcat": [
            _panel("volume", "error of volume, % (range of runs)", ASKED_PERCENT),
            _panel("axis", "axis that is farthest off, mm", ASKED_MM),
        ],
    })  # fmt: skip


def _panel(kind: str, title: str, asked: float) -> Spec:
    lesions = lesions_of(_rows("petct_twin"))
    names = list(lesions)
    rules = list(dict.fromkeys(rule_of(row) for rows in lesions.values() for row in rows))
    values = []
    for name, rows in lesions.items():
        for row in rows:
            if not row["volume_error_percent"]:
                continue
            worst = float(row["worst_axis_mm"])
            low, high = (float(row[end]) if kind == "volume" else worst for end in ENDS)
            mean = float(row["volume_error_percent"]) if kind == "volume" else worst
            values.append({"lesion": name, "rule": rule_of(row), "error": mean,
                           "low": low, "high": high})  # fmt: skip
    lesion: Spec = {"field": "lesion", "type": "nominal", "sort": names, "title": "lesion",
                    "legend": {"orient": "bottom", "columns": 1, "labelLimit": 320}}  # fmt: skip
    x = {"field": "rule", "type": "nominal", "sort": rules, "title": None,
         "axis": {"labelAngle": -35}}  # fmt: skip
    y: Spec = {"field": "error", "type": "quantitative", "title": title}
    apart = {"field": "lesion", "sort": names}
    colour = lesion | {"scale": {"domain": names, "range": list(_COLOURS[: len(names)])}}
    shape = lesion | {"scale": {"domain": names, "range": list(_SHAPES[: len(names)])}}
    return {
        "width": 330,
        "height": 240,
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "rule", "strokeDash": [4, 3], "color": "#888"},
                "data": {"values": [{"at": one} for one in (-asked, 0.0, asked)]},
                "encoding": {"y": y | {"field": "at"}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 1.5},
                "encoding": {"x": x, "xOffset": apart, "y": y | {"field": "low"},
                             "y2": {"field": "high"}, "color": colour},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
                "encoding": {"x": x, "xOffset": apart, "y": y, "color": colour, "shape": shape},
            },
        ],
    }  # fmt: skip
