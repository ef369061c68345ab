"""Pictures of gates: every event counted once, where other arithmetic puts it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from flowutils import transforms  # type: ignore[import-untyped]  # it ships no types

from reinfuse.cytometry.gates.inside import squared_distance
from reinfuse.cytometry.gates.values import (
    Dimension,
    Ellipsoid,
    GateSet,
    Polygon,
    Rectangle,
    Side,
)
from reinfuse.cytometry.pictures import Corners, GatePicture, Stretch, TubePictures, tube_pictures
from reinfuse.cytometry.pictures.shapes import pairs_of, shape_of
from reinfuse.cytometry.sample import Sample
from reinfuse.cytometry.scales.arithmetic import Linear, Log
from reinfuse.cytometry.scales.logicle import Logicle
from reinfuse.cytometry.strategy import TubeGated, apply_strategy, read_strategy
from tests.unit.cytometry_strategy_tubes import make_flow, tube
from tests.unit.report_flow_pages import blood, marrow

TOP = 262_144.0


def by_gate(pictures: TubePictures, name: str) -> GatePicture:
    return next(one for one in pictures.pictures if name in one.names)


@pytest.fixture(scope="module")
def sample() -> Sample:
    found: Sample = make_flow().tubes()[2].sample
    return found


@pytest.fixture(scope="module")
def gated(sample: Sample) -> TubeGated:
    return apply_strategy(sample, read_strategy("car-t"))


def test_a_density_is_what_other_arithmetic_counts(sample: Sample, gated: TubeGated) -> None:
    """Compensation by a solver, the scale by FlowUtils, the counts by NumPy's histogram."""
    picture = by_gate(tube_pictures(sample, gated), "CD4+")
    spill = sample.spill
    assert spill is not None
    assert picture.y is not None
    observed = np.stack([sample.values(name) for name in spill.channels]).astype(np.float64)
    true = np.linalg.solve(spill.matrix.T, observed)[:, gated.inside["T cells"]]
    places = [
        transforms.logicle(
            true[[spill.channels.index(ruler.dimension.name)]].T, None, t=TOP, w=0.5, m=4.5, a=0
        )[:, 0]
        for ruler in (picture.x, picture.y)
    ]
    edges = [np.linspace(ruler.low, ruler.high, ruler.bins + 1) for ruler in (picture.x, picture.y)]
    clipped = [np.clip(one, ends[0], ends[-1]) for one, ends in zip(places, edges, strict=True)]
    expected, _, _ = np.histogram2d(clipped[1], clipped[0], bins=(edges[1], edges[0]))
    # An event on an edge may fall to either side of it.
    assert np.abs(picture.counts - expected).sum() <= 4
    assert picture.counts.sum() == gated.populations["T cells"].count


def test_every_event_of_a_parent_is_counted_once(sample: Sample, gated: TubeGated) -> None:
    for picture in tube_pictures(sample, gated).pictures:
        whole = sample.count if picture.parent is None else gated.inside[picture.parent].sum()
        assert picture.parent_count == whole
        assert picture.counts.sum() + picture.placeless == whole, picture.names


def test_every_gate_with_borders_is_in_a_picture(sample: Sample, gated: TubeGated) -> None:
    seen = [name for one in tube_pictures(sample, gated).pictures for name in one.names]
    assert sorted(seen) == sorted(gated.populations)


def test_quadrants_of_one_parent_share_a_picture(sample: Sample, gated: TubeGated) -> None:
    names = by_gate(tube_pictures(sample, gated), "CAR+ naive").names
    kinds = ("naive", "central memory", "effector memory", "EMRA")
    assert names == tuple(f"CAR+ {kind}" for kind in kinds)


def test_a_picture_keeps_no_event_and_no_file(sample: Sample, gated: TubeGated) -> None:
    named = replace(sample, file="Somebody, Her Name.fcs")
    assert "Somebody" not in repr(tube_pictures(named, gated))


def test_a_control_lies_on_the_grid_of_its_sample() -> None:
    measured, book = blood()
    one = measured.tubes[-1]
    own = book.of(one)
    assert own is not None
    (control,) = book.controls_of(one)
    here, there = by_gate(own, "CAR+"), by_gate(control, "CAR+")
    assert (here.x, here.outlines[0].shape) == (there.x, there.outlines[0].shape)
    # What was counted for the blank is what is drawn.
    (result,) = (each for each in one.results if each.wanted.name == "CAR-T")
    (used,) = result.controls  # type: ignore[union-attr]  # it is a share
    assert (used.events, used.cells) == (there.outlines[0].count, there.parent_count)


def test_the_template_stands_beside_a_gate_that_moved_and_no_other() -> None:
    measured, book = marrow()
    one = measured.tubes[0]
    own = book.of(one)
    assert own is not None
    moved = {name for name, each in one.placed.items() if each.gate != each.template}
    assert moved
    for picture in own.pictures:
        for outline in picture.outlines:
            assert (outline.template is not None) == (outline.name in moved), outline.name
            assert outline.template != outline.shape


def test_ticks_stand_at_decades_on_both_sides_of_zero(sample: Sample, gated: TubeGated) -> None:
    ruler = by_gate(tube_pictures(sample, gated), "CAR+").x
    scale = Logicle(top=TOP, width=0.5, decades=4.5)
    linear = [tick.linear for tick in ruler.ticks]
    assert linear == [-1e3, -1e2, 0.0, 1e2, 1e3, 1e4, 1e5]
    assert [tick.place for tick in ruler.ticks] == pytest.approx(list(scale.forward(linear)))
    assert ruler.title == "CAR · PE-A"


def test_values_not_above_zero_have_no_place_on_a_logarithm() -> None:
    sample = tube({"A": ""}, [[-5.0, 0.0, 10.0, 100.0, 1e9]])
    dimension = Dimension(name="A", scale="log")
    gate = Rectangle(name="bright", sides=(Side(dimension=dimension, low=0.5),))
    gated = _gated(sample, gate, Log(top=1000.0, decades=3.0))
    (picture,) = tube_pictures(sample, gated).pictures
    assert picture.placeless == 2
    assert picture.counts.sum() == 3
    assert picture.counts[-1] == 1  # beyond the top, and told at the end


def test_an_empty_tube_has_pictures_too() -> None:
    sample = tube({"A": ""}, [[]])
    sample = replace(sample, events=np.zeros((1, 0), dtype=np.float32))
    gate = Rectangle(name="any", sides=(Side(dimension=Dimension(name="A"), low=0.5),))
    (picture,) = tube_pictures(sample, _gated(sample, gate, Linear(top=1.0))).pictures
    assert picture.counts.sum() == 0
    assert picture.parent_count == 0


def test_an_ellipse_is_drawn_where_its_distance_is() -> None:
    x, y, z = (Dimension(name=name) for name in "xyz")
    covariance = ((4.0, 1.0, 0.5), (1.0, 2.0, 0.1), (0.5, 0.1, 1.0))
    gate = Ellipsoid(
        name="e", dimensions=(x, y, z), mean=(1.0, 2.0, 3.0), covariance=covariance, distance=3.0
    )
    shape = shape_of(gate, x, y)
    assert isinstance(shape, Corners)
    points = np.array(shape.points).T
    seen = np.array(covariance)[:2, :2]
    assert squared_distance(list(points), np.array([1.0, 2.0]), seen) == pytest.approx(3.0)
    # Its shadow on one axis is as wide as the picture of two.
    flat = shape_of(gate, x, None)
    assert isinstance(flat, Stretch)
    assert flat.high == pytest.approx(1.0 + math.sqrt(4.0 * 3.0))
    assert points[0].max() == pytest.approx(flat.high, abs=0.01)


def test_a_box_of_more_dimensions_is_seen_from_every_side() -> None:
    a, b, c = (Dimension(name=name) for name in "abc")
    assert pairs_of((a,)) == ((a, None),)
    assert pairs_of((a, b, a)) == ((a, b),)
    assert pairs_of((a, b, c)) == ((a, b), (a, c))
    box = Rectangle(
        name="box",
        sides=(Side(dimension=a, low=1.0), Side(dimension=b, high=2.0), Side(dimension=c, low=3.0)),
    )
    shape = shape_of(box, a, c)
    assert isinstance(shape, Corners)
    assert shape.points[0] == (1.0, 3.0)
    assert shape.points[2] == (math.inf, math.inf)
    line = Polygon(name="p", x=a, y=b, corners=((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))
    assert shape_of(line, a, b) == Corners(points=line.corners)


def test_what_was_compensated_is_told(sample: Sample, gated: TubeGated) -> None:
    assert tube_pictures(sample, gated).spill.startswith("spill matrix of the file, 9 x 9: FITC-A,")
    bare = replace(sample, spill=None)
    assert "carries no spill matrix" in tube_pictures(bare, gated).spill


def _gated(sample: Sample, gate: Rectangle, scale: Linear | Log) -> TubeGated:
    """One gate on a tube, without a strategy."""
    return TubeGated(
        file=sample.file,
        sha256=sample.sha256,
        data_set=1,
        strategy="",
        version="",
        events=sample.count,
        gate_set=GateSet(gates=(gate,), scales={"log": scale}),
        placed=(),
        channels={},
        populations={},
        inside={gate.name: np.zeros(sample.count, dtype=np.bool_)},
        left_out=(),
        results=(),
        findings=(),
    )
