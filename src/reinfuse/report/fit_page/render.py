"""Puts the sections of a fit, or of visual predictive checks, into one self-contained page."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from markupsafe import Markup

from reinfuse.report.charts import chart_css
from reinfuse.report.fit_page.inputs import FitInputs, VpcInputs
from reinfuse.report.fit_page.sections import FitSection, fit_sections, vpc_sections
from reinfuse.report.page.inputs import Provenance
from reinfuse.report.page.templating import environment, own_text


def render_fit(inputs: FitInputs) -> str:
    """The page of a fit as one HTML text that asks nothing of a network."""
    counts = inputs.check.fit.problem.counts
    kind = f"population fit · {counts['subjects']} subjects · {counts['samples']} measurements"
    return _page(inputs.title, kind, fit_sections(inputs), inputs.provenance)


def render_vpc(inputs: VpcInputs) -> str:
    """The page of visual predictive checks alone."""
    first = inputs.vpcs[0]
    kind = f"visual predictive check · {first.subjects} subjects · {first.replicates} replicates"
    sections = vpc_sections(inputs.vpcs)
    if inputs.notes:
        sections.insert(0, FitSection(name="data", title="Fit and data", words=inputs.notes))
    return _page(inputs.title, kind, sections, inputs.provenance)


def _page(title: str, kind: str, sections: Sequence[FitSection], provenance: Provenance) -> str:
    return (
        environment()
        .get_template("fit.html")
        .render(
            title=title,
            kind=kind,
            sections=[_Rendered(one) for one in sections],
            provenance=provenance,
            css=Markup("\n".join([own_text("page.css"), chart_css(), _own_css()])),  # our own text
        )
    )


def _own_css() -> str:
    return files("reinfuse.report.fit_page").joinpath("fit.css").read_text(encoding="utf-8")


class _Rendered:
    """A section as the template asks for it."""

    def __init__(self, section: FitSection) -> None:
        self.name, self.title = section.name, section.title
        self.facts, self.words, self.copies = section.facts, section.words, section.copies
        self.charts = section.charts
        # The table escapes what it holds.
        self.table = None if section.table is None else Markup(section.table.html(section.title))
