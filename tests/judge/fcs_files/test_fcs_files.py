"""Other programs read the same events in files that break readers."""

from __future__ import annotations

import csv
import lzma
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from reinfuse.cytometry.fcs import read_fcs
from reinfuse.cytometry.sample import Sample
from reinfuse.errors import ReinfuseError

HERE = Path(__file__).parent
with (HERE / "expected.csv").open(encoding="utf-8", newline="") as file:
    EXPECTED = tuple(csv.DictReader(file))
FILES = tuple(dict.fromkeys(row["file"] for row in EXPECTED))


@cache
def opened(name: str, folder: Path) -> Sample:
    place = HERE / name
    if not place.exists():
        place = folder / name
        place.write_bytes(lzma.decompress((HERE / f"{name}.xz").read_bytes()))
    (sample,) = read_fcs(place)
    return sample


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("unpacked")


@pytest.mark.parametrize("name", FILES)
def test_the_events_are_those_of_another_reader(name: str, folder: Path) -> None:
    sample = opened(name, folder)
    rows = [row for row in EXPECTED if row["file"] == name]
    assert [row["channel"] for row in rows] == list(sample.names)
    for row, channel, events in zip(rows, sample.channels, sample.events, strict=True):
        values = events.astype(np.float64)
        assert values.size == int(row["events"])
        found = (values.sum(), values.min(), values.max(), np.median(values), values[0], values[-1])
        wanted = [float(row[key]) for key in ("sum", "min", "max", "median", "first", "last")]
        untouched = not channel.decades and channel.gain == 1.0
        assert found == pytest.approx(wanted, rel=1e-12 if untouched else 1e-6, abs=0), channel


@pytest.mark.parametrize(
    ("name", "shape"),
    [("100715.fcs", (16, 65_016)), ("flowcal_24bit_int.fcs", (8, 33_024))],
)
def test_the_published_number_of_events_is_read(
    name: str, shape: tuple[int, int], folder: Path
) -> None:
    assert opened(name, folder).events.shape == shape


def test_the_spill_matrix_names_detectors_and_has_their_numbers(folder: Path) -> None:
    spill = opened("100715.fcs", folder).spill
    assert spill is not None
    assert spill.channels[:3] == ("B515-A", "R780-A", "R710-A")
    assert (np.diag(spill.matrix) == 1).all()
    # The fourth number of the first row and the third of the second, as the keyword has them.
    assert spill.matrix[0, 3] == 0.00008841570561316703
    assert spill.matrix[1, 2] == 0.07118758880093266


def test_ten_bytes_of_nothing_are_refused() -> None:
    with pytest.raises(ReinfuseError, match="this is no FCS file") as caught:
        read_fcs(HERE / "corrupted.fcs")
    assert caught.value.where == "corrupted.fcs"


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("100715.fcs", set()),
        ("flowcal_24bit_int.fcs", set()),
        ("cyflow_cube_8.fcs", {"fcs-supplement-unreadable"}),
        (
            "data_start_offset_discrepancy_example.fcs",
            {"fcs-places-disagree", "fcs-spill-unreadable", "fcs-keyword-of-other-form"},
        ),
        ("variable_int_example.fcs", {"fcs-spill-unreadable", "fcs-keyword-of-other-form"}),
    ],
)
def test_what_was_mended_is_told(name: str, rules: set[str], folder: Path) -> None:
    assert {told.rule for told in opened(name, folder).findings} == rules
