"""A closed gate of two dimensions follows its cluster, as it is, or stays and says why."""

from __future__ import annotations

import numpy as np
import pytest

from reinfuse.cytometry.gates.values import (
    Dimension,
    Divider,
    Ellipsoid,
    Polygon,
    Rectangle,
    Side,
    Values,
)
from reinfuse.cytometry.placing.placed import anchored, place, place_together
from reinfuse.cytometry.placing.values import Cluster, Placeable, Standing

X, Y = Dimension(name="FSC-A"), Dimension(name="SSC-A")
HOW = Cluster(reach=(0.15, 0.15))
ELLIPSE = Ellipsoid(
    name="lymphocytes",
    dimensions=(X, Y),
    mean=(0.40, 0.50),
    covariance=((0.0016, 0.0005), (0.0005, 0.0036)),
    distance=6.0,
)
POLYGON = Polygon(
    name="lymphocytes", x=X, y=Y, corners=((0.3, 0.35), (0.5, 0.35), (0.5, 0.65), (0.3, 0.65))
)
BOX = Rectangle(
    name="lymphocytes",
    sides=(Side(dimension=X, low=0.3, high=0.5), Side(dimension=Y, low=0.35, high=0.65)),
)


def tube(seed: int, count: int, by: tuple[float, float] = (0.0, 0.0)) -> Values:
    """Lymphocytes at (0.40, 0.50), a half; monocytes at (0.80, 0.85), a quarter; debris."""
    rng = np.random.default_rng(seed)
    cells = np.concatenate(
        [
            rng.normal((0.40, 0.50), (0.04, 0.06), (count // 2, 2)),
            rng.normal((0.80, 0.85), (0.05, 0.05), (count // 4, 2)),
        ]
    )
    events = np.concatenate([cells + by, rng.random((count // 4, 2))])
    return {X: events[:, 0].copy(), Y: events[:, 1].copy()}


@pytest.mark.parametrize("gate", [ELLIPSE, POLYGON, BOX], ids=["ellipse", "polygon", "box"])
@pytest.mark.parametrize("by", [(0.0, 0.0), (0.1, -0.08), (-0.12, 0.05)])
def test_a_gate_follows_its_cluster_by_what_was_planted(
    gate: Placeable, by: tuple[float, float]
) -> None:
    placed = place(gate, tube(1, 8_000, by), HOW, scales={})
    shifts = tuple(move.shift for move in placed.moves)
    assert shifts == pytest.approx(by, abs=0.008)  # a seventh of the cluster's spread
    assert [move.border for move in placed.moves] == ["centre", "centre"]


def test_a_gate_is_moved_as_it_is() -> None:
    placed = place(POLYGON, tube(1, 8_000, (0.1, -0.08)), HOW, scales={})
    assert isinstance(placed.gate, Polygon)
    steps = np.subtract(placed.gate.corners, POLYGON.corners)
    assert np.ptp(steps, axis=0) == pytest.approx((0, 0), abs=1e-12)
    ellipse = place(ELLIPSE, tube(1, 8_000, (0.1, -0.08)), HOW, scales={}).gate
    assert isinstance(ellipse, Ellipsoid)
    assert (ellipse.covariance, ellipse.distance) == (ELLIPSE.covariance, ELLIPSE.distance)


def test_a_cluster_beyond_reach_is_told_and_not_followed() -> None:
    near = Cluster(reach=(0.06, 0.06))
    placed = place(ELLIPSE, tube(1, 8_000, (0.1, 0.0)), near, scales={})
    assert placed.guarded
    assert placed.gate == ELLIPSE
    assert placed.moves[0].found.scaled == pytest.approx(0.5, abs=0.01)
    (finding,) = placed.findings("tube.fcs")
    assert "lymphocytes: the data put FSC-A centre at 0.4994 (+0.09" in finding.what


@pytest.mark.parametrize("seed", range(8))
def test_where_events_are_spread_evenly_nothing_is_followed(seed: int) -> None:
    events = np.random.default_rng(seed).random((20_000, 2))
    placed = place(ELLIPSE, {X: events[:, 0], Y: events[:, 1]}, HOW, scales={})
    assert placed.gate == ELLIPSE
    assert placed.moves[0].standing is Standing.NOTHING


def test_with_few_events_nearby_the_template_stays() -> None:
    placed = place(ELLIPSE, tube(1, 240), HOW, scales={})
    assert placed.gate == ELLIPSE
    assert placed.moves[0].standing is Standing.FEW
    nan = {X: np.full(900, np.nan), Y: np.full(900, np.nan)}
    assert place(ELLIPSE, nan, HOW, scales={}).moves[0].standing is Standing.FEW


def test_a_gate_drawn_off_centre_keeps_its_place_by_its_cluster() -> None:
    off = Polygon(
        name="off", x=X, y=Y, corners=((0.25, 0.30), (0.60, 0.30), (0.60, 0.65), (0.25, 0.65))
    )
    reference = tube(1, 20_000)
    how = anchored(off, reference, HOW)
    assert how.anchor == pytest.approx((0.40, 0.50), abs=0.01)
    assert place(off, reference, how, scales={}).gate == off
    moved = place(off, tube(2, 20_000, (0.05, 0.02)), how, scales={})
    assert [move.shift for move in moved.moves] == pytest.approx([0.05, 0.02], abs=0.01)


def test_a_control_and_its_sample_share_one_gate() -> None:
    control, sample = tube(3, 2_000, (0.05, 0.0)), tube(4, 40_000, (0.05, 0.0))
    one = place_together(ELLIPSE, control=control, sample=sample, how=HOW, scales={})
    assert [move.shift for move in one.moves] == pytest.approx([0.05, 0.0], abs=0.01)


@pytest.mark.parametrize(
    "gate",
    [
        Divider(name="d", dimension=X, cuts=(0.5,)),
        Rectangle(name="open", sides=(Side(dimension=X, low=0.3), Side(dimension=Y, low=0.2))),
        Ellipsoid(
            name="three",
            dimensions=(X, Y, Dimension(name="CD45")),
            mean=(0.0, 0.0, 0.0),
            covariance=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
            distance=1.0,
        ),
    ],
    ids=["divider", "open", "three dimensions"],
)
def test_what_is_not_closed_in_two_dimensions_says_so(gate: Placeable) -> None:
    placed = place(gate, tube(1, 2_000), HOW, scales={})
    assert placed.gate == gate
    assert "only a closed gate of two dimensions" in placed.said[0]
