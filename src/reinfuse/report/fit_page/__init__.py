"""The page of a population fit: its inputs, its sections."""

from reinfuse.report.fit_page.inputs import FitInputs, VpcInputs
from reinfuse.report.fit_page.render import render_fit, render_vpc

__all__ = ["FitInputs", "VpcInputs", "render_fit", "render_vpc"]
