"""Rounds of held-out targets that came before, and how one target is told."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from docs.markdown import table
from reinfuse.evidence import Target, shipped_targets
from reinfuse.trials.calibration import interval_shown, shown

Row = dict[str, str]

POPULATIONS = ("prior", "calibrated")
_ENDS = ("low", "high")

_CHANGED = {
    "first": (
        "CAR-T cells expand on normal B cells alone, after full lymphodepletion: five patients "
        "with lupus (abstract of Boulougoura 2023, doi:10.1002/acr2.11614, on Mackensen 2022). "
        "Lymphodepletion therefore spares B cells of tissue, and fewer target cells are enough.",
        "Cells of a product that was given before failed to expand after full lymphodepletion, and "
        "T cells against the CAR were found (abstract, doi:10.1038/s41591-025-03718-3). Immunity "
        "of an earlier product is therefore recalled, and does not wait for T cells.",
        "Leukemia of the CNS is cells in the fluid, and is looked for there; it is no mass.",
    ),
    "second": (
        "Outcomes are worse with more leukemia (abstracts of Schultz 2022, "
        "doi:10.1200/JCO.20.03585, and of 768 patients of a registry, Blood Adv 9:5249): products "
        "fail more often among more of it, by a slope that the targets inform.",
    ),
}


def earlier_rounds() -> Iterator[str]:
    """What became of targets that were held out before, and what was changed for them."""
    yield from (
        f"There were {len(_CHANGED)} rounds before this one. Once the outcome of a round is known,",
        "its targets can test nothing any more: they calibrate then, under a role of their own,",
        "and other cohorts are held out, chosen by somebody who does not know what the model says",
        "of them, by a rule that looks at no rate, and written down before they are simulated.",
        "Asked of each round were 8 hits of 12. The cohorts of the last round were named in two",
        "parts, five and then seven, the model being the same; for the seven a possible overlap of",
        "a tenth of the larger cohort at most was allowed, and stands in their notes.",
    )
    for name, changes in _CHANGED.items():
        rows = _rows_of(name)
        hits = {one: sum(row[f"{one}_hit"] == "True" for row in rows) for one in POPULATIONS}
        yield from (
            "",
            f"**The {name} round**: {hits['prior']} of {len(rows)} hit by the prior,",
            f"{hits['calibrated']} once calibrated. Changed since, by knowledge from elsewhere:",
            "",
            *(f"- {change}" for change in changes),
            "",
            *_as_it_was(rows),
        )


def _rows_of(name: str) -> list[Row]:
    file = Path(__file__).parent / f"mechanism_{name}_round.csv"
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _as_it_was(rows: list[Row]) -> Iterator[str]:
    """What the model of that round said, as it was found then."""
    known = {target.id: target for target in shipped_targets()}
    yield from table(
        ("target", "published", "prior", "verdict", "calibrated", "verdict"),
        (
            (f"`{row['name']}`", heads(known[row["name"]])[1],
             *said(known[row["name"]], row, "prior")[:2],
             *said(known[row["name"]], row, "calibrated")[:2])
            for row in rows
        ),
    )  # fmt: skip


def heads(target: Target) -> tuple[str, str, str]:
    """What was counted in whom, what came out, and how easy that is to hit."""
    name = f"`{target.id}` {target.study.label}: {target.endpoint} by day {target.by_day}"
    own = target.interval
    counts = "" if target.n is None else f"{target.events}/{target.n}, "
    told = f"{shown(target, target.observed)} ({interval_shown(target, own).removesuffix(' %')})"
    return (
        name,
        f"{counts}{told}",
        "" if target.published else f"{100 * (own.high - own.low):.0f} %",
    )


def said(target: Target, row: Row, population: str) -> tuple[str, str, str, str, str]:
    """Mean with predicted interval, verdict, whether it holds, width and score; all are words."""
    if not row[f"{population}_mean"]:
        return ("the model says nothing", "none", "", "", "")
    low, high = (float(row[f"{population}_{end}"]) for end in _ENDS)
    by, digits = (1.0, 1) if target.published else (100.0, 0)
    return (
        f"{shown(target, float(row[f'{population}_mean']))} ({by * low:.{digits}f} to "
        f"{by * high:.{digits}f})",
        "hit" if row[f"{population}_hit"] == "True" else "**miss**",
        "yes" if row[f"{population}_covered"] == "True" else "no",
        f"{by * (high - low):.{digits}f}",
        f"{by * float(row[f'{population}_score']):.{digits}f}",
    )
