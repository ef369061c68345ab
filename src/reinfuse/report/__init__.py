"""One page that a tumour board can read; it draws and never computes."""

from reinfuse.report.page.inputs import Provenance, ReportInputs
from reinfuse.report.page.render import render_page, render_pdf

__all__ = ["Provenance", "ReportInputs", "render_page", "render_pdf"]
