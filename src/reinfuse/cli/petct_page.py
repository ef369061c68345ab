"""Measured scans as a page, and as pictures that a report of the course can show."""

from __future__ import annotations

import hashlib
from argparse import Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reinfuse import __version__
from reinfuse.cli.notice import NOTICE
from reinfuse.cli.petct_outcome import Outcome
from reinfuse.cli.plain import json_text
from reinfuse.cli.progress import say

if TYPE_CHECKING:
    from reinfuse.report import Provenance

PAGE, PICTURES = "petct.html", "pictures.json"


def page_and_pictures(options: Namespace, outcome: Outcome) -> Mapping[str, str]:
    """Page and pictures by the names of their files; none where no scan was read."""
    if not outcome.results.scans:
        return {}
    from reinfuse.imaging.pictures import figures_of
    from reinfuse.imaging.pictures.plain import as_plain
    from reinfuse.report.petct_page import PetctInputs, render_petct

    say("drawing")
    try:
        figures = figures_of(outcome.results)
        inputs = PetctInputs(
            results=outcome.results,
            response=outcome.response,
            figures=figures,
            provenance=_provenance(options, outcome),
            grades=outcome.grades,
        )
        return {
            PAGE: render_petct(inputs),
            PICTURES: json_text(as_plain(figures, version=__version__, notice=NOTICE)) + "\n",
        }
    finally:
        say("")


def _provenance(options: Namespace, outcome: Outcome) -> Provenance:
    """From which files and by which command, without folders: they are called by their patient."""
    from reinfuse.report import Provenance

    together = hashlib.sha256("".join(one.sha256 for one in outcome.results.scans).encode())
    given = [
        f" {name} {path.name}"
        for name, path in (("--lesions", options.lesions), ("--course", options.course))
        if path is not None
    ]
    return Provenance(
        version=__version__,
        file="PET/CT",
        sha256=together.hexdigest(),
        command=f"reinfuse petct FOLDERS{''.join(given)} --suv {options.suv} -o DIR",
        seed=options.seed,
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )
