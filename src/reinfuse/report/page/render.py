"""Puts the sections of a report into one self-contained page."""

from __future__ import annotations

from markupsafe import Markup

from reinfuse.errors import ReinfuseError
from reinfuse.record import clock_of
from reinfuse.report.page.inputs import ReportInputs
from reinfuse.report.page.sections import Section, make_sections
from reinfuse.report.page.templating import environment, own_text


def render_page(inputs: ReportInputs) -> str:
    """The whole report as one HTML text that asks nothing of a network."""
    templates = environment()
    clock = clock_of(inputs.course)
    timed = {entry.id for entry in inputs.course.entries() if clock.knows(entry.id)}
    content = make_sections(inputs)
    sections = []
    for section in content.sections:
        body = templates.get_template(section.template).render(timed=timed, **section.values)
        sections.append(_Rendered(section, Markup(body)))  # escaped by its template
    return templates.get_template("page.html").render(
        course=inputs.course,
        provenance=inputs.provenance,
        sections=sections,
        css=Markup("\n".join([own_text("page.css"), *content.css])),  # our own files
        script=Markup("\n".join(content.scripts)),  # our own files
    )


class _Rendered:
    """A section with its body, as the page template asks for it."""

    def __init__(self, section: Section, body: str) -> None:
        self.name, self.title, self.count = section.name, section.title, section.count
        self.body = body


def render_pdf(page: str) -> bytes:
    """The page as PDF; raises ReinfuseError where WeasyPrint or its libraries are missing."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError):
        raise ReinfuseError(
            "a PDF needs WeasyPrint and the Pango library",
            fix="pip install 'reinfuse[pdf]'; on Debian also apt-get install libpango-1.0-0"
            " libpangoft2-1.0-0 libharfbuzz-subset0",
        ) from None
    document: bytes = HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
    return document
