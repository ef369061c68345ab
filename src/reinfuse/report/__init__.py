"""One page that a tumour board can read, or one of a cohort; it draws and never computes."""

from reinfuse.report.cohort_page import CohortInputs, Refused, render_cohort
from reinfuse.report.page.inputs import Provenance, ReportInputs
from reinfuse.report.page.render import render_page, render_pdf

__all__ = [
    "CohortInputs",
    "Provenance",
    "Refused",
    "ReportInputs",
    "render_cohort",
    "render_page",
    "render_pdf",
]
