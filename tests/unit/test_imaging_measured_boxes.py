"""Boxes files: what a person writes comes back, and what is wrong is told all at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.measured import Place, WantedMask, read_boxes, read_boxes_text
from reinfuse.imaging.volume import Grid, Volume

WHOLE = """\
psf_mm: 6
method: 50 % of SUVmax
scans:
  - name: before
    folder: scan-1
    day: -12
    infusion: 1
    dose_mbq: 310
    weight_kg: 54
    height_cm: 158
    half_life_s: 6586.2
    injection: 2001-01-03 09:00:30
    reference: '10:02'
  - {name: after}
lesions:
  - name: left mass
    site: left pelvis
    method: SUV 4
    fill_holes: true
    looks:
      before: {box: [[0, 1, 2], [10, 11, 12.5]], seed: [5, 6, 7]}
      after: {seed: [1, 2, 3], reach_mm: 35, from: body, method: half-way}
  - {name: other, site: liver, looks: {before: {seed: [0, 0, 0]}}}
"""


def test_everything_that_is_written_comes_back() -> None:
    boxes = read_boxes_text(WHOLE, "boxes.yaml")
    before, after = boxes.scans
    assert (boxes.psf_mm, before.folder, before.day, before.infusion) == (6.0, "scan-1", -12, 1)
    assert (after.folder, after.day, after.infusion) == ("after", None, None)
    given = before.overrides
    assert (given.dose_bq, given.weight_kg, given.height_cm) == (310e6, 54.0, 158.0)
    assert given.half_life_s == 6586.2
    assert given.injection is not None
    assert given.reference is not None
    assert (given.injection.second, given.injection.day) == (32430.0, date(2001, 1, 3))
    assert (given.reference.second, given.reference.day) == (36120.0, None)
    mass, other = boxes.lesions
    assert (mass.site, mass.rule.name, mass.fill_holes) == ("left pelvis", "SUV 4", True)
    assert (other.rule.name, other.fill_holes) == ("50 % of SUVmax", False)
    first, second = mass.places["before"], mass.places["after"]
    assert first.box == ((0.0, 1.0, 2.0), (10.0, 11.0, 12.5))
    assert (first.seed, first.rule, first.of_body) == ((5.0, 6.0, 7.0), None, False)
    assert (second.box, second.seed, second.reach_mm) == (None, (1.0, 2.0, 3.0), 35.0)
    assert second.of_body
    assert second.rule is not None
    assert second.rule.name.startswith("half-way")


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("41 % of SUVmax", "41 % of SUVmax"),
        ("37.5% of SUVmax", "37.5 % of SUVmax"),
        ("41 % of SUVpeak", "41 % of SUVpeak (1 cm3 at the hottest voxel)"),
        ("SUV 2.5", "SUV 2.5"),
        ("SUL 2.1", "SUL 2.1"),
        ("41 % of SULmax", "41 % of SUVmax"),
        ("liver mean + 2 SD", "liver mean + 2 SD"),
        ("1.5 x liver mean + 2 SD", "1.5 x liver mean + 2 SD"),
        ("2x liver mean", "2 x liver mean + 0 SD"),
    ],
)
def test_methods_by_name(method: str, name: str) -> None:
    text = f"lesions: [{{name: a, site: b, method: {method}, looks: {{c: {{seed: [0, 0, 0]}}}}}}]"
    assert read_boxes_text(text, "boxes.yaml").lesions[0].rule.name == name


def test_every_problem_is_told_at_once_with_its_place() -> None:
    text = """\
psf_mm: -1
colour: red
scans: [{name: a, day: 1.5, dose_mbq: many}, {name: a, injection: noon}]
lesions:
  - {name: x, site: y, method: 141 % of SUVmax, looks: {b: {seed: [0, 0, .nan]}}}
  - {name: x, looks: {a: {box: [[0, 0, 0]], from: feet}, a2: {}}}
  - {name: z, site: y, looks: {}}
"""
    with pytest.raises(ReinfuseError) as caught:
        read_boxes_text(text, "boxes.yaml")
    told = str(caught.value)
    for words in (
        "psf_mm: write a number above 0", "no key 'colour'", "scans 1 day: write a whole number",
        "scans 1 dose_mbq: write a number", "scans 2 injection: write a time",
        "no method '141 % of SUVmax'", "lesions 1 looks b seed: write three numbers",
        "lesions 2: `site` is missing", "a box has two corners", "count from LPS or from body",
        "lesions 2 looks a2: write `box:", "lesions 3 looks: write a scan's name",
        "scans: a stand there twice", "lesions: x stand there twice", "no scan 'b' among",
    ):  # fmt: skip
        assert words in told, words


def test_infusions_count_from_one_and_days_end_within_a_hundred_years() -> None:
    text = """\
scans: [{name: a, day: 3, infusion: 0}, {name: b, day: 36501, infusion: 1}]
lesions: []
"""
    with pytest.raises(ReinfuseError) as caught:
        read_boxes_text(text, "boxes.yaml")
    assert "scans 1 infusion: write the number of the infusion" in str(caught.value)
    assert "scans 2 day: write a day within 36500" in str(caught.value)
    right = text.replace("infusion: 0", "infusion: 1").replace("36501", "-36500")
    assert [one.day for one in read_boxes_text(right, "boxes.yaml").scans] == [3, -36500]


def test_a_share_of_less_than_one_percent_was_meant_as_a_fraction() -> None:
    text = "lesions: [{name: x, site: y, method: SHARE % of SUVmax, looks: {a: {seed: [0, 0, 0]}}}]"
    with pytest.raises(ReinfuseError, match=r"lesions 1 method: a share of 0\.41 % is under 1 %"):
        read_boxes_text(text.replace("SHARE", "0.41"), "boxes.yaml")
    (lesion,) = read_boxes_text(text.replace("SHARE", "1"), "boxes.yaml").lesions
    assert lesion.rule.name == "1 % of SUVmax"


def test_a_scan_may_be_asked_to_be_resampled() -> None:
    text = "scans: [{name: a, resample: true}, {name: b}]\nlesions: []\n"
    assert [one.resample for one in read_boxes_text(text, "boxes.yaml").scans] == [True, False]
    with pytest.raises(ReinfuseError, match="scans 1 resample: write true or false"):
        read_boxes_text(text.replace("true", "maybe"), "boxes.yaml")


def test_masks_references_and_what_is_not_accepted_come_back(tmp_path: Path) -> None:
    text = """\
scans:
  - {name: a, liver: [-75, -10, -5], mediastinum: [22, 42, 105.5]}
  - {name: b, liver: [-70, 120, 300], from: body}
lesions:
  - name: x
    site: y
    accepted: false
    looks:
      a: {mask: masks/drawn.dcm, roi: mass, ct: {mask: ct.nii.gz, roi: 1}}
      b: {seed: [1, 2, 3], ct: {mask: ct.dcm}}
  - {name: z, site: y, looks: {b: {ct: {mask: ct.dcm}}}}
"""
    (tmp_path / "boxes.yaml").write_text(text, encoding="utf-8")
    boxes = read_boxes(tmp_path / "boxes.yaml")
    assert boxes.folder == tmp_path
    first, second = boxes.scans
    assert (first.liver, first.mediastinum) == ((-75.0, -10.0, -5.0), (22.0, 42.0, 105.5))
    assert (first.of_body, second.of_body, second.mediastinum) == (False, True, None)
    mass, other = boxes.lesions
    assert (mass.accepted, other.accepted) == (False, True)
    drawn, seeded = mass.places["a"], mass.places["b"]
    assert drawn.mask == WantedMask(file="masks/drawn.dcm", roi="mass")
    assert drawn.ct == WantedMask(file="ct.nii.gz", roi="1")
    assert (drawn.on_pet, seeded.on_pet, seeded.mask) == (True, True, None)
    assert seeded.ct == WantedMask(file="ct.dcm")
    assert not other.places["b"].on_pet


def test_problems_of_masks_and_references_are_told_at_once() -> None:
    text = """\
scans: [{name: a, liver: here, mediastinum: [1, 2], from: feet}]
lesions:
  - {name: x, site: y, accepted: maybe, looks: {a: {mask: m.dcm, box: [[0, 0, 0], [1, 1, 1]]}}}
  - {name: z, site: y, fill_holes: 1, looks: {a: {mask: 5, ct: {roi: r}}}}
  - {name: w, site: y, method: 0 x liver mean, looks: {a: {roi: r, seed: [0, 0, 0]}}}
  - {name: v, site: y, method: liver, looks: {a: {reach_mm: 5}}}
"""
    with pytest.raises(ReinfuseError) as caught:
        read_boxes_text(text, "boxes.yaml")
    told = str(caught.value)
    for words in (
        "scans 1 liver: write three numbers", "scans 1 mediastinum: write three numbers",
        "scans 1 from: places count from LPS", "lesions 1 accepted: write true or false",
        "lesions 1 looks a: a mask stands for itself: take out box",
        "lesions 2 fill_holes: write true or false", "lesions 2 looks a mask: write the name",
        "lesions 2 looks a ct: `mask` is missing", "no method '0 x liver mean'",
        "lesions 3 looks a roi: write `mask: FILE` beside it", "no method 'liver'",
        "lesions 4 looks a: write `box:",
    ):  # fmt: skip
        assert words in told, words


@pytest.mark.parametrize(
    "text", ["lesions: [", "lesions: 5", "just words", "", "a: 1\na: 2", "[" * 1500, "&a [*a]"]
)
def test_what_is_no_boxes_file_is_refused(text: str) -> None:
    with pytest.raises(ReinfuseError, match=r"boxes\.yaml"):
        read_boxes_text(text, "boxes.yaml")


def test_a_file_of_other_bytes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "boxes.yaml").write_bytes(b"lesions: \xff\xfe")
    with pytest.raises(ReinfuseError, match="not UTF-8"):
        read_boxes(tmp_path / "boxes.yaml")
    (tmp_path / "boxes.yaml").write_bytes(b"#" * 300_000)
    with pytest.raises(ReinfuseError, match="too large"):
        read_boxes(tmp_path / "boxes.yaml")


def test_places_of_the_body_count_from_its_lower_front_middle() -> None:
    values = np.zeros((40, 40, 40), np.float32)
    values[10:30, 12:32, 6:26] = 1.0  # z 40 to 116, y 48 to 124, x 24 to 100 mm
    grid = Grid(shape=(40, 40, 40), origin=np.zeros(3), steps=np.diag([4.0] * 3)[::-1].copy())
    volume = Volume(values=values, grid=grid, unit="SUVbw")
    place = Place(box=((-8.0, 10.0, 20.0), (8.0, 30.0, 60.0)), of_body=True)
    region = place.region(volume)
    low, high = grid.millimetres(region.low), grid.millimetres(np.subtract(region.high, 1))
    # The body is looked for on every other voxel, so that its ends may be one voxel off.
    assert np.abs(low - [62.0 - 8, 48.0 + 10, 40.0 + 20]).max() <= 8.0
    assert np.abs(high - [62.0 + 8, 48.0 + 30, 40.0 + 60]).max() <= 8.0
    empty = Volume(values=np.zeros_like(values), grid=grid, unit="SUVbw")
    with pytest.raises(ReinfuseError, match="no body"):
        place.region(empty)
