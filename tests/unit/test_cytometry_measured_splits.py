"""A split of a population that was found: a share without a blank, that says what it is of."""

from __future__ import annotations

from pathlib import Path

import pytest
from scipy.stats import binomtest

from reinfuse.cytometry.measured import SplitResult, TubeMeasured, measure_tubes
from reinfuse.cytometry.strategy import read_panel_text, read_strategy_text
from reinfuse.errors import ReinfuseError
from tests.unit.cytometry_small_tubes import PANEL, STRATEGY, tube, written

SMALL = read_strategy_text(STRATEGY, "small.yaml")
LAB = read_panel_text(PANEL, "panel.yaml")
FMO = tube("fmo.fcs", positive=2, negative=1998)


def split(one: TubeMeasured) -> SplitResult:
    found = one.results[1]
    assert isinstance(found, SplitResult)
    return found


def test_a_split_of_what_was_found_needs_no_blank(tmp_path: Path) -> None:
    files = written(tmp_path, tube("day-07.fcs", positive=150, negative=1850), FMO)
    found = split(measure_tubes(files, SMALL, LAB).tubes[0])
    judge = binomtest(75, 150).proportion_ci(0.95, method="exact")
    assert (found.share.k, found.share.n) == (75, 150)
    assert (found.share.interval.low, found.share.interval.high) == pytest.approx(tuple(judge))
    assert (found.quantified, found.state) == (True, "a share of 150 events")
    assert "about 2 of them are background" in found.said[-1]


@pytest.mark.parametrize(
    ("positive", "control", "state"),
    [
        (2, True, "a share of 2 events; CAR-T: not detected"),
        (150, False, "a share of 150 events; CAR-T: counted, not judged: no blank"),
        (1, True, "a share of 1 event; CAR-T: not detected"),
    ],
)
def test_a_split_of_what_was_not_surely_found_says_so(
    positive: int, control: bool, state: str, tmp_path: Path
) -> None:
    sample = tube("day-07.fcs", positive=positive, negative=2000 - positive)
    (one,) = measure_tubes(written(tmp_path, sample, *([FMO] if control else [])), SMALL, LAB).tubes
    found = split(one)
    assert (found.quantified, found.state) == (False, state)


def test_a_split_of_a_population_that_no_result_counts_stands_alone(tmp_path: Path) -> None:
    text = STRATEGY.replace("count: CAR+ CD4+, of: CAR+,", "count: T cells, of: viable,")
    files = written(tmp_path, tube("day-07.fcs", positive=150, negative=1850), FMO)
    (one,) = measure_tubes(files, read_strategy_text(text, "small.yaml"), LAB).tubes
    assert (split(one).whole, split(one).state) == (None, "a share of 4,000 events")
    assert len(split(one).said) == 2


@pytest.mark.parametrize("more", ["controls: [fmo]", "analyte: T cells", "absolute: {T: T cells}"])
def test_a_split_is_given_nothing_that_only_a_share_has(more: str) -> None:
    text = STRATEGY.replace("kind: split,", f"kind: split, {more},")
    with pytest.raises(ReinfuseError, match=r"`CD4\+ of CAR-T` is a split: no blank"):
        read_strategy_text(text, "small.yaml")
