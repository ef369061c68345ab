"""Tubes with known cells: counts, blanks, guards, carryover, drift, and files that fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reinfuse.cytometry.measured import (
    Measured,
    NoResult,
    ShareResult,
    TubeMeasured,
    as_plain,
    measure_tubes,
)
from reinfuse.cytometry.numbers import Blank, NoBlank, PerMicrolitre, State
from reinfuse.cytometry.placing.values import Standing
from reinfuse.cytometry.sample import Sample, Spill
from reinfuse.cytometry.strategy import read_panel_text, read_strategy_text
from reinfuse.cytometry.strategy.tube import TubeGated
from reinfuse.errors import ReinfuseError
from tests.unit.cytometry_small_tubes import CHANNELS, PANEL, STRATEGY, tube, written

SMALL = read_strategy_text(STRATEGY, "small.yaml")
LAB = read_panel_text(PANEL, "panel.yaml")
FMO = tube("fmo.fcs", positive=2, negative=1998)


def measured(files: list[Path], **more: object) -> Measured:
    return measure_tubes(files, SMALL, LAB, **more)  # type: ignore[arg-type]


def share(one: TubeMeasured, name: str = "CAR-T") -> ShareResult:
    found = next(result for result in one.results if result.wanted.name == name)
    assert isinstance(found, ShareResult)
    return found


def test_every_cell_is_counted_where_it_was_put(tmp_path: Path) -> None:
    sample = tube("day-07.fcs", positive=150, negative=1850, dead=100, others=2000, debris=300)
    found = measured(written(tmp_path, sample, FMO))
    (one,) = found.tubes
    counts = {name: each.count for name, each in one.gated.populations.items()}
    assert counts == {
        "cells": 4100, "viable": 4000, "T cells": 2000, "CAR+": 150, "CAR+ CD4+": 75
    }  # fmt: skip
    result = share(one)
    assert (result.measured.share.k, result.measured.share.n) == (150, 2000)
    assert result.measured.state is State.QUANTIFIED
    blank = result.measured.blank
    assert isinstance(blank, Blank)
    assert (blank.events, blank.cells) == (2, 2000)
    assert result.measured.value == pytest.approx((150 - 2) / (2000 - 2))  # Abbott's correction
    assert one.viability == pytest.approx(4000 / 4100)
    assert (one.events, one.site) == (4400, "blood")
    assert found.complete


def test_an_fmo_of_a_stain_that_must_be_dark_is_no_blank(tmp_path: Path) -> None:
    text = STRATEGY.replace("CAR: above 0.5}", "CAR: above 0.5, CD4: below 0.9}")
    panel = read_panel_text(PANEL.replace("without: CAR", "without: CD4"), "panel.yaml")
    files = written(tmp_path, tube("day-07.fcs", positive=50, negative=950), FMO)
    (one,) = measure_tubes(files, read_strategy_text(text, "small.yaml"), panel).tubes
    assert isinstance(share(one).measured.blank, NoBlank)


def test_a_control_is_no_sample_and_tells_what_it_was_used_for(tmp_path: Path) -> None:
    files = written(tmp_path, FMO, *(tube(f"day-{day}.fcs", positive=50, negative=950)
                                     for day in ("07", "14")))  # fmt: skip
    found = measured(files)
    assert [one.file for one in found.tubes] == ["day-07.fcs", "day-14.fcs"]
    (control,) = found.controls
    assert control.used_for == ("day-07.fcs", "day-14.fcs")
    assert {one.file for one in share(found.tubes[0]).controls} == {"fmo.fcs"}


def test_a_control_is_counted_behind_the_borders_of_its_sample(tmp_path: Path) -> None:
    """The control places the CAR border; the blank then is what it holds beyond that border."""
    chance = np.random.default_rng(3)
    bright = tube("fmo.fcs", positive=0, negative=3000)
    row = list(CHANNELS).index("Y1-A")
    # Negatives that end just above the template: the border follows them.
    bright.events[row] = 700 * np.exp(chance.normal(0, 0.2, bright.count))
    sample = tube("day-07.fcs", positive=100, negative=1900)
    found = measured(written(tmp_path, sample, bright))
    (one,) = found.tubes
    (move,) = one.placed["CAR+"].moves
    assert move.standing is Standing.MOVED
    blank = share(one).measured.blank
    assert isinstance(blank, Blank)
    assert blank.events / blank.cells == pytest.approx(0.01, abs=0.002)  # by the quantile 0.99
    fixed = measured(written(tmp_path, sample, bright), placing=False)
    assert fixed.tubes[0].placed == {}
    unmoved = share(fixed.tubes[0]).measured.blank
    assert isinstance(unmoved, Blank)
    assert unmoved.events != blank.events
    assert any(one.rule == "flow-control-elsewhere" for one in found.tubes[0].findings)


def test_an_fmo_of_another_stain_is_no_blank_of_the_car(tmp_path: Path) -> None:
    panel = read_panel_text(PANEL.replace("without: CAR", "without: CD4"), "panel.yaml")
    files = written(tmp_path, tube("day-07.fcs", positive=50, negative=950), FMO)
    (one,) = measure_tubes(files, SMALL, panel).tubes
    blank = share(one).measured.blank
    assert isinstance(blank, NoBlank)
    assert "no control (fmo or car-negative) was given" in blank.reason
    assert share(one).measured.state is State.COUNTED


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("day-07.fcs", 400 * (100 - 2 / 2) / (1000 - 1)),  # the count is of T cells
        ("day-14.fcs", 1000 * (100 / 3000 - 2 / 4000) / (1 - 2 / 4000)),  # of living cells
    ],
)
def test_cells_per_microlitre_by_the_count_of_either_denominator(
    file: str, expected: float, tmp_path: Path
) -> None:
    files = written(tmp_path, tube(file, positive=100, negative=900), FMO)
    (one,) = measured(files).tubes
    per_ul = share(one).per_ul
    assert isinstance(per_ul, PerMicrolitre)
    assert per_ul.value == pytest.approx(expected, rel=1e-9)


def test_beads_give_a_concentration_without_any_count(tmp_path: Path) -> None:
    text = STRATEGY.replace("  CD4: {scale: dye}\ndividers", "  CD4: {scale: dye}\n"
        "  BEADS: {light: beads, scale: dye}\ndividers").replace(
        "viable: viable", "  - {name: beads, gate: {sides: {BEADS: above 0.85}}, source: ours}\n"
        "viable: viable")  # fmt: skip
    panel = PANEL.replace("CAR: Y1-A}", "CAR: Y1-A, BEADS: B1-A}").replace(
        "counts: {T cells: 400 /uL}", "beads: {added: 10000, volume: 50 uL}"
    )
    channels = {**CHANNELS, "B1-A": ""}
    sample = tube("day-07.fcs", positive=100, negative=900, channels=channels)
    sample.events[-1, :500] = 200_000.0
    fmo = tube("fmo.fcs", positive=0, negative=2000)
    (one,) = measure_tubes(
        written(tmp_path, sample, fmo),
        read_strategy_text(text, "beads.yaml"),
        read_panel_text(panel, "panel.yaml"),
    ).tubes
    per_ul = share(one).per_ul
    assert isinstance(per_ul, PerMicrolitre)
    assert per_ul.value == pytest.approx(100 / 500 * 10000 / 50)


def test_carryover_is_looked_for_in_the_tube_that_ran_before(tmp_path: Path) -> None:
    def at(time: str) -> dict[str, str]:
        return {"$DATE": "02-MAY-2026", "$BTIM": time}

    full = tube("day-07.fcs", positive=40_000, negative=100, keywords=at("10:00:00"))
    next_ = tube("day-14.fcs", positive=30, negative=9970, keywords=at("10:05:00"))
    late = tube("day-28.fcs", positive=30, negative=9970, keywords=at("10:20:00"))
    none = tube("fmo.fcs", positive=0, negative=4000)
    found = measured(written(tmp_path, late, next_, full, none))
    by_file = {one.file: one for one in found.tubes}
    assert [by_file[name].before for name in ("day-07.fcs", "day-14.fcs", "day-28.fcs")] == [
        "", "day-07.fcs", "day-14.fcs"
    ]  # fmt: skip
    suspected = share(by_file["day-14.fcs"]).measured
    assert suspected.state is State.NOT_EVALUABLE
    assert "carryover suspected: 40,000" in suspected.reasons[0]
    assert share(by_file["day-28.fcs"]).measured.state is not State.NOT_EVALUABLE
    assert share(by_file["day-07.fcs"]).measured.unchecked == ("carryover",)


def test_the_order_of_the_files_can_stand_for_times(tmp_path: Path) -> None:
    files = written(tmp_path, *(tube(f"day-{day}.fcs", positive=50, negative=950)
                                for day in ("14", "07")), FMO)  # fmt: skip
    before = {one.file: one.before for one in measured(files, in_order=True).tubes}
    assert before == {"day-14.fcs": "", "day-07.fcs": "day-14.fcs"}
    assert {one.before for one in measured(files).tubes} == {""}


def test_a_dying_sample_is_not_judged(tmp_path: Path) -> None:
    sample = tube("day-07.fcs", positive=100, negative=900, others=0, dead=1000)
    (one,) = measured(written(tmp_path, sample, FMO)).tubes
    assert share(one).measured.state is State.NOT_EVALUABLE
    assert "50 % of cells are viable" in share(one).measured.reasons[0]


def test_a_day_that_glows_less_is_told_as_drift(tmp_path: Path) -> None:
    days = ("07", "14", "21", "28", "35")
    panel = PANEL + "".join(f"  - {{file: day-{day}.fcs, infusion: 1, day: {day}}}\n"
                            for day in ("21", "35"))  # fmt: skip
    tubes = [
        tube(f"day-{day}.fcs", positive=300, negative=700, dead=300,
             brightness=9_000.0 if day == "21" else 20_000.0)
        for day in days
    ]  # fmt: skip
    found = measure_tubes(written(tmp_path, *tubes, FMO), SMALL, read_panel_text(panel, "p.yaml"))
    (drift,) = found.drift
    assert (drift.where, drift.rule) == ("day-21.fcs", "flow-drift-instrument")
    assert "CD3" in drift.what
    (series, *_) = found.series
    assert (series.name, series.infusion) == ("CAR-T", 1)
    assert [point.day for point in series.points] == [7, 14, 21, 28, 35]


SINGULAR = Spill(channels=("R1-A", "Y1-A"), matrix=np.array([[1.0, 1.0], [1.0, 1.0]]))


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (b"not an FCS file at all" * 10, "FCS"),
        (b"", "FCS"),
        (tube("bad.fcs", positive=5, negative=50,
              channels={k: v for k, v in CHANNELS.items() if k != "R1-A"}), "CD3"),
        (tube("bad.fcs", positive=5, negative=50, spill=SINGULAR), "inverse|singular|undone"),
    ],
    ids=["no FCS", "empty", "no CD3", "singular"],
)  # fmt: skip
def test_a_file_that_fails_is_told_and_the_others_are_measured(
    bad: bytes | Sample, told: str, tmp_path: Path
) -> None:
    files = written(tmp_path, tube("day-07.fcs", positive=50, negative=950), FMO)
    path = tmp_path / "bad.fcs"
    if isinstance(bad, bytes):
        path.write_bytes(bad)
    else:
        written(tmp_path, bad)
    found = measured([path, *files])
    (failed,) = found.failed
    assert failed.file == "bad.fcs"
    assert "bad.fcs" in failed.where
    with pytest.raises(ReinfuseError, match=f"(?s).*({told})"):
        raise ReinfuseError(failed.why)
    assert [one.file for one in found.tubes] == ["day-07.fcs"]
    assert not found.complete
    assert as_plain(found)["complete"] is False


def test_an_empty_parent_fails_what_the_record_asks_and_nothing_else(tmp_path: Path) -> None:
    empty = tube("day-14.fcs", positive=0, negative=0, dead=0)
    none = tube("day-28.fcs", positive=0, negative=1000)
    found = measured(written(tmp_path, empty, none, FMO))
    without, negative = found.tubes
    result = without.results[0]
    assert isinstance(result, NoResult)
    assert result.because == "T cells holds no events"
    assert result.failed
    assert ("flow-no-result", "error") in {
        (one.rule, str(one.severity)) for one in without.findings
    }
    # No CAR-T cell to be CD4+: that is no failure.
    subset = negative.results[1]
    assert isinstance(subset, NoResult)
    assert not subset.failed
    assert share(negative).measured.state is State.NOT_DETECTED
    assert not found.complete


def test_a_broken_control_costs_the_limit_and_not_the_count(tmp_path: Path) -> None:
    files = written(tmp_path, tube("day-07.fcs", positive=50, negative=950))
    control = tmp_path / "fmo.fcs"
    control.write_bytes(b"FCS3.1 cut off")
    found = measured([*files, control])
    assert [one.file for one in found.failed] == ["fmo.fcs"]
    result = share(found.tubes[0]).measured
    assert (result.share.k, result.state) == (50, State.COUNTED)
    assert isinstance(result.blank, NoBlank)
    assert "fmo.fcs" in result.blank.reason


def test_one_file_under_two_names_is_measured_once(tmp_path: Path) -> None:
    files = written(tmp_path, tube("day-07.fcs", positive=50, negative=950), FMO)
    again = tmp_path / "day-14.fcs"
    again.write_bytes(files[0].read_bytes())
    found = measured([*files, again])
    assert [one.file for one in found.tubes] == ["day-07.fcs"]
    assert "same bytes as day-07.fcs" in found.failed[0].why


def test_two_files_of_one_name_cannot_be_told_apart(tmp_path: Path) -> None:
    files = written(tmp_path, tube("day-07.fcs", positive=50, negative=950), FMO)
    (tmp_path / "more").mkdir()
    other = replace(tube("other", positive=60, negative=950), file="day-07.fcs")
    found = measured([*files, *written(tmp_path / "more", other)])
    assert len(found.tubes) == 1
    assert found.failed[0].why.startswith("another file has the same name")


def test_a_control_that_nothing_was_compared_with_is_told(tmp_path: Path) -> None:
    panel = PANEL.replace("without: CAR}", "without: CAR, control_of: [day-14.fcs]}")
    files = written(tmp_path, tube("day-07.fcs", positive=50, negative=950), FMO)
    found = measure_tubes(files, SMALL, read_panel_text(panel, "panel.yaml"))
    assert ("flow-control-idle", "fmo.fcs") in {(one.rule, one.where) for one in found.findings}


def test_a_stain_with_the_label_of_another_marker_is_told(tmp_path: Path) -> None:
    channels = {**CHANNELS, "R1-A": "CD38 APC", "Y1-A": ""}
    files = written(tmp_path, tube("day-07.fcs", positive=50, negative=950, channels=channels), FMO)
    (one,) = measured(files).tubes
    told = [each.what for each in one.findings if each.rule == "flow-other-label"]
    assert told == ["R1-A is taken for CD3, and its stain is labelled CD38 APC"]


def test_whoever_watches_sees_each_sample_and_then_its_controls(tmp_path: Path) -> None:
    seen: list[tuple[str, str, int]] = []

    def watch(sample: Sample, gated: TubeGated, *, control_of: str) -> None:
        seen.append((sample.file, control_of, int(gated.inside["T cells"].sum())))

    files = written(tmp_path, tube("day-07.fcs", positive=50, negative=950), FMO)
    found = measured(files, watch=watch)
    assert seen == [("day-07.fcs", "", 1000), ("fmo.fcs", "day-07.fcs", 2000)]
    assert found.tubes[0].gated.inside == {}  # events are let go


def test_the_panel_is_told_of_tubes_and_counts_that_are_of_no_use(tmp_path: Path) -> None:
    panel = PANEL.replace("counts: {T cells", "counts: {monocytes").replace("day-28", "day-29")
    files = written(tmp_path, tube("day-07.fcs", positive=50, negative=950), FMO)
    found = measure_tubes(files, SMALL, read_panel_text(panel, "panel.yaml"))
    rules = [one.rule for one in found.findings]
    assert rules.count("flow-tube-absent") == 2
    assert "flow-count-unused" in rules
    assert replace(found, findings=()).complete


TIMED = STRATEGY.replace("markers:\n", "markers:\n  Time: {light: time}\n").replace(
    "populations:\n  - name: cells\n",
    "populations:\n  - {name: steady, gate: {sides: {Time: above 0}}, source: ours}\n"
    "  - name: cells\n    parent: steady\n",
)


def test_a_stretch_in_which_the_stains_glowed_less_is_left_out_and_told(tmp_path: Path) -> None:
    channels = {**CHANNELS, "Time": ""}
    sample = tube("day-07.fcs", positive=1000, negative=9000, others=10_000, channels=channels)
    sample.events[-1] = np.arange(sample.count)
    stains = [list(CHANNELS).index(name) for name in ("R1-A", "Y1-A")]
    sample.events[np.ix_(stains, range(6000, 8000))] *= 0.05
    fmo = tube("fmo.fcs", positive=2, negative=3998, channels=channels)
    strategy = read_strategy_text(TIMED, "timed.yaml")
    files = written(tmp_path, sample, fmo)
    (one,) = measure_tubes(files, strategy, LAB).tubes
    (told,) = [finding for finding in one.findings if finding.rule == "flow-unsteady"]
    assert "signals lay elsewhere" in told.what
    assert one.events == sample.count
    # Whole slices of 500 events go, and nothing but them.
    assert sample.count - 3100 <= one.gated.events <= sample.count - 2000
    (whole,) = measure_tubes(files, strategy, LAB, placing=False).tubes
    assert whole.gated.events == sample.count


def test_a_short_or_steady_tube_keeps_every_event(tmp_path: Path) -> None:
    channels = {**CHANNELS, "Time": ""}
    tubes = [
        tube("day-07.fcs", positive=50, negative=950, channels=channels),
        tube("day-14.fcs", positive=1000, negative=9000, others=10_000, channels=channels),
    ]
    for one in tubes:
        one.events[-1] = np.arange(one.count)
    found = measure_tubes(written(tmp_path, *tubes), read_strategy_text(TIMED, "t.yaml"), LAB)
    assert [one.gated.events for one in found.tubes] == [one.count for one in tubes]


def test_a_matrix_that_names_absent_channels_fails_its_file_with_the_keyword(
    tmp_path: Path,
) -> None:
    spill = Spill(channels=("R1-A", "Y1-A"), matrix=np.array([[1.0, 0.1], [0.1, 1.0]]))
    good = tube("day-14.fcs", positive=50, negative=950, spill=spill)
    bad = tube("day-07.fcs", positive=50, negative=950, spill=spill)
    files = written(tmp_path, good, bad, FMO)
    content = files[1].read_bytes()
    assert content.count(b"2,R1-A,Y1-A") == 1
    files[1].write_bytes(content.replace(b"2,R1-A,Y1-A", b"2,Q1-A,Y1-A"))
    found = measured(files)
    (failed,) = found.failed
    assert failed.file == "day-07.fcs"
    assert failed.why.startswith("$SPILLOVER names Q1-A, of which the file has no channel")
    assert [one.file for one in found.tubes] == ["day-14.fcs"]
