"""Drawings say one thing once, are the same every time, and never show what was not measured."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from reinfuse.report.charts import (
    Bands,
    Chart,
    ForestRow,
    InfusionCurve,
    LesionLook,
    LesionRow,
    Measured,
    Narrowing,
    NoChart,
    NotDetected,
    Span,
    chart_css,
    draw_curves,
    draw_forest,
    draw_lesions,
    draw_narrowing,
)
from reinfuse.report.charts.palette import INFUSIONS, INK, MUTED, TRANSPLANT, WARNING, folded

SVG = "{http://www.w3.org/2000/svg}"
DAYS = tuple(float(day) for day in range(121))
FLAT = Bands.of(DAYS, [[level] * 121 for level in (0.001, 2.0, 5.0, 9.0, 20.0)])
FIRST = InfusionCurve(
    label="Infusion 1",
    points=(
        Measured(level=37.1, days=(0, 39), words="highest value"),
        NotDetected(days=(40, 40), limit=(0.01, 1.0), stated=False),
    ),
)
SECOND = InfusionCurve(
    label="Infusion 2 <donor>",
    points=(Measured(level=78.1, days=(14, 14)), Measured(level=6.7, days=(77, 105))),
    bands=FLAT,
)
COUNTED = ForestRow(
    group="Second infusion",
    label="Gauthier 2021, ALL",
    outcome="CR",
    standing="abstract only",
    events=3,
    n=14,
    interval=(4.7, 50.8),
)
PRINTED = ForestRow(
    group="First infusion",
    label="CD19 CAR-T",
    outcome="MRD-negative CR",
    standing="recalled",
    printed="60-90 %",
    printed_range=(60, 90),
)
SPOKEN = ForestRow(
    group="Donor-derived",
    label="four series",
    outcome="severe acute GVHD",
    standing="read in a secondary source",
    printed="none reported",
)
LESIONS = (
    LesionRow(
        site="right retroperitoneum",
        looks=(
            LesionLook(days=(-80, -17), change="new", size=108.5, seen_by="PET/CT"),
            LesionLook(days=(16, 44), change="reduced", seen_by="PET/CT"),
            LesionLook(days=(77, 105), change="resolved", seen_by="PET/CT"),
        ),
    ),
    LesionRow(site="left eye", looks=(LesionLook(days=(-180, float("inf")), change="removed"),)),
)
NARROWED = Narrowing(
    parameter="Peak",
    unit="%",
    curve="Infusion 1",
    before=Span(1, 20, 90),
    after=Span(12, 30, 60),
    ratio=0.35,
    informed=True,
)


def curves() -> Chart:
    return drawn(draw_curves((FIRST, SECOND)))


def forest() -> Chart:
    return drawn(draw_forest((PRINTED, COUNTED, SPOKEN)))


def lesions() -> Chart:
    return drawn(draw_lesions(LESIONS, anchor="infusion 2", size="ellipsoid volume", unit="mL"))


def narrowing() -> Chart:
    other = replace(NARROWED, parameter="Terminal half-life", unit="d", ratio=1.02, informed=False)
    return drawn(draw_narrowing((NARROWED, other)))


def drawn(chart: Chart | NoChart) -> Chart:
    assert isinstance(chart, Chart)
    return chart


EVERY = pytest.mark.parametrize("draw", [curves, forest, lesions, narrowing])


@EVERY
def test_the_same_input_gives_the_same_bytes(draw: Callable[[], Chart]) -> None:
    first = draw()
    curves()  # the counters of vl-convert run on
    assert draw().html() == first.html()


@EVERY
def test_a_screen_reader_hears_one_title_and_one_description(draw: Callable[[], Chart]) -> None:
    chart = draw()
    root = ElementTree.fromstring(chart.svg)
    assert root.attrib["role"] == "img"
    names = root.attrib["aria-labelledby"].split()
    texts = {one.attrib.get("id"): one.text for one in root}
    assert [texts[name] for name in names] == [chart.title, chart.description]
    inner = [key for one in root.iter() if one is not root for key in one.attrib]
    assert not [key for key in inner if key == "role" or key.startswith("aria-")]


@EVERY
def test_every_id_belongs_to_its_drawing_and_every_reference_is_met(
    draw: Callable[[], Chart],
) -> None:
    chart = draw()
    ids = re.findall(r' id="([^"]+)"', chart.svg)
    assert len(set(ids)) == len(ids)
    assert all(one.startswith(chart.name) for one in ids)
    assert set(re.findall(r"url\(#([^)]+)\)", chart.svg)) <= set(ids)


@EVERY
def test_a_drawing_scales_and_fetches_nothing(draw: Callable[[], Chart]) -> None:
    svg = draw().svg
    root = ElementTree.fromstring(svg)
    assert root.attrib["viewBox"].startswith("0 0 760 ")
    assert "height" not in root.attrib
    assert re.findall(r"https?://[^\"]+", svg) == ["http://www.w3.org/2000/svg"]
    assert "<image" not in svg
    assert "<script" not in svg


@EVERY
def test_under_every_drawing_stands_its_table_with_headings(draw: Callable[[], Chart]) -> None:
    html = draw().html()
    table = ElementTree.fromstring(html[html.index("<table>") : html.index("</table>") + 8])
    head = table.findall("thead/tr/th")
    assert all(one.attrib["scope"] == "col" for one in head)
    for row in table.findall("tbody/tr"):
        assert len(row) == len(head)
        assert row[0].attrib["scope"] == "row"


@EVERY
def test_text_on_the_sheet_is_dark_enough_to_read(draw: Callable[[], Chart]) -> None:
    root = ElementTree.fromstring(draw().svg)
    inks = {one.attrib["fill"] for one in root.iter(f"{SVG}text")} - {"#ffffff"}  # halos
    assert inks
    assert all(contrast(ink) >= 4.5 for ink in inks)


def test_labels_are_escaped() -> None:
    html = curves().html()
    assert "<donor>" not in html
    assert "Infusion 2 &lt;donor&gt;" in html


def test_not_detected_is_below_a_limit_and_never_zero() -> None:
    chart = curves()
    row = next(row for row in chart.table.rows if row[2].startswith("not detected"))
    assert row == ("Infusion 1", "day 40", "not detected; limit assumed", "< 1", "", "")
    assert "limit not stated, 0.01 to 1 % assumed" in chart.description
    assert any("not gone" in note for note in chart.notes)


def test_a_peak_without_a_day_is_a_bar_without_a_point() -> None:
    peak = Measured(level=37.1, days=(0, 39))
    with_day = replace(FIRST, points=(replace(peak, days=(14, 14)),))
    without = replace(FIRST, points=(peak,))
    discs = [drawn(draw_curves((one,))).svg.count("A4.74") for one in (with_day, without)]
    assert discs == [2, 0]  # a disc is drawn as two arcs
    assert "day 0 to 39" in drawn(draw_curves((without,))).description


def test_a_stated_gate_stands_on_the_axis_and_drops_the_warning() -> None:
    chart = drawn(draw_curves((SECOND,), denominator="CD3+ cells"))
    assert "CAR-T cells, % of CD3+ cells (logit scale)" in chart.svg
    assert not any("gate" in note for note in chart.notes)


def test_copies_have_a_logarithmic_axis() -> None:
    curve = InfusionCurve(label="Infusion 1", points=(Measured(level=85000, days=(10, 10)),))
    chart = drawn(draw_curves((curve,), unit="copies/µg DNA"))
    assert "copies/µg DNA (logarithmic scale)" in chart.svg


def test_a_sample_off_the_sheet_stays_in_the_table() -> None:
    late = replace(SECOND, points=(Measured(level=1.5, days=(400, 400)),))
    chart = drawn(draw_curves((late,)))
    assert any(row[1] == "day 400" for row in chart.table.rows)
    assert any("in the table only" in note for note in chart.notes)


def test_no_level_is_said_and_not_drawn() -> None:
    nothing = draw_curves((InfusionCurve(label="Infusion 1", points=()),))
    assert isinstance(nothing, NoChart)
    assert "No level of CAR-T cells is recorded." in nothing.html()


def test_a_forest_row_has_an_interval_only_if_it_has_counts() -> None:
    rows = {row[0]: row for row in forest().table.rows}
    assert rows["Gauthier 2021, ALL"][3:7] == ("3/14", "patients", "21.4 %", "4.7 to 50.8 %")
    assert rows["CD19 CAR-T"][3:7] == ("not printed", "", "60 to 90 % printed", "none: no counts")
    assert rows["four series"][5:8] == ("", "none: no counts", "none reported")


def test_none_reported_is_words_and_draws_no_mark() -> None:
    alone = drawn(draw_forest((SPOKEN,)))
    assert ">none reported<" in alone.svg
    assert any("not 0 of n" in note for note in alone.notes)
    assert alone.description == "four series, severe acute GVHD: none reported."


def test_removed_is_not_resolved() -> None:
    chart = lesions()
    assert ("left eye", "day -180 or later", "not stated", "", "removed") in chart.table.rows
    assert any(note.startswith("Removed is not resolved") for note in chart.notes)


def test_a_lesion_without_a_size_stands_by_its_word() -> None:
    chart = lesions()
    assert ">108 mL<" in chart.svg
    assert ">reduced<" in chart.svg
    row = next(row for row in chart.table.rows if row[4] == "reduced")
    assert row[3] == "not stated"


def test_several_sizes_of_a_lesion_stand_on_a_scale_from_zero() -> None:
    looks = tuple(LesionLook(days=(d, d), size=s) for d, s in ((-14, 42.0), (28, 20.0), (60, 9.0)))
    row = LesionRow(site="liver", looks=(*looks, LesionLook(days=(90, 90), change="resolved")))
    chart = drawn(draw_lesions((row,), anchor="infusion 1", size="volume", unit="mL"))
    assert any("on one scale from 0" in note for note in chart.notes)
    assert ">42 mL<" in chart.svg


def test_what_was_not_learned_is_called_assumed() -> None:
    chart = narrowing()
    assert ">1.02 assumed<" in chart.svg
    assert ">0.35<" in chart.svg
    assert "narrowed by the data: Peak; assumed: Terminal half-life" in chart.description


def test_marks_and_letters_are_dark_enough() -> None:
    assert all(contrast(colour) >= 4.5 for colour in (INK, MUTED, TRANSPLANT, WARNING))
    assert all(contrast(colour) >= 3.0 for colour in INFUSIONS)


def test_a_long_label_is_folded_and_loses_nothing() -> None:
    text = "donor-derived CAR-T after allogeneic transplant"
    lines = folded(text, 150)
    assert len(lines) > 1
    assert " ".join(lines) == text


def test_the_style_sheet_comes_with_the_package() -> None:
    assert ".chart-drawing svg" in chart_css()


def contrast(colour: str) -> float:
    """Contrast with white, by WCAG 2.2."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    light = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (light + 0.05)
