"""The invented tubes measured whole: what comes out against what was put in."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from reinfuse.cytometry.measured import Measured, ShareResult, measure_tubes, observations
from reinfuse.cytometry.numbers import State
from reinfuse.cytometry.strategy import read_panel, read_strategy
from tests.unit.cytometry_strategy_tubes import EXAMPLES, make_flow

FLOW = EXAMPLES / "flow"
DAYS = (4, 7, 10, 14, 28, 90)


def truth() -> dict[tuple[str, str], tuple[int, int]]:
    with (FLOW / "truth.csv").open(encoding="utf-8") as file:
        return {
            (row["file"], row["population"]): (int(row["count"]), int(row["of_count"]))
            for row in csv.DictReader(file)
        }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("flow")
    make_flow().main([str(place)])
    return place


@pytest.fixture(scope="module")
def blood(folder: Path) -> Measured:
    files = sorted(folder.glob("invented-day-*.fcs"))
    return measure_tubes(files, read_strategy("car-t"), read_panel(FLOW / "car-t-panel.yaml"))


def shares(found: Measured, name: str) -> dict[str, ShareResult]:
    return {
        tube.file: result
        for tube in found.tubes
        for result in tube.results
        if isinstance(result, ShareResult) and result.wanted.name == name
    }


def test_every_time_point_lies_in_its_interval(blood: Measured) -> None:
    assert blood.complete
    assert [tube.tube.day for tube in blood.tubes] == list(DAYS)
    known = truth()
    for file, result in shares(blood, "CAR-T").items():
        true, of = known[file, "CAR+"]
        assert result.measured.low <= true / of <= result.measured.high, file
        assert result.measured.share.n == pytest.approx(of, rel=0.02)
        assert result.measured.corrected is not None


def test_quantified_where_there_is_much_and_never_where_there_is_little(blood: Measured) -> None:
    states = [result.measured.state for result in shares(blood, "CAR-T").values()]
    assert states[1:5] == [State.QUANTIFIED] * 4
    assert State.QUANTIFIED not in (states[0], states[5])
    values = {one.id: one.value for one in observations(blood) if one.analyte == "CAR-T cells"}
    assert values["cart-1-day-90"] is None
    assert values["cart-1-day-10"] is not None


def test_the_one_day_that_drifted_is_told(blood: Measured) -> None:
    assert {(one.where, one.rule) for one in blood.drift} == {
        ("invented-day-28.fcs", "flow-drift-instrument")
    }


@pytest.mark.parametrize("strategy", ["b-all-mrd", "b-all-mrd-cd19-free"])
def test_forty_blasts_among_thirty_thousand_events(strategy: str, folder: Path) -> None:
    files = sorted(folder.glob("invented-marrow-*.fcs"))
    found = measure_tubes(files, read_strategy(strategy), read_panel(FLOW / "mrd-panel.yaml"))
    (result,) = shares(found, "MRD").values()
    true, _ = truth()["invented-marrow-mrd.fcs", "blasts"]
    cells = result.measured.share.n
    assert result.measured.low <= true / cells <= result.measured.high
    assert result.measured.state is State.QUANTIFIED
    (entry,) = observations(found)
    assert (entry.id, entry.site, entry.analyte) == ("mrd-1-day-28", "bone marrow", "MRD")
    assert entry.gated_free_of == ("CD19" if strategy.endswith("free") else None)
