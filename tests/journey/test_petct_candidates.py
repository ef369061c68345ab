"""`reinfuse petct`: candidates accepted and used as they were written, on scans named first."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reinfuse.cli.parser import run
from reinfuse.imaging.measured import read_boxes
from reinfuse.imaging.twin import write_twin
from reinfuse.imaging.twin.scans import founding_scans

FIRST = """\
psf_mm: 6
scans:
  - {name: later, folder: Doe Jane 2, day: 30, infusion: 1}
  - {name: first, folder: Doe Jane, day: -12, infusion: 1, weight_kg: 55, liver: [-75, -10, -5]}
lesions: []
"""
FOLDERS = ("Doe Jane 2", "Doe Jane")
Petct = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scans of the twin in folders called by somebody, and boxes without lesions."""
    folder = tmp_path_factory.mktemp("clinic")
    write_twin(folder, seed=11, scans=founding_scans()[:2])
    for before, now in zip(("month-1", "before"), FOLDERS, strict=True):
        (folder / before).rename(folder / now)
    (folder / "first.yaml").write_text(FIRST, encoding="utf-8")
    return folder


@pytest.fixture
def petct(
    clinic: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Petct:
    """Runs the command in the folder; exit code, output and errors."""
    monkeypatch.chdir(clinic)
    monkeypatch.setenv("COLUMNS", "140")

    def say(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["petct", *arguments])
        return code, *capsys.readouterr()

    return say


def test_scans_that_were_named_first_stand_in_the_written_candidates(
    clinic: Path, petct: Petct
) -> None:
    code, out, _ = petct(*FOLDERS, "--lesions", "first.yaml", "-o", "named")
    assert code == 0
    assert "wrote named/boxes.yaml" in out
    written = read_boxes(clinic / "named" / "boxes.yaml")
    asked = read_boxes(clinic / "first.yaml")
    assert sorted(written.scans, key=str) == sorted(asked.scans, key=str)
    assert written.psf_mm == 6
    assert {name for one in written.lesions for name in one.places} == {"first", "later"}
    # A person may be accepting lesions in it: it is not overwritten.
    (clinic / "named" / "boxes.yaml").write_text(FIRST, encoding="utf-8")
    assert petct(*FOLDERS, "--lesions", "first.yaml", "-o", "named")[0] == 2
    assert (clinic / "named" / "boxes.yaml").read_text(encoding="utf-8") == FIRST


def test_accepted_candidates_are_used_as_they_were_written(clinic: Path, petct: Petct) -> None:
    code, out, _ = petct(*FOLDERS, "-o", "found", "--json")
    assert code == 0
    assert "boxes.yaml" in json.loads(out)["written"]
    file = clinic / "found" / "boxes.yaml"
    text = file.read_text(encoding="utf-8")
    assert "Doe" not in text
    (clinic / "accepted.yaml").write_text(text.replace(": false", ": true"), encoding="utf-8")
    found = json.loads(out)
    code, out, _ = petct(*FOLDERS, "--lesions", "accepted.yaml", "--json")
    assert code == 0
    again: dict[str, Any] = json.loads(out)
    drawn = [
        look["measured"]["volume_ml"]
        for lesion in again["lesions"]
        for look in lesion["looks"]
        if look["measured"] is not None
    ]
    listed = [one["volume_ml"] for one in found["candidates"]]
    assert sorted(drawn) == pytest.approx(sorted(listed))
    # Fewer folders than there were are not taken for others.
    code, _, err = petct("Doe Jane", "--lesions", "accepted.yaml")
    assert code == 2
    assert "no folder was given for scan 2" in err
