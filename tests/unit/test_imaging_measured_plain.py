"""What was measured as JSON: valid, with a reason wherever a number is not there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from reinfuse.imaging.measured import Boxes, Results, as_plain, measure_scans, read_boxes_text
from reinfuse.imaging.measured.response import respond
from reinfuse.imaging.measures import InSlice
from reinfuse.imaging.suv.body import BODY_WEIGHT
from reinfuse.imaging.twin import write_twin
from reinfuse.imaging.twin.anatomy import AORTA_MM, LIVER_MM
from reinfuse.imaging.twin.scans import founding_scans

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/reference/output.schema.json").read_text(encoding="utf-8"))
ONLY = {"$schema": SCHEMA["$schema"], "$defs": SCHEMA["$defs"], "$ref": "#/$defs/petct"}
AROUND = {
    "reinfuse": "0", "kind": "PET/CT", "notice": "", "observations": [], "not_recorded": [],
    "written": [],
}  # fmt: skip
BOXES = f"""\
psf_mm: 6
scans:
  - {{name: before, day: -12, infusion: 1, liver: {list(LIVER_MM)}, mediastinum: {list(AORTA_MM)}}}
lesions:
  - {{name: mass, site: left pelvis, looks: {{before: {{seed: [66, 16, -262]}}}}}}
  - {{name: other, site: neck, accepted: false, looks: {{before: {{seed: [0, 0, 300]}}}}}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first scan of the twin."""
    folder = tmp_path_factory.mktemp("twin")
    write_twin(folder, seed=7, scans=founding_scans()[:1])
    return folder / "before"


@pytest.fixture(scope="module")
def results(folder: Path) -> Results:
    """A mass, a liver and a mediastinum, and a lesion that nobody accepted."""
    return measure_scans([folder], read_boxes_text(BOXES, "boxes.yaml"), seed=1)


def test_everything_that_was_measured_is_there(results: Results) -> None:
    found = _valid(as_plain(results))
    (scan,), (lesion,) = found["scans"], found["lesions"]
    (held,) = results.references
    assert held.liver is not None
    assert scan["references"]["liver"]["mean"] == pytest.approx(held.liver.mean, rel=1e-5)
    assert scan["references"]["mediastinum"]["max"] < scan["references"]["liver"]["max"]
    assert found["normaliser"]["key"] == BODY_WEIGHT.key
    assert found["left_out"] == [{"name": "other", "site": "neck"}]
    response, uptake = found["response"], lesion["looks"][0]["measured"]["uptake"]
    (score,), (totals,), (numbers,) = response["scores"], response["totals"], response["lesions"]
    assert (score["low"], score["high"]) == (5, 5)
    assert score["lesion"] == numbers["suv_max"] == totals["suv_max"] == uptake["suv_max"]
    assert score["liver"] == scan["references"]["liver"]["max"]
    assert (totals["lesions"], totals["hottest"], totals["why"]) == (1, "mass", "")
    assert totals["tlg_ml"] == uptake["tlg_ml"]
    factor = response["sul_per_suv"][0]["factor"]
    assert numbers["sul_peak"] == pytest.approx(uptake["suv_peak"] * factor, rel=1e-5)
    assert response["marks"] == len(respond(results).marks) > 0
    assert response["changes"] == []


def test_a_size_on_ct_stands_beside_that_of_uptake(results: Results) -> None:
    size = InSlice(
        name="Lugano size (CT)",
        longest_mm=34.04,
        perpendicular_mm=21.0,
        head_foot_mm=50.0,
        slice_index=3,
        longest_ends=np.zeros((2, 3)),
        perpendicular_ends=np.zeros((2, 3)),
    )
    found = _valid(as_plain(replace(results, on_ct={("mass", "before"): size})))
    look = found["lesions"][0]["looks"][0]
    assert look["on_ct"] == {"name": "Lugano size (CT)", "mm": [34.04, 21.0]}
    assert look["measured"]["in_slice"]["name"] == "PET extent"
    assert found["response"]["lesions"][0]["in_slice"] == look["on_ct"]
    assert _valid(as_plain(results))["lesions"][0]["looks"][0]["on_ct"] is None


def test_what_could_not_be_said_is_null_beside_its_reason(results: Results) -> None:
    found = _valid(as_plain(replace(results, references=(), days_from_infusion=False)))
    assert found["scans"][0]["references"] == {"liver": None, "mediastinum": None}
    (score,) = found["response"]["scores"]
    assert (score["low"], score["lesion"]) == (None, None)
    assert score["words"].startswith("no suggestion: nobody said where the liver and the media")
    assert found["response"]["marks"] == 0
    assert "first scan" in found["response"]["marks_why"]


def test_candidates_alone_have_no_response(folder: Path) -> None:
    found = _valid(as_plain(measure_scans([folder], Boxes(), seed=1)))
    (totals,) = found["response"]["totals"]
    assert (totals["volume_ml"], totals["why"]) == (None, "no lesion was asked for")
    assert found["response"]["lesions_why"] == "no lesion was asked for"
    assert len(found["candidates"]) == 3


def _valid(plain: dict[str, Any]) -> dict[str, Any]:
    document = json.loads(json.dumps(AROUND | plain, allow_nan=False))
    jsonschema.validate(document, ONLY)
    found: dict[str, Any] = document
    return found
