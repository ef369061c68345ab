"""Liver and blood of every scan, borders over the liver, other normalisers, and days by date."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pydicom
import pytest

from reinfuse.errors import Severity
from reinfuse.imaging.following import Registered, Unregistered, register
from reinfuse.imaging.following.deauville import Suggestion
from reinfuse.imaging.lesions import MAX_41, SUV_4, OverLiver, fixed_by_lean_mass
from reinfuse.imaging.measured import (
    Boxes,
    Place,
    Results,
    WantedLesion,
    WantedScan,
    measure_scans,
    record,
)
from reinfuse.imaging.measured.boxes import AnyRule, corner_of_body
from reinfuse.imaging.measured.response import respond
from reinfuse.imaging.measured.response_lean import NotGiven
from reinfuse.imaging.suv import NORMALISERS, Tracer
from reinfuse.imaging.suv.body import JAMES_128, normaliser_called
from reinfuse.imaging.twin import TrueScan, read_truth, write_twin
from reinfuse.imaging.twin.anatomy import AORTA_MM, LIVER_MM
from reinfuse.imaging.twin.scans import WEIGHT_KG, founding_scans
from reinfuse.imaging.volume import Floats, Volume

PELVIS = (66.0, 16.0, -262.0)
LEAN_KG = 1.07 * 54.0 - 148.0 * (54.0 / 158.0) ** 2  # James, women, worked by hand: 40.5
INFUSION = date(2001, 1, 15)  # 12 days after the first scan of the twin, 30 before the second


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scans of the twin, PET and CT."""
    folder = tmp_path_factory.mktemp("twin")
    write_twin(folder, seed=7, scans=founding_scans()[:2])
    return folder


def _boxes(*scans: WantedScan, rule: AnyRule = MAX_41, accepted: bool = True) -> Boxes:
    places = {"before": Place(seed=PELVIS, reach_mm=60.0)}
    mass = WantedLesion(
        name="mass", site="left pelvis", places=places, rule=rule, accepted=accepted
    )
    return Boxes(file="boxes.yaml", psf_mm=6.0, scans=scans, lesions=(mass,))


def _scan(name: str, **keys: object) -> WantedScan:
    day = {"before": -12, "month-1": 30}[name]
    return replace(WantedScan(name=name, folder=name, day=day, infusion=1), **keys)  # type: ignore[arg-type] # keys of many types


def _both(twin: Path, boxes: Boxes, **more: object) -> Results:
    folders = [twin / "before", twin / "month-1"]
    return measure_scans(folders, boxes, seed=1, **more)  # type: ignore[arg-type] # keys of many types


def _moved(true: TrueScan, place: tuple[float, float, float]) -> Floats:
    """Where a place of the first scan truly lies in another one."""
    pivot = np.asarray(true.pivot_mm)
    turned = np.asarray(true.turn) @ (np.asarray(place) - pivot)
    return np.asarray(turned + pivot + np.asarray(true.shift_mm), np.float64)


def test_a_liver_of_the_first_scan_is_found_again_where_the_patient_lies(
    twin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def counted(fixed: Volume, moving: Volume, *, seed: int) -> Registered | Unregistered:
        made.append(seed)
        return register(fixed, moving, seed=seed)

    monkeypatch.setattr("reinfuse.imaging.measured.registered.register", counted)
    first = _scan("before", liver=LIVER_MM, mediastinum=AORTA_MM)
    results = _both(twin, _boxes(first, _scan("month-1"), rule=OverLiver(times=1.5)))
    assert made == [1]  # once, for references and lesions alike
    assert [one.time_point for one in results.references] == ["before", "month-1"]
    for one in results.references:
        assert one.liver is not None
        assert one.mediastinum is not None
        # As drawn: liver 2.2 with noise of a tenth, blood 1.6.
        assert one.liver.mean == pytest.approx(2.2, rel=0.05)
        assert one.mediastinum.mean == pytest.approx(1.6, rel=0.12)
        assert one.findings == ()
    liver = results.references[0].liver
    look = results.lesions[0].looks[0]
    assert liver is not None
    assert look.method is not None
    assert look.method.name == "1.5 x liver mean + 2 SD, 6-connected"
    assert look.method.threshold == pytest.approx(1.5 * liver.mean + 2 * liver.deviation)
    # The same as when the second place is stated where it truly is.
    again = _moved(read_truth(twin)[1], LIVER_MM)
    true = _both(
        twin, _boxes(first, _scan("month-1", liver=tuple(float(one) for one in again)))
    ).references[1]
    carried = results.references[1].liver
    assert true.liver is not None
    assert carried is not None
    assert carried.mean == pytest.approx(true.liver.mean, rel=0.02)


def test_without_a_liver_a_border_over_it_is_refused_alone(twin: Path) -> None:
    boxes = _boxes(rule=OverLiver())
    other = replace(boxes.lesions[0], name="other", rule=MAX_41)
    results = measure_scans(
        [twin / "before"], replace(boxes, lesions=(*boxes.lesions, other)), seed=1
    )
    first, second = (one.looks[0] for one in results.lesions)
    assert (first.failed, second.failed) == (True, False)
    assert "liver mean + 2 SD, and no liver is known" in first.findings[-1].what
    assert second.measured is not None


def test_a_liver_outside_its_scan_is_one_error_that_names_it(twin: Path) -> None:
    far = _scan("before", liver=(0.0, 0.0, 900.0), mediastinum=AORTA_MM)
    results = measure_scans([twin / "before"], _boxes(far), seed=1)
    (told,) = (one for one in results.findings if one.severity is Severity.ERROR)
    assert told.what.startswith("liver: a sphere of 30 mm holds 0")
    assert (told.where, "correct `liver`" in told.fix) == ("before", True)
    # Blood and lesions are measured all the same.
    (held,) = results.references
    assert (held.liver is None, held.mediastinum is None) == (True, False)
    assert results.lesions[0].looks[0].measured is not None


def test_a_place_that_another_scan_does_not_reach_is_told(twin: Path, tmp_path: Path) -> None:
    shutil.copytree(twin / "month-1", tmp_path / "month-1")
    for path in (tmp_path / "month-1").rglob("*.dcm"):
        if pydicom.dcmread(path, stop_before_pixels=True).ImagePositionPatient[2] > -60:
            path.unlink()
    first = _scan("before", liver=LIVER_MM)
    boxes = Boxes(scans=(first, _scan("month-1")))
    results = measure_scans([twin / "before", tmp_path / "month-1"], boxes, seed=1)
    assert [one.liver is None for one in results.references] == [False, True]
    told = [one for one in results.findings if one.rule == "petct-reference-not-carried"]
    assert [(one.where, one.severity) for one in told] == [("month-1", Severity.GAP)]
    assert "could not be carried here: a sphere of 30 mm" in told[0].what


@pytest.mark.parametrize(
    ("keys", "rules"),
    [
        ({"liver": LIVER_MM}, set()),
        ({"liver": (-75.0, -10.0, 62.0)}, {"reference-uneven"}),  # half in the lung
        ({"liver": PELVIS}, {"suv-liver"}),
    ],
)
def test_a_place_that_is_no_liver_is_told(
    twin: Path, keys: Mapping[str, object], rules: set[str]
) -> None:
    results = measure_scans([twin / "before"], Boxes(scans=(_scan("before", **keys),)), seed=1)
    told = {one.rule: one.where for one in results.findings if one.rule in rules | {"suv-liver"}}
    assert set(told) >= rules
    assert set(told.values()) <= {"before"}
    assert bool(told) == bool(rules)


def test_a_liver_that_is_doubted_is_given_to_no_score_and_no_criterion(twin: Path) -> None:
    bladder = (-6.0, -38.0, -292.0)
    marks = {"liver SUVmax", "liver SULmean", "liver SUL SD"}
    for liver, words in (
        (LIVER_MM, ""),
        (bladder, "outside 1.3 to 3"),
        ((-75.0, -10.0, 62.0), "uneven"),
    ):
        first = _scan("before", liver=liver, mediastinum=AORTA_MM)
        boxes = _boxes(first, rule=OverLiver())
        other = replace(boxes.lesions[0], name="other", rule=MAX_41)
        boxes = replace(boxes, lesions=(*boxes.lesions, other))
        results = measure_scans([twin / "before"], boxes, seed=1)
        response = respond(results)
        (score,) = response.scores
        given = {one.item for one in response.marks}
        told = [
            one.what
            for one in results.lesions[0].looks[0].findings
            if one.rule == "petct-border-by-doubted-liver"
        ]
        assert isinstance(score.suggestion, NotGiven if words else Suggestion)
        assert bool(told) == bool(words)
        assert not [one for one in results.lesions[1].looks[0].findings if "doubted" in one.what]
        assert marks & given == (set() if words else marks)
        assert "mediastinum SUVmax" in given
        for why in (*told, *([score.suggestion.why] if words else [])):
            assert "the liver of this scan is doubted" in why
            assert words in why


def test_blood_that_is_hotter_than_the_liver_is_told_and_given_to_nobody(twin: Path) -> None:
    first = _scan("before", liver=LIVER_MM, mediastinum=PELVIS)
    results = measure_scans([twin / "before"], _boxes(first), seed=1)
    (told,) = [one for one in results.findings if one.rule == "reference-blood-hotter"]
    assert (told.where, told.severity) == ("before", Severity.AMBIGUITY)
    response = respond(results)
    (score,) = response.scores
    assert isinstance(score.suggestion, NotGiven)
    assert "the mediastinum of this scan is doubted" in score.suggestion.why
    given = {one.item for one in response.marks}
    assert "mediastinum SUVmax" not in given
    assert "liver SUVmax" in given


def test_a_scan_of_another_tracer_gives_criteria_nothing(twin: Path) -> None:
    first = _scan("before", liver=LIVER_MM, mediastinum=AORTA_MM)
    results = measure_scans([twin / "before"], _boxes(first), seed=1)
    (scan,) = results.scans
    for tracer, given in ((Tracer.FDG, True), (Tracer.UNKNOWN, True), (Tracer.OTHER, False)):
        other = replace(scan, provenance=replace(scan.provenance, tracer=tracer))
        response = respond(replace(results, scans=(other,)))
        assert bool(response.marks) is given
        (score,) = response.scores
        assert isinstance(score.suggestion, Suggestion if given else NotGiven)
    assert isinstance(response.chart, NotGiven)
    assert "before is of another tracer than FDG" in response.chart.why


def test_a_liver_from_the_body_is_that_in_lps(twin: Path) -> None:
    results = measure_scans([twin / "before"], Boxes(scans=(_scan("before"),)), seed=1)
    own = np.asarray(LIVER_MM) - corner_of_body(results.scans[0].suv)
    place = tuple(float(one) for one in own)
    found = measure_scans(
        [twin / "before"], Boxes(scans=(_scan("before", liver=place, of_body=True),)), seed=1
    )
    liver = found.references[0].liver
    assert liver is not None
    assert liver.mean == pytest.approx(2.2, rel=0.05)


@pytest.mark.parametrize("key", [one.key for one in NORMALISERS])
def test_every_normaliser_draws_the_same_voxels_in_its_own_numbers(twin: Path, key: str) -> None:
    normaliser = normaliser_called(key)
    boxes = _boxes(_scan("before", liver=LIVER_MM), rule=SUV_4)
    weight = measure_scans([twin / "before"], boxes, seed=1)
    own = measure_scans([twin / "before"], boxes, seed=1, normaliser=normaliser)
    one, other = (found.lesions[0].looks[0] for found in (weight, own))
    assert one.measured is not None
    assert other.measured is not None
    assert (other.measured.lesion.mask == one.measured.lesion.mask).all()
    assert own.normaliser is normaliser
    assert own.scans[0].suv.unit == normaliser.name
    assert other.method is not None
    assert other.method.threshold is not None
    liver, before = own.references[0].liver, weight.references[0].liver
    assert liver is not None
    assert before is not None
    ratio = liver.mean / before.mean
    assert other.method.threshold == pytest.approx(4.0 * ratio, rel=1e-6)
    if normaliser is JAMES_128:
        assert ratio == pytest.approx(LEAN_KG / WEIGHT_KG, rel=1e-6)
    judged = {one.rule for one in own.findings if one.rule.startswith("suv-liver")}
    assert judged == (set() if key == "bw" else {"suv-liver-not-judged"})


def test_candidates_by_lean_mass_are_those_by_body_weight_and_say_so(twin: Path) -> None:
    weight = measure_scans([twin / "before"], Boxes(), seed=1)
    lean = measure_scans([twin / "before"], Boxes(), seed=1, normaliser=JAMES_128)
    (one,), (other,) = (tuple(found.candidates.values()) for found in (weight, lean))
    assert [c.ml for c in one] == [c.ml for c in other]
    assert [[h.organ for h in c.hints] for c in one] == [[h.organ for h in c.hints] for c in other]
    ratio = LEAN_KG / WEIGHT_KG
    assert other[0].hottest == pytest.approx(one[0].hottest * ratio, rel=1e-5)
    assert [f.what for f in lean.findings] == [
        f"candidates are sought by body weight: SUVbw 4 is SUL {4 * ratio:.2f} here"
    ]
    assert weight.findings == ()


def test_words_by_lean_mass_say_sul(twin: Path) -> None:
    boxes = _boxes(_scan("before"), rule=fixed_by_lean_mass(30.0))
    look = measure_scans([twin / "before"], boxes, seed=1, normaliser=JAMES_128).lesions[0].looks[0]
    assert "below the threshold of SUL 30.00" in look.words
    assert "SUV" not in look.words
    assert look.method is not None
    assert look.method.name == "SUL 30, 6-connected"
    by_weight = measure_scans([twin / "before"], boxes, seed=1).lesions[0].looks[0]
    assert by_weight.failed
    assert "a border by lean mass, and the scan is in SUVbw" in by_weight.findings[-1].what


def test_a_lesion_that_is_not_accepted_is_kept_and_not_measured(twin: Path) -> None:
    boxes = _boxes(_scan("before"), accepted=False)
    results = measure_scans([twin / "before"], boxes, seed=1)
    assert results.lesions == ()
    assert results.candidates == {}
    assert results.left_out == boxes.lesions
    assert [one.rule for one in results.findings] == ["petct-not-accepted"]
    assert record(results).lesions == ()


def test_days_are_counted_from_the_dates_of_infusions(twin: Path) -> None:
    boxes = Boxes(
        scans=tuple(replace(_scan(one), day=None, infusion=None) for one in ("before", "month-1"))
    )
    results = _both(twin, boxes, infusions={1: INFUSION, 2: date(2001, 2, 14)})
    assert [(one.wanted.infusion, one.wanted.day) for one in results.scans] == [(1, -12), (2, 0)]
    # Days of two infusions are put on the clock of the first.
    assert (results.days, results.days_from_infusion) == ({"before": -12, "month-1": 30}, True)
    told = [one for one in results.findings if one.rule == "petct-day-by-date"]
    assert [one.where for one in told] == ["before", "month-1"]
    assert "2001" not in str(results.findings)


def test_days_of_two_infusions_are_no_order_by_themselves(twin: Path) -> None:
    scans = (_scan("before", day=90), _scan("month-1", day=30, infusion=2))
    found = _both(twin, Boxes(scans=scans), infusions={1: date(2000, 10, 5), 2: INFUSION})
    assert [one.name for one in found.scans] == ["before", "month-1"]
    assert found.days == {"before": 90, "month-1": 132}
    # Without dates of infusions the files' own dates give the order.
    alone = _both(twin, Boxes(scans=scans))
    assert [one.name for one in alone.scans] == ["before", "month-1"]
    assert (alone.days, alone.days_from_infusion) == ({"before": 0, "month-1": 42}, False)


def test_a_stated_day_that_the_dates_contradict_is_kept_and_told(twin: Path) -> None:
    said = (_scan("before", day=-20), _scan("month-1", day=30))
    results = _both(twin, Boxes(scans=said), infusions={1: INFUSION})
    assert results.days == {"before": -20, "month-1": 30}
    (told,) = [one for one in results.findings if one.severity is Severity.CONTRADICTION]
    assert (told.rule, told.where) == ("petct-day-contradicted", "before")
    assert "stated as -20, and by the date in its files it is -12 from infusion 1" in told.what
    assert "2001" not in str(results.findings)
    # Without a number of an infusion a day may count from any of them.
    free = tuple(replace(one, infusion=None) for one in said)
    dates = {1: INFUSION, 2: INFUSION + timedelta(days=8)}
    either = _both(twin, Boxes(scans=free), infusions=dates)
    assert "petct-day-contradicted" not in {one.rule for one in either.findings}
    # An infusion without a date says nothing.
    other = _both(twin, Boxes(scans=said), infusions={2: INFUSION})
    assert "petct-day-contradicted" not in {one.rule for one in other.findings}
