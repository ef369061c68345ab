"""The failures that a threshold commits in silence: each one is told, and a clean lesion is not."""

import numpy as np
import pytest

from reinfuse.errors import Severity
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.lesions import (
    HALF_WAY,
    MAX_41,
    SUV_2_5,
    SUV_4,
    Holes,
    NoLesion,
    Region,
    delineate,
    region_between,
    voxel_at,
)
from reinfuse.imaging.lesions.smallness import shortest_axis_mm
from reinfuse.imaging.volume import Volume
from studies._pet_phantom import Ellipsoid, image

SPACING = (3.0, 4.07, 4.07)
PSF = 6.0
MASS = Ellipsoid(axes=(35.0, 43.0, 70.0), suv=9.0, turns=(-30.0, 15.0, 20.0))
SIDE = (30.0, 30.0, 45.0)


def scan(
    *shapes: Ellipsoid, half: tuple[float, ...] = (75, 75, 75), background: float = 1.0
) -> Volume:
    return image(
        shapes,
        half_mm=half,
        spacing_mm=SPACING,
        psf_mm=PSF,
        generator=np.random.default_rng(11),
        background=background,
    )


def box(volume: Volume, half: tuple[float, ...] = SIDE) -> Region:
    return region_between(volume.grid, -np.asarray(half), half)


def drawn(volume: Volume, region: Region, **options: object) -> Delineated:
    found = delineate(volume, region, MAX_41, label="L1", psf_mm=PSF, **options)
    assert isinstance(found, Delineated)
    return found


def rules(lesion: Delineated) -> set[str]:
    return {guard.rule for guard in lesion.guards}


def ml(lesion: Delineated) -> float:
    return lesion.voxels * lesion.grid.voxel_ml


def test_a_clean_lesion_trips_no_guard() -> None:
    volume = scan(MASS)
    lesion = drawn(volume, box(volume))
    assert lesion.guards == ()
    assert ml(lesion) == pytest.approx(MASS.ml, rel=0.1)


def test_a_lesion_of_suv_4_in_the_liver_floods_it_and_says_so() -> None:
    liver = Ellipsoid(axes=(180.0, 180.0, 180.0), suv=2.2)
    lesion_in_it = Ellipsoid(axes=(40.0, 45.0, 55.0), suv=4.0)
    volume = scan(liver, lesion_in_it, half=(100, 100, 100))
    flooded = drawn(volume, box(volume, (45, 45, 45)))
    assert ml(flooded) > 3 * lesion_in_it.ml
    assert rules(flooded) >= {"lesion-touches-box", "lesion-threshold-near-background"}
    half_way = delineate(volume, box(volume, (45, 45, 45)), HALF_WAY, label="L1", psf_mm=PSF)
    assert isinstance(half_way, Delineated)
    assert ml(half_way) == pytest.approx(lesion_in_it.ml, rel=0.25)


def test_a_bladder_at_the_edge_of_the_box_gives_its_maximum_and_is_told() -> None:
    bladder = Ellipsoid(axes=(70.0, 60.0, 60.0), suv=40.0, centre=(62.0, 0.0, 0.0))
    volume = scan(MASS, bladder, half=(110, 75, 75))
    lesion = drawn(volume, box(volume, (40, 35, 45)))
    assert rules(lesion) >= {"lesion-touches-box", "lesion-top-on-box-edge"}


def test_a_bladder_wholly_in_the_box_is_drawn_instead_and_the_rest_is_told() -> None:
    bladder = Ellipsoid(axes=(50.0, 50.0, 50.0), suv=40.0, centre=(62.0, 0.0, 0.0))
    volume = scan(MASS, bladder, half=(120, 75, 75))
    region = region_between(volume.grid, (-35, -40, -50), (100, 40, 50))
    lesion = drawn(volume, region)
    assert lesion.whole[voxel_at(volume.grid, bladder.centre)]
    assert not lesion.whole[voxel_at(volume.grid, MASS.centre)]
    assert rules(lesion) == {"lesion-not-alone-in-box"}
    seeded = region_between(volume.grid, (-35, -40, -50), (100, 40, 50), seed_mm=(0, 0, 0))
    assert ml(drawn(volume, seeded)) < 1.4 * MASS.ml


def test_of_two_lesions_8_mm_apart_the_neighbour_is_told() -> None:
    left = Ellipsoid(axes=(30.0, 35.0, 40.0), suv=6.0)
    right = Ellipsoid(axes=(30.0, 35.0, 40.0), suv=12.0, centre=(38.0, 0.0, 0.0))
    volume = scan(left, right, half=(90, 60, 60))
    cut = drawn(volume, region_between(volume.grid, (-25, -28, -30), (30, 28, 30)))
    assert rules(cut) >= {"lesion-touches-box", "lesion-top-on-box-edge"}
    both = drawn(volume, region_between(volume.grid, (-25, -28, -30), (63, 28, 30)))
    assert "lesion-not-alone-in-box" in rules(both)


def test_two_lesions_joined_by_a_low_threshold_are_told_to_be_in_parts() -> None:
    pair = [
        Ellipsoid(axes=(30.0, 35.0, 40.0), suv=12.0, centre=(x, 0.0, 0.0)) for x in (-17.0, 17.0)
    ]
    volume = scan(*pair, half=(90, 60, 60))
    joined = delineate(volume, box(volume, (42, 28, 30)), SUV_2_5, label="L1", psf_mm=PSF)
    assert isinstance(joined, Delineated)
    assert "lesion-in-parts" in rules(joined)


def test_a_lesion_of_1_cm_is_missed_by_suv_4_which_is_said_not_to_be_gone() -> None:
    # Between voxels, as most are.
    small = Ellipsoid(axes=(10.0, 10.0, 10.0), suv=6.0, centre=(2.0, 2.0, 1.5))
    volume = scan(small, half=(50, 50, 50))
    missed = delineate(volume, box(volume, (20, 20, 20)), SUV_4, label="L1", psf_mm=PSF)
    assert isinstance(missed, NoLesion)
    assert missed.hottest is not None
    assert 3.0 < missed.hottest < 4.0
    assert "not measurable by it, which is not gone" in missed.why
    assert "lesion-too-small-to-measure" in rules(drawn(volume, box(volume, (20, 20, 20))))


def test_a_necrotic_core_is_told_and_filled_when_asked() -> None:
    mass = Ellipsoid(axes=(60.0, 60.0, 70.0), suv=9.0)
    core = Ellipsoid(axes=(32.0, 32.0, 40.0), suv=1.0)
    volume = scan(mass, core)
    hollow = drawn(volume, box(volume, (45, 45, 50)))
    assert [(guard.rule, guard.severity) for guard in hollow.guards] == [
        ("lesion-has-hole", Severity.NOTE)
    ]
    assert ml(hollow) < 0.95 * mass.ml
    filled = drawn(volume, box(volume, (45, 45, 50)), holes=Holes.FILLED)
    assert filled.guards == ()
    assert ml(filled) == pytest.approx(mass.ml, rel=0.1)
    assert filled.method.name.endswith("holes filled")


def test_a_seed_that_runs_into_something_hotter_says_so() -> None:
    cool = Ellipsoid(axes=(40.0, 40.0, 40.0), suv=5.0, centre=(-25.0, 0.0, 0.0))
    hot = Ellipsoid(axes=(40.0, 40.0, 40.0), suv=12.0, centre=(15.0, 0.0, 0.0))
    volume = scan(cool, hot)
    region = region_between(volume.grid, (-60, -30, -30), (50, 30, 30), seed_mm=(-35, 0, 0))
    assert "lesion-joins-hotter" in rules(drawn(volume, region))


def test_a_lesion_blurred_to_a_slope_has_no_steady_volume() -> None:
    small = Ellipsoid(axes=(9.0, 9.0, 9.0), suv=20.0)
    volume = image(
        [small], half_mm=(40, 40, 40), spacing_mm=(2, 2, 2), psf_mm=9.0, generator=None,
        background=1.0,
    )  # fmt: skip
    lesion = delineate(volume, box(volume, (20, 20, 20)), MAX_41, label="L1", psf_mm=9.0)
    assert isinstance(lesion, Delineated)
    assert "lesion-too-small-to-measure" in rules(lesion)
    halo = Ellipsoid(axes=(60.0, 60.0, 60.0), suv=4.5)
    core = Ellipsoid(axes=(30.0, 30.0, 30.0), suv=10.0)
    uneven = scan(halo, core)
    assert "lesion-volume-unsteady" in rules(drawn(uneven, box(uneven, (45, 45, 45))))


def test_a_scan_that_ends_with_the_lesion_shows_no_background() -> None:
    whole = scan(MASS, half=(10, 10, 10))
    lesion = drawn(whole, Region(low=(0, 0, 0), high=whole.grid.shape))
    assert rules(lesion) >= {"lesion-background-unseen", "lesion-touches-box"}
    no_border = delineate(whole, box(whole), HALF_WAY, label="L1", psf_mm=PSF)
    assert isinstance(no_border, NoLesion)
    assert no_border.why == "no background is seen around it"


@pytest.mark.parametrize("axes", [(14.0, 30.0, 50.0), (26.0, 26.0, 26.0)])
def test_the_shortest_axis_of_a_mask_is_that_of_its_ellipsoid(axes: tuple[float, ...]) -> None:
    shape = Ellipsoid(axes=axes, suv=1.0, turns=(30.0, -20.0, 50.0))
    steps = np.array([[0.0, 0.0, 1.5], [0.0, 2.0, 0.0], [2.0, 0.0, 0.0]])
    indices = np.stack(np.indices((61, 61, 61)), axis=-1) - 30
    assert shortest_axis_mm(shape.holds(indices @ steps), steps) == pytest.approx(
        min(axes), abs=0.5
    )


def test_every_guard_names_the_lesion_and_what_to_do() -> None:
    volume = scan(MASS)
    lesion = drawn(volume, box(volume, (10, 10, 10)))
    assert lesion.guards
    for guard in lesion.guards:
        assert guard.what.startswith("L1: ")
        assert (guard.where, guard.about) == ("L1", ("L1",))
        assert guard.fix


def test_a_seed_that_does_not_lie_in_what_is_drawn_is_told() -> None:
    volume = scan(MASS)
    for x, outside in ((0.0, False), (26.0, True)):
        region = region_between(volume.grid, (-60,) * 3, (60,) * 3, seed_mm=(x, 0.0, 0.0))
        lesion = drawn(volume, region)
        assert ml(lesion) == pytest.approx(MASS.ml, rel=0.1)  # the seed climbs to it all the same
        assert ("lesion-seed-outside" in rules(lesion)) is outside
