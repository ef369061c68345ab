"""The page of a tube and the page of a series: what flow cytometry measured, and through what."""

from reinfuse.report.flow_page.inputs import FlowSeriesInputs, FlowTubeInputs
from reinfuse.report.flow_page.labels import labels_for
from reinfuse.report.flow_page.render import render_flow_series, render_flow_tube

__all__ = [
    "FlowSeriesInputs",
    "FlowTubeInputs",
    "labels_for",
    "render_flow_series",
    "render_flow_tube",
]
