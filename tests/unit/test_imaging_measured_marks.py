"""What scans say of the response as marks, and what the criteria make of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from reinfuse.exchange.long_table import COLUMNS, read_long_table_bytes
from reinfuse.grading import Grade
from reinfuse.grading.catalogue import criterion_named
from reinfuse.imaging.following import Followed
from reinfuse.imaging.following.deauville import Suggestion
from reinfuse.imaging.measured import Look, Results
from reinfuse.imaging.measured.response import Response, respond
from reinfuse.imaging.measured.response_lean import NotGiven
from reinfuse.imaging.measured.response_marks import CRITERIA, MARK_COLUMNS, mark_rows
from reinfuse.imaging.measures import InSlice, Uptake
from reinfuse.imaging.measures.peak import IBSI_SPHERE, peak_map
from reinfuse.imaging.suv.body import JANMAHASATIAN
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.long_table import charts_of
from tests.unit.imaging_response_scans import measured


@pytest.fixture(scope="module")
def results() -> Results:
    """All three scans measured and followed."""
    return measured()[0]


@pytest.fixture(scope="module")
def response(results: Results) -> Response:
    """What they say of the response."""
    return respond(results)


def test_peak_of_what_is_left_is_the_highest_of_its_place(
    results: Results, response: Response
) -> None:
    assert isinstance(results.followed, Followed)
    assert not isinstance(response.numbers, NotGiven)
    means = peak_map(results.scans[2].suv, IBSI_SPHERE)
    for track in results.followed.tracks:
        place = track.looks[2].place
        assert place is not None
        factor = response.sul_per_suv["month-3"]
        assert isinstance(factor, float)
        own = next(
            one
            for one in response.numbers
            if (one.lesion, one.time_point) == (track.name, "month-3")
        )
        slow = float(np.nanmax(means[place.whole]))
        assert own.sul_peak == pytest.approx(factor * slow, rel=1e-5)
        assert slow * factor < 1.0
        assert not own.drawn


def test_nothing_says_absent_and_nobody_says_that_nothing_is_new(response: Response) -> None:
    assert {mark.value for mark in response.marks if mark.item == "lesion status"} == {"present"}
    assert {mark.day for mark in response.marks if mark.item == "lesion status"} == {-12, 30}
    assert not [mark for mark in response.marks if mark.item in ("new lesion", "lesion role")]
    last = {mark.item for mark in response.marks if mark.day == 92 and mark.site}
    assert last == {"lesion SUVmax", "lesion SULpeak"}


def test_the_table_is_graded_as_the_chart_is(response: Response) -> None:
    assert set(MARK_COLUMNS) <= set(COLUMNS)
    assert isinstance(response.chart, Chart)
    read = _read(response.chart)
    assert len(read.marks) == len(response.marks)
    for name in CRITERIA:
        own, other = (_grade(name, one) for one in (response.chart, read))
        assert (own.low, own.high, own.series) == (other.low, other.high, other.series), name


def test_criteria_give_intervals_until_a_person_has_looked(response: Response) -> None:
    assert isinstance(response.chart, Chart)
    open_ones = {name: _grade(name, response.chart) for name in CRITERIA}
    assert _ends(open_ones["Lugano-2014 PET"]) == [("PMR", "PMD"), ("CMR", "PMD")]
    assert _ends(open_ones["LYRIC-2016"]) == [("PR", "PD"), ("CR", "PD")]
    assert _ends(open_ones["PERCIST-1.0"]) == [("PMR", "PMD"), ("CMR", "PMD")]
    assert _ends(open_ones["Deauville-5PS from SUVmax"]) == [(5, 5), (4, 5), (1, 2)]
    assert not open_ones["Lugano-2014 CT"].evaluable
    assert "whether there was a new lesion on day 30" in open_ones["Lugano-2014 PET"].missing
    said = _said(response.chart, {"new lesion": False, "marrow uptake": "normal"})
    assert _ends(_grade("Lugano-2014 PET", said)) == [("PMR", "PMR"), ("CMR", "CMR")]
    assert _ends(_grade("LYRIC-2016", said)) == [("PR", "PR"), ("CR", "CR")]
    assert _ends(_grade("PERCIST-1.0", said))[0] == ("PMR", "PMR")


def test_sizes_on_ct_reach_the_criterion_of_sizes_also_below_the_threshold(
    results: Results,
) -> None:
    sizes = {"before": (60.0, 40.0), "month-1": (30.0, 20.0), "month-3": (20.0, 10.0)}
    on_ct = {
        (lesion.wanted.name, scan): _size(*mm)
        for lesion in results.lesions
        for scan, mm in sizes.items()
    }
    found = respond(replace(results, on_ct=on_ct))
    assert isinstance(found.chart, Chart)
    ct = [mark for mark in found.marks if mark.method == "CT"]
    assert len(ct) == 2 * 2 * 3
    said = _said(
        found.chart,
        {"new lesion": False, "marrow lymphoma": "absent"},
        {"lesion kind": "extranodal"},
    )
    # Nothing is known of the spleen, so that its growth stays possible.
    assert [one.low for one in _grade("Lugano-2014 CT", said).series] == ["PR", "PR"]


def test_a_lesion_that_was_sized_on_ct_alone_gives_its_sizes_and_nothing_of_uptake(
    results: Results,
) -> None:
    looks = tuple(
        Look(scan=scan.name, state="not drawn", words="not drawn, and not followed")
        for scan in results.scans
    )
    lesion = results.lesions[1]
    node = replace(lesion, wanted=replace(lesion.wanted, name="node", site="neck"), looks=looks)
    for lesions in ((*results.lesions, node), (node,)):
        sizes = {("node", "before"): _size(30.0, 20.0), ("node", "month-3"): _size(18.0, 9.0)}
        found = respond(replace(results, lesions=lesions, on_ct=sizes))
        marks = [mark for mark in found.marks if mark.site == "node"]
        assert [(mark.day, mark.item, mark.method) for mark in marks] == [
            (day, f"lesion {which} diameter", "CT")
            for day in (-12, 92)
            for which in ("longest", "shortest")
        ]
        assert isinstance(found.chart, Chart)
        assert len([one for one in _read(found.chart).marks if one.site == "node"]) == 4


def test_what_a_neighbour_may_have_spilled_is_given_to_no_criterion(results: Results) -> None:
    lesion = results.lesions[1]
    last = lesion.looks[2]
    assert last.left is not None
    spilled = replace(last.left, max=9.8, at_border=True, climbs_out=True)
    looks = (*lesion.looks[:2], replace(last, state="not drawn", left=spilled))
    changed = replace(results, lesions=(results.lesions[0], replace(lesion, looks=looks)))
    found = respond(changed)
    assert not [one for one in found.marks if (one.site, one.day) == ("pelvis", 92)]
    # The scan has its liver all the same, should no other lesion be looked at.
    alone = respond(replace(changed, lesions=changed.lesions[1:]))
    assert [one.item for one in alone.marks if one.day == 92 and one.item.startswith("liver")]
    assert isinstance(alone.scores[2].suggestion, NotGiven)
    suggestion = found.scores[2].suggestion
    assert isinstance(suggestion, Suggestion)
    assert suggestion.lesion < 1.5
    (without,) = found.scores[2].without
    assert without.startswith("pelvis: the highest uptake in its place may be that of something")


def test_a_peak_from_outside_is_no_mark(results: Results) -> None:
    lesion = results.lesions[1]
    look = lesion.looks[0]
    assert look.measured is not None
    assert isinstance(look.measured.uptake, Uptake)
    uptake = replace(look.measured.uptake, max=1.6)
    assert uptake.peak_from_outside
    first = replace(look, measured=replace(look.measured, uptake=uptake))
    looks = (first, *lesion.looks[1:])
    changed = replace(results, lesions=(results.lesions[0], replace(lesion, looks=looks)))
    items = {one.item for one in respond(changed).marks if (one.site, one.day) == ("pelvis", -12)}
    assert "lesion SUVmax" in items
    assert "lesion SULpeak" not in items


def test_a_lesion_is_new_only_where_its_place_was_seen_before(results: Results) -> None:
    lesion = results.lesions[1]
    earlier = replace(lesion.looks[2], scan="before", state="before it was drawn")
    for state, new in (("new", True), ("drawn", False)):
        looks = (earlier, replace(lesion.looks[1], state=state), lesion.looks[2])
        changed = replace(results, lesions=(results.lesions[0], replace(lesion, looks=looks)))
        marks = respond(changed).marks
        assert any(mark.item == "new lesion" for mark in marks) is new
        assert not [mark for mark in marks if mark.site == "pelvis" and mark.day < 0]


def test_marks_need_the_infusion_and_body_weight(results: Results) -> None:
    by_scan = respond(replace(results, days_from_infusion=False))
    assert isinstance(by_scan.chart, NotGiven)
    assert "first scan" in by_scan.chart.why
    assert isinstance(by_scan.scores[0].suggestion, Suggestion)
    second = replace(results.scans[2], wanted=replace(results.scans[2].wanted, infusion=2))
    two = respond(replace(results, scans=(*results.scans[:2], second)))
    assert [one.rule for one in two.findings] == ["petct-several-infusions"]
    assert "count from number 1" in two.findings[0].what
    assert respond(results).findings == ()
    lean = tuple(
        replace(one, suv=replace(one.suv, unit=JANMAHASATIAN.name)) for one in results.scans
    )
    other = respond(replace(results, scans=lean))
    assert isinstance(other.chart, NotGiven)
    assert JANMAHASATIAN.name in other.chart.why
    assert other.marks == ()


def _grade(name: str, chart: Chart) -> Grade:
    return criterion_named(name).grade(chart)


def _ends(grade: Grade) -> list[tuple[object, object]]:
    return [(one.low, one.high) for one in grade.series]


def _read(chart: Chart) -> Chart:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(MARK_COLUMNS)
    writer.writerows(mark_rows(chart))
    reading = read_long_table_bytes(stream.getvalue().encode(), "marks.csv")
    assert reading.table is not None
    assert not len(reading.notes)
    (found,) = charts_of(reading.table)
    return found


def _said(
    chart: Chart,
    of_visits: dict[str, bool | str],
    of_lesions: dict[str, str] | None = None,
    days: Sequence[int] = (30, 92),
) -> Chart:
    """The chart with what a person saw beside it."""
    marks = [
        Mark(item=item, day=day, value=value) for item, value in of_visits.items() for day in days
    ]
    marks += [
        Mark(item=item, day=-12, value=value, site=site)
        for item, value in (of_lesions or {}).items()
        for site in ("retroperitoneum", "pelvis")
    ]
    return Chart.of(chart.subject, (*chart.marks, *marks))


def _size(longest: float, across: float) -> InSlice:
    return InSlice(
        name="Lugano size (CT)",
        longest_mm=longest,
        perpendicular_mm=across,
        head_foot_mm=50.0,
        slice_index=3,
        longest_ends=np.zeros((2, 3)),
        perpendicular_ends=np.zeros((2, 3)),
    )
