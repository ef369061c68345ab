"""The page of PET/CT: what it says, what it must not say, and how heavy it is."""

from __future__ import annotations

import io
import re
import time
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from markupsafe import escape

from reinfuse.imaging.measured import Failed
from reinfuse.imaging.pictures import Mark, Raster, Seen, figures_of
from reinfuse.record import Course, Lesion, LesionLook
from reinfuse.report.charts.png import png
from reinfuse.report.charts.values import Chart, NoChart
from reinfuse.report.petct_page import PetctInputs, render_petct
from reinfuse.report.petct_page.frame import frame_of, lies_left, placed_in
from reinfuse.report.petct_page.looks import lesion_rows
from reinfuse.report.petct_page.over_time import lesions_chart
from reinfuse.report.petct_page.pictures import scan_charts
from reinfuse.report.petct_page.seats import arrow_of, seats_of
from reinfuse.report.petct_page.section import absent_words
from reinfuse.report.petct_page.shades import dark_for_much, warm
from reinfuse.timeline import NOT_STATED
from tests.unit.report_petct_pages import candidates, figures, inputs_of, measured

SVG = "{http://www.w3.org/2000/svg}"
EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def inputs() -> PetctInputs:
    return inputs_of(measured()[0], figures())


@pytest.fixture(scope="module")
def page(inputs: PetctInputs) -> str:
    return render_petct(inputs)


def test_a_page_is_light_quick_and_the_same_every_time(inputs: PetctInputs, page: str) -> None:
    start = time.perf_counter()
    assert render_petct(inputs) == page
    assert time.perf_counter() - start < 4.0
    assert len(page.encode()) < 400_000


def test_a_page_loads_nothing_and_runs_nothing(page: str) -> None:
    assert "default-src 'none'" in page
    assert "<script" not in page
    outside = re.findall(r'(?:src|href)="((?!#|data:image/png;base64,|data:,)[^"]*)"', page)
    assert outside == []


def test_a_name_with_markup_stays_text(inputs: PetctInputs) -> None:
    results, drawn = inputs.results, inputs.figures
    scan = drawn.scans[0]
    marks = tuple(replace(one, lesion=EVIL, words=EVIL) for one in scan.views[0].marks)
    evil = replace(scan, scan=EVIL, unit=EVIL, views=(replace(scan.views[0], marks=marks),))
    looks = tuple(replace(one, lesion=EVIL, state=EVIL, words=EVIL) for one in drawn.looks[:1])
    failed = (Failed(scan=EVIL, what=EVIL, where=EVIL, fix=EVIL),)
    text = render_petct(
        replace(
            inputs,
            results=replace(results, failed=failed),
            figures=replace(drawn, scans=(evil,), looks=looks, days_from=EVIL, unit=EVIL),
        )
    )
    assert "<img" not in text
    assert str(escape(EVIL)) in text


def test_the_image_is_what_another_reader_sees() -> None:
    """Pillow reads the PNG: every level, every colour, and how much each hides."""
    image = pytest.importorskip("PIL.Image")
    levels = (np.arange(63, dtype=np.uint8)).reshape(7, 9)
    colours, cover = warm()
    with image.open(io.BytesIO(png(levels, colours, cover))) as seen:
        assert seen.size == (9, 7)
        found = np.array(seen.convert("RGBA"))
    assert np.array_equal(found[..., :3], np.array(colours, np.uint8)[levels])
    assert np.array_equal(found[..., 3], np.array(cover, np.uint8)[levels])


def test_more_uptake_is_never_harder_to_see() -> None:
    greys = [one[0] for one in dark_for_much()]
    assert (greys[0], greys[-1]) == (255, 0)
    assert all(later < earlier for earlier, later in pairwise(greys))
    colours, cover = warm()
    lights = [0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in colours]
    assert all(later >= earlier for earlier, later in pairwise(lights))
    assert (cover[0], cover[-1]) == (0, 255)
    assert list(cover) == sorted(cover)


def test_every_scan_is_drawn_to_one_scale_with_a_bar_of_ten_centimetres() -> None:
    frame = frame_of(figures().scans)
    for chart, scan in zip(scan_charts(figures()), figures().scans, strict=True):
        svg = ElementTree.fromstring(chart.svg)
        images = [one for one in svg.iter(f"{SVG}image") if float(one.attrib["height"]) > 20]
        assert len(images) == 3  # a projection, a CT, and the uptake over it
        for one in images:
            wide = scan.views[0].uptake.wide_mm * frame.px_per_mm
            assert float(one.attrib["width"]) == pytest.approx(wide, abs=0.06)
        bars = [
            re.findall(r"M([\d.]+) ([\d.]+)L([\d.]+) \2", path.attrib["d"])
            for path in svg.iter(f"{SVG}path") if path.attrib.get("stroke-width") == "1.6"
        ]  # fmt: skip
        lengths = [float(right) - float(left) for ((left, _, right), *_) in bars]
        assert lengths == pytest.approx([100 * frame.px_per_mm] * len(scan.views), abs=0.11)


def test_every_picture_has_words_a_table_and_its_names() -> None:
    for chart, scan in zip(scan_charts(figures()), figures().scans, strict=True):
        svg = ElementTree.fromstring(chart.svg)
        said = "".join(svg.itertext())
        assert svg.find(f"{SVG}desc").text == chart.description  # type: ignore[union-attr]
        for words in ("Maximum-intensity projection", "PET over CT", "10 cm", "≥ 7", "SUVbw"):
            assert words in said
        for name in ("retroperitoneum", "pelvis"):
            assert said.count(name) >= 2
            assert any(row[0] == name for row in chart.table.rows)
        assert f"PET {scan.sha256[:12]}" in chart.notes
        dashed = sum("stroke-dasharray" in one.attrib for one in svg.iter(f"{SVG}path"))
        assert bool(dashed) == any(mark.seen is Seen.LEFT for mark in scan.views[0].marks)


def test_an_arrow_ends_just_before_the_border_of_its_lesion() -> None:
    frame = frame_of(figures().scans)
    for scan in figures().scans:
        for view in scan.views:
            placed = placed_in(frame, view.uptake, 30.0)
            for seat in seats_of(view.marks, placed):
                _, tip = arrow_of(seat, placed)
                border = [placed.at(point) for line in seat.mark.outlines for point in line]
                assert min(np.hypot(x - tip[0], y - tip[1]) for x, y in border) < 4.0
                assert seat.at_left == lies_left(seat.mark, view.uptake)


@pytest.mark.parametrize(("count", "seated", "lines"), [(6, 6, 4), (8, 8, 1), (40, 21, 1)])
def test_names_do_not_stand_on_each_other(count: int, seated: int, lines: int) -> None:
    raster = Raster(levels=np.zeros((120, 90), np.uint8), mm=4.0, left_mm=-180.0, top_mm=240.0)
    marks = tuple(
        Mark(lesion=f"lesion {number} with a name", seen=Seen.DRAWN, at=(-20.0, 10.0 - number),
             outlines=(), words="SUVmax 5.5")
        for number in range(count)
    )  # fmt: skip
    view = replace(figures().scans[0].views[0], uptake=raster, marks=marks)
    scan = replace(figures().scans[0], views=(view,))
    frame = frame_of([scan])
    placed = placed_in(frame, raster, 40.0)
    seats = seats_of(marks, placed)
    assert len(seats) == seated
    assert {len(seat.names) + len(seat.uptake) for seat in seats} == {lines}
    assert all(later.top >= one.top + one.height for one, later in pairwise(seats))
    assert seats[0].top >= placed.top - 1e-6
    assert seats[-1].top + seats[-1].height <= placed.top + placed.height + 1e-6
    (chart,) = scan_charts(replace(figures(), scans=(scan,)))
    told = any("want of room: lesion 21 with a name" in note for note in chart.notes)
    assert told == (seated < count)
    assert len(chart.table.rows) == count


def test_what_is_not_drawn_has_no_volume_and_never_one_of_zero() -> None:
    chart = lesions_chart(figures())
    assert isinstance(chart, Chart)
    last = [row for row in chart.table.rows if "month-3" in row[1]]
    assert [row[2:6] for row in last] == [("below threshold", "–", "–", "–")] * 2
    assert all(0.3 < float(row[6]) < 1.5 for row in last)
    assert "not drawn" in chart.svg
    assert "left" in chart.description
    assert not re.search(r"[ (]0 mL", chart.description)


def test_where_no_border_was_drawn_the_chart_says_so() -> None:
    empty = tuple(replace(one, volume_ml=None, volume_interval_ml=None) for one in figures().looks)
    for looks, why in ((empty, "No border was drawn"), ((), "No lesion was asked for")):
        chart = lesions_chart(replace(figures(), looks=looks))
        assert isinstance(chart, NoChart)
        assert why in chart.why


def test_many_lesions_are_told_where_they_are_not_drawn() -> None:
    look = figures().looks[0]
    many = tuple(
        replace(look, lesion=f"lesion {place}", volume_ml=float(place)) for place in range(1, 15)
    )
    chart = lesions_chart(replace(figures(), looks=many))
    assert isinstance(chart, Chart)
    assert len(chart.table.rows) == 14
    assert any("The 12 largest are drawn; in the table also lesion 1 and lesion 2." in one
               for one in chart.notes)  # fmt: skip


def test_the_table_of_looks_has_every_number_with_its_border() -> None:
    first = lesion_rows(figures())[0]
    results, truth = measured()
    assert (first.lesion, first.site) == ("retroperitoneum", "right retroperitoneum")
    drawn, left = first.rows
    true = truth[0].lesions[0]
    found = [float(one) for one in drawn.size.split(" × ")]
    assert found == pytest.approx(list(true.axes_cm), abs=0.3)
    low, high = (float(one) for one in drawn.interval.split(" to "))
    assert low < true.volume_ml < high
    assert drawn.method.startswith("41 % of SUVmax")
    assert left.size == left.volume == left.tlg == "–"
    assert left.told.startswith("SUVmax")
    assert results.lesions[0].looks[1].state == left.state


def test_sums_references_and_the_suggested_score_stand_with_their_three_numbers(page: str) -> None:
    assert "suggests 5 (lesion SUVmax 1" in page
    assert "recalled" in page
    assert re.search(r"max 2\.\d+, mean 2\.\d+, SD 0\.\d+", page)  # the liver
    assert "(file)" in page
    assert "SHA-256 of the PET" in page
    assert "It is no diagnosis" in page


def test_candidates_are_listed_and_none_is_accepted() -> None:
    text = render_petct(inputs_of(candidates(), figures_of(candidates())))
    assert "Nobody has accepted any of these" in text
    assert "bladder" in text
    assert 'id="lesions"' not in text
    assert "Coronal slice, PET<" in text  # no CT was read


def test_scans_that_no_look_of_the_course_rests_on_are_told() -> None:
    hashes = [scan.sha256[:12] for scan in figures().scans]
    assert absent_words(figures(), _course(f"x; PET {hashes[0]}", f"PET {hashes[1]}")) == ""
    assert absent_words(figures(), _course(f"PET {hashes[0]}")).endswith("rests on month-3.")
    assert "another patient" in absent_words(figures(), _course("PET 0123456789ab"))
    assert "another patient" in absent_words(figures(), _course())


def _course(*notes: str) -> Course:
    looks = tuple(
        LesionLook(id=f"look-{number}", when=NOT_STATED, note=note)
        for number, note in enumerate(notes)
    )
    lesions = (Lesion(id="mass", site="pelvis", looks=looks),) if looks else ()
    return Course(title="an invented course", kind="invented example", lesions=lesions)
