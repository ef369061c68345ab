"""Gating-ML files: what is refused and how it is told, and names that XML does not allow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reinfuse.cytometry.gates.values import (
    FROM_FILE,
    Boolean,
    Dimension,
    Divider,
    Ellipsoid,
    GateSet,
    Operand,
    Polygon,
    Quadrant,
    Ratio,
    Rectangle,
    Side,
)
from reinfuse.cytometry.gatingml import (
    gatingml_text,
    parse_gatingml,
    read_gatingml,
    write_gatingml,
)
from reinfuse.cytometry.sample import Spill
from reinfuse.cytometry.scales.arithmetic import Asinh, Linear, Log
from reinfuse.cytometry.scales.biexponential import Biexponential
from reinfuse.cytometry.scales.bounded import Bounded
from reinfuse.cytometry.scales.hyperlog import Hyperlog
from reinfuse.cytometry.scales.logicle import Logicle
from reinfuse.errors import ReinfuseError

STANDARD = "http://www.isac-net.org/std/Gating-ML/v2.0"
RANGE = """
<gating:RectangleGate gating:id="{name}"{more}>
  <gating:dimension gating:compensation-ref="uncompensated" gating:min="{low}">
    <data-type:fcs-dimension data-type:name="CD3"/>
  </gating:dimension>
</gating:RectangleGate>
"""
X, Y = Dimension(name='CD3 <A> & "B"', scale="dye scale"), Dimension(name="FSC-A")
BY_X = Divider(name="1st / CD3", dimension=X, cuts=(0.25, 0.5))
BY_Y = Divider(name="Größe", dimension=Y, cuts=(1e99,))


def document(body: str) -> bytes:
    return (
        f'<gating:Gating-ML xmlns:gating="{STANDARD}/gating" '
        f'xmlns:transforms="{STANDARD}/transformations" xmlns:data-type="{STANDARD}/datatypes">'
        f"{body}</gating:Gating-ML>"
    ).encode()


def ranged(name: str, low: str = "1", more: str = "") -> str:
    return RANGE.format(name=name, low=low, more=more)


def told(body: str) -> list[str]:
    _, findings = parse_gatingml(document(body), source="gates.xml")
    return [finding.what for finding in findings]


def whole() -> GateSet:
    """Every kind of gate, scale, matrix and ratio, with names that no id may be."""
    return GateSet(
        gates=(
            Rectangle(
                name="CD3+/CD4+ (live)",
                sides=(Side(dimension=X, low=0.1, high=1 / 3), Side(dimension=Y, high=1e-99)),
            ),
            Polygon(
                name="dye scale",  # the name of a scale as well
                x=X,
                y=Dimension(name="ratio 1", compensation=FROM_FILE, scale="log"),
                corners=((0.1, 0.2), (0.3, -0.4), (0.5, 0.6)),
                parent="CD3+/CD4+ (live)",
            ),
            Ellipsoid(
                name="7",
                dimensions=(X, Y, Dimension(name="FITC", compensation="my matrix")),
                mean=(0.1, 0.2, 0.3),
                covariance=((2.0, 0.1, 0.0), (0.1, 2.0, 0.0), (0.0, 0.0, 1.5)),
                distance=0.7,
                parent="dye scale",
            ),
            Quadrant(name="low", of="CD3+/CD4+ (live)", stretches=((BY_X, 0), (BY_Y, 1))),
            Quadrant(name="mid", of="CD3+/CD4+ (live)", stretches=((BY_X, 1), (BY_Y, 0))),
            Quadrant(name="high", of="CD3+/CD4+ (live)", stretches=((BY_X, 2),)),
            Quadrant(name="other", of="second", stretches=((BY_Y, 0),), parent="low"),
            Boolean(
                name="neither nor",
                operator="and",
                operands=(Operand(gate="7", complement=True), Operand(gate="high")),
                parent="low",
            ),
            Boolean(name="not", operator="not", operands=(Operand(gate="neither nor"),)),
        ),
        scales={
            "dye scale": Logicle(top=262_144.0, width=0.5, decades=4.5, negative=0.1),
            "log": Log(top=262_144.0, decades=4.5),
            "flin": Linear(top=1000.0, shift=0.3),
            "fasinh": Asinh(top=1000.0, decades=4.0, negative=1.0),
            "hyperlog": Hyperlog(top=1000.0, width=0.5, decades=4.5),
            "ended": Bounded(scale=Log(top=100.0, decades=2.0), low=0.0),
            " both ends ": Bounded(scale=Log(top=100.0, decades=2.0), low=0.1, high=0.9),
        },
        matrices={
            "my matrix": Spill(
                channels=("FL1", "FL2", "FL3"),
                dyes=("FITC", "PE"),
                matrix=np.array([[1.0, 0.1, 0.01], [1 / 3, 1.0, 0.2]]),
            ),
            "of detectors": Spill(
                channels=("FL1", "FL2", "FL3"), matrix=np.array([[1.0, 0.1, 0.0], [0.2, 1.0, 0.3]])
            ),
        },
        ratios={"ratio 1": Ratio(numerator="FL1", denominator="FL2", a=2.7, b=-1.0, c=0.1)},
    )


def test_every_part_is_written_and_read_back_to_the_last_digit(tmp_path: Path) -> None:
    first = whole()
    write_gatingml(first, tmp_path / "gates.xml")
    again = read_gatingml(tmp_path / "gates.xml")
    assert again == first
    assert [each.name for each in tmp_path.iterdir()] == ["gates.xml"]


def test_a_scale_that_the_standard_has_not_is_refused_and_no_file_is_left(tmp_path: Path) -> None:
    gates = GateSet(gates=(), scales={"biex": Biexponential(top=262_144.0)})
    with pytest.raises(ReinfuseError, match="Gating-ML has no biexponential scale"):
        write_gatingml(gates, tmp_path / "gates.xml")
    assert list(tmp_path.iterdir()) == []


def test_quadrants_of_one_whole_that_stand_apart_cannot_be_written() -> None:
    by = Divider(name="x", dimension=Y, cuts=(1.0,))
    left = Quadrant(name="left", of="cross", stretches=((by, 0),))
    right = Quadrant(name="right", of="cross", stretches=((by, 1),))
    between = Rectangle(name="between", sides=(Side(dimension=Y),))
    for gates in ((left, between, right), (left, replace(right, parent="left"))):
        with pytest.raises(ReinfuseError, match="the quadrants of cross stand apart"):
            gatingml_text(GateSet(gates=gates))


def test_all_that_cannot_be_read_is_told_at_once_and_the_rest_is_read(tmp_path: Path) -> None:
    body = (
        ranged("good")
        + ranged("worded", "much")
        + ranged("endless", "inf")
        + '<gating:SpiderGate gating:id="spider"/>'
        + ranged("below spider", more=' gating:parent_id="spider"')
        + ranged("below that", more=' gating:parent_id="below spider"')
        + '<transforms:transformation transforms:id="split"><transforms:splitscale/>'
        "</transforms:transformation>"
        + '<transforms:transformation transforms:id="odd"><transforms:flog transforms:T="-1" '
        'transforms:M="2"/></transforms:transformation>' + ranged("good")
    )
    gate_set, findings = parse_gatingml(document(body), source="gates.xml")
    assert [gate.name for gate in gate_set.gates] == ["good", "good"]
    assert [finding.what for finding in findings] == [
        "the id good is given 2 times",
        "RectangleGate worded (line 8): min of dimension on line 9 is 'much', which is not a "
        "number",
        "RectangleGate endless (line 14): min of dimension on line 15 is 'inf', which is not a "
        "finite number",
        "SpiderGate spider (line 19) is a kind of gate that is not read",
        "transformation split (line 31): splitscale on line 31 is none of flin, flog, fasinh, "
        "logicle, hyperlog, fratio",
        findings[5].what,
        "gate below spider stands on gate spider, which is not there or was not read",
        "gate below that stands on gate below spider, which is not there or was not read",
    ]
    assert findings[5].what.startswith(
        "transformation odd (line 31): flog on line 31: no log scale has T = -1, M = 2; it needs"
    )
    (tmp_path / "gates.xml").write_bytes(document(body))
    with pytest.raises(ReinfuseError) as caught:
        read_gatingml(tmp_path / "gates.xml")
    assert caught.value.what == "; ".join(finding.what for finding in findings)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            '<gating:PolygonGate gating:id="p"><gating:dimension><data-type:fcs-dimension '
            'data-type:name="A"/></gating:dimension></gating:PolygonGate>',
            "PolygonGate p (line 1) needs two dimensions, and two numbers for each corner",
        ),
        ('<gating:RectangleGate gating:id="r"/>', "RectangleGate r (line 1) has no dimension"),
        (
            '<gating:RectangleGate><gating:dimension><data-type:fcs-dimension data-type:name="A"/>'
            "</gating:dimension></gating:RectangleGate>",
            "RectangleGate on line 1 has no id",
        ),
        ('<gating:EllipsoidGate gating:id="e"/>', "EllipsoidGate e (line 1) has no mean"),
        ('<gating:QuadrantGate gating:id="q"/>', "QuadrantGate q (line 1) has no Quadrant"),
        (
            '<gating:QuadrantGate gating:id="q"><gating:Quadrant gating:id="a"><gating:position '
            'gating:divider_ref="d" gating:location="1"/></gating:Quadrant></gating:QuadrantGate>',
            "QuadrantGate q (line 1): Quadrant a (line 1) names a divider d, which is not there",
        ),
        (
            '<gating:BooleanGate gating:id="b"><gating:not/></gating:BooleanGate>',
            "BooleanGate b (line 1) joins 0 gates by not",
        ),
        (
            '<gating:BooleanGate gating:id="b"><gating:xor/></gating:BooleanGate>',
            "BooleanGate b (line 1) needs one of and, or, not",
        ),
        (
            '<transforms:spectrumMatrix transforms:id="m"><transforms:fluorochromes/>'
            "<transforms:detectors/><transforms:spectrum/></transforms:spectrumMatrix>",
            "spectrumMatrix m (line 1) is not 0 by 0, as its dyes and detectors ask",
        ),
    ],
)
def test_an_element_that_is_not_whole_is_told_by_its_id_and_line(body: str, said: str) -> None:
    assert told(body) == [said]


def test_gates_that_need_a_scale_or_matrix_that_was_not_read_go_with_it() -> None:
    assert told(ranged("r").replace("uncompensated", "lost")) == [
        "gate r needs the matrix lost, which was not read"
    ]
    scaled = ranged("r").replace("gating:min", 'gating:transformation-ref="lost" gating:min')
    assert told(scaled) == ["gate r needs the scale lost, which was not read"]


def test_a_matrix_that_is_inverted_already_is_turned_back() -> None:
    inverted = np.linalg.inv(np.array([[1.0, 0.2], [0.1, 1.0]]))
    rows = "".join(
        "<transforms:spectrum>"
        + "".join(f'<transforms:coefficient transforms:value="{float(v)!r}"/>' for v in row)
        + "</transforms:spectrum>"
        for row in inverted
    )
    names = "".join(f'<data-type:fcs-dimension data-type:name="{name}"/>' for name in "AB")
    gate_set, findings = parse_gatingml(
        document(
            '<transforms:spectrumMatrix transforms:id="m" '
            'transforms:matrix-inverted-already="true">'
            f"<transforms:fluorochromes>{names}</transforms:fluorochromes>"
            f"<transforms:detectors>{names}</transforms:detectors>{rows}"
            "</transforms:spectrumMatrix>"
        ),
        source="gates.xml",
    )
    assert findings == ()
    assert gate_set.matrices["m"].matrix == pytest.approx(np.array([[1.0, 0.2], [0.1, 1.0]]))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares a document type"),
        (b"<a><b></a>", "the file is not XML: mismatched tag"),
        (b"", "the file is empty"),
        (b"FCS3.1", "the file is not XML"),
        (b"<a>" * 300 + b"</a>" * 300, "more than 256 deep"),
        (b"<Workspace/>", "the file begins with <Workspace>, not with <Gating-ML>"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "the file is not XML"),
    ],
)
def test_what_is_no_such_file_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(ReinfuseError, match=said):
        parse_gatingml(data, source="gates.xml")


def test_a_file_that_is_not_there_is_told_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(ReinfuseError, match="cannot be opened: No such file") as caught:
        read_gatingml(tmp_path / "nowhere.xml")
    assert caught.value.where == "nowhere.xml"
