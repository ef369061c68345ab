"""Candidates written as boxes that read back, draw the same again, and name nobody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from reinfuse.imaging.lesion import Delineated
from reinfuse.imaging.lesions import SUV_4, delineate, find_candidates
from reinfuse.imaging.measured import (
    Boxes,
    Results,
    WantedLesion,
    WantedScan,
    measure_scans,
    read_boxes_text,
)
from reinfuse.imaging.measured.boxes_reading import LARGEST_BYTES
from reinfuse.imaging.measured.candidates_file import boxes_of_candidates
from reinfuse.imaging.suv import Moment, Overrides
from reinfuse.imaging.suv.body import JAMES_128
from reinfuse.imaging.twin import write_twin
from reinfuse.imaging.twin.scans import founding_scans
from reinfuse.imaging.volume import Grid, Volume


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PET of the first scan of the twin, in a folder called by somebody."""
    folder = tmp_path_factory.mktemp("twin")
    write_twin(folder, seed=7, scans=founding_scans()[:1])
    shutil.rmtree(folder / "before" / "CT")
    return (folder / "before").rename(folder / "Doe Jane")


@pytest.fixture(scope="module")
def found(scan: Path) -> Results:
    """Its candidates."""
    return measure_scans([scan], Boxes(psf_mm=6.0), seed=1)


def test_no_candidate_is_accepted_and_nobody_is_named(found: Results, scan: Path) -> None:
    text = boxes_of_candidates(found)
    boxes = read_boxes_text(text, "boxes.yaml")
    assert [one.name for one in boxes.lesions] == ["scan 1 1", "scan 1 2", "scan 1 3"]
    assert not [one for one in boxes.lesions if one.accepted]
    assert boxes.psf_mm == 6.0
    assert "Doe" not in text
    assert "# it may also be bladder: at " in text
    results = measure_scans([scan], boxes, seed=1)
    assert (results.lesions, len(results.left_out)) == ((), 3)


def test_an_accepted_candidate_is_drawn_again_voxel_by_voxel(found: Results, scan: Path) -> None:
    text = boxes_of_candidates(found).replace("accepted: false", "accepted: true")
    results = measure_scans([scan], read_boxes_text(text, "boxes.yaml"), seed=1)
    for candidate, lesion in zip(found.candidates["scan 1"], results.lesions, strict=True):
        measured = lesion.looks[0].measured
        assert measured is not None
        assert np.array_equal(measured.lesion.whole, candidate.drawn.whole)
        assert measured.lesion.method.threshold == 4.0
        # The box shows as much as the list did, so that it says the same of the border.
        guards = {one.rule for one in measured.lesion.guards}
        assert guards == {one.rule for one in candidate.drawn.guards}
        assert "lesion-touches-box" not in guards
        for low, high, one in _ends_in_voxels(found, lesion.wanted, candidate.drawn):
            assert low < one.start
            assert one.stop <= high


def test_a_hotter_neighbour_does_not_take_the_seed(found: Results) -> None:
    values = np.full((40, 40, 40), 1.0, np.float32)
    values[10:20, 10:20, 10:20] = 6.0
    values[19, 19, 19] = 7.0  # the hottest of it lies in a corner, 5.2 mm from what is hotter
    values[21:31, 21:31, 21:31] = 9.0
    grid = Grid(shape=values.shape, origin=np.zeros(3), steps=1.5 * np.eye(3)[::-1])
    (real,) = found.scans
    one = replace(real, suv=Volume(values=values, grid=grid, unit="SUV"))
    listed = find_candidates(one.suv)
    changed = replace(found, scans=(one,), candidates={one.name: listed})
    for lesion, candidate in zip(
        read_boxes_text(boxes_of_candidates(changed), "x").lesions, listed, strict=True
    ):
        drawn = delineate(one.suv, lesion.places[one.name].region(one.suv), SUV_4, label="again")
        assert isinstance(drawn, Delineated)
        assert np.array_equal(drawn.whole, candidate.drawn.whole)


def test_uptake_is_called_by_its_unit(scan: Path) -> None:
    lean = measure_scans([scan], Boxes(), seed=1, normaliser=JAMES_128)
    sizes = [line for line in boxes_of_candidates(lean).splitlines() if " mL, " in line]
    assert len(sizes) == 3
    for line in sizes:
        assert "SULmax" in line
        assert "SULmean" in line
        assert "SUV" not in line


def test_what_a_person_said_of_scans_stays_also_of_one_that_cannot_be_read(
    scan: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    named = (
        WantedScan(name="first", folder=scan.name, day=-12, infusion=1, liver=(-75.0, -10.0, -5.0)),
        WantedScan(name="later", folder="empty", day=30, overrides=Overrides(weight_kg=51.0)),
    )
    results = measure_scans([tmp_path / "empty", scan], Boxes(scans=named), seed=1)
    assert [one.scan for one in results.failed] == ["later"]
    boxes = read_boxes_text(boxes_of_candidates(results), "boxes.yaml")
    assert boxes.scans == named
    assert [list(one.places) for one in boxes.lesions] == [["first"]] * 3


def test_what_was_said_of_a_scan_stays_without_dates(found: Results) -> None:
    said = WantedScan(
        name='the "first", é',
        folder="Doe Jane",
        day=-12,
        infusion=2,
        overrides=Overrides(
            dose_bq=310.5e6,
            weight_kg=54.2,
            height_cm=163.0,
            half_life_s=6586.2,
            injection=Moment(second=37_845.0, day=date(2026, 5, 1)),
        ),
        liver=(-75.0, -10.0, -5.5),
        mediastinum=(22.0, 42.0, 105.0),
        of_body=True,
    )
    one = replace(found.scans[0], wanted=said)
    changed = replace(found, scans=(one,), candidates={said.name: found.candidates["scan 1"]})
    text = boxes_of_candidates(changed)
    assert "2026" not in text
    assert "Doe" not in text
    (back,) = read_boxes_text(text, "boxes.yaml").scans
    assert back == replace(
        said,
        folder=said.name,
        overrides=replace(said.overrides, injection=Moment(second=37_845.0)),
    )


def test_scans_with_like_names_and_many_candidates_still_read_back(found: Results) -> None:
    (only,), (_, second, *_) = found.scans, found.candidates["scan 1"]
    scans = tuple(
        replace(only, wanted=WantedScan(name=name, folder=name)) for name in ("a b", "a-b")
    )
    many = tuple(replace(second, number=number) for number in range(1, 400))
    changed = replace(found, scans=scans, candidates={"a b": many, "a-b": many})
    text = boxes_of_candidates(changed)
    assert len(text.encode()) <= LARGEST_BYTES
    boxes = read_boxes_text(text, "boxes.yaml")
    left = int(text.splitlines()[-1].split()[1])
    assert len(boxes.lesions) + left == 2 * len(many)
    fewer = replace(changed, candidates={"a b": many[:3], "a-b": many[:3]})
    names = [one.name for one in read_boxes_text(boxes_of_candidates(fewer), "x").lesions]
    assert len(names) == 6


def test_without_candidates_the_file_reads_back_empty(found: Results) -> None:
    boxes = read_boxes_text(boxes_of_candidates(replace(found, candidates={})), "boxes.yaml")
    assert boxes.lesions == ()
    assert [one.name for one in boxes.scans] == ["scan 1"]


def _ends_in_voxels(
    found: Results, lesion: WantedLesion, drawn: Delineated
) -> Iterator[tuple[int, int, slice]]:
    """Per axis the ends of the box, and what of it the candidate takes."""
    (place,) = lesion.places.values()
    region = place.region(found.scans[0].suv)
    for low, high, start, size in zip(
        region.low, region.high, drawn.corner, drawn.mask.shape, strict=True
    ):
        yield low, high - 1, slice(start, start + size)
