"""What must not become a negative: wrong controls, gates beyond a channel, next to no cells."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import numpy as np
import pytest

from reinfuse.cytometry.fcs import write_fcs
from reinfuse.cytometry.measured import (
    Measured,
    NoResult,
    ShareResult,
    measure_tubes,
    observations,
    observe,
)
from reinfuse.cytometry.numbers import Blank, NoBlank, PerMicrolitre, State
from reinfuse.cytometry.strategy import read_panel_text, read_strategy_text
from reinfuse.errors import Severity
from reinfuse.quantity import Limit
from tests.unit.cytometry_small_tubes import CHANNELS, PANEL, STRATEGY, tube, written

SMALL = read_strategy_text(STRATEGY, "small.yaml")
LAB = read_panel_text(PANEL, "panel.yaml")
FMO = tube("fmo.fcs", positive=2, negative=1998)
SAMPLE = tube("day-07.fcs", positive=150, negative=1850)
SECOND = "  - {file: other.fcs, role: fmo, without: CAR}\n"


def measured(files: list[Path], panel: str = PANEL, strategy: str = STRATEGY) -> Measured:
    return measure_tubes(
        files, read_strategy_text(strategy, "small.yaml"), read_panel_text(panel, "panel.yaml")
    )


def share(found: Measured, place: int = 0) -> ShareResult:
    result = found.tubes[place].results[0]
    assert isinstance(result, ShareResult)
    return result


def test_a_sample_is_no_control_of_itself(tmp_path: Path) -> None:
    """As its own blank, any tube would be "not detected"."""
    (sample,) = written(tmp_path, SAMPLE)
    twin = tmp_path / "fmo.fcs"
    shutil.copy(sample, twin)
    found = measured([sample, twin])
    assert share(found).measured.state is State.COUNTED
    assert isinstance(share(found).measured.blank, NoBlank)
    (failed,) = found.failed
    assert failed.file == "fmo.fcs"
    assert "same bytes as the sample" in failed.why
    assert not found.complete


def test_a_control_given_twice_is_counted_once(tmp_path: Path) -> None:
    files = written(tmp_path, SAMPLE, FMO)
    twin = tmp_path / "other.fcs"
    shutil.copy(files[1], twin)
    found = measured([*files, twin], PANEL + SECOND)
    blank = share(found).measured.blank
    assert isinstance(blank, Blank)
    assert (blank.events, blank.cells) == (2, 2000)
    (failed,) = found.failed
    assert (failed.file, failed.why.endswith("the same bytes as fmo.fcs")) == ("other.fcs", True)


def test_a_gate_that_no_event_can_reach_gives_no_negative(tmp_path: Path) -> None:
    beyond = STRATEGY.replace("CAR: above 0.5}", "CAR: above 1.6}")
    found = measured(written(tmp_path, SAMPLE, FMO), strategy=beyond)
    result = found.tubes[0].results[0]
    assert isinstance(result, NoResult)
    assert result.failed
    assert "gate CAR+ lies where its channel can have no events" in result.because
    assert observations(found) == ()
    assert not found.complete


def test_a_gate_without_events_that_its_channel_reaches_is_a_negative(tmp_path: Path) -> None:
    none = tube("day-07.fcs", positive=0, negative=2000)
    found = measured(written(tmp_path, none, FMO))
    assert share(found).measured.state is State.NOT_DETECTED


def test_so_few_cells_that_nothing_could_show_are_not_evaluable(tmp_path: Path) -> None:
    few = tube("day-07.fcs", positive=0, negative=3)
    found = measured(written(tmp_path, few, FMO))
    assert share(found).measured.state is State.NOT_EVALUABLE
    assert "too few cells looked at" in share(found).measured.reasons[0]
    assert observations(found) == ()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("day-10 FMO car.fcs", True),
        ("unstained_2.fcs", True),
        ("fmoser.fcs", False),
        ("day-10.fcs", False),
    ],
)
def test_a_control_by_its_name_that_was_measured_as_a_sample_is_told(
    tmp_path: Path, name: str, told: bool
) -> None:
    found = measured(written(tmp_path, tube(name, positive=20, negative=980)))
    rules = [(one.rule, one.where, one.severity) for one in found.findings]
    wanted = ("flow-control-as-sample", name, Severity.AMBIGUITY)
    assert (wanted in rules) is told


def test_two_data_sets_of_a_file_have_ids_of_their_own(tmp_path: Path) -> None:
    both = tmp_path / "both.fcs"
    write_fcs(both, SAMPLE, tube("day-14.fcs", positive=90, negative=910))
    found = observe(measured([both, *written(tmp_path, FMO)])).observations
    assert len(found) == len({one.id for one in found}) == 2


@pytest.mark.parametrize(
    ("positive", "negative", "state", "limit"),
    [
        (150, 1850, State.QUANTIFIED, Limit.EXACT),
        (15, 1985, State.NOT_QUANTIFIABLE, Limit.AT_MOST),
        (0, 2000, State.NOT_DETECTED, Limit.BELOW),
    ],
)
def test_cells_per_microlitre_are_quoted_as_the_share_is(
    tmp_path: Path, positive: int, negative: int, state: State, limit: Limit
) -> None:
    sample = tube("day-07.fcs", positive=positive, negative=negative)
    found = share(measured(written(tmp_path, sample, FMO)))
    assert found.measured.state is state
    assert isinstance(found.per_ul, PerMicrolitre)
    quoted = found.per_ul.quantity
    assert quoted is not None
    assert quoted.limit is limit
    assert (found.per_ul.value == quoted.value) is (limit is Limit.EXACT)


def test_values_that_are_no_numbers_are_told_and_make_no_noise(tmp_path: Path) -> None:
    rows = list(CHANNELS)
    odd = tube("day-07.fcs", positive=150, negative=1850)
    odd.events[rows.index("R1-A"), ::50] = np.nan
    odd.events[rows.index("Y1-A"), ::70] = np.inf
    odd.events[rows.index("V1-A"), ::90] = -np.inf
    nothing = tube("day-14.fcs", positive=150, negative=1850)
    nothing.events[:] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = measured(written(tmp_path, odd, nothing, FMO))
    assert share(found).measured.share.n < 2000
    told = [one.what for each in found.tubes for one in each.findings]
    assert sum("are no finite numbers" in what for what in told) == 2
    assert isinstance(found.tubes[1].results[0], NoResult)
