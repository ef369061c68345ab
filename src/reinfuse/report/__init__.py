"""One page that a tumour board can read, or one of a cohort; it draws and never computes."""

from reinfuse.report.calibration_page import render_calibration
from reinfuse.report.cohort_page import CohortInputs, Refused, render_cohort
from reinfuse.report.forecast import ForecastInputs, NoForecast
from reinfuse.report.page.inputs import Provenance, ReportInputs
from reinfuse.report.page.render import render_page, render_pdf

__all__ = [
    "CohortInputs",
    "ForecastInputs",
    "NoForecast",
    "Provenance",
    "Refused",
    "ReportInputs",
    "render_calibration",
    "render_cohort",
    "render_page",
    "render_pdf",
]
