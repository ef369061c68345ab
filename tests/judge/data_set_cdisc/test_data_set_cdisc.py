"""ADPC and ADPPK, read a second time by their own rules."""

from __future__ import annotations

import csv
from pathlib import Path

from reinfuse.exchange.data_set import Reading, read_data_set
from reinfuse.exchange.data_set.doses import STEADY_STATE_DOSES

HERE = Path(__file__).parent
Level = tuple[str, float, float | None, float | None]  # subject, time, value, limit it is below


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def levels(reading: Reading) -> list[Level]:
    assert reading.data is not None, [one.what for one in reading.problems]
    return [
        (subject.name, one.time, one.value, one.high)
        for subject in reading.data.subjects
        for one in subject.samples
    ]


def doses(reading: Reading) -> list[tuple[str, float, float]]:
    assert reading.data is not None
    return [
        (subject.name, one.time, one.amount)
        for subject in reading.data.subjects
        for one in subject.doses
    ]


def level(row: dict[str, str], value: str, *, below: bool) -> Level:
    number, limit = (None, float(row["ALLOQ"])) if below else (float(row[value]), None)
    return row["USUBJID"], float(row["AFRLT"]), number, limit


def test_an_adpc_file_gives_its_samples_and_doses() -> None:
    table = [row for row in rows("adpc.csv") if row["DTYPE"] != "COPY"]
    reading = read_data_set(HERE / "adpc.csv")
    assert levels(reading) == [
        level(row, "AVAL", below=row["PCSTRESC"] == "<BLQ")
        for row in table
        if row["PARAMCD"] == "XAN"
    ]
    assert doses(reading) == [
        (row["USUBJID"], float(row["AFRLT"]), float(row["AVAL"]))
        for row in table
        if row["PARAMCD"] == "DOSE"
    ]
    assert reading.data is not None
    assert (reading.data.time_unit, reading.data.assays[0].unit) == ("h", "ug/ml")


def test_an_adppk_file_gives_its_samples_and_doses() -> None:
    table = rows("adppk.csv")
    reading = read_data_set(HERE / "adppk.csv")
    assert levels(reading) == [
        level(row, "DV", below=row["BLQFL"] == "Y") for row in table if row["EVID"] == "0"
    ]
    before = [one for one in doses(reading) if one[1] < 0]
    assert [one for one in doses(reading) if one[1] >= 0] == [
        (row["USUBJID"], float(row["AFRLT"]), float(row["AMT"]))
        for row in table
        if row["EVID"] == "1"
    ]
    assert len(before) == 2 * STEADY_STATE_DOSES


def test_what_an_analysis_file_keeps_for_itself_is_no_covariate() -> None:
    found = [read_data_set(HERE / name).data for name in ("adpc.csv", "adppk.csv")]
    assert [one.covariates if one else None for one in found] == [(), ("ROUTE", "FORM")]
