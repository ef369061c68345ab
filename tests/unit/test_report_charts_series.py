"""Series around an infusion: gaps stay gaps, limits stay limits, words stay words."""

from __future__ import annotations

import pytest

from reinfuse.quantity import Quantity
from reinfuse.record import (
    Course,
    Drug,
    Figure,
    Infusion,
    Kind,
    Observation,
    Purpose,
    Regimen,
    Result,
)
from reinfuse.report.charts import (
    COUNTS,
    CYTOKINES,
    VITALS,
    Chart,
    Matrix,
    MatrixCell,
    NoChart,
    State,
    draw_series,
)
from reinfuse.report.charts.panel_scale import panel_scale
from reinfuse.report.charts.placing import Box, Label, place_labels
from reinfuse.timeline import read_when

INFUSION = Infusion(id="infusion-1", when=read_when("2023-03-01"), product="product-1")


def seen(analyte: str, day: str, value: str) -> Observation:
    return Observation(
        id=f"{analyte}-{day}".replace(" ", "-").replace("..", "-"),
        when=read_when(f"infusion-1 day {day}"),
        analyte=analyte,
        value=Quantity.parse(value),
    )


def course(
    *observations: Observation,
    regimens: tuple[Regimen, ...] = (),
    figures: tuple[Figure, ...] = (),
) -> Course:
    return Course(
        title="invented",
        kind=Kind.INVENTED,
        infusions=(INFUSION,),
        observations=observations,
        regimens=regimens,
        figures=figures,
    )


def chart_of(given: Course) -> Chart:
    chart = draw_series(given, INFUSION, CYTOKINES)
    assert isinstance(chart, Chart)
    return chart


def test_a_number_gives_a_panel_and_a_row() -> None:
    chart = chart_of(course(seen("IL-6", "3", "900 pg/mL"), seen("IL-6", "1", "12 pg/mL")))
    assert chart.table.rows == (
        ("IL-6", "day 1", "12", "pg/mL"),
        ("IL-6", "day 3", "900", "pg/mL"),
    )
    assert ">IL-6, pg/mL<" in chart.svg


def test_one_analyte_in_one_dimension_is_one_panel_in_one_unit() -> None:
    chart = chart_of(course(seen("ferritin", "1", "500 ng/mL"), seen("ferritin", "2", "3 ug/mL")))
    assert [row[2:] for row in chart.table.rows] == [("500", "ng/mL"), ("3000", "ng/mL")]


def test_a_limit_is_a_triangle_and_keeps_its_sign() -> None:
    chart = chart_of(course(seen("IL-6", "0", "< 5 pg/mL"), seen("IL-6", "1", "12 pg/mL")))
    assert chart.table.rows[0][2] == "< 5"
    assert any("hollow triangle" in note for note in chart.notes)


@pytest.mark.parametrize(("second", "lines"), [("4", 1), ("9", 2)])
def test_a_gap_is_not_joined(second: str, lines: int) -> None:
    days = ("1", "2", second, str(int(second) + 1))
    chart = chart_of(course(*(seen("IL-6", day, f"{10 + int(day)} pg/mL") for day in days)))
    joined = [part for part in chart.svg.split("<path ") if 'stroke-width="1.5"' in part]
    runs = [part for part in joined if "L" in part.split('"')[1] and "Z" not in part.split('"')[1]]
    assert len(runs) == lines


def test_a_value_that_may_lie_outside_the_days_is_not_drawn() -> None:
    nothing = draw_series(course(seen("IL-6", "40..50", "9 pg/mL")), INFUSION, CYTOKINES)
    assert isinstance(nothing, NoChart)


def test_words_without_numbers_are_told_and_not_drawn() -> None:
    word = Observation(
        id="il-6",
        when=read_when("infusion-1 day 1"),
        analyte="IL-6",
        result=Result.INCREASED,
    )
    figure = Figure(name="figure 2a", shows="IL-6 over infusion 1", numbers_printed=False)
    nothing = draw_series(course(word, figures=(figure,)), INFUSION, CYTOKINES)
    assert isinstance(nothing, NoChart)
    assert nothing.reported == (
        "IL-6: increased, day 1; no number",
        "figure 2a: IL-6 over infusion 1; its numbers are not printed",
    )


def test_a_later_number_is_told_where_nothing_is_drawn() -> None:
    nothing = draw_series(course(seen("platelets", "158", "65 10*9/L")), INFUSION, COUNTS)
    assert isinstance(nothing, NoChart)
    assert nothing.reported[0].startswith("platelets: 65")
    assert nothing.reported[0].endswith("day 158")


def test_a_treatment_is_ruled_named_and_tabled() -> None:
    dose = Drug(name="tocilizumab", dose=Quantity.parse("480 mg"))
    given = Regimen(
        id="toci",
        when=read_when("infusion-1 day 8"),
        purpose=Purpose.CRS_TREATMENT,
        drugs=(dose,),
    )
    chart = chart_of(
        course(seen("IL-6", "7", "9 pg/mL"), seen("IL-6", "9", "90 pg/mL"), regimens=(given,))
    )
    assert ">tocilizumab 480 mg<" in chart.svg
    assert chart.table.rows[-1] == ("given", "day 8", "tocilizumab 480 mg", "")


def test_a_count_of_zero_has_no_place_on_a_logarithm_and_says_so() -> None:
    given = course(seen("neutrophils", "5", "0 10*9/L"), seen("neutrophils", "6", "1 10*9/L"))
    chart = draw_series(given, INFUSION, COUNTS)
    assert isinstance(chart, Chart)
    assert any(note.startswith("A value of 0") for note in chart.notes)


def test_vital_signs_have_plain_scales() -> None:
    chart = draw_series(course(seen("temperature", "2", "39.4 Cel")), INFUSION, VITALS)
    assert isinstance(chart, Chart)
    assert not any(note.startswith("Logarithmic") for note in chart.notes)


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("values", [(5.0,), (1.0, 1.2), (0.03, 40000.0), (36.4, 40.1), (7.0, 7.0)])
def test_a_panel_has_two_to_five_ticks_within_its_scale(
    values: tuple[float, ...], log: bool
) -> None:
    scale = panel_scale(values, log=log)
    assert 2 <= len(scale.ticks) <= 5
    assert all(scale.low <= tick <= scale.high for tick in scale.ticks)
    assert scale.low <= min(values) <= max(values) <= scale.high


def test_labels_keep_off_each_other_where_there_is_room() -> None:
    marks = [Box(100, 100, 110, 110), Box(112, 100, 122, 110)]
    boxes = place_labels([Label(("a value",), m) for m in marks], (), Box(0, 0, 600, 300))
    assert boxes[0].overlap(boxes[1]) == 0
    assert all(box.overlap(mark) == 0 for box in boxes for mark in marks)


def test_a_matrix_says_its_states_in_words_and_hides_its_symbols() -> None:
    matrix = Matrix(
        name="burden",
        title="Burden by site",
        columns=("month 1",),
        rows=(("left eye", (MatrixCell(State.REMOVED),)),
              ("CSF", (MatrixCell(State.NOT_ASSESSED, "no puncture"),))),
    )  # fmt: skip
    html = matrix.html()
    assert '<td class="state-removed"><span aria-hidden="true">✕</span> removed</td>' in html
    assert "not assessed<span" in html
    assert '<th scope="row">left eye</th>' in html
