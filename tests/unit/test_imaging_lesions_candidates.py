"""Candidates over a whole body: all of them listed, hinted at, and none accepted by itself."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.lesions import Candidate, Connection, Organ, accept, find_candidates
from reinfuse.imaging.volume import Grid, Volume
from studies._pet_phantom import Ellipsoid, image

# A scan from the crown to the thighs, 1 m; x to the left, y to the back, z to the head.
TRUNK = Ellipsoid(axes=(340.0, 220.0, 1100.0), suv=0.8)
PLACES = {
    "brain": Ellipsoid(axes=(130.0, 160.0, 110.0), suv=8.0, centre=(0, 0, 430)),
    "heart": Ellipsoid(axes=(70.0, 60.0, 60.0), suv=8.0, centre=(40, -40, 180)),
    "left kidney": Ellipsoid(axes=(40.0, 40.0, 80.0), suv=9.0, centre=(60, 40, 0)),
    "right kidney": Ellipsoid(axes=(40.0, 40.0, 80.0), suv=9.0, centre=(-60, 40, -10)),
    "bladder": Ellipsoid(axes=(60.0, 60.0, 50.0), suv=30.0, centre=(0, -20, -290)),
    "mass": Ellipsoid(axes=(40.0, 50.0, 90.0), suv=9.0, centre=(-70, -40, -140)),
    "node": Ellipsoid(axes=(12.0, 12.0, 12.0), suv=16.0, centre=(90, -30, 60)),
}
HALF = (180.0, 120.0, 500.0)


@cache
def body() -> Volume:
    return image(
        [TRUNK, *PLACES.values()],
        half_mm=HALF,
        spacing_mm=(6.0, 6.0, 6.0),
        psf_mm=7.0,
        generator=np.random.default_rng(2),
        finest_mm=6.0,
    )


@cache
def found() -> tuple[Candidate, ...]:
    return find_candidates(body(), psf_mm=7.0)


def at(name: str, candidates: tuple[Candidate, ...] | None = None) -> Candidate:
    centre = np.asarray(PLACES[name].centre)
    near = [c for c in candidates or found() if np.linalg.norm(c.place - centre) < 20]
    assert len(near) == 1, name
    return near[0]


def organs(candidate: Candidate) -> set[Organ]:
    return {hint.organ for hint in candidate.hints}


@pytest.mark.parametrize(
    ("name", "hinted"),
    [
        ("brain", {Organ.BRAIN}),
        ("heart", {Organ.HEART}),
        ("left kidney", {Organ.KIDNEY, Organ.PAIR}),
        ("right kidney", {Organ.KIDNEY, Organ.PAIR}),
        ("bladder", {Organ.BLADDER}),
        ("mass", set()),
    ],
)
def test_uptake_is_hinted_at_by_where_it_is(name: str, hinted: set[Organ]) -> None:
    assert organs(at(name)) == hinted


def test_what_has_no_hint_comes_first_and_hints_remove_nothing() -> None:
    assert [candidate.number for candidate in found()] == [1, 2, 3, 4, 5, 6]
    assert at("mass").number == 1
    hinted = [candidate.ml * candidate.mean for candidate in found()[1:]]
    assert hinted == sorted(hinted, reverse=True)


def test_a_node_below_3_ml_comes_only_on_request() -> None:
    assert len(found()) == 6
    small = find_candidates(body(), least_ml=0.5, psf_mm=7.0)
    assert len(small) == 7
    node = at("node", small)
    assert node.ml < 3.0
    assert "lesion-too-small-to-measure" in {guard.rule for guard in node.drawn.guards}


def test_a_candidate_is_everything_at_its_threshold() -> None:
    """All masks together are exactly the voxels of SUV 4 or more, each once."""
    everything = find_candidates(body(), least_ml=0.0)
    total = sum(candidate.drawn.whole.astype(int) for candidate in everything)
    assert np.array_equal(total, (body().values >= 4.0).astype(int))
    mass = at("mass", everything)
    inside = body().values[mass.drawn.whole]
    assert mass.ml == pytest.approx(len(inside) * 0.216)
    assert mass.hottest == pytest.approx(float(inside.max()))
    assert mass.mean == pytest.approx(float(inside.mean()), rel=1e-5)
    assert mass.height == pytest.approx(0.36, abs=0.03)
    assert mass.drawn.method.name == "SUV 4, 6-connected"


def test_a_person_accepts_by_number_and_gives_the_label() -> None:
    mass = at("mass")
    (lesion,) = accept(found(), {mass.number: "L1"})
    assert lesion.label == "L1"
    assert np.array_equal(lesion.whole, mass.drawn.whole)
    assert accept(found(), {}) == ()
    small = find_candidates(body(), least_ml=0.5, psf_mm=7.0)
    (node,) = accept(small, {at("node", small).number: "L2"})
    assert node.guards
    assert all(guard.what.startswith("L2: ") and guard.about == ("L2",) for guard in node.guards)


def test_a_number_that_is_not_there_and_a_label_twice_are_refused() -> None:
    with pytest.raises(ReinfuseError, match="there is no candidate 99") as caught:
        accept(found(), {99: "L1"})
    assert caught.value.fix == "choose from 1 to 6"
    with pytest.raises(ReinfuseError, match="two lesions have the same label"):
        accept(found(), {1: "L1", 2: "L1"})


def test_an_empty_scan_has_no_candidate() -> None:
    grid = Grid(shape=(5, 5, 5), origin=np.zeros(3), steps=4.0 * np.eye(3)[:, ::-1])
    for value in (0.0, 1.0, np.nan):
        values = np.full(grid.shape, value, np.float32)
        assert find_candidates(Volume(values=values, grid=grid, unit="SUVbw")) == ()


def test_corners_join_what_faces_do_not() -> None:
    grid = Grid(shape=(6, 6, 6), origin=np.zeros(3), steps=10.0 * np.eye(3)[:, ::-1])
    values = np.zeros(grid.shape, np.float32)
    values[1:3, 1:3, 1:3] = values[3:5, 3:5, 3:5] = 5.0
    volume = Volume(values=values, grid=grid, unit="SUVbw")
    assert [c.drawn.voxels for c in find_candidates(volume)] == [8, 8]
    joined = find_candidates(volume, connection=Connection.CORNERS)
    assert [c.drawn.voxels for c in joined] == [16]
