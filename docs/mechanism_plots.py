"""Pictures of the page on how well the mechanism was proved, from the tables of its studies."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import mean

from docs.mechanism_proof import BINS, binned, by_latent, held
from docs.mechanism_published import POPULATIONS, targets_of
from docs.population_plots import SCHEMA, _drawn
from docs.populations import _rows
from reinfuse.evidence import Role, Target, bound_rate

BLUE, GREY = "#1f5a99", "#ddd"
_LEVELS = (90, 50)
_WHO = {"published": "#222", "prior": "#b9a06a", "calibrated": BLUE}
_VERDICTS = {"published": "diamond", "hit": "circle", "miss": "cross"}
_TITLES = {
    Role.CALIBRATE: "to calibrate",
    Role.SEEN: "held out before",
    Role.HELD_OUT: "held out",
}

Spec = dict[str, object]
Row = dict[str, str]


def recovery_svg() -> str:
    """Coverage of 90 % and 50 % intervals of each latent, exact intervals, beside narrowing."""
    latents = by_latent(_rows("mechanism_recovery"))
    values = [value for name, mine in latents.items() for value in _covered(name, mine)]
    widths = {
        name: round(mean(float(row["sd"]) for row in mine), 4) for name, mine in latents.items()
    }
    narrowed = [{"latent": name, "narrowing": width} for name, width in widths.items()]
    widest = max(1.0, *widths.values())
    latent = {"field": "latent", "type": "nominal", "sort": None, "title": None}
    level = {"field": "level", "type": "nominal", "sort": None, "title": "intervals of",
             "scale": {"domain": ["90 %", "50 %"], "range": [BLUE, "#b0562c"]}}  # fmt: skip
    apart = {"field": "level", "sort": ["90 %", "50 %"]}
    share = {
        "type": "quantitative",
        "scale": {"domain": [0, 100]},
        "title": "% that hold the truth",
    }
    coverage: Spec = {
        "width": 340,
        "height": {"step": 20, "for": "position"},
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "rule", "strokeDash": [4, 3], "color": "#888"},
                "data": {"values": [{"at": at} for at in _LEVELS]},
                "encoding": {"x": {"field": "at", "type": "quantitative"}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 1.5},
                "encoding": {"x": {"field": "low"} | share, "x2": {"field": "high"},
                             "y": latent, "yOffset": apart, "color": level},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 40},
                "encoding": {"x": {"field": "share"} | share, "y": latent, "yOffset": apart,
                             "color": level},
            },
        ],
    }  # fmt: skip
    narrowing: Spec = {
        "width": 180,
        "height": {"step": 20, "for": "position"},
        "data": {"values": narrowed},
        "mark": {"type": "bar", "color": "#8a8a8a", "size": 10},
        "encoding": {
            "x": {"field": "narrowing", "type": "quantitative", "axis": {"tickCount": 5},
                  "scale": {"domain": [0, widest]},
                  "title": "narrowing (1: nothing learned)"},
            "y": latent | {"axis": {"labels": False, "ticks": False}},
        },
    }  # fmt: skip
    return _drawn({"$schema": SCHEMA, "hconcat": [coverage, narrowing]})


def _covered(name: str, rows: Sequence[Row]) -> Iterator[dict[str, object]]:
    for level in _LEVELS:
        count = held(rows, level)
        ends = bound_rate(count, len(rows))
        yield {
            "latent": name, "level": f"{level} %", "share": round(100 * count / len(rows), 3),
            "low": round(100 * ends.low, 3), "high": round(100 * ends.high, 3),
        }  # fmt: skip


def ranks_svg() -> str:
    """How often the truth had each rank among posterior draws, latent by latent."""
    latents = by_latent(_rows("mechanism_sbc"))
    values = [
        {"latent": name, "bin": place + 1, "count": count}
        for name, mine in latents.items()
        for place, count in enumerate(binned(mine))
    ]
    even = len(next(iter(latents.values()))) / BINS
    # 99 % of the counts of an even bin, by the normal approximation.
    reach = 2.576 * math.sqrt(even * (1.0 - 1.0 / BINS))
    count = {"field": "count", "type": "quantitative", "title": "courses"}
    bars = {"x": {"field": "bin", "type": "ordinal", "axis": None}, "y": count}
    spec: Spec = {
        "$schema": SCHEMA,
        "data": {"values": values},
        "facet": {"field": "latent", "type": "nominal", "sort": list(latents), "title": None,
                  "header": {"labelLimit": 170}},
        "columns": 4,
        "spec": {
            "width": 150,
            "height": 110,
            "layer": [
                {
                    "mark": {"type": "rect", "color": GREY},
                    "encoding": {
                        "y": {"datum": round(even - reach, 3)},
                        "y2": {"datum": round(even + reach, 3)},
                    },
                },
                {"mark": {"type": "bar", "color": BLUE, "opacity": 0.7}, "encoding": bars},
            ],
        },
    }  # fmt: skip
    return _drawn(spec)


def calibration_svg() -> str:
    """Published numbers with their intervals, and both populations of the model beneath each."""
    panels = [
        _forest(_TITLES[role], own, typical=typical)
        for role in Role
        for typical in (True, False)
        if (own := [one for one in targets_of(role) if (one[0].published is not None) is typical])
    ]
    return _drawn({"$schema": SCHEMA, "vconcat": panels})


def _forest(title: str, found: Sequence[tuple[Target, Row]], *, typical: bool) -> Spec:
    values = [value for target, row in found for value in _lines(target, row)]
    kind = "the typical patient" if typical else "rates"
    axis = {
        "type": "quantitative",
        "title": "% of the published value" if typical else "% of patients",
        "scale": {"zero": not typical} if typical else {"domain": [0, 100]},
    }
    who = {"field": "who", "type": "nominal", "sort": list(_WHO), "title": None}
    lines = {
        "y": {"field": "target", "type": "nominal", "sort": None, "title": None,
              "axis": {"labelLimit": 330}},
        "yOffset": who,
        "color": who | {"scale": {"domain": list(_WHO), "range": list(_WHO.values())}},
    }  # fmt: skip
    verdict = {
        "field": "verdict", "type": "nominal", "title": None,
        "scale": {"domain": list(_VERDICTS), "range": list(_VERDICTS.values())},
    }  # fmt: skip
    return {
        "title": {"text": f"Targets {title}: {kind}", "anchor": "start"},
        "width": 380,
        "height": {"step": 13, "for": "offset"},
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 1.5},
                "encoding": {"x": {"field": "low"} | axis, "x2": {"field": "high"}} | lines,
            },
            {
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "encoding": {"x": {"field": "middle"} | axis, "shape": verdict} | lines,
            },
        ],
    }


def _lines(target: Target, row: Row) -> Iterator[dict[str, object]]:
    by = 100.0 / target.published.value if target.published else 100.0
    counts = "" if target.n is None else f", {target.events}/{target.n}"
    head = {"target": f"{target.id}: {target.endpoint}{counts}"}
    numbers = {
        "published": ("published", target.observed, target.interval.low, target.interval.high),
        **{who: _model(row, who) for who in POPULATIONS if row[f"{who}_mean"]},
    }
    for who, (verdict, *found) in numbers.items():
        ends = {
            name: round(by * one, 3)
            for name, one in zip(("middle", "low", "high"), found, strict=True)
        }
        yield {**head, "who": who, "verdict": verdict, **ends}


def _model(row: Row, who: str) -> tuple[str, float, float, float]:
    verdict = "hit" if row[f"{who}_hit"] == "True" else "miss"
    middle, low, high = (float(row[f"{who}_{one}"]) for one in ("mean", "low", "high"))
    return verdict, middle, low, high
