"""The page of a calibration: the model against published numbers, hit or missed."""

from reinfuse.report.calibration_page.render import render_calibration

__all__ = ["render_calibration"]
