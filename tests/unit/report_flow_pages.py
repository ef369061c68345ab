"""Invented tubes measured with their pictures, for tests of the pages of flow cytometry."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from reinfuse.cytometry.fcs import write_fcs
from reinfuse.cytometry.measured.measuring import measure_tubes
from reinfuse.cytometry.measured.values import Measured
from reinfuse.cytometry.pictures import PictureBook
from reinfuse.cytometry.strategy import read_panel, read_strategy
from reinfuse.report.flow_page import FlowTubeInputs
from reinfuse.report.page.inputs import Provenance
from tests.unit.cytometry_strategy_tubes import EXAMPLES, make_flow

PROVENANCE = Provenance(version="0", file="", sha256="", command="reinfuse flow", seed=0)
BLOOD = ("invented-day-04.fcs", "invented-day-28.fcs", "invented-day-10-fmo-car.fcs")
MARROW = ("invented-marrow-mrd.fcs", "invented-marrow-blank.fcs")


@cache
def blood() -> tuple[Measured, PictureBook]:
    """Two days of blood with one FMO, and a file that is none."""
    return _measured("car-t", "car-t-panel.yaml", BLOOD, broken="invented-day-90.fcs")


@cache
def marrow() -> tuple[Measured, PictureBook]:
    """A marrow with blasts and its blank."""
    return _measured("b-all-mrd", "mrd-panel.yaml", MARROW)


def inputs_of(
    measured: Measured, book: PictureBook, place: int = -1, *, series_page: str = ""
) -> FlowTubeInputs:
    """What the page of one tube is made from."""
    tube = measured.tubes[place]
    return FlowTubeInputs(
        measured=measured,
        tube=tube,
        pictures=book.of(tube),
        controls=book.controls_of(tube),
        provenance=PROVENANCE,
        series_page=series_page,
    )


def _measured(
    strategy: str, panel: str, names: Sequence[str], broken: str = ""
) -> tuple[Measured, PictureBook]:
    book = PictureBook()
    with TemporaryDirectory() as name:
        folder = Path(name)
        for made in make_flow().tubes():
            if made.sample.file in names:
                write_fcs(folder / made.sample.file, made.sample)
        if broken:
            (folder / broken).write_bytes(b"no tube")
        measured = measure_tubes(
            sorted(folder.iterdir()),
            read_strategy(strategy),
            read_panel(EXAMPLES / "flow" / panel),
            watch=book,
        )
    return measured, book
