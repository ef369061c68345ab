"""Every file of gates that is written is one that ISAC's schema lets pass, or is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reinfuse.cytometry.gates.values import (
    Boolean,
    Dimension,
    Divider,
    Ellipsoid,
    Gate,
    GateSet,
    Operand,
    Polygon,
    Quadrant,
    Ratio,
    Rectangle,
    Side,
)
from reinfuse.cytometry.gatingml import gatingml_text, parse_gatingml
from reinfuse.cytometry.sample import Spill
from reinfuse.cytometry.scales.arithmetic import Log
from reinfuse.cytometry.scales.bounded import Bounded
from reinfuse.cytometry.strategy import read_panel, read_strategy, resolved
from reinfuse.errors import ReinfuseError
from tests.unit.cytometry_gatingml_schema import broken_rules
from tests.unit.cytometry_strategy_tubes import EXAMPLES, make_flow
from tests.unit.test_cytometry_gatingml import document, told, whole

A, B = Dimension(name="A"), Dimension(name="B")
CUT = Divider(name="cut", dimension=A, cuts=(1.0, 2.0))
OTHER = replace(CUT, cuts=(3.0,))
ROUND = Ellipsoid(
    name="e", dimensions=(A, B), mean=(0.0, 0.0), covariance=((1, 0), (0, 1)), distance=1.0
)
NAMES = ("", " CD3 ", "CD3\t+\n", "IFNγ", "CD3²", "½", "µ", "a:b", "FCS", "日本", "-", "x" * 300)


def again(gates: GateSet) -> GateSet:
    text = gatingml_text(gates)
    assert broken_rules(text) == []
    read, findings = parse_gatingml(text.encode(), source="gates.xml")
    assert findings == ()
    return read


def ranged(name: str, low: float = 1.0) -> Rectangle:
    return Rectangle(name=name, sides=(Side(dimension=A, low=low),))


def test_every_kind_of_gate_and_no_gate_at_all() -> None:
    for gates in (whole(), GateSet(gates=())):
        assert again(gates) == gates


@pytest.mark.parametrize("name", ["car-t", "b-all-mrd", "b-all-mrd-cd19-free"])
def test_the_shipped_strategies_on_the_invented_tubes(name: str) -> None:
    kind = "car-t" if name == "car-t" else "mrd"
    panel = read_panel(EXAMPLES / "flow" / f"{kind}-panel.yaml")
    tubes = [each.sample for each in make_flow().tubes()]
    fitting = [each for each in tubes if ("marrow" in each.file) == (kind == "mrd")]
    assert fitting
    for sample in fitting:
        gates = resolved(read_strategy(name), panel, sample)
        assert again(gates) == gates


def test_names_are_kept_to_the_last_blank_and_ids_are_what_xml_lets_them_be() -> None:
    gates = GateSet(gates=tuple(ranged(name) for name in NAMES[1:]))
    assert again(gates) == gates
    assert 'gating:id="IFNγ"' in gatingml_text(gates)


@pytest.mark.parametrize(
    "cuts",
    [(0.0,), (-5.0, 0.0), (0.1, np.nextafter(0.1, 1)), (-1e-90, 1e-90), (1e16, 2e16), (-3.0, -2.0)],
)
def test_every_stretch_has_a_place_that_single_precision_does_not_move(
    cuts: tuple[float, ...],
) -> None:
    divider = Divider(name="d", dimension=A, cuts=tuple(map(float, cuts)))
    stretches = range(len(cuts) + 1)
    gates = GateSet(
        gates=tuple(Quadrant(name=f"q{n}", of="q", stretches=((divider, n),)) for n in stretches)
    )
    assert again(gates) == gates


def test_bounds_stand_on_the_transformation_and_are_read_from_its_kind_as_well() -> None:
    gates = GateSet(
        gates=(), scales={"s": Bounded(scale=Log(top=10.0, decades=2.0), low=0.1, high=0.9)}
    )
    text = gatingml_text(gates)
    bounds = ' transforms:boundMin="0.1" transforms:boundMax="0.9"'
    assert f'<transforms:transformation transforms:id="s"{bounds}>' in text
    moved = text.replace(bounds, "").replace("<transforms:flog", f"<transforms:flog{bounds}")
    assert parse_gatingml(moved.encode(), source="gates.xml") == (gates, ())


def test_bounds_of_a_ratio_are_not_passed_over_in_silence() -> None:
    ratio = whole().ratios["ratio 1"]
    text = gatingml_text(GateSet(gates=(), ratios={"r": ratio}))
    bounded = text.replace('transforms:id="r"', 'transforms:id="r" transforms:boundMax="1"')
    _, (finding,) = parse_gatingml(bounded.encode(), source="gates.xml")
    assert finding.what == "transformation r (line 3) has bounds for a ratio, which are not read"


@pytest.mark.parametrize(
    ("gate", "said"),
    [
        (Rectangle(name="g", sides=()), "gate g has no sides"),
        (ranged("g", np.inf), "gate g holds inf, which no file of gates may hold"),
        (ranged("g", np.nan), "gate g holds nan"),
        (ranged("g", 1e-300), "gate g holds 1e-300"),
        (ranged(""), "a gate, scale, ratio or matrix has no name"),
        (replace(ranged("g"), parent="lost"), "gate g stands on gate lost, which is not there"),
        (
            Rectangle(name="g", sides=(Side(dimension=replace(A, scale="lost")),)),
            "gate g needs the scale lost",
        ),
        (
            Rectangle(name="g", sides=(Side(dimension=replace(A, compensation="lost")),)),
            "gate g needs the matrix lost",
        ),
        (
            Rectangle(name="g", sides=(Side(dimension=Dimension(name="")),)),
            "gate g looks at a channel without a name",
        ),
        (Polygon(name="g", x=A, y=B, corners=((0, 0), (1, 1))), "gate g has 2 corners"),
        (replace(ROUND, dimensions=(A,)), "gate e has 1 dimensions, fewer than two"),
        (replace(ROUND, mean=(0.0,)), "gate e has not a mean and covariances for each"),
        (replace(ROUND, distance=-1.0), "gate e has a squared distance below 0"),
        (Quadrant(name="g", of="q", stretches=()), "gate g is bounded by no divider"),
        (
            Quadrant(name="g", of="q", stretches=((replace(CUT, cuts=()), 0),)),
            "the divider cut of gate g has no cuts",
        ),
        (
            Quadrant(name="g", of="q", stretches=((replace(CUT, cuts=(1.0, 1.0)), 0),)),
            "the cuts of the divider cut of gate g do not rise",
        ),
        (
            Quadrant(name="g", of="q", stretches=((CUT, 3),)),
            "gate g is in stretch 3 of the divider cut",
        ),
        (
            Quadrant(name="g", of="q", stretches=((CUT, 0), (OTHER, 0))),
            "q has two dividers that are called cut",
        ),
        (Boolean(name="g", operator="and", operands=()), "gate g joins 0 gates by and"),
        (ranged("a\x00b"), r"a name holds the character '\x00', which no XML can hold"),
        (ranged("a\ud800b"), r"a name holds the character '\ud800'"),
    ],
)
def test_gates_that_no_valid_file_can_say_are_refused(gate: Gate, said: str) -> None:
    with pytest.raises(ReinfuseError) as caught:
        gatingml_text(GateSet(gates=(gate,)))
    assert caught.value.what.startswith(said)
    assert caught.value.fix


def test_other_things_that_no_valid_file_can_say_are_refused_all_at_once() -> None:
    first = ranged("g")
    alone = Boolean(name="one", operator="or", operands=(Operand(gate="g"),))
    with pytest.raises(ReinfuseError) as caught:
        gatingml_text(
            GateSet(
                gates=(first, first, alone),
                matrices={
                    "m": Spill(channels=("A",), matrix=np.eye(1)),
                    "n": Spill(channels=("A", "B"), dyes=("X", "Y"), matrix=np.eye(3)),
                    "o": Spill(channels=("A", ""), matrix=np.array([[1, np.inf], [0, 1]])),
                },
                ratios={"r": Ratio(numerator="A", denominator="", a=np.inf)},
            )
        )
    assert caught.value.what.split("; ") == [
        "gate g is there 2 times",
        "gate one joins 1 gates by or",
        "the ratio r has a channel without a name",
        "the ratio r holds inf, which no file of gates may hold",
        "the matrix m has fewer than two detectors or dyes",
        "the matrix n has other rows and columns than dyes and detectors",
        "the matrix o has a detector or dye without a name",
        "the matrix o holds inf, which no file of gates may hold",
    ]


def test_a_name_kept_without_its_id_is_passed_over() -> None:
    info = '<data-type:custom_info><reinfuse-name name="x"/><other/></data-type:custom_info>'
    assert told(info) == []


def test_the_rules_find_what_may_not_stand_in_a_divider() -> None:
    text = gatingml_text(whole())
    info = "<data-type:custom_info />"
    for place in ("</gating:divider>", "</gating:Quadrant>", "</transforms:transformation>"):
        assert any(
            "may not hold" in rule for rule in broken_rules(text.replace(place, f"{info}{place}"))
        )
    assert broken_rules(document("")) == ["g:Gating-ML may not hold: nothing"]
