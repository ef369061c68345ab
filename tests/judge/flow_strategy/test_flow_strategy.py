"""The shipped strategies count in the invented tubes what FlowKit counts; see SOURCE.md."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from reinfuse.cytometry.sample import Sample
from reinfuse.cytometry.strategy import apply_strategy, read_panel, read_strategy
from tests.unit.cytometry_strategy_tubes import EXAMPLES, make_flow

TABLE = Path(__file__).parent / "counts.csv"


@cache
def counts() -> dict[tuple[str, str], dict[str, int]]:
    """Events by population, of each file and strategy."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    with TABLE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            by_name = found.setdefault((row["file"], row["strategy"]), {})
            by_name[row["population"]] = int(row["count"])
    return found


@cache
def samples() -> dict[str, Sample]:
    return {made.sample.file: made.sample for made in make_flow().tubes()}


@pytest.mark.parametrize(("file", "strategy"), sorted(counts()))
def test_every_population_has_the_events_that_flowkit_counts(file: str, strategy: str) -> None:
    panel = read_panel(EXAMPLES / "flow" / f"{'mrd' if 'marrow' in file else 'car-t'}-panel.yaml")
    gated = apply_strategy(samples()[file], read_strategy(strategy), panel)
    ours = {name: one.count for name, one in gated.populations.items()}
    assert ours == counts()[file, strategy]


def test_the_table_has_every_tube_and_every_shipped_strategy() -> None:
    assert {file for file, _ in counts()} == set(samples())
    assert {name for _, name in counts()} == {"car-t", "b-all-mrd", "b-all-mrd-cd19-free"}
