"""The study of the full-size twin: its table keeps what is promised, and a run of it still does."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from reinfuse.imaging.lesions import RULES
from studies import petct_twin as study

TABLE = Path(study.__file__).parent / "tables" / "petct_twin.csv"
MAX_41 = "41 % of SUVmax"
AXES = ("short_error_mm", "middle_error_mm", "long_error_mm")


def read_table() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_table_has_every_scan_lesion_way_of_asking_and_threshold() -> None:
    assert len(read_table()) == 3 * 2 * len(study.PLACES) * len(RULES)


def test_at_41_percent_the_first_scan_is_within_3_mm_and_10_percent() -> None:
    rows = [
        row
        for row in read_table()
        if (row["scan"], row["threshold"], row["place"]) == ("before", MAX_41, study.SEEDED)
    ]
    assert len(rows) == 2
    for row in rows:
        assert row["drawn"] == row["volume_held"] == row["runs"]
        assert abs(float(row["worst_axis_mm"])) <= 3.0
        assert max(abs(float(row[end])) for end in ("volume_lowest", "volume_highest")) <= 10.0


def test_a_bladder_in_the_box_and_a_lesion_that_is_gone_are_always_told() -> None:
    rows = read_table()
    careless = [row for row in rows if row["place"] == study.WIDE]
    gone = [row for row in rows if row["true_mm"] == study.NO_LESION]
    assert len(careless) == len(gone) == 36
    assert all(row["told"] == row["runs"] for row in (*careless, *gone))


@pytest.mark.parametrize("scan", study.chunks())
def test_a_run_gives_what_the_table_says(scan: str) -> None:
    kept = {
        (row["lesion"], row["place"], row["threshold"]): row
        for row in read_table()
        if row["scan"] == scan
    }
    for row in study.rows(scan, runs=1):
        now = {name: str(cell) for name, cell in zip(study.HEADER, row, strict=True)}
        before = kept[now["lesion"], now["place"], now["threshold"]]
        if now["drawn"] == "0":
            assert int(before["drawn"]) < int(before["runs"])
        elif now["true_mm"] != study.NO_LESION:
            volume = float(now["volume_error_percent"])
            assert float(before["volume_lowest"]) <= volume <= float(before["volume_highest"])
            for axis in AXES:
                assert float(now[axis]) == pytest.approx(float(before[axis]), abs=2.5)
