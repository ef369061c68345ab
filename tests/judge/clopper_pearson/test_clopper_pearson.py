"""Our exact interval against SciPy's and against printed ones; see SOURCE.md."""

import csv
from pathlib import Path

import pytest

from reinfuse.evidence import bound_rate

HERE = Path(__file__).parent


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("row", read("scipy.csv"), ids=lambda row: f"{row['events']}/{row['n']}")
def test_the_limits_are_those_of_scipy(row: dict[str, str]) -> None:
    ours = bound_rate(int(row["events"]), int(row["n"]), level=float(row["level"]))
    assert ours.low == pytest.approx(float(row["low"]), rel=1e-9, abs=0)
    assert ours.high == pytest.approx(float(row["high"]), rel=1e-9, abs=0)
    assert abs(ours.low - float(row["low"])) < 1e-9
    assert abs(ours.high - float(row["high"])) < 1e-9


@pytest.mark.parametrize(
    "row", read("published.csv"), ids=lambda row: f"{row['events']}/{row['n']}"
)
def test_the_limits_are_those_in_print(row: dict[str, str]) -> None:
    ours = bound_rate(int(row["events"]), int(row["n"]))
    digits = int(row["digits"])
    assert round(ours.low, digits) == float(row["low"])
    assert round(ours.high, digits) == float(row["high"])
