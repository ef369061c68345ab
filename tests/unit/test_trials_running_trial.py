"""A virtual trial gives the same bytes whoever runs it, and goes on after whatever ended it."""

from __future__ import annotations

import csv
import hashlib
import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.trials.design import Design
from reinfuse.trials.population import arms_of
from reinfuse.trials.running import TrialResult, plan_of, run_trial, work
from reinfuse.trials.running.rows import header_of
from reinfuse.trials.running.work import patients_part
from reinfuse.trials.work import Dask, Executor, Inline, Pool
from tests.unit.trial_designs import small, small_text

FILES = ("patients.csv", "endpoints.csv", "design.yaml", "trial.json")


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "CHUNK_PATIENTS", 20)


def ran(folder: Path, executor: Executor | None = None, **changed: str) -> TrialResult:
    text = small_text(**changed)
    return run_trial(small(**changed), text, folder, executor or Inline(), resume=True)


def rows_in(folder: Path) -> list[dict[str, str]]:
    with (folder / "patients.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def part_of(design: Design, first: int, last: int) -> list[str]:
    return patients_part(plan_of(design).given(), first, last).decode().splitlines()


def test_every_patient_has_a_line_in_every_arm_of_a_paired_trial(tmp_path: Path) -> None:
    ran(tmp_path / "out")
    rows = rows_in(tmp_path / "out")
    assert [(row["patient"], row["arm"]) for row in rows] == [
        (str(number), arm) for number in range(1, 61) for arm in ("low", "high")
    ]
    for low, high in zip(rows[::2], rows[1::2], strict=True):
        for name in ("weight_kg", "marrow_blasts_percent", "lesions"):
            assert low[name] == high[name]


def test_every_patient_has_one_line_of_a_randomised_trial(tmp_path: Path) -> None:
    result = ran(tmp_path / "out", paired="no")
    rows = rows_in(tmp_path / "out")
    assert [row["patient"] for row in rows] == [str(number) for number in range(1, 61)]
    places = arms_of(11, range(60), 2)
    assert [row["arm"] for row in rows] == [("low", "high")[place] for place in places]
    assert {name: len(table.patients) for name, table in result.tables.items()} == {
        "low": 30, "high": 30,
    }  # fmt: skip


@pytest.mark.parametrize("paired", ["yes", "no"])
def test_a_patient_is_the_same_alone_and_among_others(paired: str) -> None:
    design = small(paired=paired)
    everybody, some = part_of(design, 0, 60), part_of(design, 31, 42)
    numbers = [str(number + 1) for number in range(31, 42)]
    assert some == [line for line in everybody if line.partition(",")[0] in numbers]
    assert len(some) == (22 if paired == "yes" else 11)


def test_more_patients_leave_those_before_as_they_were() -> None:
    assert part_of(small(patients="80"), 0, 60) == part_of(small(), 0, 60)


def test_processes_and_dask_give_the_files_that_one_process_gives(tmp_path: Path) -> None:
    ran(tmp_path / "inline")
    others: dict[str, Executor] = {"pool": Pool(workers=2)}
    if find_spec("distributed") is not None:
        others["dask"] = Dask(workers=2)
    for name, executor in others.items():
        ran(tmp_path / name, executor)
        for file in FILES:
            there = (tmp_path / name / file).read_bytes()
            assert there == (tmp_path / "inline" / file).read_bytes(), (name, file)


def test_a_trial_that_was_ended_goes_on_to_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran(tmp_path / "whole")
    calls = []

    def ended(done: int, of: int) -> None:
        calls.append(done)
        if done == 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_trial(small(), small_text(), tmp_path / "out", Inline(), watch=ended)
    assert not (tmp_path / "out/patients.csv").exists()
    with pytest.raises(ReinfuseError, match="already holds parts of this run"):
        run_trial(small(), small_text(), tmp_path / "out", Inline())
    result = ran(tmp_path / "out")
    assert (result.found, result.made) == (2, 1)
    for file in FILES:
        assert (tmp_path / "out" / file).read_bytes() == (tmp_path / "whole" / file).read_bytes()


def test_a_folder_of_another_trial_or_of_other_things_is_refused(tmp_path: Path) -> None:
    ran(tmp_path / "out")
    with pytest.raises(ReinfuseError, match="holds another run"):
        ran(tmp_path / "out", missing="10 %")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(ReinfuseError, match=r"holds other files, such as letter\.txt"):
        ran(tmp_path / "mine")
    assert [one.name for one in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_a_plan_of_another_mechanism_is_not_worked_on() -> None:
    given = plan_of(small()).given()
    assert given["mechanism"] == work.fingerprint(small())
    with pytest.raises(ReinfuseError, match="the mechanism here is another"):
        patients_part(given | {"mechanism": "0" * 64}, 0, 5)


def test_the_plan_follows_from_design_seed_and_patients_alone() -> None:
    digest = plan_of(small()).digest
    assert plan_of(small(title="another")).digest == digest
    for name, value in (("seed", "12"), ("patients", "61"), ("missing", "1 %"), ("paired", "no")):
        assert plan_of(small(**{name: value})).digest != digest, name


def test_the_summary_says_what_was_run(tmp_path: Path) -> None:
    result = ran(tmp_path / "out")
    tree = json.loads((tmp_path / "out/trial.json").read_text(encoding="utf-8"))
    assert tree["plan"] == plan_of(small()).digest == result.digest
    for name, digest in tree["sha256"].items():
        there = hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest()
        assert there == digest, name
    assert (tmp_path / "out/design.yaml").read_text(encoding="utf-8") == small_text()
    assert tree["words"] == list(result.words)
    assert len(tree["estimates"]) == 2 * len(tree["differences"]) == 28


def test_the_table_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    result = ran(tmp_path / "out")
    rows = [row for row in rows_in(tmp_path / "out") if row["arm"] == "high"]
    table = result.tables["high"]
    assert list(rows[0]) == list(header_of(small()))
    for name in ("cmax_low", "cr_by_day_28_high", "relapse_free_at_5_months_stop"):
        written = [float(row[name]) if row[name] else np.nan for row in rows]
        np.testing.assert_array_equal(table.columns[name], written)


def test_more_cells_come_earlier_in_the_same_patients(tmp_path: Path) -> None:
    result = ran(tmp_path / "out")
    tmax = next(one for one in result.differences if one.endpoint.name == "Tmax")
    assert (tmax.arm, tmax.against) == ("high", "low")
    assert tmax.high < 0


def test_a_visit_that_is_missed_leaves_its_endpoint_open(tmp_path: Path) -> None:
    whole = ran(tmp_path / "whole", missing="0 %").tables["high"].columns
    some = ran(tmp_path / "some", missing="30 %").tables["high"].columns
    assert (whole["cr_by_day_28_low"] == whole["cr_by_day_28_high"]).all()
    for name in ("cr_by_day_28", "b_cell_aplasia_at_5_months", "relapse_free_at_5_months"):
        there = ~np.isnan(some[f"{name}_low"]) & ~np.isnan(whole[f"{name}_low"])
        assert (some[f"{name}_low"] <= whole[f"{name}_low"])[there].all()
        assert (some[f"{name}_high"] >= whole[f"{name}_high"])[there].all()
    missed = some["cr_by_day_28_whole"] == 0
    assert 0.1 < missed.mean() < 0.5
    assert (some["cr_by_day_28_low"][missed] == 0).all()
    assert (some["cr_by_day_28_high"][missed] == 1).all()
    assert (some["cr_by_day_28_low"] == whole["cr_by_day_28_low"])[~missed].all()
    assert (some["crs_grade_low"] == whole["crs_grade_low"]).all()


def test_site_clearance_is_asked_of_those_with_a_site(tmp_path: Path) -> None:
    table = ran(tmp_path / "out").tables["low"].columns
    there = table["lesions"] > 0
    assert np.isnan(table["site_clearance_by_day_90_low"][~there]).all()
    assert (~np.isnan(table["site_clearance_by_day_90_low"][there])).mean() > 0.8
