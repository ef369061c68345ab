"""What a border placed by a control costs, from the table of its study, as part of a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docs.markdown import table
from docs.populations import _rows

_KINDS = {"bright": "30 % bright", "dim": "30 % dim", "rare": "1 % bright"}

Row = dict[str, str]


def placed_by_control() -> Iterator[str]:
    """Error of CAR-T percentages by two rules, over kinds of negatives and sizes of controls."""
    rows = _rows("flow_border")
    negatives = list(dict.fromkeys(row["negatives"] for row in rows))
    sizes = [int(row["control_cells"]) for row in rows]
    strays = dict.fromkeys(row["stray_percent"] for row in rows)
    rules = dict.fromkeys(row["rule"] for row in rows)
    yield from (
        "Of invented cells, for 30 % of bright CAR-T cells, 30 % of dim ones and 1 % of bright",
        f"ones: controls of {min(sizes):,} to {max(sizes):,} cells, {len(negatives)} shapes of",
        f"negatives ({', '.join(negatives)}), {rows[0]['runs']} controls each, some with stray",
        "events as bright as dim CAR-T cells. `percentile` puts the border at 99.9 % of the",
        "control, `flank` as many widths of its upper flank above its median. The blank is taken",
        "off. Shown is the worst of all sizes and shapes, in percentage points: bias (SD from",
        "control to control).",
        "",
        *table(
            ("stray events", "rule", *_KINDS.values(), "background, % of the control"),
            (
                (f"{float(stray):g} %", f"`{rule}`", *_worst(_of(rows, stray, rule)))
                for stray in strays
                for rule in rules
            ),
        ),
        "",
        "Dim cells lie partly among the negatives: behind either border some are lost, and no",
        "blank brings them back. The border of the shipped strategy stands in its table above.",
    )


def _of(rows: Sequence[Row], stray: str, rule: str) -> list[Row]:
    return [row for row in rows if (row["stray_percent"], row["rule"]) == (stray, rule)]


def _worst(rows: Sequence[Row]) -> Iterator[str]:
    for kind in _KINDS:
        bias = max((float(row[f"{kind}_bias"]) for row in rows), key=abs)
        spread = max(float(row[f"{kind}_sd"]) for row in rows)
        yield f"{bias:+.2f} ({spread:.2f})"
    shares = [float(row["background_percent"]) for row in rows]
    yield f"{min(shares):.3f} to {max(shares):.3f}"
