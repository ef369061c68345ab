"""A course hands its CAR-T levels to the curve as they were written, and says what it left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reinfuse.estimation import CourseCurves, CurveComparison, CurveFit, NoCurve, NoRatio
from reinfuse.estimation.course import NEARLY_FULL_PERCENT, SHOWN_DAYS, fit_course
from reinfuse.exchange.course_file import read_course, read_course_text
from reinfuse.kinetics import Below, Level, PeakSeen, Point
from reinfuse.record import Course

HOME = Path(__file__).resolve().parents[2]
HEAD = """title: Invented example
kind: invented example
products:
  - {id: product-1, origin: autologous}
infusions:
  - {id: infusion-1, when: 2024-05-06, product: product-1}
"""
SECOND = "  - {id: infusion-2, when: 2024-11-04, product: product-1}\n"


def measured(*rows: str) -> str:
    """A section of CAR-T levels by flow cytometry, each row with its own keys."""
    return "observations:\n" + "".join(f"  - {{analyte: CAR-T cells, {row}}}\n" for row in rows)


def written(text: str) -> Course:
    reading = read_course_text(text, "course.yaml")
    assert reading.course is not None, reading.problems
    return reading.course


def fitted(text: str) -> CourseCurves:
    return fit_course(written(text), seed=1)


def points_of(curves: CourseCurves, place: int = 0) -> tuple[Point, ...]:
    fit = curves.infusions[place].fit
    assert isinstance(fit, CurveFit)
    return fit.problem.data.points


def words_of(curves: CourseCurves, place: int = 0) -> str:
    fit = curves.infusions[place].fit
    assert isinstance(fit, CurveFit)
    return " ".join(fit.words)


@pytest.fixture(scope="module")
def founding() -> CourseCurves:
    course = read_course(HOME / "examples" / "founding-case.yaml").course
    assert course is not None
    return fit_course(course, seed=1)


DENSE = measured(
    "when: infusion-1 day 4, site: blood, value: 0.9 %, denominator: T cells",
    "when: infusion-1 day 8, site: blood, value: 22 %, denominator: T cells",
    "when: infusion-1 day 12, site: blood, value: 48 %, denominator: T cells",
    "when: infusion-1 day 21, site: blood, value: 9 %, denominator: T cells",
    "when: infusion-1 day 28..30, site: blood, value: 3.1 %, denominator: T cells",
    'when: infusion-1 day 90, site: blood, value: "< 0.05 %", denominator: T cells',
)


@pytest.fixture(scope="module")
def dense() -> CourseCurves:
    return fitted(HEAD + DENSE)


# ------------------------------------------------------------------------- the founding case


def test_the_founding_case_has_two_curves_and_one_comparison(founding: CourseCurves) -> None:
    assert [item.series.infusion for item in founding.infusions] == ["infusion-1", "infusion-2"]
    assert all(isinstance(item.fit, CurveFit) for item in founding.infusions)
    (comparison,) = founding.comparisons
    assert isinstance(comparison, CurveComparison)
    assert (comparison.first, comparison.second) == ("infusion-1", "infusion-2")


def test_a_peak_whose_day_is_open_is_no_later_than_the_negative_sample(
    founding: CourseCurves,
) -> None:
    peak, below = points_of(founding)
    assert peak == PeakSeen(percent=37.1, day=(0.0, 40.0))
    assert below == Below(day=(40.0, 40.0), limit_percent=None)


def test_a_known_peak_day_and_a_month_are_handed_over_as_days(founding: CourseCurves) -> None:
    peak, later = points_of(founding, 1)
    assert peak == PeakSeen(percent=78.1, day=(14.0, 14.0))
    assert isinstance(later, Level)
    assert later.percent == pytest.approx(6.7)
    assert later.day[0] < 91 < later.day[1]


def test_nothing_of_the_founding_case_is_left_out(founding: CourseCurves) -> None:
    assert [item.left_out for item in founding.infusions] == [(), ()]


def test_a_gate_that_nobody_stated_is_called_that(founding: CourseCurves) -> None:
    assert "a gate that was not stated" in words_of(founding)


# --------------------------------------------------------------------------- what is handed over


def test_a_dense_series_is_levels_and_no_hidden_peak(dense: CourseCurves) -> None:
    *levels, last = points_of(dense)
    assert [type(point) for point in levels] == [Level] * 5
    assert levels[2] == Level(percent=48.0, day=(12.0, 12.0))
    assert levels[4] == Level(percent=3.1, day=(28.0, 30.0))
    assert last == Below(day=(90.0, 90.0), limit_percent=0.05)


def test_a_gate_stated_throughout_is_named(dense: CourseCurves) -> None:
    assert "percentages of T cells, not counts" in words_of(dense)


GATES = [
    # gates of day 8 (22 %), 12 (9 %) and 20 (2 %); which are left out; the words
    (("T cells", "T cells", "lymphocytes"), ("c",), "percentages of T cells, not counts"),
    (("lymphocytes", "T cells", "T-cells"), ("a",), "percentages of T cells, not counts"),
    (("T cells", "lymphocytes", None), ("b",), "1 of 2 state no gate and are taken to be so"),
    (("T cells", None, None), (), "percentages of T cells (2 of 3 state no gate"),
    ((None, None, None), (), "a gate that was not stated"),
]


@pytest.mark.parametrize(("gates", "left_out", "words"), GATES)
def test_one_curve_is_of_one_gate(
    gates: tuple[str | None, ...], left_out: tuple[str, ...], words: str
) -> None:
    samples = (("a", 8, 22), ("b", 12, 9), ("c", 20, 2))
    curves = fitted(
        HEAD
        + measured(
            *(
                f"id: {ident}, when: infusion-1 day {day}, site: blood, value: {percent} %"
                + (f", denominator: {gate}" if gate else "")
                for (ident, day, percent), gate in zip(samples, gates, strict=True)
            )
        )
    )
    assert words in words_of(curves)
    told = curves.infusions[0].left_out
    assert tuple(text.partition(":")[0] for text in told) == left_out
    assert all("measured in per cent of" in text for text in told)


@pytest.mark.parametrize(
    ("row", "point"),
    [
        ("value: 100 %", Level(percent=NEARLY_FULL_PERCENT, day=(8.0, 8.0))),
        ("value: 0 %", Below(day=(8.0, 8.0), limit_percent=None)),
        ("result: not detected, limit: 0.01 %", Below(day=(8.0, 8.0), limit_percent=0.01)),
        ("value: 0.2 1", Level(percent=20.0, day=(8.0, 8.0))),
    ],
)
def test_a_value_becomes_a_point(row: str, point: Point) -> None:
    curves = fitted(HEAD + measured(f"when: infusion-1 day 8, site: blood, {row}"))
    (found,) = points_of(curves)
    assert type(found) is type(point)
    assert found.day == point.day
    if isinstance(found, Below) and isinstance(point, Below):
        assert found.limit_percent == point.limit_percent
    elif not isinstance(found, Below) and not isinstance(point, Below):
        assert found.percent == pytest.approx(point.percent)


def test_a_curve_is_drawn_as_far_as_it_was_measured() -> None:
    late = HEAD + measured("when: infusion-1 day 300, site: blood, value: 2 %")
    for text, last in ((HEAD + DENSE, SHOWN_DAYS), (late, 300.0)):
        fit = fitted(text).infusions[0].fit
        assert isinstance(fit, CurveFit)
        assert fit.bands.days[-1] == last


# ------------------------------------------------------------------------------- no curve, and why


def test_an_infusion_without_levels_has_no_curve_and_says_what_is_missing() -> None:
    (item,) = fitted(HEAD).infusions
    assert isinstance(item.fit, NoCurve)
    assert item.fit.label == "infusion-1"
    assert "no CAR-T level was recorded" in item.fit.why
    assert "a CAR-T level in blood with its day" in item.fit.missing


@pytest.mark.parametrize("day", ["2024-05-06", "2024-05-08", "2024-05-09..2024-06-20"])
def test_cells_of_two_products_given_together_are_not_told_apart(day: str) -> None:
    second = f'  - {{id: infusion-2, when: "{day}", product: product-1}}\n'
    curves = fitted(HEAD + second + measured("when: infusion-2 day 9, site: blood, value: 20 %"))
    nothing = curves.infusions[0].fit
    assert isinstance(nothing, NoCurve)
    assert nothing.why == (
        "infusion-1 and infusion-2 can lie within 3 days of one another, and the cells of "
        "infusions so close cannot be told apart; they are shown with infusion-2"
    )
    assert "this curve can be of all of them" in words_of(curves, 1)


def test_two_products_given_together_without_any_level_say_that_none_was_recorded() -> None:
    second = "  - {id: infusion-2, when: 2024-05-07, product: product-1}\n"
    for item in fitted(HEAD + second).infusions:
        assert isinstance(item.fit, NoCurve)
        assert "no CAR-T level was recorded" in item.fit.why


def test_a_level_above_the_peak_is_no_curve_and_no_exception() -> None:
    curves = fitted(
        HEAD
        + measured(
            "when: infusion-1 day 10, site: blood, value: 30 %, peak: yes",
            "when: infusion-1 day 14, site: blood, value: 44 %",
        )
    )
    fit = curves.infusions[0].fit
    assert isinstance(fit, NoCurve)
    assert fit.why == "a level of 44 % is above the highest value, 30 %"
    assert fit.missing == ("give all samples as Level, or correct the peak",)


def test_no_curve_makes_no_ratio() -> None:
    (comparison,) = fitted(HEAD + SECOND + DENSE).comparisons
    assert isinstance(comparison, NoRatio)
    assert comparison.why.startswith("infusion-2: no CAR-T level was recorded")


def test_a_course_without_an_infusion_has_no_curves() -> None:
    curves = fitted("title: Invented example\nkind: invented example\n")
    assert curves == CourseCurves((), ())


# -------------------------------------------------------------------------------- left out


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("site: bone marrow, value: 5 %", "measured in bone marrow, and the curve is of blood"),
        (
            'site: blood, value: "90 {copies}/ug"',
            "measured in copies/µg DNA, and the curve is of percentages",
        ),
        ("site: blood, result: detected", "detected, and no number is given"),
    ],
)
def test_what_the_curve_cannot_use_is_told_with_its_reason(row: str, reason: str) -> None:
    (item,) = fitted(HEAD + measured(f"id: odd, when: infusion-1 day 9, {row}")).infusions
    assert item.left_out == (f"odd: {reason}",)
    assert isinstance(item.fit, NoCurve)


def test_a_level_whose_day_is_open_is_left_out() -> None:
    (item,) = fitted(
        HEAD + measured("id: late, when: after infusion-1, site: blood, value: 5 %")
    ).infusions
    assert item.left_out == ("late: its day is not known",)


def test_a_level_that_may_be_older_than_the_infusion_is_left_out() -> None:
    (item,) = fitted(
        HEAD + measured("id: early, when: infusion-1 day -3..5, site: blood, value: 5 %")
    ).infusions
    (told,) = item.left_out
    assert told.startswith("early: it can have been taken before the infusion")


def test_few_that_are_left_out_are_named_and_many_are_counted() -> None:
    marrow = [f"id: m{day}, when: infusion-1 day {day}, site: bone marrow" for day in (7, 14, 21)]
    more = "id: m28, when: infusion-1 day 28, site: bone marrow"
    (few,) = fitted(HEAD + measured(*(f"{row}, value: 5 %" for row in marrow))).infusions
    (many,) = fitted(HEAD + measured(*(f"{row}, value: 5 %" for row in [*marrow, more]))).infusions
    reason = "measured in bone marrow, and the curve is of blood"
    assert few.left_out == (f"m7, m14, m21: {reason}",)
    assert many.left_out == (f"4 measurements: {reason}",)


# -------------------------------------------------------------------------------- chance


def test_adding_an_infusion_changes_no_other_fit(dense: CourseCurves) -> None:
    alone, beside = dense.infusions[0].fit, fitted(HEAD + SECOND + DENSE).infusions[0].fit
    assert isinstance(alone, CurveFit)
    assert isinstance(beside, CurveFit)
    assert np.array_equal(alone.posterior.draws, beside.posterior.draws)


def test_another_seed_draws_otherwise_and_says_the_same(dense: CourseCurves) -> None:
    first, second = (
        dense.infusions[0].fit,
        fit_course(written(HEAD + DENSE), seed=2).infusions[0].fit,
    )
    assert isinstance(first, CurveFit)
    assert isinstance(second, CurveFit)
    assert not np.array_equal(first.posterior.draws, second.posterior.draws)
    for one, other in zip(first.parameters, second.parameters, strict=True):
        assert one.narrowing == pytest.approx(other.narrowing, abs=0.1)
