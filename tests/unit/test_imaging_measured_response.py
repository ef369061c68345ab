"""What scans say of the response: sums, how they change, and suggested scores."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.following.deauville import Suggestion
from reinfuse.imaging.lesion import Method
from reinfuse.imaging.measured import Look, Results
from reinfuse.imaging.measured.response import Response, respond
from reinfuse.imaging.measured.response_lean import NotGiven
from reinfuse.imaging.measured.response_totals import Change, NoChange
from reinfuse.imaging.measures import NoTotals, Totals
from reinfuse.imaging.suv.body import JANMAHASATIAN
from tests.unit.imaging_response_scans import measured


@pytest.fixture(scope="module")
def results() -> Results:
    """All three scans measured and followed."""
    return measured()[0]


@pytest.fixture(scope="module")
def response(results: Results) -> Response:
    """What they say of the response."""
    return respond(results)


def test_sums_hold_the_truth_and_miss_what_has_no_border(
    results: Results, response: Response
) -> None:
    first, second, third = response.totals
    for true, found in zip(measured()[1], (first, second), strict=False):
        assert isinstance(found.sums, Totals)
        volume = sum(one.volume_ml for one in true.lesions)
        assert found.sums.interval_ml.low <= volume <= found.sums.interval_ml.high
        assert (found.sums.lesions, found.sums.hottest) == (2, "retroperitoneum")
        # The slow plain twin: every voxel of every mask, one by one.
        scan = next(one for one in results.scans if one.name == found.scan)
        masks = [
            look.measured.lesion.whole
            for lesion in results.lesions
            for look in lesion.looks
            if look.scan == scan.name and look.measured is not None
        ]
        inside = scan.suv.values[masks[0] | masks[1]].astype(float)
        assert found.sums.volume_ml == pytest.approx(inside.size * 6.0**3 / 1000)
        assert found.sums.tlg_ml == pytest.approx(inside.sum() * 6.0**3 / 1000)
        assert (found.below, found.not_in) == ((), ())
    assert isinstance(third.sums, NoTotals)
    assert third.sums.reason == "no lesion is drawn; without a border: retroperitoneum, pelvis"
    assert [one.split(":")[0] for one in third.not_in] == ["retroperitoneum", "pelvis"]


def test_change_is_told_between_whole_sums_alone(response: Response) -> None:
    first, second, *_ = (one.sums for one in response.totals)
    assert isinstance(first, Totals)
    assert isinstance(second, Totals)
    known, *others = response.changes
    assert isinstance(known, Change)
    assert known.volume_ml == pytest.approx(second.volume_ml - first.volume_ml)
    assert known.tlg_percent == pytest.approx(100 * (second.tlg_ml / first.tlg_ml - 1))
    assert [(one.since, isinstance(one, NoChange)) for one in others] == [
        ("before", True),
        ("month-1", True),
    ]


def test_borders_by_other_methods_are_not_set_against_each_other(results: Results) -> None:
    lesions = tuple(
        replace(lesion, looks=(lesion.looks[0], _by_hand(lesion.looks[1]), lesion.looks[2]))
        for lesion in results.lesions
    )
    change = respond(replace(results, lesions=lesions)).changes[0]
    assert isinstance(change, NoChange)
    assert change.why.startswith("borders were drawn by other methods: 41 % of SUVmax")
    assert change.why.endswith(" and by hand")


def test_below_a_threshold_that_was_tried_adds_nothing(results: Results) -> None:
    found = respond(_tried(results, 4.0))
    last = found.totals[-1]
    assert isinstance(last.sums, Totals)
    assert (last.sums.volume_ml, last.below) == (0, ("retroperitoneum", "pelvis"))
    assert isinstance(found.changes[-1], Change)
    assert found.changes[-1].volume_percent == -100


def test_a_lesion_that_failed_is_missing_in_sum_and_score(results: Results) -> None:
    lesion = results.lesions[1]
    told = Finding(severity=Severity.ERROR, rule="petct-refused", what="no body is seen")
    gone = Look(
        scan="month-1", state="not drawn", words="no body is seen", failed=True, findings=(told,)
    )
    looks = (lesion.looks[0], gone, lesion.looks[2])
    found = respond(replace(results, lesions=(results.lesions[0], replace(lesion, looks=looks))))
    assert found.totals[1].not_in == ("pelvis: no body is seen",)
    assert found.scores[1].without == ("pelvis: no body is seen",)
    assert isinstance(found.changes[0], NoChange)
    assert "month-1: the sum misses pelvis" in found.changes[0].why


def test_a_lesion_that_merged_is_in_the_sum_of_the_other(results: Results) -> None:
    lesion = results.lesions[1]
    merged = Look(scan="month-1", state="merged", words="merged with another lesion")
    looks = (lesion.looks[0], merged, lesion.looks[2])
    found = respond(replace(results, lesions=(results.lesions[0], replace(lesion, looks=looks))))
    assert (found.totals[1].not_in, found.scores[1].without) == ((), ())
    assert isinstance(found.changes[0], Change)
    assert not [mark for mark in found.marks if (mark.site, mark.day) == ("pelvis", 30)]


def test_scores_fall_with_the_uptake_and_show_their_numbers(
    results: Results, response: Response
) -> None:
    found = [one.suggestion for one in response.scores]
    assert [(one.low, one.high) for one in found if isinstance(one, Suggestion)] == [
        (5, 5),
        (4, 5),
        (1, 2),
    ]
    for said, held in zip(found, results.references, strict=True):
        assert isinstance(said, Suggestion)
        assert held.liver is not None
        assert said.liver == held.liver.max
        assert f"liver {held.liver.max:.1f}" in said.words


def test_without_a_liver_there_is_no_score_and_it_says_what_to_write(results: Results) -> None:
    for references in (
        (),
        tuple(replace(one, liver=None) for one in results.references),
    ):
        found = respond(replace(results, references=references))
        for one in found.scores:
            assert isinstance(one.suggestion, NotGiven)
            assert "liver" in one.suggestion.why
            assert "`liver`" in one.suggestion.fix
        assert not {"liver SUVmax", "liver SULmean"} & {mark.item for mark in found.marks}


def test_lean_mass_is_by_the_formula_and_never_assumed(
    results: Results, response: Response
) -> None:
    scan = results.scans[0]
    used = {one.name: one.value or 0.0 for one in scan.provenance.inputs}
    weight, height = used["weight"], used["height"]
    assert scan.series.facts is not None
    male = scan.series.facts.sex == "M"
    a, b = (1.10, 128) if male else (1.07, 148)
    by_hand = (a * weight - b * (weight / height) ** 2) / weight
    assert response.sul_per_suv["before"] == pytest.approx(by_hand)
    bmi = weight / (height / 100) ** 2
    other = 9270 / (6680 + 216 * bmi) if male else 9270 / (8780 + 244 * bmi)
    assert respond(results, lean=JANMAHASATIAN).sul_per_suv["before"] == pytest.approx(other)
    heavy = respond(_with_input(results, "weight", 180.0))
    assert {one.rule for one in heavy.findings} == {"suv-lean-mass-turns"}
    assert response.findings == ()
    found = respond(_with_input(results, "height", None))
    for share in found.sul_per_suv.values():
        assert isinstance(share, NotGiven)
        assert "(0010,1020) PatientSize" in share.why
    assert not [mark for mark in found.marks if "SUL" in mark.item]
    assert isinstance(found.scores[0].suggestion, Suggestion)


def _by_hand(look: Look) -> Look:
    """The look as if its border were a mask that somebody drew."""
    assert look.measured is not None
    drawn = replace(look.measured.lesion, method=Method(name="by hand"))
    return replace(look, measured=replace(look.measured, lesion=drawn))


def _tried(results: Results, suv: float) -> Results:
    """As if every look that is not drawn had been put to a fixed threshold."""
    drawn = results.lesions[0].looks[0].method
    assert drawn is not None
    lesions = tuple(
        replace(
            lesion,
            looks=tuple(
                replace(one, method=replace(drawn, threshold=suv)) if one.measured is None else one
                for one in lesion.looks
            ),
        )
        for lesion in results.lesions
    )
    return replace(results, lesions=lesions)


def _with_input(results: Results, name: str, value: float | None) -> Results:
    """The results as if the files had another value, or none."""
    scans = tuple(
        replace(
            scan,
            provenance=replace(
                scan.provenance,
                inputs=tuple(
                    replace(one, value=value) if one.name == name else one
                    for one in scan.provenance.inputs
                ),
            ),
        )
        for scan in results.scans
    )
    return replace(results, scans=scans)
