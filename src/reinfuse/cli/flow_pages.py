"""The pages of measured tubes; what draws them is imported late."""

from __future__ import annotations

import hashlib
import re
from argparse import Namespace
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reinfuse import __version__
from reinfuse.cli.progress import say

if TYPE_CHECKING:
    from reinfuse.cytometry.measured import Measured
    from reinfuse.cytometry.pictures import PictureBook

SERIES_PAGE = "series.html"
_PAGE = re.compile(r"tube-\d{2,}-[0-9a-f]{12}\.html")


def picture_book() -> PictureBook:
    """What keeps the pictures of tubes while they are measured."""
    from reinfuse.cytometry.pictures import PictureBook

    return PictureBook()


def pages_of(options: Namespace, measured: Measured, book: PictureBook | None) -> Mapping[str, str]:
    """The page of each tube and of the series, by the names of their files."""
    if book is None or not measured.tubes:
        return {}
    say("drawing")
    from reinfuse.report import Provenance
    from reinfuse.report.flow_page import (
        FlowSeriesInputs,
        FlowTubeInputs,
        labels_for,
        render_flow_series,
        render_flow_tube,
    )

    labels = labels_for(measured)
    panel = options.panel
    made = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    command = f"reinfuse flow FILES --strategy {Path(options.strategy).name}"
    command += f" --panel {panel.name}" if panel is not None else ""

    def provenance(sha256: str) -> Provenance:
        return Provenance(
            version=__version__, file="FCS", sha256=sha256, command=command, seed=0, made=made
        )

    pages: dict[str, str] = {}
    names = {
        id(tube): f"tube-{place:02d}-{tube.sha256[:12]}.html"
        for place, tube in enumerate(measured.tubes, start=1)
    }
    for tube in measured.tubes:
        say(f"drawing {len(pages) + 1} of {len(measured.tubes)} tubes")
        pages[names[id(tube)]] = render_flow_tube(
            FlowTubeInputs(
                measured=measured,
                tube=tube,
                pictures=book.of(tube),
                controls=book.controls_of(tube),
                provenance=provenance(tube.sha256),
                labels=labels,
                series_page=SERIES_PAGE,
            )
        )
    together = hashlib.sha256("".join(tube.sha256 for tube in measured.tubes).encode())
    pages[SERIES_PAGE] = render_flow_series(
        FlowSeriesInputs(
            measured=measured,
            provenance=provenance(together.hexdigest()),
            labels=labels,
            pages={(tube.sha256, tube.data_set): names[id(tube)] for tube in measured.tubes},
        )
    )
    say("")
    return pages


def other_pages(folder: Path, written: Collection[str]) -> list[str]:
    """The pages in a folder that are not among the names just written, by name.

    They are of an earlier run and may be of another patient; whoever gave the folder decides.
    """
    return sorted(
        path.name
        for path in folder.iterdir()
        if (_PAGE.fullmatch(path.name) or path.name == SERIES_PAGE) and path.name not in written
    )
