"""The pages of flow cytometry: what they say, what they must not say, and how heavy they are."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from markupsafe import escape

from reinfuse.cytometry.measured.values import Failed, ShareResult, SplitResult
from reinfuse.cytometry.numbers.guards import Acquisition
from reinfuse.cytometry.numbers.measured import State, measure
from reinfuse.cytometry.numbers.share import percent
from reinfuse.cytometry.pictures import with_templates
from reinfuse.errors import Finding, Severity
from reinfuse.report.flow_page import (
    FlowSeriesInputs,
    FlowTubeInputs,
    labels_for,
    render_flow_series,
    render_flow_tube,
)
from reinfuse.report.flow_page.gates import gate_charts
from reinfuse.report.flow_page.labels import Namer
from reinfuse.report.flow_page.results import result_rows
from reinfuse.report.flow_page.series_chart import LIMIT_PX, series_charts
from reinfuse.report.flow_page.tree import tree_rows
from tests.unit.report_flow_pages import PROVENANCE, blood, inputs_of, marrow

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def inputs() -> FlowTubeInputs:
    return inputs_of(*blood())


@pytest.fixture(scope="module")
def page(inputs: FlowTubeInputs) -> str:
    return render_flow_tube(inputs)


def test_a_page_of_a_tube_is_light_and_quick(inputs: FlowTubeInputs) -> None:
    start = time.perf_counter()
    text = render_flow_tube(inputs)
    assert time.perf_counter() - start < 2.0
    assert len(text.encode()) < 600_000
    assert text == render_flow_tube(inputs)


def test_a_page_loads_nothing_and_runs_nothing(page: str) -> None:
    assert "default-src 'none'" in page
    assert "<script" not in page
    outside = re.findall(r'(?:src|href)="((?!#|data:)[^"]*)"', page)
    assert outside == []


def test_a_split_has_its_plain_value_and_no_blank(inputs: FlowTubeInputs) -> None:
    (row,) = (
        one
        for one in result_rows(inputs.tube, Namer(inputs.labels))
        if one.name == "CAR-T central memory"
    )
    (found,) = (one for one in inputs.tube.results if one.wanted.name == "CAR-T central memory")
    assert isinstance(found, SplitResult)
    assert row.state == f"a share of {found.share.n:,} events"
    assert (row.state_class, row.limits, row.blank) == ("split", (), "")
    assert row.value[0] == percent(found.share.value)


def test_every_result_stands_with_its_state_and_limits(inputs: FlowTubeInputs, page: str) -> None:
    rows = {row.name: row for row in result_rows(inputs.tube, Namer({}))}
    assert list(rows) == [one.name for one in inputs.measured.strategy.results]
    car = rows["CAR-T"]
    assert car.state == "quantified"
    assert [words.split()[0] for words in car.limits] == ["LoB", "LoD", "LLOQ"]
    assert "fluorescence minus one" in car.blank
    assert car.per_ul[0].endswith("cells/µL")
    for row in rows.values():
        assert f'<span class="value">{escape(row.value[0])}</span>' in page


def test_what_was_detected_and_may_not_be_quoted_is_no_bare_number(inputs: FlowTubeInputs) -> None:
    found = next(one for one in inputs.tube.results if isinstance(one, ShareResult))
    blank = found.measured.blank
    said = {}
    for count in (0, 12, 20, 200):
        one = measure(
            count, 2000, assay=found.measured.assay, blank=blank, acquisition=Acquisition()
        )
        tube = replace(inputs.tube, results=(replace(found, measured=one),))
        (row,) = result_rows(tube, Namer({}))
        said[row.state] = row.value[0][0]
    assert said == {
        State.NOT_DETECTED: "<",
        State.BELOW_DETECTION: "<",
        State.NOT_QUANTIFIABLE: "<",
        State.QUANTIFIED: said[State.QUANTIFIED],
    }
    assert said[State.QUANTIFIED].isdigit()


def test_what_cannot_be_judged_has_no_number_and_says_why(inputs: FlowTubeInputs) -> None:
    found = next(one for one in inputs.tube.results if isinstance(one, ShareResult))
    one = measure(
        100, 2000, assay=found.measured.assay, blank=found.measured.blank,
        acquisition=Acquisition(viability=0.4),
    )  # fmt: skip
    tube = replace(inputs.tube, results=(replace(found, measured=one, per_ul=None),))
    (row,) = result_rows(tube, Namer({}))
    assert row.value[0] == "no number"
    assert "40 % of cells are viable" in row.why[0]
    assert row.why[0] in render_flow_tube(replace(inputs, tube=tube))


def test_the_tree_has_every_population_under_its_parent(inputs: FlowTubeInputs) -> None:
    rows = tree_rows(inputs.tube, inputs.measured.strategy)
    populations = inputs.tube.gated.populations
    assert {row.name for row in rows} == set(populations)
    above: list[str] = []
    for row in rows:
        above = above[: row.depth]
        assert populations[row.name].parent == (above[-1] if above else None)
        assert row.count == f"{populations[row.name].count:,}"
        above.append(row.name)


def test_every_picture_has_words_and_a_table(inputs: FlowTubeInputs) -> None:
    charts = gate_charts(inputs)
    assert len({chart.name for chart in charts}) == len(charts) == 12
    for chart in charts:
        svg = ElementTree.fromstring(chart.svg)
        assert svg.attrib["role"] == "img"
        assert svg.find(f"{SVG}title").text == chart.title  # type: ignore[union-attr]
        assert svg.find(f"{SVG}desc").text == chart.description  # type: ignore[union-attr]
        assert chart.table.rows


def test_a_moved_gate_has_its_template_dashed_and_its_shift_written(
    inputs: FlowTubeInputs,
) -> None:
    charts = {chart.title: chart for chart in gate_charts(inputs)}
    assert 'stroke-dasharray="5 3"' in charts["T cells in lymphocytes"].svg
    assert any("moved −" in note for note in charts["T cells in lymphocytes"].notes)
    assert 'stroke-dasharray="5 3"' not in charts["singlets in steady"].svg
    assert inputs.pictures is not None
    unplaced = replace(
        inputs,
        tube=replace(inputs.tube, placed={}),
        pictures=with_templates(inputs.pictures, {}),
    )
    assert "stroke-dasharray" not in "".join(chart.svg for chart in gate_charts(unplaced))


def test_the_control_is_drawn_where_the_result_rests_on_it(inputs: FlowTubeInputs) -> None:
    noted = [
        chart.title
        for chart in gate_charts(inputs)
        if any("FMO without CAR" in note for note in chart.notes)
    ]
    assert noted == ["CAR+ in T cells"]


def test_a_control_of_a_gate_of_two_dimensions_is_a_picture_of_its_own() -> None:
    titles = [chart.title for chart in gate_charts(inputs_of(*marrow()))]
    assert titles.count("B lineage in nucleated, in the control") == 1


def test_a_label_takes_the_place_of_a_file_wherever_it_stands() -> None:
    measured, book = blood()
    labels = labels_for(measured)
    assert len(set(labels.values())) == len(labels)
    given = inputs_of(measured, book)
    finding = Finding(
        severity=Severity.NOTE, rule="invented", what=f"{given.tube.file} is told",
        where=given.tube.file, fix=f"look at {given.tube.file}",
    )  # fmt: skip
    tube = replace(given.tube, findings=(finding,), before="invented-day-10-fmo-car.fcs")
    text = render_flow_tube(replace(given, tube=tube, labels=labels))
    series = render_flow_series(
        FlowSeriesInputs(
            measured=replace(measured, drift=(finding,)), provenance=PROVENANCE, labels=labels
        )
    )
    for one in (text, series):
        assert ".fcs" not in one
        assert "infusion 1 day 28" in one
        assert tube.sha256[:12] in text
    assert "control 1 (FMO without CAR)" in text


def test_a_name_with_markup_stays_text(inputs: FlowTubeInputs) -> None:
    evil = "<img src=x onerror=alert(1)>.fcs"
    gated = replace(inputs.tube.gated, file=evil)
    finding = Finding(severity=Severity.ERROR, rule="invented", what=evil, where=evil)
    tube = replace(inputs.tube, file=evil, gated=gated, findings=(finding,), site=evil)
    text = render_flow_tube(replace(inputs, tube=tube))
    assert "<img" not in text
    assert "&lt;img" in text


def test_a_tube_without_pictures_says_so(inputs: FlowTubeInputs) -> None:
    text = render_flow_tube(replace(inputs, pictures=None, controls=()))
    assert "No pictures were taken" in text
    assert "What was measured" in text


def test_the_series_has_percent_and_cells_with_limits() -> None:
    charts = {chart.title: chart for chart in series_charts(blood()[0])}
    percent = charts["CAR-T after infusion 1, % of T cells"]
    assert [row[0] for row in percent.table.rows] == ["4", "28"]
    early, late = percent.table.rows
    assert early[1].startswith("< ")
    assert late[3] == "quantified"
    assert float(late[4]) > 0
    assert "CAR-T after infusion 1, cells/µL" in charts


def test_a_file_that_failed_is_named_with_its_reason() -> None:
    measured, _ = blood()
    text = render_flow_series(FlowSeriesInputs(measured=measured, provenance=PROVENANCE))
    (failed,) = measured.failed
    assert isinstance(failed, Failed)
    assert f"{failed.file}: " in text
    assert "Not measured" in text


def test_a_series_leads_to_the_pages_of_its_tubes() -> None:
    measured, _ = blood()
    pages = {
        (one.sha256, one.data_set): f"tube-{place}.html" for place, one in enumerate(measured.tubes)
    }
    text = render_flow_series(
        FlowSeriesInputs(measured=measured, provenance=PROVENANCE, pages=pages)
    )
    assert re.findall(r'<a href="(tube-\d\.html)"', text) == ["tube-0.html", "tube-1.html"]


def test_a_limit_does_not_run_on_to_days_without_a_tube() -> None:
    """Days 4 and 28: each limit is a short level line about its day, and none joins the two."""
    chart = series_charts(blood()[0])[0]
    assert chart.table is not None
    known = sum(row[column] != "not known" for row in chart.table.rows for column in (4, 5))
    root = ElementTree.fromstring(chart.svg)
    dashed = [one for one in root.iter() if one.get("stroke-dasharray") in ("6,3", "2,3")]
    assert {one.tag for one in dashed} == {f"{SVG}line"}
    plot = [one for one in dashed if one.get("stroke-width") == "1.6"]  # the key's are wider
    assert len(plot) == known == 4
    assert [float(one.get("x2", "0")) for one in plot] == pytest.approx([LIMIT_PX] * known)
    assert {float(one.get("y2", "0")) for one in plot} == {0.0}


def test_two_tubes_of_one_day_keep_their_own_counts() -> None:
    measured, _ = blood()
    series = measured.series[0]
    first, last = series.points[0], series.points[-1]
    same = replace(series, points=(first, replace(last, day=first.day)))
    chart = series_charts(replace(measured, series=(same,)))[0]
    assert chart.table is not None
    counted = [row[-1] for row in chart.table.rows]
    shares = [one.result.measured.share for one in (first, last)]
    assert counted == [f"{one.k:,} of {one.n:,}" for one in shares]
    assert counted[0] != counted[1]
