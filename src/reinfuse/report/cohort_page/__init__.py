"""The page of a cohort: its inputs, its sections."""

from reinfuse.report.cohort_page.inputs import CohortInputs, Refused
from reinfuse.report.cohort_page.render import render_cohort

__all__ = ["CohortInputs", "Refused", "render_cohort"]
