"""Puts the parts of a tube, or of a series, into one self-contained page."""

from __future__ import annotations

from importlib.resources import files

from markupsafe import Markup

from reinfuse.cytometry.measured.values import TubeMeasured
from reinfuse.report.charts import chart_css
from reinfuse.report.flow_page.facts import guard_facts, tube_facts
from reinfuse.report.flow_page.gates import gate_charts
from reinfuse.report.flow_page.inputs import FlowSeriesInputs, FlowTubeInputs
from reinfuse.report.flow_page.labels import Namer
from reinfuse.report.flow_page.results import result_rows, told_results
from reinfuse.report.flow_page.roles import role_words
from reinfuse.report.flow_page.series import series_rows
from reinfuse.report.flow_page.series_chart import series_charts
from reinfuse.report.flow_page.shades import shades
from reinfuse.report.flow_page.tree import left_out_words, tree_rows
from reinfuse.report.page.templating import environment, own_text


def render_flow_tube(inputs: FlowTubeInputs) -> str:
    """The page of one tube as one HTML text that asks nothing of a network."""
    namer, tube = Namer(inputs.labels), inputs.tube
    return (
        environment()
        .get_template("flow.html")
        .render(
            title=tube_title(tube, namer),
            tube=tube,
            strategy=inputs.measured.strategy,
            results=result_rows(tube, namer),
            told=tuple(told_results(tube, namer)),
            guards=tuple(guard_facts(tube, namer)),
            tree=tree_rows(tube, inputs.measured.strategy),
            left_out=left_out_words(tube),
            charts=gate_charts(inputs),
            shades=[f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in shades()[1:]],
            findings=namer.findings(tube.findings),
            facts=tuple(tube_facts(inputs.measured, tube, inputs.pictures, namer)),
            series_page=inputs.series_page,
            provenance=inputs.provenance,
            css=_css(),
        )
    )


def render_flow_series(inputs: FlowSeriesInputs) -> str:
    """The page of all tubes over days as one HTML text that asks nothing of a network."""
    namer, measured = Namer(inputs.labels), inputs.measured
    return (
        environment()
        .get_template("flow_series.html")
        .render(
            title=f"{measured.strategy.title} over days",
            measured=measured,
            charts=series_charts(measured),
            rows=series_rows(inputs),
            failed=[
                {"file": namer.of(one.file), "why": namer.said(one.why), "fix": namer.said(one.fix)}
                for one in measured.failed
            ],
            controls=[
                {
                    "file": namer.of(one.file),
                    "kind": role_words(one.tube.role, one.tube.without),
                    "events": f"{one.events:,}",
                    "sha256": one.sha256[:12],
                    "used_for": ", ".join(namer.of(file) for file in one.used_for) or "no tube",
                }
                for one in measured.controls
            ],
            drift=namer.findings(measured.drift),
            findings=namer.findings(measured.findings),
            provenance=inputs.provenance,
            css=_css(),
        )
    )


def tube_title(tube: TubeMeasured, namer: Namer) -> str:
    """What a tube is called at the top of its page."""
    name = namer.of(tube.file)
    title = name if name == tube.label or name != tube.file else f"{tube.label}: {name}"
    return title if tube.data_set == 1 else f"{title}, data set {tube.data_set}"


def _css() -> Markup:
    own = files("reinfuse.report.flow_page").joinpath("flow.css").read_text(encoding="utf-8")
    return Markup("\n".join([own_text("page.css"), chart_css(), own]))  # our own text
