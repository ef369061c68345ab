"""The shipped strategies on invented tubes, of which every true number is known."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.cytometry.fcs import read_fcs
from reinfuse.cytometry.strategy import Pair, Panel, TubeGated, apply_strategy, read_panel
from reinfuse.cytometry.strategy.reading import read_strategy
from tests.unit.cytometry_strategy_tubes import EXAMPLES, make_flow

FLOW = EXAMPLES / "flow"
BLOOD, MARROW = "invented-day-10.fcs", "invented-marrow-mrd.fcs"
WITHOUT_DRIFT = [f"invented-day-{day:02d}.fcs" for day in (4, 7, 10, 14, 90)]


@cache
def panel_of(file: str) -> Panel:
    return read_panel(FLOW / ("mrd-panel.yaml" if "marrow" in file else "car-t-panel.yaml"))


@cache
def tubes():  # noqa: ANN201
    return {made.sample.file: made for made in make_flow().tubes()}


@cache
def gated(file: str, strategy: str = "", *, labels: bool = False) -> TubeGated:
    name = strategy or ("b-all-mrd" if "marrow" in file else "car-t")
    panel = None if labels else panel_of(file)
    return apply_strategy(tubes()[file].sample, read_strategy(name), panel)


def truth(file: str) -> dict[str, tuple[int, int]]:
    return {name: (count, whole) for name, _, count, whole in tubes()[file].truth}


def test_the_truth_table_is_that_of_the_generator() -> None:
    written = (FLOW / "truth.csv").read_text(encoding="utf-8")
    assert written == make_flow().truth_text(), "run examples/make_flow.py --truth"


def test_every_tube_of_the_panels_is_made() -> None:
    named = {tube.file for file in (BLOOD, MARROW) for tube in panel_of(file).tubes}
    assert named == set(tubes())
    with (FLOW / "truth.csv").open(encoding="utf-8") as file:
        assert {row["file"] for row in csv.DictReader(file)} == named


def test_a_tube_is_the_same_after_a_file(tmp_path: Path) -> None:
    make_flow().main([str(tmp_path)])
    (read,) = read_fcs(tmp_path / BLOOD)
    again = apply_strategy(read, read_strategy("car-t"), panel_of(BLOOD))
    assert again.populations == gated(BLOOD).populations
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 8_000_000


@pytest.mark.parametrize("file", WITHOUT_DRIFT)
def test_true_t_cells_and_car_t_cells_are_found(file: str) -> None:
    """Within 2 % and three cells: the tubes have cells that overlap and stains that stick."""
    for name in ("viable", "T cells", "CAR+", "CAR+ CD4+"):
        count, _ = truth(file)[name]
        assert gated(file).counted(name).count == pytest.approx(count, rel=0.02, abs=3), name


@pytest.mark.parametrize("subset", ["naive", "central memory", "effector memory", "EMRA"])
def test_true_memory_subsets_are_found_at_the_peak(subset: str) -> None:
    count, of = truth(BLOOD)[f"CAR+ {subset}"]
    share = gated(BLOOD).counted(f"CAR+ {subset}").of_parent
    assert share == pytest.approx(100 * count / of, abs=1.0)  # percentage points


def test_the_template_loses_dim_car_t_cells_on_the_day_of_the_drift() -> None:
    """Detectors saw 0.55 of the light on day 28: what placing and the drift check are for."""
    count, _ = truth("invented-day-28.fcs")["CAR+"]
    assert gated("invented-day-28.fcs").counted("CAR+").count < 0.97 * count


def test_the_fmo_has_a_background_but_no_car_t_cells() -> None:
    counted = gated("invented-day-10-fmo-car.fcs").counted("CAR+")
    assert counted.parent_count > 4000
    assert 0 < counted.count <= 0.004 * counted.parent_count


@pytest.mark.parametrize("strategy", ["b-all-mrd", "b-all-mrd-cd19-free"])
def test_true_blasts_are_found_among_a_few_that_look_like_them(strategy: str) -> None:
    count, of = truth(MARROW)["blasts"]
    assert count == 40
    found = gated(MARROW, strategy).counted("blasts").count
    assert count <= found <= count + 6
    assert gated(MARROW, strategy).counted("nucleated").count == pytest.approx(of, rel=0.003)


@pytest.mark.parametrize("strategy", ["b-all-mrd", "b-all-mrd-cd19-free"])
def test_the_blank_has_a_background_but_no_leukemia(strategy: str) -> None:
    assert truth("invented-marrow-blank.fcs")["blasts"][0] == 0
    assert 0 < gated("invented-marrow-blank.fcs", strategy).counted("blasts").count <= 6


def test_blasts_that_lost_cd19_are_found_without_it_alone() -> None:
    made = tubes()[MARROW].sample
    row = made.names.index("PE-Cy7-A")  # CD19
    sample = make_flow().tubes()[-2].sample
    sample.events[row] = np.minimum(sample.events[row], 300.0)
    free = apply_strategy(sample, read_strategy("b-all-mrd-cd19-free"), panel_of(MARROW))
    bound = apply_strategy(sample, read_strategy("b-all-mrd"), panel_of(MARROW))
    assert free.counted("blasts").count >= 40
    assert free.counted("CD19- blasts").count >= 40
    assert bound.counted("blasts").count <= 4


@pytest.mark.parametrize("file", [BLOOD, MARROW])
def test_the_labels_of_the_stains_serve_as_a_panel(file: str) -> None:
    assert gated(file, labels=True).populations == gated(file).populations


def test_the_same_numbers_come_out_by_hand() -> None:
    """The slow twin: the published inverse of the matrix and of the scale, event by event."""
    sample = tubes()[BLOOD].sample
    spill = sample.spill
    assert spill is not None
    rows = [sample.names.index(name) for name in spill.channels]
    true = np.linalg.solve(spill.matrix.T, sample.events[rows].astype(float))
    dyes = dict(zip(spill.channels, true, strict=True))
    forward, height, side = (sample.values(name) / 262_144 for name in ("FSC-A", "FSC-H", "SSC-A"))
    border = {0.5: linear_of(0.5), 0.48: linear_of(0.48)}
    singlet = (height >= 0.745098 * forward - 0.0723529) & (height <= 1.133333 * forward + 0.06)
    cells = singlet & (forward >= 0.12)
    lymphocytes = (
        cells
        & (dyes["PerCP-Cy5-5-A"] < border[0.5])
        & (dyes["BV510-A"] >= border[0.5])
        & (forward <= 0.8)
        & (side <= np.where(forward < 0.55, 0.2 + (forward - 0.12) * 0.12 / 0.43, 0.32))
    )
    t_cells = lymphocytes & (dyes["BV421-A"] >= border[0.5])
    car = t_cells & (dyes["PE-A"] >= border[0.48])
    seen = gated(BLOOD)
    assert (int(t_cells.sum()), int(car.sum())) == (
        seen.counted("T cells").count,
        seen.counted("CAR+").count,
    )
    result = seen.results[0]
    assert isinstance(result, Pair)
    assert (result.count, result.of) == (int(car.sum()), int(t_cells.sum()))


def linear_of(scaled: float) -> float:
    """The linear value at a place of the logicle scale T 262144, W 0.5, M 4.5, A 0.

    Moore and Parks 2012, doi:10.1002/cyto.a.22030: a e^(b y) - c e^(-d y) - f, with d found so that
    the second derivative is zero where the value is.
    """
    width, decades = 0.5, 4.5
    w = width / decades
    b = decades * np.log(10)

    def off(d: float) -> float:
        return float(2 * (np.log(d) - np.log(b)) + w * (b + d))

    low, high = 1e-9, b
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if off(middle) < 0 else (low, middle)
    d = (low + high) / 2
    c_a = np.exp((b + d) * 2 * w)
    f_a = np.exp(b * w) - c_a * np.exp(-d * w)  # the value is zero at w
    a = 262_144 / (np.exp(b) - f_a - c_a * np.exp(-d))
    values: NDArray[np.float64] = a * (np.exp(b * scaled) - c_a * np.exp(-d * scaled) - f_a)
    return float(values)
