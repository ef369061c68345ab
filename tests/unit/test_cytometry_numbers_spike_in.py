"""The spike-in study: its table keeps what was promised, and a few runs of it still do."""

import csv
from pathlib import Path

import pytest

from studies import flow_spike_in as study

TABLE = Path(study.__file__).parent / "tables" / "flow_spike_in.csv"


def read_table() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_row_of_the_table_covers_at_least_93_percent() -> None:
    rows = read_table()
    assert len(rows) == len(study.PLANS) * len(study.TRUE_CELLS)
    assert min(float(row["coverage"]) for row in rows) >= 0.93


def test_at_most_5_percent_of_blanks_are_called_in_the_table() -> None:
    blanks = [row for row in read_table() if row["true_cells"] == "0"]
    assert len(blanks) == len(study.PLANS)
    assert max(float(row["detected"]) for row in blanks) <= 0.05


@pytest.mark.parametrize("plan", ["tight", "usual, small control"])
def test_a_few_runs_cover_and_call_as_the_table_says(plan: str) -> None:
    rows = [dict(zip(study.HEADER, row, strict=True)) for row in study.rows(plan, runs=6)]
    held = sum(float(str(row["coverage"])) for row in rows) / len(rows)
    assert held >= 0.9
    by_truth = {row["true_cells"]: row for row in rows}
    assert float(str(by_truth[0]["detected"])) <= 1 / 6
    assert float(str(by_truth[200]["quantified"])) == 1
    assert abs(float(str(by_truth[200]["mean_cells"])) - 200) < 25


def test_labelled_kinds_do_not_share_an_event() -> None:
    others, targets = study.labelled()
    assert (others.shape, targets.shape) == ((2, 60_621), (2, 2_597))
    assert (others.min(axis=0) <= study.DIM).all()
    assert (targets.min(axis=0) > study.BRIGHT).all()
