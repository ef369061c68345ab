"""`reinfuse nca`: what it prints and writes, and what it says of a wrong file or option."""

from __future__ import annotations

import csv
import json
from argparse import Namespace
from pathlib import Path

import pytest

from reinfuse.cli.commands import nca
from reinfuse.errors import ReinfuseError

TABLE = """\
ID,TIME,DV,AMT,EVID,CENS,OCC,DVID
1,0,.,1e8,1,0,1,qPCR
1,3,50,.,0,1,1,qPCR
1,7,900,.,0,0,1,qPCR
1,10,12000,.,0,0,1,qPCR
1,14,8000,.,0,0,1,qPCR
1,21,2500,.,0,0,1,qPCR
1,28,900,.,0,0,1,qPCR
1,90,50,.,0,1,1,qPCR
1,120,.,2e8,1,0,2,qPCR
1,123,60,.,0,0,2,qPCR
1,130,3000,.,0,0,2,qPCR
1,148,500,.,0,0,2,qPCR
2,0,.,1e8,1,0,1,qPCR
2,7,50,.,0,1,1,qPCR
2,14,50,.,0,1,1,qPCR
"""
DEFAULTS = {
    "descriptor": None,
    "auc": None,
    "threshold": None,
    "blq": None,
    "method": "linear-up/log-down",
    "lambda_z": None,
    "route": "cells",
    "id": None,
    "assay": None,
    "from_infusion": False,
    "json": False,
    "output": None,
}


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of one width, wherever the tests run."""
    monkeypatch.setenv("COLUMNS", "110")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "set.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def options(path: Path, **asked: object) -> Namespace:
    return Namespace(files=[path], **(DEFAULTS | asked))


def test_few_profiles_are_shown_in_full(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert nca.run(options(table, auc=["0,14"], threshold=[100.0])) == 0
    said = capsys.readouterr().out
    for words in (
        "ID 1, infusion 1, qPCR",
        "ID 2, infusion 1, qPCR",
        "every sample is below the limit",
        "AUC day 0 to 14",
        "Time above 100",
        "day 10 to 28, 4 points, adjusted R2",
        "infusion 2 against infusion 1: ratios",
        "0.25",
        "For research",
    ):
        assert words in said
    assert max(map(len, said.splitlines())) <= 140


def test_many_profiles_have_a_row_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head, *rows = TABLE.splitlines()
    many = [head]
    for number in range(50):
        many += [f"{number}0{row}" for row in rows]
    path = tmp_path / "many.csv"
    path.write_text("\n".join(many), encoding="utf-8")
    assert nca.run(options(path)) == 0
    said = capsys.readouterr().out
    assert "and 110 more; -o writes all" in said
    assert "Cmax: 50 not estimable, such as: every sample is below the limit" in said
    assert "geo. mean" in said
    assert max(map(len, said.splitlines())) <= 140


def test_json_holds_every_profile_with_reasons(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert nca.run(options(table, json=True)) == 0
    document = json.loads(capsys.readouterr().out)
    first, second, other = document["profiles"]
    assert (first["id"], first["infusion"], other["id"]) == ("1", 1, "2")
    assert first["descriptors"]["cmax"]["value"] == 12000
    assert second["descriptors"]["tmax"]["value"] == 10
    cmax = other["descriptors"]["cmax"]
    assert (cmax["value"], cmax["not_estimable"]) == (None, "every sample is below the limit")
    assert document["ratios"][0]["of"]["cmax"]["value"] == 0.25
    assert {one["descriptor"] for one in document["summary"]} >= {"cmax", "auc_0_28"}


def test_the_table_written_is_tidy(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    assert nca.run(options(table, output=out, descriptor=["cmax", "half_life"])) == 0
    assert "wrote" in capsys.readouterr().out
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 3 * 2
    assert rows[0]["value"] == "12000.0"
    assert (rows[4]["value"], rows[4]["not_estimable"]) == ("", "every sample is below the limit")


def test_a_choice_of_patients_and_of_descriptors(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert nca.run(options(table, id=["2"], descriptor=["tlast"])) == 0
    said = capsys.readouterr().out
    assert "ID 2" in said
    assert "ID 1" not in said
    assert "Cmax" not in said


def test_times_without_a_dose_in_the_file_count_from_the_infusion(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "set.csv"
    path.write_text("ID,TIME,DV\n1,3,10\n1,9,400\n1,28,20\n", encoding="utf-8")
    assert nca.run(options(path)) == 0
    both = capsys.readouterr()
    assert "time 0 is taken as the infusion" in both.err
    assert "400" in both.out


def test_a_drug_has_clearance_and_its_own_unit_of_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "set.csv"
    rows = "\n".join(f"1,{hour},{16 / 2**hour},.,0" for hour in (1, 2, 3, 4, 5))
    path.write_text(f"ID,TIME,DV,AMT,EVID\n1,0,.,32,1\n{rows}\n", encoding="utf-8")
    assert nca.run(options(path, route="bolus", time_unit="h")) == 0
    said = capsys.readouterr().out
    assert "Clearance" in said
    line = next(line for line in said.splitlines() if line.lstrip().startswith("Level at time 0"))
    assert line.split()[7] == "16"
    assert "h" in said


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"auc": ["5"]}, "--auc 5 is not an area between two days"),
        ({"auc": ["28,0"]}, "--auc 28,0 is not an area"),
        ({"auc": ["0,inf"]}, "--auc 0,inf is not an area"),
        ({"lambda_z": "a,b"}, "--lambda-z a,b is not the days"),
        ({"id": ["9"]}, "no ID is called '9'"),
        ({"assay": ["flow"]}, "no assay is called 'flow'"),
        ({"blq": "m3"}, "no rule for samples below the limit"),
        ({"descriptor": ["cmin"]}, "no descriptor is called 'cmin'"),
        ({"method": "cubic"}, "no method for areas"),
    ],
)
def test_a_wrong_option_is_answered(table: Path, asked: dict[str, object], words: str) -> None:
    with pytest.raises(ReinfuseError, match=words) as refused:
        nca.run(options(table, **asked))
    assert refused.value.fix


def test_a_patient_without_a_dose_among_others_is_named(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text(TABLE + "7,3,10,.,0,0,1,qPCR\n", encoding="utf-8")
    with pytest.raises(ReinfuseError, match="ID 7"):
        nca.run(options(path))


def test_the_file_that_is_read_is_not_overwritten(table: Path) -> None:
    with pytest.raises(ReinfuseError, match="would overwrite a file that is read"):
        nca.run(options(table, output=table))
