"""Rows and tables that tests of the study table are made of."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from reinfuse.errors import Finding
from reinfuse.evidence.columns import COLUMNS

#: One row with everything a row can say of a count, and nothing wrong with it.
ROW: dict[str, str] = dict.fromkeys(COLUMNS, "") | {
    "id": "one",
    "cohort": "one-cohort",
    "label": "One 2020",
    "population": "relapsed or refractory",
    "disease": "B-ALL",
    "product": "autologous",
    "infusion": "first",
    "age_group": "adults",
    "costimulation": "4-1BB",
    "outcome": "CR",
    "outcome_definition": "morphologic",
    "events": "35",
    "n": "40",
    "counted": "patient",
    "counts": "printed",
    "percent_low": "87.5",
    "percent_high": "87.5",
    "follow_up": "day 28",
    "cite": "One 2020",
    "doi": "10.1000/one",
    "place": "table 2",
    "standing": "read in the paper",
    "quote_of_number": "87.5% (35/40)",
    "reader_1": "A",
    "reader_2": "B",
    "events_2": "35",
    "n_2": "40",
}


def row(**change: str) -> dict[str, str]:
    """A good row with changes."""
    return ROW | change


def counted(name: str, events: int, n: int, **change: str) -> dict[str, str]:
    """A good row of a cohort of its own, with other counts and no percentage."""
    numbers = {"events": str(events), "n": str(n), "events_2": str(events), "n_2": str(n)}
    own = {"id": name, "cohort": f"{name}-cohort", "label": name, "doi": f"10.1000/{name}"}
    bare = {"percent_low": "", "percent_high": "", "quote_of_number": f"{events}/{n}"}
    return ROW | own | bare | numbers | change


def estimated(name: str, **change: str) -> dict[str, str]:
    """A good row of a hazard ratio with interval and standard error."""
    own = {"id": name, "cohort": f"{name}-cohort", "label": name, "doi": f"10.1000/{name}"}
    no_count = dict.fromkeys(
        ("events", "n", "percent_low", "percent_high", "events_2", "n_2", "reader_1", "reader_2"),
        "",
    )
    effect = {
        "outcome": "death",
        "counts": "none printed",
        "quote_of_number": "0.72 (0.50-1.04)",
        "measure": "hazard ratio",
        "estimate": "0.72",
        "se": "0.187",
        "low": "0.50",
        "high": "1.04",
    }
    return ROW | own | no_count | effect | change


def write_table(
    path: Path,
    rows: Iterable[Mapping[str, str]],
    *,
    columns: Iterable[str] = COLUMNS,
    separator: str = ",",
) -> Path:
    """A study table in a file, as a spreadsheet would write it."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, tuple(columns), extrasaction="ignore", delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)
    return path


def rules(findings: Iterable[Finding]) -> set[str]:
    """The names of the rules that found something."""
    return {finding.rule for finding in findings}
