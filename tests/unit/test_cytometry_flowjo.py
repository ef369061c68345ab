"""FlowJo workspaces: what names mean, which borders are open, and what is not read."""

from __future__ import annotations

import numpy as np
import pytest

from reinfuse.cytometry.flowjo import WorkspaceSample, parse_workspace
from reinfuse.cytometry.gates.applied import members
from reinfuse.cytometry.gates.values import (
    UNCOMPENSATED,
    Boolean,
    Dimension,
    Ellipsoid,
    Polygon,
    Rectangle,
)
from reinfuse.cytometry.scales.arithmetic import Asinh, Log
from reinfuse.cytometry.scales.biexponential import Biexponential
from reinfuse.cytometry.scales.bounded import Bounded
from reinfuse.cytometry.scales.logicle import Logicle
from reinfuse.errors import ReinfuseError
from tests.unit.cytometry_gated_tubes import tube

STANDARD = "http://www.isac-net.org/std/Gating-ML/v2.0"
MATRIX = """
<transforms:spilloverMatrix prefix="Comp-" suffix="" name="Acquisition-defined">
  <data-type:parameters>
    <data-type:parameter data-type:name="APC-A"/><data-type:parameter data-type:name="PE-A"/>
  </data-type:parameters>
  <transforms:spillover data-type:parameter="APC-A">
    <transforms:coefficient data-type:parameter="APC-A" transforms:value="1"/>
    <transforms:coefficient data-type:parameter="PE-A" transforms:value="0.25"/>
  </transforms:spillover>
  <transforms:spillover data-type:parameter="PE-A">
    <transforms:coefficient data-type:parameter="APC-A" transforms:value="0.5"/>
    <transforms:coefficient data-type:parameter="PE-A" transforms:value="1"/>
  </transforms:spillover>
</transforms:spilloverMatrix>
"""
LINEAR = '<transforms:linear transforms:minRange="0" transforms:maxRange="1024" gain="{gain}">'
BIEX = (
    '<transforms:biex transforms:length="256" transforms:maxRange="262144" transforms:neg="0" '
    'transforms:width="-100" transforms:pos="4.5">'
)


def axis(begin: str, channel: str) -> str:
    tag = begin.split(maxsplit=1)[0].lstrip("<").rstrip(">")
    return f'{begin}<data-type:parameter data-type:name="{channel}"/></{tag}>'


def side(channel: str, low: float | None = None, high: float | None = None) -> str:
    ends = "" if low is None else f' gating:min="{low}"'
    ends += "" if high is None else f' gating:max="{high}"'
    name = f'<data-type:fcs-dimension data-type:name="{channel}"/>'
    return f"<gating:dimension{ends}>{name}</gating:dimension>"


def population(
    name: str, shape: str, *, below: str = "", count: int = -1, outside: bool = False
) -> str:
    kind = shape.split("|", maxsplit=1)[0]
    kept = 0 if outside else 1
    return (
        f'<Population name="{name}" count="{count}"><Gate><gating:{kind} eventsInside="{kept}">'
        f"{shape.partition('|')[2]}</gating:{kind}></Gate>"
        f"<Subpopulations>{below}</Subpopulations></Population>"
    )


def points(tag: str, *places: tuple[float, float]) -> str:
    vertices = "".join(
        "<gating:vertex>"
        + "".join(f'<gating:coordinate data-type:value="{value}"/>' for value in place)
        + "</gating:vertex>"
        for place in places
    )
    return f"<gating:{tag}>{vertices}</gating:{tag}>" if tag else vertices


def workspace(populations: str, *, axes: str = "", matrix: str = "") -> bytes:
    return f"""<Workspace xmlns:gating="{STANDARD}/gating"
        xmlns:transforms="{STANDARD}/transformations" xmlns:data-type="{STANDARD}/datatypes">
      <Groups><GroupNode name="All Samples"><Group><SampleRefs><SampleRef sampleID="7"/>
        </SampleRefs></Group></GroupNode><GroupNode name="Blood"><Group><SampleRefs>
        <SampleRef sampleID="7"/></SampleRefs></Group></GroupNode></Groups>
      <SampleList><Sample>
        <DataSet uri="file:/V:/flow/of%20somebody/day%2010.fcs" sampleID="7"/>
        {matrix}<Transformations>{axes}</Transformations>
        <Keywords><Keyword name="$OP" value="Somebody"/></Keywords>
        <SampleNode name="day 10.fcs" sampleID="7" count="4">
          <Subpopulations>{populations}</Subpopulations></SampleNode>
      </Sample></SampleList></Workspace>""".encode()


def read(populations: str, *, axes: str = "", matrix: str = "") -> WorkspaceSample:
    (only,) = parse_workspace(workspace(populations, axes=axes, matrix=matrix), source="w.wsp")
    return only


def told(sample: WorkspaceSample) -> list[str]:
    return [finding.what for finding in sample.findings]


def only_side(sample: WorkspaceSample) -> tuple[Dimension, float | None, float | None]:
    (gate,) = sample.gates.gates
    assert isinstance(gate, Rectangle)
    (one,) = gate.sides
    return one.dimension, one.low, one.high


def test_a_sample_has_its_bare_file_its_groups_and_flowjos_counts() -> None:
    inner = population("CD4+", f"RectangleGate|{side('A', 2)}", count=2)
    sample = read(population("Live", f"RectangleGate|{side('A', 1)}", below=inner))
    assert (sample.id, sample.file, sample.count) == ("7", "day 10.fcs", 4)
    assert sample.groups == ("All Samples", "Blood")
    assert sample.counts == {"Live": None, "Live/CD4+": 2}
    assert [(gate.name, gate.parent) for gate in sample.gates.gates] == [
        ("Live", None),
        ("Live/CD4+", "Live"),
    ]
    assert "omebody" not in repr(sample)


@pytest.mark.parametrize(
    ("name", "channel", "compensation"),
    [
        ("Comp-APC-A", "APC-A", "Acquisition-defined"),
        ("Comp-APC-A :: CD3", "APC-A", "Acquisition-defined"),
        ("APC-A", "APC-A", UNCOMPENSATED),
        ("FSC-A", "FSC-A", UNCOMPENSATED),
        ("Comp-FITC-A", "Comp-FITC-A", UNCOMPENSATED),  # a channel of that name, then
    ],
)
def test_a_compensated_channel_is_told_by_its_name(
    name: str, channel: str, compensation: str
) -> None:
    dimension, _, _ = only_side(
        read(population("p", f"RectangleGate|{side(name, 1)}"), matrix=MATRIX)
    )
    assert dimension == Dimension(name=channel, compensation=compensation)


def test_the_matrix_of_the_workspace_is_undone() -> None:
    sample = read(population("p", f"RectangleGate|{side('Comp-APC-A', 3.5, 4.5)}"), matrix=MATRIX)
    # 4 of APC and 8 of PE are seen as 4 + 8 / 2 and 8 + 4 / 4
    gated = members(sample.gates, tube(**{"PE-A": [9, 9], "APC-A": [8, 4]}))
    assert gated.inside["p"].tolist() == [True, False]


def test_each_kind_of_axis_is_a_scale() -> None:
    axes = "".join(
        axis(begin, name)
        for name, begin in {
            "lin": LINEAR.format(gain=1),
            "log": '<transforms:log transforms:offset="2" transforms:decades="3">',
            "biex": BIEX,
            "logicle": '<transforms:logicle transforms:T="1000" transforms:W="0.5" '
            'transforms:M="4.5" transforms:A="0">',
            "fasinh": '<transforms:fasinh transforms:T="1000" transforms:M="4" transforms:A="1">',
        }.items()
    )
    sample = read(population("p", f"RectangleGate|{side('lin', 3)}"), axes=axes)
    assert sample.gates.scales == {
        "log": Bounded(scale=Log(top=2000.0, decades=3.0), low=0.0, high=1.0),
        "biex": Biexponential(top=262_144.0, width=-100.0, positive=4.5, negative=0.0),
        "logicle": Logicle(top=1000.0, width=0.5, decades=4.5),
        "fasinh": Asinh(top=1000.0, decades=4.0, negative=1.0),
    }
    assert only_side(sample) == (Dimension(name="lin"), 3.0, None)


def test_a_border_at_the_end_of_an_axis_that_piles_up_is_open() -> None:
    sample = read(population("p", f"RectangleGate|{side('A', -1e6, 1e4)}"), axes=axis(BIEX, "A"))
    dimension, low, high = only_side(sample)
    assert (dimension, low) == (Dimension(name="A", scale="A"), None)
    assert high == pytest.approx(float(sample.gates.scales["A"].forward(1e4)))
    gated = members(sample.gates, tube(A=[-2e6, 0, 9e3, 2e4]))
    assert gated.inside["p"].tolist() == [True, True, True, False]


def test_times_are_in_seconds_and_the_file_has_ticks() -> None:
    axes = axis(LINEAR.format(gain=0.01), "Time") + axis(LINEAR.format(gain=0.01), "SSC-A")
    timed = read(population("p", f"RectangleGate|{side('Time', 2, 50)}"), axes=axes)
    assert only_side(timed)[1:] == (pytest.approx(200), pytest.approx(5000))
    other = read(population("p", f"RectangleGate|{side('SSC-A', 2, 50)}"), axes=axes)
    assert only_side(other)[1:] == (2.0, 50.0)


def test_corners_are_put_on_the_scales_of_the_axes() -> None:
    corners = points("", (1, 100), (1000, 100), (1000, 1e4))
    shape = f"PolygonGate|{side('lin')}{side('A')}{corners}"
    sample = read(population("p", shape), axes=axis(BIEX, "A") + axis(LINEAR.format(gain=1), "lin"))
    (gate,) = sample.gates.gates
    assert isinstance(gate, Polygon)
    up = sample.gates.scales["A"].forward(np.array([100.0, 1e4]))
    assert np.array(gate.corners) == pytest.approx(
        np.array([[1.0, up[0]], [1000.0, up[0]], [1000.0, up[1]]])
    )


def test_an_ellipse_is_told_in_bins_of_the_display() -> None:
    """Foci 6 apart and a long axis of 10 bins make half axes 5 and 4, along the first channel."""
    foci = points("foci", (97, 128), (103, 128))
    ends = points("edge", (95, 128), (105, 128), (100, 124), (100, 132))
    axes = axis(LINEAR.format(gain=1), "A") + axis(BIEX, "B")
    sample = read(population("p", f"EllipsoidGate|{side('A')}{side('B')}{foci}{ends}"), axes=axes)
    (gate,) = sample.gates.gates
    assert isinstance(gate, Ellipsoid)
    assert gate.mean == pytest.approx((400.0, 0.5))  # bins of 4 on one, of 1 / 256 on the other
    assert np.array(gate.covariance) == pytest.approx(np.diag([20.0**2, (4 / 256) ** 2]))
    assert gate.distance == 1.0


def test_a_gate_may_keep_what_lies_outside() -> None:
    inner = population("in", f"RectangleGate|{side('A', 2)}", outside=True)
    sample = read(population("Live", f"RectangleGate|{side('A', 1)}", below=inner))
    gated = members(sample.gates, tube(A=[0, 1, 2, 3]))
    assert gated.inside["Live/in"].tolist() == [False, True, False, False]
    assert set(sample.counts) == {"Live", "Live/in"}


def test_boolean_populations_join_others_by_their_paths() -> None:
    joined = "".join(
        f'<{tag} name="{tag}"><Dependents>{inner}</Dependents></{tag}>'
        for tag, inner in {
            "AndNode": '<Dependent name="a"/><Dependent name="b/c"/>',
            "OrNode": '<Dependent name="a"/><Dependent name="b/c"/>',
            "NotNode": '<Dependent name="a"/>',
        }.items()
    )
    below = population("c", f"RectangleGate|{side('A', None, 3)}")
    sample = read(
        population("a", f"RectangleGate|{side('A', 2)}")
        + population("b", f"RectangleGate|{side('A', 1)}", below=below)
        + '<Statistic name="Count" value="4"/>'
        + joined
    )
    assert told(sample) == []
    gated = members(sample.gates, tube(A=[0, 1, 2, 3]))
    assert gated.inside["AndNode"].tolist() == [False, False, True, False]
    assert gated.inside["OrNode"].tolist() == [False, True, True, True]
    assert gated.inside["NotNode"].tolist() == [True, True, False, False]
    assert [type(gate) for gate in sample.gates.gates[-3:]] == [Boolean] * 3


def test_what_is_not_read_is_named_and_all_else_is_read() -> None:
    strange = axis('<transforms:miltenyi transforms:x="1">', "M")
    corners = points("", (0, 0), (1, 0), (1, 1))
    below = population("below", f"RectangleGate|{side('A', 1)}")
    sample = read(
        population("curly", f"CurlyQuad|{side('A')}", below=below)
        + population("drawn", f"PolygonGate|{side('M')}{side('A')}{corners}")
        + population("ranged", f"RectangleGate|{side('M', 5)}")
        + population("twice", f"RectangleGate|{side('A', 1)}")
        + population("twice", f"RectangleGate|{side('A', 2)}")
        + '<Cluster name="k-means"/>'
        + population("worded", "RectangleGate|" + side("A", 1).replace('"1"', '"one"')),
        axes=strange + axis(LINEAR.format(gain=1), "A"),
        matrix=MATRIX.replace('transforms:value="0.25"', 'transforms:value="x"'),
    )
    assert [gate.name for gate in sample.gates.gates] == ["ranged", "twice"]
    assert sample.gates.gates[0] == Rectangle(
        name="ranged",
        sides=sample.gates.gates[0].sides,  # type: ignore[union-attr]
    )
    found = told(sample)
    assert found[0].startswith("the spill matrix is not read: value of coefficient")
    assert found[1:] == [
        "gate curly is not read: a gate of kind CurlyQuad is not read",
        "gate drawn is not read: M cannot be drawn: its axis is of kind miltenyi, which is none "
        "of linear, log, biex, flin, flog, fasinh, logicle, hyperlog",
        "gate twice is there twice, and only the first is read",
        "gate k-means is not read: a population of kind Cluster is not read",
        "gate worded is not read: min of dimension on line 25 is 'one', which is not a number",
        "gate curly/below stands on gate curly, which is not there or was not read",
    ]


def test_what_is_no_workspace_is_refused() -> None:
    with pytest.raises(ReinfuseError, match="begins with <Gating-ML>, not with <Workspace>"):
        parse_workspace(b"<Gating-ML/>", source="w.wsp")
    with pytest.raises(ReinfuseError, match="declares a document type"):
        parse_workspace(b"<!DOCTYPE Workspace><Workspace/>", source="w.wsp")
