"""A strategy on one tube: markers become channels, and populations are counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reinfuse.cytometry.fcs.spill import SPILL_UNREADABLE
from reinfuse.cytometry.gates.values import FROM_FILE, UNCOMPENSATED, Polygon, Rectangle
from reinfuse.cytometry.sample import Spill
from reinfuse.cytometry.strategy import (
    NoPair,
    NoShare,
    Pair,
    Panel,
    Resolved,
    Strategy,
    apply_strategy,
    read_panel_text,
    read_strategy,
    read_strategy_text,
    resolve,
    resolved,
)
from reinfuse.errors import Finding, ReinfuseError, Severity
from tests.unit.cytometry_strategy_tubes import HEAD, tube

STEPS = f"""{HEAD}
populations:
  - {{name: cells, gate: {{sides: {{FSC-A: above 10}}}}, if_absent: skip}}
  - {{name: T cells, parent: cells, gate: {{sides: {{CD3: above 10}}}}}}
  - name: CD4+
    parent: T cells
    gate: {{quadrant: {{CD4: high, CD8: low}}}}
    if_absent: leave out
  - name: CD8+
    parent: T cells
    gate: {{quadrant: {{CD4: low, CD8: high}}}}
    if_absent: leave out
  - {{name: neither, parent: T cells, gate: {{and: [not CD4+, not CD8+]}}}}
results:
  - {{name: CD4, count: CD4+, of: T cells}}
  - {{name: "CD4:CD8", kind: ratio, count: CD4+, of: CD8+}}
"""
CHANNELS = {"FSC-A": "", "FL1-A": "CD3", "FL2-A": "CD4", "FL3-A": "CD8"}
EVENTS = [  # one column for each event
    [5, 20, 20, 20, 20, 20],
    [20, 20, 20, 20, 20, 0],
    [20, 20, 20, 0, 0, 20],
    [0, 0, 0, 20, 0, 0],
]


def strategy_of(text: str = STEPS) -> Strategy:
    return read_strategy_text(text, "s.yaml")


def notes(found: Resolved) -> list[str]:
    return [one.what for one in found.findings if one.rule != "flow-not-compensated"]


def steps_on(channels: dict[str, str], panel: Panel | None = None) -> Resolved:
    return resolve(strategy_of(), panel, tube(channels))


def test_every_population_is_counted_in_its_parent() -> None:
    gated = apply_strategy(tube(CHANNELS, EVENTS), strategy_of())
    counts = {name: (one.count, one.parent_count) for name, one in gated.populations.items()}
    assert counts == {
        "cells": (5, 6),
        "T cells": (4, 5),
        "CD4+": (2, 4),
        "CD8+": (1, 4),
        "neither": (1, 4),
    }
    assert gated.inside["neither"].tolist() == [False, False, False, False, True, False]


def test_shares_of_parent_and_grandparent_are_in_percent() -> None:
    gated = apply_strategy(tube(CHANNELS, EVENTS), strategy_of())
    assert gated.counted("CD4+").of_parent == 50.0
    assert gated.counted("CD4+").of_grandparent == 40.0
    assert gated.counted("cells").of_parent == pytest.approx(100 * 5 / 6)
    assert gated.counted("cells").of_grandparent == gated.counted("cells").of_parent


def test_a_tube_says_what_it_is_and_which_borders_were_used() -> None:
    sample = tube(CHANNELS, EVENTS)
    gated = apply_strategy(sample, strategy_of())
    assert (gated.file, gated.sha256, gated.events) == ("tube.fcs", sample.sha256, 6)
    assert (gated.strategy, gated.version) == ("small", "1")
    assert gated.channels == {"FSC-A": "FSC-A", "CD3": "FL1-A", "CD4": "FL2-A", "CD8": "FL3-A"}
    gate = next(one for one in gated.gate_set.gates if one.name == "T cells")
    assert isinstance(gate, Rectangle)
    assert (gate.sides[0].dimension.name, gate.sides[0].low) == ("FL1-A", 10.0)


def test_results_are_pairs_of_counts() -> None:
    share, ratio = apply_strategy(tube(CHANNELS, EVENTS), strategy_of()).results
    assert isinstance(share, Pair)
    assert isinstance(ratio, Pair)
    assert (share.count, share.of) == (2, 4)
    assert (ratio.count, ratio.of) == (2, 1)


def test_a_step_that_a_tube_cannot_have_is_passed_over_and_said() -> None:
    found = steps_on({name: stain for name, stain in CHANNELS.items() if name != "FSC-A"})
    parents = {gate.name: gate.parent for gate in found.gate_set.gates}
    assert parents == {"T cells": None, "CD4+": "T cells", "CD8+": "T cells", "neither": "T cells"}
    assert notes(found) == ["cells is passed over: FSC-A: no channel is named FSC-A"]


def test_what_hangs_on_a_population_that_is_left_out_is_left_out_too() -> None:
    channels = {name: stain for name, stain in CHANNELS.items() if stain != "CD8"}
    found = steps_on(channels)
    assert [gate.name for gate in found.gate_set.gates] == ["cells", "T cells"]
    assert {one.name: one.because for one in found.left_out} == {
        "CD4+": "CD8: no stain is labelled CD8",
        "CD8+": "CD8: no stain is labelled CD8",
        "neither": "CD4+ is left out; CD8+ is left out",
    }
    gated = apply_strategy(tube(channels), strategy_of())
    assert [type(one) for one in gated.results] == [NoPair, NoPair]
    with pytest.raises(ReinfuseError, match=r"there is no population CD4\+: CD8: no stain is"):
        gated.counted("CD4+")


def test_a_marker_that_is_needed_is_missed_by_name() -> None:
    with pytest.raises(ReinfuseError, match="there is no channel for a marker") as caught:
        steps_on({"FSC-A": "", "FL2-A": "CD4", "FL9-A": "CD20"})
    assert "CD3: no stain is labelled CD3" in caught.value.what
    assert caught.value.where == "tube.fcs"
    assert caught.value.fix == (
        "name its channel in a panel; the channels are: FSC-A, FL2-A (CD4), FL9-A (CD20)"
    )


def test_a_marker_that_the_panel_has_wrong_is_missed_with_the_panel() -> None:
    panel = read_panel_text("channels: {CD3: APC-A}", "panel.yaml")
    with pytest.raises(ReinfuseError, match="the panel says APC-A, and there is no") as caught:
        steps_on(CHANNELS, panel)
    assert caught.value.where == "tube.fcs, panel.yaml"
    assert caught.value.fix.startswith("correct its channel in the panel; the channels are: FSC-A")


def test_two_markers_on_one_channel_are_refused() -> None:
    panel = read_panel_text("channels: {CD3: FL1-A, CD4: FL1-A}", "panel.yaml")
    with pytest.raises(ReinfuseError, match="CD3 and CD4: both would be read from FL1-A"):
        steps_on(CHANNELS, panel)


def test_a_marker_may_stand_in_for_another_and_it_is_said() -> None:
    text = STEPS.replace("CD3: {}", "CD3: {instead: [CD2]}\n  CD2: {}")
    found = resolve(strategy_of(text), None, tube({**CHANNELS, "FL1-A": "CD2"}))
    assert found.channels["CD3"] == "FL1-A"
    assert notes(found) == ["CD2 stands in place of CD3, which the tube lacks"]
    both = resolve(strategy_of(text), None, tube({**CHANNELS, "FL4-A": "CD2"}))
    assert both.channels["CD3"] == "FL1-A"
    assert notes(both) == []


def dimension_of(found: Resolved) -> tuple[str, str]:
    gate = next(one for one in found.gate_set.gates if one.name == "T cells")
    assert isinstance(gate, Rectangle)
    return gate.sides[0].dimension.name, gate.sides[0].dimension.compensation


def test_stains_are_compensated_by_the_matrix_of_the_file() -> None:
    spill = Spill(channels=("FL1-A", "FL2-A"), matrix=np.eye(2))
    found = resolve(strategy_of(), None, tube(CHANNELS, spill=spill))
    assert dimension_of(found) == ("FL1-A", FROM_FILE)
    copied = {"FSC-A": "", "Comp-FL1-A": "CD3", "FL2-A": "CD4", "FL3-A": "CD8"}
    assert dimension_of(resolve(strategy_of(), None, tube(copied, spill=spill))) == (
        "Comp-FL1-A",
        UNCOMPENSATED,
    )


def test_stains_without_a_matrix_are_gated_as_acquired_and_it_is_said() -> None:
    gated = apply_strategy(tube(CHANNELS, EVENTS), strategy_of())
    assert "flow-not-compensated" in {one.rule for one in gated.findings}
    spill = Spill(channels=("FL1-A", "FL2-A"), matrix=np.eye(2))
    with_matrix = apply_strategy(tube(CHANNELS, EVENTS, spill=spill), strategy_of())
    assert with_matrix.findings == ()
    assert with_matrix.populations == gated.populations


def test_a_matrix_that_could_not_be_read_is_not_passed_over() -> None:
    told = Finding(
        severity=Severity.ERROR, rule=SPILL_UNREADABLE, what="$SPILLOVER names FL7", where="x"
    )
    sample = replace(tube(CHANNELS, EVENTS), findings=(told,))
    with pytest.raises(ReinfuseError, match=r"\$SPILLOVER names FL7"):
        apply_strategy(sample, strategy_of())
    panel = Panel(name="p", compensated=False)
    assert apply_strategy(sample, strategy_of(), panel).counted("T cells").count == 4


def test_a_panel_may_say_that_nothing_is_to_be_undone() -> None:
    spill = Spill(channels=("FL1-A", "FL2-A"), matrix=np.eye(2))
    panel = Panel(name="p", compensated=False)
    found = resolve(strategy_of(), panel, tube(CHANNELS, spill=spill))
    assert dimension_of(found) == ("FL1-A", UNCOMPENSATED)
    assert found.findings == ()


def test_a_matrix_of_the_panel_is_used_in_place_of_the_file() -> None:
    # Nine of ten parts of what FL2 sees come from the dye of FL1.
    matrix = Spill(channels=("FL1-A", "FL2-A"), matrix=np.array([[1.0, 0.9], [0.0, 1.0]]))
    panel = Panel(name="p", matrix=matrix)
    sample = tube(CHANNELS, [[20, 20], [20, 20], [20, 40], [0, 0]])
    gated = apply_strategy(sample, strategy_of(), panel)
    assert gated.counted("CD4+").count == 1
    assert apply_strategy(sample, strategy_of()).counted("CD4+").count == 2


def test_a_population_without_events_has_no_share_and_says_why() -> None:
    gated = apply_strategy(tube(CHANNELS, [[0], [0], [0], [0]]), strategy_of())
    assert gated.counted("T cells").of_parent == NoShare(because="cells holds no events")
    assert any("cells holds no events, and gate" in one.what for one in gated.findings)


def test_a_placed_gate_is_used_in_place_of_the_template() -> None:
    sample, strategy = tube(CHANNELS, EVENTS), strategy_of()
    template = next(one for one in resolved(strategy, None, sample).gates if one.name == "cells")
    assert isinstance(template, Rectangle)
    moved = replace(template, sides=(replace(template.sides[0], low=2.0),))
    gated = apply_strategy(sample, strategy, placements={"cells": moved})
    assert gated.counted("cells").count == 6
    assert gated.placed == ("cells",)


def test_a_placed_gate_that_fits_nothing_is_refused() -> None:
    sample, strategy = tube(CHANNELS, EVENTS), strategy_of()
    template = next(one for one in resolved(strategy, None, sample).gates if one.name == "cells")
    with pytest.raises(ReinfuseError, match="a gate is placed for blasts, and the tube has no"):
        apply_strategy(sample, strategy, placements={"blasts": template})
    with pytest.raises(ReinfuseError, match=r"the gate placed for CD4.* is of another kind"):
        apply_strategy(sample, strategy, placements={"CD4+": template})


def test_without_cd45_and_viability_the_shipped_strategy_still_counts_t_cells() -> None:
    found = resolve(
        read_strategy("car-t"),
        None,
        tube({"FSC-A": "", "SSC-A": "", "PE-A": "CAR", "APC-A": "CD3"}),
    )
    parents = {gate.name: gate.parent for gate in found.gate_set.gates}
    assert parents == {
        "cells": None,
        "lymphocytes": "cells",
        "T cells": "lymphocytes",
        "CAR+": "T cells",
    }
    said = " ".join(one.what for one in found.findings)
    for name in ("steady", "singlets", "viable", "leukocytes"):
        assert f"{name} is passed over" in said
    for name in ("CD4+", "CAR+ naive", "B cells"):
        assert f"{name} is left out" in said


def test_memory_is_told_by_cd62l_where_ccr7_is_missing() -> None:
    channels = {"FSC-A": "", "SSC-A": "", "PE-A": "CAR", "APC-A": "CD3"}
    channels |= {"FITC-A": "CD45RA", "BV605-A": "CD62L"}
    found = resolve(read_strategy("car-t"), None, tube(channels))
    assert found.channels["CCR7"] == "BV605-A"
    assert "CD62L stands in place of CCR7, which the tube lacks" in {
        one.what for one in found.findings
    }


def test_a_polygon_gets_both_its_channels() -> None:
    found = resolve(
        read_strategy("car-t"), None, tube({"FS INT": "", "SS INT": "", "FL1": "CAR", "FL2": "CD3"})
    )
    gate = next(one for one in found.gate_set.gates if one.name == "lymphocytes")
    assert isinstance(gate, Polygon)
    assert (gate.x.name, gate.y.name) == ("FS INT", "SS INT")
