"""The templates and style sheets of pages, and how they are filled."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment() -> Environment:
    """What fills the templates; everything is escaped, and an unknown name fails."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("reinfuse.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["code"] = _with_code
    return made


def _with_code(text: str) -> Markup:
    """Text in which what stands between backticks is code; all of it escaped."""
    pieces = str(text).split("`")
    marked = (
        Markup("<code>{}</code>").format(piece) if place % 2 else escape(piece)
        for place, piece in enumerate(pieces)
    )
    return Markup("").join(marked)


def own_text(name: str) -> str:
    """A file that lies beside the templates."""
    return files("reinfuse.report.page").joinpath(name).read_text(encoding="utf-8")
