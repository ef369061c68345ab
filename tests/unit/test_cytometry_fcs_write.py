"""What is written is read back as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reinfuse.cytometry.fcs import read_fcs, write_fcs, writer
from reinfuse.cytometry.sample import Channel, Sample, Spill
from reinfuse.errors import ReinfuseError

SAMPLE = Sample(
    file="made",
    sha256="",
    version="3.1",
    channels=(
        Channel(name="FSC-A", range=262144.0),
        Channel(name="APC-A", marker="CD19 | kappa/λ", range=1023.5),
        Channel(name="PE-A", marker="CAR|", range=1000.0),
    ),
    events=np.random.default_rng(5).normal(size=(3, 50)).astype(np.float32),
    keywords={"$CYT": "Aria", "$DATE": "01-FEB-2024", "$TOT": "7", "$P9N": "left over"},
    spill=Spill(channels=("APC-A", "PE-A"), matrix=np.array([[1.0, 1 / 3], [0.0, 1.0]])),
)


@pytest.mark.parametrize("type_", [np.float32, np.float64])
def test_a_sample_comes_back_as_it_was(type_: type, tmp_path: Path) -> None:
    sample = replace(SAMPLE, events=np.random.default_rng(5).normal(size=(3, 50)).astype(type_))
    write_fcs(tmp_path / "a.fcs", sample)
    (again,) = read_fcs(tmp_path / "a.fcs")
    assert again.events.dtype == type_
    assert (again.events == sample.events).all()
    assert again.channels == sample.channels
    assert (again.version, again.findings) == ("3.1", ())
    assert again.spill is not None
    assert sample.spill is not None
    assert again.spill.channels == sample.spill.channels
    assert (again.spill.matrix == sample.spill.matrix).all()
    assert (again.keywords["$CYT"], again.keywords["$DATE"]) == ("Aria", "01-FEB-2024")
    assert "$P9N" not in again.keywords


def test_what_an_amplifier_did_is_not_done_twice(tmp_path: Path) -> None:
    amplified = Channel(name="FL1", range=1024.0, gain=4.0, decades=4.0, lowest=1.0)
    sample = replace(SAMPLE, channels=(amplified, *SAMPLE.channels[1:]))
    write_fcs(tmp_path / "a.fcs", sample)
    (again,) = read_fcs(tmp_path / "a.fcs")
    assert (again.events == sample.events).all()
    assert again.channels[0] == Channel(name="FL1", range=1024.0)


def test_several_samples_become_data_sets(tmp_path: Path) -> None:
    fewer = replace(SAMPLE, events=SAMPLE.events[:, :3])
    none = replace(SAMPLE, events=SAMPLE.events[:, :0])
    write_fcs(tmp_path / "a.fcs", SAMPLE, fewer, none)
    again = read_fcs(tmp_path / "a.fcs")
    assert [one.count for one in again] == [50, 3, 0]
    assert [told.rule for told in again[2].findings] == ["fcs-no-events"]


def test_a_header_that_has_no_room_for_a_place_says_zero(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "HEADER_LIMIT", 100)
    write_fcs(tmp_path / "a.fcs", SAMPLE)
    assert (tmp_path / "a.fcs").read_bytes()[26:42] == b"       0       0"
    (again,) = read_fcs(tmp_path / "a.fcs")
    assert (again.events == SAMPLE.events).all()


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        (replace(SAMPLE, channels=SAMPLE.channels[:2]), "2 channels name 3 rows"),
        (replace(SAMPLE, channels=(Channel(name=""), *SAMPLE.channels[1:])), "has no name"),
        (replace(SAMPLE, keywords={"A": writer.DELIMITERS}), "hold every mark"),
    ],
)
def test_what_cannot_be_written_leaves_the_old_file(
    sample: Sample, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.fcs"
    path.write_bytes(b"old")
    with pytest.raises(ReinfuseError, match=words):
        write_fcs(path, SAMPLE, sample)
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.fcs"]


def test_nothing_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ReinfuseError, match="no sample"):
        write_fcs(tmp_path / "a.fcs")
