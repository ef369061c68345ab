"""Kinetic data sets as somebody checks them: in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
POPULATION = ROOT / "examples" / "invented-population.csv"


def check(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reinfuse", "data", "check", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def written(folder: Path, text: str, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_set_is_described_with_its_notes() -> None:
    done = check(POPULATION)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("invented-population.csv: 30 patients, 728 samples, 38 doses, ")
    assert "BLASTS is not known for ID 5, ID 19: it stays unknown" in done.stdout


def test_a_bad_set_is_refused_with_every_id_and_row(tmp_path: Path) -> None:
    done = check(written(tmp_path, "ID,TIME,DV\n7,0,many\n7,1,5\n8,soon,5\n"))
    assert done.returncode == 2
    assert "data.csv cannot be used: 2 problems" in done.stderr
    assert "data.csv row 2, ID 7: DV: 'many' is not a number" in done.stderr
    assert "data.csv row 4, ID 8: TIME: 'soon' is not a number" in done.stderr
    assert "Traceback" not in done.stderr


def test_of_many_problems_fifty_are_shown_and_all_counted(tmp_path: Path) -> None:
    text = "ID,TIME,DV\n" + "".join(f"{row},0,many\n" for row in range(2000))
    done = check(written(tmp_path, text))
    assert "data.csv cannot be used: 2000 problems" in done.stderr
    assert done.stderr.count("'many' is not a number") == 50
    assert done.stderr.rstrip().endswith("and 1950 more")


def test_columns_occasions_and_covariates_can_be_named(tmp_path: Path) -> None:
    path = written(tmp_path, "Subject,Wt,Dose,Time,conc\n1,80,4,0,1\n1,80,4,1,9\n1,80,4,2,5\n")
    named = "ID=Subject,DV=conc,DOSE=Dose"
    done = check(path, "--columns", named, "--time-unit", "h", "--covariates", "Wt", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["patients"], said["samples"], said["doses"]) == (1, 3, 1)
    assert said["time_unit"] == "h"
    assert [one["covariate"] for one in said["covariates"]] == ["Wt"]


def test_json_holds_the_problems_too(tmp_path: Path) -> None:
    done = check(written(tmp_path, "ID,TIME,DV\n7,0,many\n"), "--json")
    assert done.returncode == 2
    said = json.loads(done.stdout)
    assert (said["usable"], said["errors"]) == (False, 1)
    assert said["problems"][0]["where"] == "data.csv row 2, ID 7"


def test_course_files_make_a_set(tmp_path: Path) -> None:
    courses = sorted((ROOT / "examples").glob("invented-*.yaml"))
    done = check(*courses)
    assert done.returncode == 0, done.stderr
    assert "2 patients, 50 samples, 3 doses, 2 occasions, time in d" in done.stdout


def test_files_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    course = ROOT / "examples" / "invented-child.yaml"
    assert "a data set is read alone" in check(POPULATION, course).stderr
    assert "two course files have one name" in check(course, course).stderr
    assert "does not say which header" in check(POPULATION, "--columns", "ID").stderr
    missing = check(tmp_path / "nobody.csv")
    assert missing.returncode == 2
    assert "the file cannot be opened: No such file or directory" in missing.stderr
