"""ISAC's compliance set for Gating-ML 2.0: every gate, every event."""

from __future__ import annotations

import csv
import lzma
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.cytometry.fcs import read_fcs
from reinfuse.cytometry.gates.applied import members
from reinfuse.cytometry.gates.values import GateSet
from reinfuse.cytometry.gatingml import gatingml_text, parse_gatingml, read_gatingml
from reinfuse.cytometry.sample import Sample
from reinfuse.errors import ReinfuseError
from tests.unit.cytometry_gatingml_schema import broken_rules

HERE = Path(__file__).parent
EVENTS = 13_367
# Two gates are called otherwise in the file of members than in the file of the gate.
NAMED_OTHERWISE = {"ParQuadRect": "ParRectangle1"}
WITHOUT_MEMBERS = {"myEllipse2"}
WRAPPED = "gml_range_gate_attr_testing.xml"  # its gate lies in an element of no standard

with (HERE / "counts.csv").open() as opened:
    COUNTS = {row["gate"]: int(row["events"]) for row in csv.DictReader(opened)}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    place = tmp_path_factory.mktemp("gatingml") / "data1.fcs"
    place.write_bytes(lzma.decompress((HERE / "data1.fcs.xz").read_bytes()))
    (only,) = read_fcs(place)
    return only


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    with tarfile.open(HERE / "gml.tar.xz") as packed:
        return {Path(each.name).name: _bytes(packed, each) for each in packed if each.isfile()}


@pytest.fixture(scope="module")
def expected() -> Mapping[str, NDArray[np.bool_]]:
    packed = np.frombuffer(lzma.decompress((HERE / "members.bin.xz").read_bytes()), np.uint8)
    rows = np.unpackbits(packed.reshape(len(COUNTS), -1), axis=1, count=EVENTS).astype(bool)
    return dict(zip(COUNTS, rows, strict=True))


@pytest.fixture(scope="module")
def found(sample: Sample, files: Mapping[str, bytes]) -> Mapping[str, NDArray[np.bool_]]:
    """The members of every gate of the set, from whichever file has it; all files agree."""
    inside: dict[str, NDArray[np.bool_]] = {}
    for _, gate_set in gate_sets(files):
        for name, events in members(gate_set, sample).inside.items():
            assert np.array_equal(inside.setdefault(name, events), events), name
    return inside


def gate_sets(files: Mapping[str, bytes]) -> Iterator[tuple[str, GateSet]]:
    for name, data in sorted(files.items()):
        if name != WRAPPED:
            gate_set, findings = parse_gatingml(data, source=name)
            assert findings == ()
            yield name, gate_set


def test_the_members_that_are_kept_are_those_that_were_counted(
    expected: Mapping[str, NDArray[np.bool_]],
) -> None:
    assert {name: int(events.sum()) for name, events in expected.items()} == COUNTS
    assert len(COUNTS) == 51


@pytest.mark.parametrize("gate", COUNTS)
def test_no_event_lies_on_the_wrong_side_of(
    gate: str,
    expected: Mapping[str, NDArray[np.bool_]],
    found: Mapping[str, NDArray[np.bool_]],
) -> None:
    ours = found[NAMED_OTHERWISE.get(gate, gate)]
    assert int((ours != expected[gate]).sum()) == 0


def test_every_gate_of_the_files_is_judged(found: Mapping[str, NDArray[np.bool_]]) -> None:
    judged = {NAMED_OTHERWISE.get(name, name) for name in COUNTS}
    assert set(found) == judged | WITHOUT_MEMBERS


def test_every_file_reads_back_as_the_same_gates_and_members(
    sample: Sample, files: Mapping[str, bytes]
) -> None:
    for name, gate_set in gate_sets(files):
        again, findings = parse_gatingml(gatingml_text(gate_set).encode(), source=name)
        assert findings == ()
        assert again == gate_set, name
        assert broken_rules(gatingml_text(gate_set)) == []
        first, second = members(gate_set, sample), members(again, sample)
        for gate, events in first.inside.items():
            assert np.array_equal(second.inside[gate], events), gate


def test_the_rules_of_the_schema_let_the_files_of_the_set_pass(files: Mapping[str, bytes]) -> None:
    assert [name for name, data in files.items() if broken_rules(data)] == [WRAPPED]


def test_a_covariance_that_makes_no_ellipsoid_is_told(
    sample: Sample, files: Mapping[str, bytes]
) -> None:
    gate_set, _ = parse_gatingml(files["gml_ellipsoid3d_gate.xml"], source="ellipsoid")
    (told,) = members(gate_set, sample).findings
    assert told.rule == "gate-no-ellipsoid"
    assert "Ellipsoid3D" in told.what


def test_a_gate_inside_an_element_of_no_standard_is_not_read_silently(
    files: Mapping[str, bytes], tmp_path: Path
) -> None:
    place = tmp_path / WRAPPED
    place.write_bytes(files[WRAPPED])
    with pytest.raises(ReinfuseError, match="sample on line 7 is a kind of gate that is not read"):
        read_gatingml(place)


def _bytes(packed: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = packed.extractfile(member)
    assert file is not None
    return file.read()
