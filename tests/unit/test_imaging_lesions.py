"""Lesions drawn where a person says they are, by every rule, against what is known of phantoms."""

from __future__ import annotations

from collections import deque
from functools import cache
from itertools import product

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.lesions import (
    HALF_WAY,
    MAX_41,
    RULES,
    SUV_4,
    Connection,
    NoLesion,
    Region,
    Rule,
    delineate,
    fixed_by_lean_mass,
    over_liver,
    read_reference,
    region_around,
    region_between,
    share_of_max,
    voxel_at,
)
from reinfuse.imaging.lesions.hot_spot import Holes, find_hot_spot
from reinfuse.imaging.lesions.sphere import peak_at
from reinfuse.imaging.measures.peak import peak_map
from reinfuse.imaging.volume import Grid, Volume
from studies._pet_phantom import Ellipsoid, image

SUV = "g/ml{SUVbw}"
SPHERE = Ellipsoid(axes=(40.0, 40.0, 40.0), suv=10.0)


@cache
def sphere_scan() -> Volume:
    """A sphere of SUV 10 in SUV 1 without noise, blurred little: thresholds are exact on it."""
    return image(
        [SPHERE], half_mm=(45, 45, 45), spacing_mm=(2, 2, 2), psf_mm=4.0, generator=None,
        background=1.0,
    )  # fmt: skip


def volume_of(values: object, spacing: float = 4.0, unit: str = SUV) -> Volume:
    array = np.asarray(values, np.float32)
    steps = spacing * np.eye(3)[:, ::-1]
    one, two, three = array.shape
    return Volume(
        values=array,
        grid=Grid(shape=(one, two, three), origin=np.array([10.0, -20.0, 30.0]), steps=steps),
        unit=unit,
    )


def whole(volume: Volume, seed: tuple[int, int, int] | None = None) -> Region:
    return Region(low=(0, 0, 0), high=volume.grid.shape, seed=seed)


def around_sphere(volume: Volume) -> Region:
    return region_between(volume.grid, (-30, -30, -30), (30, 30, 30))


@pytest.mark.parametrize(
    ("rule", "threshold"),
    [(MAX_41, 4.1), (share_of_max(50.0), 5.0), (SUV_4, 4.0), (HALF_WAY, 5.5)],
    ids=lambda given: given.name if isinstance(given, Rule) else "",
)
def test_a_threshold_is_where_its_name_says(rule: Rule, threshold: float) -> None:
    volume = sphere_scan()
    lesion = delineate(volume, around_sphere(volume), rule, label="L1")
    assert isinstance(lesion, Delineated)
    # The mean of the plateau holds some of the blurred edge.
    assert lesion.method.threshold == pytest.approx(
        threshold, rel=0.06 if rule is HALF_WAY else 1e-4
    )
    assert lesion.method.name == f"{rule.name}, 6-connected"


def test_half_way_draws_the_true_border_of_a_sphere() -> None:
    volume = sphere_scan()
    lesion = delineate(volume, around_sphere(volume), HALF_WAY, label="L1")
    assert isinstance(lesion, Delineated)
    assert lesion.voxels * volume.grid.voxel_ml == pytest.approx(SPHERE.ml, rel=0.02)
    assert lesion.guards == ()


def test_every_rule_in_the_table_draws_the_sphere() -> None:
    volume = sphere_scan()
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names) == 6
    for rule in RULES:
        lesion = delineate(volume, around_sphere(volume), rule, label="L1")
        assert isinstance(lesion, Delineated)
        assert lesion.whole[voxel_at(volume.grid, (0, 0, 0))]
        assert lesion.mask.shape == tuple(np.ptp(np.argwhere(lesion.whole), axis=0) + 1)


def test_over_liver_is_mean_and_deviations_of_a_sphere_of_3_cm() -> None:
    generator = np.random.default_rng(5)
    values = generator.normal(2.2, 0.2, (21, 21, 21))
    values[2:5, 2:5, 2:5] = 6.0
    volume = volume_of(values)
    centre = volume.grid.millimetres((12, 12, 12))
    liver = read_reference(volume, centre)
    away = np.linalg.norm(np.argwhere(np.ones((21, 21, 21))) - 12, axis=1) * 4.0
    inside = volume.values.ravel()[away <= 15.0].astype(float)
    assert liver.voxels == len(inside)
    assert liver.mean == pytest.approx(inside.mean())
    assert liver.deviation == pytest.approx(inside.std(ddof=1))
    for times, name in ((1.0, "liver mean + 2 SD"), (1.5, "1.5 x liver mean + 2 SD")):
        lesion = delineate(volume, whole(volume), over_liver(liver, times=times), label="L1")
        assert isinstance(lesion, Delineated)
        assert lesion.method.threshold == pytest.approx(times * liver.mean + 2 * liver.deviation)
        assert lesion.method.name.startswith(name)
        # Noise joins a 6.0 only by its faces, and hardly ever above mean + 2 SD.
        assert 27 <= lesion.voxels <= 35


def test_a_reference_outside_the_scan_is_refused() -> None:
    volume = volume_of(np.ones((9, 9, 9)))
    with pytest.raises(ReinfuseError, match="a sphere of 30 mm holds") as caught:
        read_reference(volume, volume.grid.millimetres((0, 4, 4)))
    assert "wholly inside the scan" in caught.value.fix


def test_the_peak_is_the_one_that_measures_report() -> None:
    volume = volume_of(np.random.default_rng(3).gamma(2.0, 1.0, (9, 10, 11)))
    peaks = peak_map(volume)
    for index in ((4, 5, 5), (3, 4, 6), (5, 6, 4)):
        assert peak_at(volume, index) == pytest.approx(float(peaks[index]), rel=1e-5)


@pytest.mark.parametrize("connection", list(Connection))
def test_components_are_those_of_a_plain_flood(connection: Connection) -> None:
    generator = np.random.default_rng(8)
    for _ in range(20):
        volume = volume_of(generator.random((6, 7, 8)))
        spot = find_hot_spot(volume, whole(volume), connection=connection, holes=Holes.KEPT)
        assert not isinstance(spot, str)
        assert np.array_equal(spot.above(0.6), flooded(volume.values, 0.6, connection))


def flooded(values: np.ndarray, threshold: float, connection: Connection) -> np.ndarray:
    """The plain twin: voxel by voxel from the hottest one."""
    start = tuple(int(at) for at in np.unravel_index(values.argmax(), values.shape))
    steps = [
        step
        for step in product((-1, 0, 1), repeat=3)
        if any(step) and (connection is Connection.CORNERS or sum(map(abs, step)) == 1)
    ]
    found = np.zeros(values.shape, bool)
    found[start] = True
    waiting = deque([start])
    while waiting:
        at = waiting.popleft()
        for step in steps:
            to = tuple(a + b for a, b in zip(at, step, strict=True))
            inside = all(0 <= a < size for a, size in zip(to, values.shape, strict=True))
            if inside and not found[to] and values[to] >= threshold:
                found[to] = True
                waiting.append(to)
    return found


def test_a_seed_chooses_the_lesion_that_is_not_the_hottest() -> None:
    values = np.ones((20, 20, 20))
    values[4:7, 4:7, 4:7] = 20.0
    values[13:17, 13:17, 13:17] = 8.0
    values[14, 14, 14] = 9.0
    volume = volume_of(values)
    seeded = delineate(volume, whole(volume, seed=(16, 16, 16)), MAX_41, label="L2")
    assert isinstance(seeded, Delineated)
    assert (seeded.corner, seeded.mask.shape, seeded.voxels) == ((13, 13, 13), (4, 4, 4), 64)
    assert seeded.method.threshold == pytest.approx(0.41 * 9.0)
    hottest = delineate(volume, whole(volume), MAX_41, label="L1")
    assert isinstance(hottest, Delineated)
    assert hottest.corner == (4, 4, 4)


def test_a_seed_anywhere_in_a_noisy_lesion_draws_the_whole_of_it() -> None:
    mass = Ellipsoid(axes=(30.0, 35.0, 100.0), suv=10.0)
    volume = image(
        [mass], half_mm=(45, 45, 80), spacing_mm=(4, 4, 4), psf_mm=5.0, background=1.0,
        generator=np.random.default_rng(4),
    )  # fmt: skip
    box = region_between(volume.grid, (-28, -30, -62), (28, 30, 62))
    unseeded = delineate(volume, box, MAX_41, label="L1")
    assert isinstance(unseeded, Delineated)
    for place in ((0, 0, -40), (4, 8, 0), (0, -12, 20), (0, 0, 44)):
        region = Region(low=box.low, high=box.high, seed=voxel_at(volume.grid, place))
        seeded = delineate(volume, region, MAX_41, label="L1")
        assert isinstance(seeded, Delineated)
        assert seeded.method == unseeded.method
        assert np.array_equal(seeded.whole, unseeded.whole)
        assert seeded.guards == unseeded.guards == ()


def test_a_region_holds_the_voxels_whose_centres_lie_between_its_corners() -> None:
    grid = volume_of(np.ones((10, 10, 10))).grid  # centres at x 10, 14, ...; y -20, ...; z 30, ...
    region = region_between(grid, (22.0, -20.0, 33.9), (14.0, -9.0, 46.1), seed_mm=(18, -16, 38))
    assert region == Region(low=(1, 0, 1), high=(5, 3, 4), seed=(2, 1, 2))
    assert region_around(grid, (18, -16, 38), reach_mm=4.0) == Region(
        low=(1, 0, 1), high=(4, 3, 4), seed=(2, 1, 2)
    )


def test_a_region_on_turned_axes_finds_the_same_voxels() -> None:
    steps = np.array([[0.0, 0.0, -3.0], [0.0, 4.0, 0.0], [-5.0, 0.0, 0.0]])
    grid = Grid(shape=(10, 10, 10), origin=np.array([45.0, 0.0, 27.0]), steps=steps)
    region = region_between(grid, (5, 4, 3), (10, 12, 9))
    inside = grid.millimetres(np.argwhere(np.ones(grid.shape)))
    inside = inside[np.all((inside >= (5, 4, 3)) & (inside <= (10, 12, 9)), axis=1)]
    assert np.prod(region.shape) == len(inside)
    assert all(region.holds(voxel_at(grid, place)) for place in inside)


REFUSED = [
    (Region(low=(50, 0, 0), high=(60, 5, 5)), "the box holds no voxel of the scan"),
    (Region(low=(4, 4, 4), high=(4, 9, 9)), "the box holds no voxel of the scan"),
    (Region(low=(0, 0, 0), high=(5, 5, 5), seed=(7, 2, 2)), "the seed lies outside the box"),
    (Region(low=(0, 0, 0), high=(3, 3, 3)), "there is no uptake above 0"),
]


@pytest.mark.parametrize(("region", "why"), REFUSED)
def test_what_cannot_be_drawn_says_why(region: Region, why: str) -> None:
    values = np.zeros((9, 9, 9))
    values[6, 6, 6] = 5.0
    found = delineate(volume_of(values), region, MAX_41, label="L1")
    assert isinstance(found, NoLesion)
    assert why in found.why
    assert found.fix


def test_a_lesion_below_the_threshold_keeps_its_uptake_and_place() -> None:
    values = np.ones((9, 9, 9))
    values[3, 4, 5] = 3.5
    found = delineate(volume_of(values), Region(low=(0, 0, 0), high=(9, 9, 9)), SUV_4, label="L1")
    assert isinstance(found, NoLesion)
    assert (found.hottest, found.top, found.method.threshold) == (3.5, (3, 4, 5), 4.0)
    assert "SUV 3.50, below the threshold of SUV 4.00" in found.why


def test_what_is_no_number_is_never_in_a_lesion() -> None:
    values = np.ones((9, 9, 9))
    values[3:6, 3:6, 3:6] = 8.0
    values[4, 4, 4], values[0, 0, 0] = np.nan, np.inf
    found = delineate(volume_of(values), Region(low=(0, 0, 0), high=(9, 9, 9)), MAX_41, label="L1")
    assert isinstance(found, Delineated)
    assert found.voxels == 26
    assert not found.whole[4, 4, 4]


def test_bequerels_are_refused() -> None:
    volume = volume_of(np.ones((5, 5, 5)), unit="Bq/ml")
    with pytest.raises(ReinfuseError, match="drawn in SUV or SUL, and the volume is in Bq/ml"):
        delineate(volume, whole(volume), MAX_41, label="L1")


def test_a_seed_that_reaches_nowhere_is_refused() -> None:
    grid = volume_of(np.ones((5, 5, 5))).grid
    with pytest.raises(ReinfuseError, match="a seed that reaches 0 mm"):
        region_around(grid, (0, 0, 0), reach_mm=0.0)
    with pytest.raises(ReinfuseError, match="not three finite numbers"):
        region_between(grid, (0, 0, float("nan")), (1, 1, 1))


def test_delineating_changes_nothing_it_was_given() -> None:
    volume = sphere_scan()
    before = volume.values.copy()
    delineate(volume, around_sphere(volume), HALF_WAY, label="L1", holes=Holes.FILLED)
    assert np.array_equal(volume.values, before)


def test_whatever_the_box_a_lesion_keeps_to_it_and_to_its_threshold() -> None:
    generator = np.random.default_rng(21)
    drawn = 0
    for run in range(150):
        shape = tuple(int(size) for size in generator.integers(2, 10, 3))
        values = generator.gamma(1.0, 3.0, shape)
        values[generator.random(shape) < 0.05] = np.nan
        volume = volume_of(values)
        low = generator.integers(-3, 3, 3)
        high = low + generator.integers(2, 12, 3)
        seed = generator.integers(0, 5, 3) if run % 4 > 1 else None
        region = Region(
            low=(int(low[0]), int(low[1]), int(low[2])),
            high=(int(high[0]), int(high[1]), int(high[2])),
            seed=None if seed is None else (int(seed[0]), int(seed[1]), int(seed[2])),
        )
        found = delineate(volume, region, RULES[run % 6], label="L1", psf_mm=6.0)
        if isinstance(found, NoLesion):
            assert found.why
            continue
        drawn += 1
        inside = volume.values[found.whole]
        assert found.method.threshold is not None
        assert inside.size > 0
        assert inside.min() >= found.method.threshold
        assert all(region.holds(tuple(index)) for index in np.argwhere(found.whole).tolist())
    assert drawn > 40


def test_a_sphere_inside_the_scan_is_read_wherever_it_lies_between_voxels() -> None:
    volume = volume_of(np.ones((15, 15, 15)), spacing=6.0)
    counts = {
        read_reference(
            volume, volume.grid.millimetres((7 + at, 7, 7 - at)), diameter_mm=14.0
        ).voxels
        for at in (0.0, 0.25, 0.5)
    }
    assert len(counts) > 1


LEAN = 0.75  # SUL for an SUVbw of 1


def by_lean_mass(volume: Volume, *, known: bool) -> Volume:
    values = np.asarray(volume.values * np.float32(LEAN), np.float32)
    per = LEAN if known else None
    return Volume(values=values, grid=volume.grid, unit="SUL (James, 128)", per_suvbw=per)


@pytest.mark.parametrize("rule", [*RULES, fixed_by_lean_mass(3.0)], ids=lambda rule: rule.name)
def test_by_lean_mass_the_same_voxels_are_drawn(rule: Rule) -> None:
    volume = sphere_scan()
    lean = by_lean_mass(volume, known=True)
    before = SUV_4 if rule.name == "SUL 3" else rule
    one = delineate(volume, around_sphere(volume), before, label="L1")
    other = delineate(lean, around_sphere(lean), rule, label="L1")
    assert isinstance(one, Delineated)
    assert isinstance(other, Delineated)
    assert (other.whole == one.whole).all()
    assert other.method.threshold == pytest.approx(LEAN * (one.method.threshold or 0.0), rel=1e-6)
    assert [guard.rule for guard in other.guards] == [guard.rule for guard in one.guards]
    assert "SUV" not in " ".join(guard.what for guard in other.guards)
    assert ("SULmax" in other.method.name) == ("SUVmax" in one.method.name)


def test_a_border_by_body_weight_needs_to_know_the_body() -> None:
    lean = by_lean_mass(sphere_scan(), known=False)
    assert isinstance(delineate(lean, around_sphere(lean), MAX_41, label="L1"), Delineated)
    with pytest.raises(ReinfuseError, match="what SUVbw 4 is in SUL"):
        delineate(lean, around_sphere(lean), SUV_4, label="L1")
    with pytest.raises(ReinfuseError, match=r"SUL 3 is a border by lean mass, and the scan is in"):
        delineate(sphere_scan(), whole(sphere_scan()), fixed_by_lean_mass(3.0), label="L1")


@pytest.mark.parametrize(
    ("unit", "short", "uptake"),
    [
        ("SUV", "SUV", True),
        ("SUVbw", "SUV", True),
        ("g/ml{SUVbw}", "SUV", True),
        ("SUL (Janmahasatian)", "SUL", True),
        ("g/ml{SUVlbm(James128)}", "SUL", True),
        ("SUVbsa", "SUVbsa", True),
        ("HU", "HU", False),
        ("Bq/mL", "Bq/mL", False),
    ],
)
def test_a_unit_in_short(unit: str, short: str, *, uptake: bool) -> None:
    volume = volume_of(np.ones((3, 3, 3)), unit=unit)
    assert (volume.short_unit, volume.is_uptake) == (short, uptake)
