"""Drawings of a course, each with its description and its table."""

from importlib import resources

from reinfuse.report.charts.around_infusion import COUNTS, CYTOKINES, VITALS, Kind, draw_series
from reinfuse.report.charts.curve_inputs import Bands, InfusionCurve, Measured, NotDetected
from reinfuse.report.charts.curves import draw_curves
from reinfuse.report.charts.drawing import render_svg
from reinfuse.report.charts.forest import draw_forest
from reinfuse.report.charts.forest_row import ForestRow
from reinfuse.report.charts.lesion_inputs import LesionLook, LesionRow
from reinfuse.report.charts.lesions import draw_lesions
from reinfuse.report.charts.matrix import Matrix, MatrixCell, State
from reinfuse.report.charts.narrowing import Narrowing, Span, draw_narrowing
from reinfuse.report.charts.values import Chart, Drawable, NoChart, Table

__all__ = [
    "COUNTS",
    "CYTOKINES",
    "VITALS",
    "Bands",
    "Chart",
    "Drawable",
    "ForestRow",
    "InfusionCurve",
    "Kind",
    "LesionLook",
    "LesionRow",
    "Matrix",
    "MatrixCell",
    "Measured",
    "Narrowing",
    "NoChart",
    "NotDetected",
    "Span",
    "State",
    "Table",
    "chart_css",
    "draw_curves",
    "draw_forest",
    "draw_lesions",
    "draw_narrowing",
    "draw_series",
    "render_svg",
]


def chart_css() -> str:
    """The style sheet that a page with charts needs."""
    return resources.files(__package__).joinpath("charts.css").read_text(encoding="utf-8")
