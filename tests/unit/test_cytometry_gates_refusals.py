"""What gates say when they cannot be applied, or hold nothing."""

from __future__ import annotations

import numpy as np
import pytest

from reinfuse.cytometry.fcs.spill import SPILL_UNREADABLE
from reinfuse.cytometry.gates.applied import members
from reinfuse.cytometry.gates.values import (
    FROM_FILE,
    Boolean,
    Dimension,
    Ellipsoid,
    GateSet,
    Operand,
    Polygon,
    Ratio,
)
from reinfuse.cytometry.sample import Spill
from reinfuse.cytometry.scales.biexponential import Biexponential
from reinfuse.cytometry.scales.logicle import Logicle
from reinfuse.errors import Finding, ReinfuseError, Severity
from tests.unit.cytometry_gated_tubes import stretch, tube

SAMPLE = tube(A=[1, 2, 3, 4], B=[10, 20, 30, 40])


def refusal(*gates: object, **parts: object) -> ReinfuseError:
    with pytest.raises(ReinfuseError) as caught:
        members(GateSet(gates=gates, **parts), SAMPLE)  # type: ignore[arg-type]
    return caught.value


def test_a_parent_or_operand_that_is_not_there_is_named_and_all_at_once() -> None:
    either = Boolean(name="either", operator="or", operands=(Operand(gate="ghost"),))
    told = refusal(stretch("low", "A", high=2, parent="nobody"), either)
    assert told.what == (
        "gate low stands on gate nobody, which is not there; "
        "gate either stands on gate ghost, which is not there"
    )
    assert told.fix == "the gates are: low, either"


def test_a_name_given_twice_is_refused() -> None:
    assert "gate low is there 2 times" in refusal(stretch("low", "A"), stretch("low", "B")).what


def test_gates_that_stand_on_themselves_are_told_as_a_circle() -> None:
    told = refusal(stretch("a", "A", parent="b"), stretch("b", "A", parent="c"),
                   stretch("c", "A", parent="a"))  # fmt: skip
    assert told.what == "gates stand on themselves: a on b on c on a"


def test_a_thousand_gates_in_each_other_are_no_trouble() -> None:
    deep = [stretch(f"g{n}", "A", low=1.5, parent=f"g{n + 1}") for n in range(3000)]
    gated = members(GateSet(gates=(*deep, stretch("g3000", "A"))), SAMPLE)
    assert gated.counts["g0"] == 3


def test_channels_matrices_and_scales_that_are_not_there_are_told_at_once() -> None:
    told = refusal(
        stretch("a", "C"),
        stretch("b", Dimension(name="A", scale="curve")),
        stretch("c", Dimension(name="A", compensation="mine")),
        stretch("d", Dimension(name="half")),
        ratios={"half": Ratio(numerator="A", denominator="D")},
    )
    assert told.what == (
        "there is no channel C; there is no scale curve; there is no matrix mine; "
        "there is no channel D"
    )
    assert (told.where, told.fix) == ("tube.fcs", "the channels are: A, B")


def test_only_what_is_asked_for_needs_its_channels() -> None:
    gates = GateSet(gates=(stretch("here", "A", low=2), stretch("gone", "C"),
                           stretch("below", "B", low=35, parent="here")))  # fmt: skip
    gated = members(gates, SAMPLE, names=["below"])
    assert set(gated.inside) == {"here", "below"}
    assert gated.counts == {"here": 3, "below": 1}
    with pytest.raises(ReinfuseError, match="there is no gate ghost"):
        members(gates, SAMPLE, names=["ghost"])


def test_a_matrix_of_the_file_that_cannot_be_read_is_not_taken_for_none() -> None:
    broken = Finding(severity=Severity.ERROR, rule=SPILL_UNREADABLE, what="SPILL is no matrix")
    gates = GateSet(gates=(stretch("a", Dimension(name="A", compensation=FROM_FILE)),))
    assert members(gates, SAMPLE).counts["a"] == 4  # a file without one: nothing is undone
    with pytest.raises(ReinfuseError, match="SPILL is no matrix"):
        members(gates, tube(findings=(broken,), A=[1], B=[2]))


def test_dyes_and_detectors_mean_the_same_compensated_values() -> None:
    spill = Spill(channels=("A", "B"), dyes=("FITC", "PE"), matrix=np.array([[1, 0.5], [0, 1]]))
    gates = GateSet(
        gates=tuple(
            stretch(name, Dimension(name=name, compensation="mine"), low=19.4)
            for name in ("B", "PE")
        ),
        matrices={"mine": spill},
    )
    # B - A / 2 is 9.5, 19, 28.5, 38
    assert members(gates, SAMPLE).counts == {"B": 2, "PE": 2}


def test_a_quotient_by_nothing_lies_in_no_gate() -> None:
    gates = GateSet(gates=(stretch("r", "r"),), ratios={"r": Ratio(numerator="B", denominator="A")})
    assert members(gates, tube(A=[0, 1, 2], B=[1, 1, 1])).inside["r"].tolist() == [
        False,
        True,
        True,
    ]


def test_an_empty_parent_is_told_and_its_gates_hold_nothing() -> None:
    gates = GateSet(gates=(stretch("none", "A", low=100), stretch("below", "B", parent="none")))
    gated = members(gates, SAMPLE)
    assert (gated.counts["below"], gated.parent_counts["below"]) == (0, 0)
    (told,) = gated.findings
    assert (told.severity, told.rule) == (Severity.GAP, "gate-in-empty-parent")
    assert told.what == "none holds no events, and gate below has nothing to look at"


def test_a_tube_without_events_is_told() -> None:
    (told,) = members(GateSet(gates=(stretch("a", "A"),)), tube(A=[])).findings
    assert told.what == "the tube holds no events, and gate a has nothing to look at"


def test_all_gates_behind_one_empty_population_are_told_once() -> None:
    gates = GateSet(
        gates=(
            stretch("none", "A", low=100),
            stretch("below", "B", parent="none"),
            stretch("far below", "B", parent="below"),
        )
    )
    (told,) = members(gates, SAMPLE).findings
    assert told.what == "none holds no events, and gates below, far below have nothing to look at"


def test_a_border_drawn_on_another_scale_is_told() -> None:
    scales = {"logicle": Logicle(top=1024.0, width=0.5, decades=4.5),
              "biex": Biexponential(top=1024.0)}  # fmt: skip
    gates = GateSet(
        gates=(
            stretch("channels", Dimension(name="A", scale="logicle"), low=500, high=900),
            stretch("above", Dimension(name="A", scale="logicle"), low=1.2),
            stretch("beyond", Dimension(name="A", scale="biex"), low=0.5, high=1.5),
            stretch("sound", Dimension(name="A", scale="biex"), low=0.0, high=1.0),
            stretch("linear", "A", low=2000),
        ),
        scales=scales,
    )
    told = {each.what.split()[1]: each for each in members(gates, SAMPLE).findings}
    assert set(told) == {"channels", "above", "beyond", "linear"}
    assert {each.rule for each in told.values()} == {"gate-beyond-scale"}
    assert told["beyond"].what == (
        "gate beyond lies where A has no events: its scale does not reach 1.5"
    )
    assert "begins at 1.2 on its scale, above all that the channel gives" in told["above"].what


def test_shapes_that_are_none_are_refused_by_name() -> None:
    plane = (Dimension(name="A"), Dimension(name="B"))
    flat = Ellipsoid(name="flat", dimensions=plane, mean=(1.0, 1.0),
                     covariance=((1.0, 1.0), (1.0, 1.0)), distance=1.0)  # fmt: skip
    short = Ellipsoid(name="short", dimensions=plane, mean=(1.0,),
                      covariance=((1.0,),), distance=1.0)  # fmt: skip
    lone = Boolean(name="lone", operator="xor", operands=(Operand(gate="a"),))
    assert refusal(flat).where == "gate flat"
    assert "has no inverse" in refusal(flat).what
    assert "needs 2 means" in refusal(short).what
    assert refusal(stretch("a", "A"), lone).what == "xor of 1 gates says nothing"


def test_a_border_in_double_precision_parts_events_in_single() -> None:
    tenth = np.float32(0.1)  # a little more than 0.1, which no float holds
    gates = GateSet(gates=(stretch("from", "A", low=0.1), stretch("to", "A", high=0.1)))
    gated = members(gates, tube(A=[tenth, np.nextafter(tenth, np.float32(0))]))
    assert gated.inside["from"].tolist() == [True, False]
    assert gated.inside["to"].tolist() == [False, True]


def test_a_polygon_without_extent_holds_what_lies_on_it() -> None:
    line = Polygon(name="line", x=Dimension(name="A"), y=Dimension(name="B"),
                   corners=((1.0, 10.0), (3.0, 30.0), (1.0, 10.0)))  # fmt: skip
    assert members(GateSet(gates=(line,)), SAMPLE).inside["line"].tolist() == [True] * 3 + [False]
