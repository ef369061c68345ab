"""Puts the sections of a report into one self-contained page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from reinfuse.errors import ReinfuseError
from reinfuse.record import clock_of
from reinfuse.report.page.inputs import ReportInputs
from reinfuse.report.page.sections import Section, make_sections

if TYPE_CHECKING:
    from jinja2 import Environment


def render_page(inputs: ReportInputs) -> str:
    """The whole report as one HTML text that asks nothing of a network."""
    environment = _environment()
    clock = clock_of(inputs.course)
    timed = {entry.id for entry in inputs.course.entries() if clock.knows(entry.id)}
    content = make_sections(inputs)
    sections = []
    for section in content.sections:
        body = environment.get_template(section.template).render(timed=timed, **section.values)
        sections.append(_Rendered(section, Markup(body)))  # escaped by its template
    return environment.get_template("page.html").render(
        course=inputs.course,
        provenance=inputs.provenance,
        sections=sections,
        css=Markup("\n".join([_text("page.css"), *content.css])),  # our own files
        script=Markup("\n".join(content.scripts)),  # our own files
    )


class _Rendered:
    """A section with its body, as the page template asks for it."""

    def __init__(self, section: Section, body: str) -> None:
        self.name, self.title, self.count = section.name, section.title, section.count
        self.body = body


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("reinfuse.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = _with_code
    return environment


def _with_code(text: str) -> Markup:
    """Text in which what stands between backticks is code; all of it escaped."""
    pieces = str(text).split("`")
    marked = (
        Markup("<code>{}</code>").format(piece) if place % 2 else escape(piece)
        for place, piece in enumerate(pieces)
    )
    return Markup("").join(marked)


def _text(name: str) -> str:
    return files("reinfuse.report.page").joinpath(name).read_text(encoding="utf-8")


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
