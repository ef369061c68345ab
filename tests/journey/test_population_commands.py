"""Population fits as somebody makes, keeps, compares and uses them, from a small data set."""

from __future__ import annotations

import csv
import json
import math
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from reinfuse.cli.parser import run

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/reference/output.schema.json").read_text(encoding="utf-8"))
HEADER = ["ID", "TIME", "DV", "AMT", "EVID", "UNIT", "CENS", "LLOQ", "WT"]
DAYS = (1, 7, 14, 28, 60)
LIMIT = 50
DECAY = ("--curve", "decay", "--starts", "1")
Row = dict[str, str]


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Study:
    """A folder with data, the fit of a curve to them, and the same with one more effect."""

    folder: Path
    data: Path
    fit: Path
    larger: Path


def invented_rows() -> list[Row]:
    """Ten patients by five days of one exponential with spread and error; some lie below."""
    chance = np.random.default_rng(5)
    rows = []
    for number in range(1, 11):
        one = {"ID": f"{number}", "WT": f"{50 + 4 * number}"}
        rows.append(_row(one, TIME="0", AMT="100", EVID="1"))
        start = 1000 * math.exp(0.5 * chance.standard_normal())
        rate = 0.05 * math.exp(0.4 * chance.standard_normal()) * int(one["WT"]) / 70
        for day in DAYS:
            level = start * math.exp(-rate * day + 0.2 * chance.standard_normal())
            below = level < LIMIT
            said = f"{LIMIT}" if below else f"{level:.3g}"
            rows.append(_row(one, TIME=f"{day}", DV=said, CENS=f"{below:d}", UNIT="copies/ug"))
    return rows


def _row(one: Row, **cells: str) -> Row:
    empty = {"DV": ".", "AMT": ".", "EVID": "0", "UNIT": ".", "CENS": "0", "LLOQ": f"{LIMIT}"}
    return {**empty, **one, **cells}


def written(path: Path, rows: list[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, HEADER, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> Said:
    """What a command says here, in this process."""
    capsys.readouterr()
    try:
        code = run([str(one) for one in arguments])
    except SystemExit as stop:  # what argparse refuses
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    return Said(code, out, err)


def plain(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """The JSON that a command prints, which must be of the schema."""
    done = said(capsys, *arguments, "--json")
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    jsonschema.validate(found, SCHEMA)
    return found


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of one width, wherever the tests run."""
    monkeypatch.setenv("COLUMNS", "110")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("study")
    data = written(folder / "data.csv", invented_rows())
    fit, larger = folder / "fit.json", folder / "larger.json"
    assert run(["fit", str(data), *DECAY, "-o", str(fit), "--page", str(folder / "fit.html")]) == 0
    effect = ("--effect", "k~WT", "--errors", "none")
    assert run(["fit", str(data), *DECAY, *effect, "-o", str(larger)]) == 0
    return Study(folder, data, fit, larger)


def numbers_of(path: Path) -> dict[str, Any]:
    """Everything of a kept fit but how long it took."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    del content["seconds"]
    return content


def test_a_fit_writes_a_file_and_a_page_and_leaves_nothing_else(study: Study) -> None:
    content = json.loads(study.fit.read_text(encoding="utf-8"))
    jsonschema.validate(content, SCHEMA)
    assert content["data"]["file"] == "data.csv"
    assert content["data"]["subjects"] == 10
    # Drawn from 1000 and 0.05: the typical values lie within three standard errors of them.
    for one, drawn in zip(content["uncertainty"]["numbers"][:2], (1000, 0.05), strict=True):
        assert abs(one["estimate"] - drawn) < 3 * one["se"]
    page = (study.folder / "fit.html").read_text(encoding="utf-8")
    assert "reinfuse fit data.csv --curve decay" in page
    names = {path.name for path in study.folder.iterdir()}
    assert names == {"data.csv", "fit.json", "larger.json", "fit.html"}


def test_nothing_written_says_where_or_by_whom_it_was_made(study: Study) -> None:
    for path in (study.fit, study.larger, study.folder / "fit.html"):
        text = path.read_text(encoding="utf-8")
        assert str(study.folder) not in text
        assert str(Path.home()) not in text


def test_compare_prints_criteria_and_a_range_of_p(
    study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    done = said(capsys, "compare", study.fit, study.larger)
    assert done.code == 0, done.err
    for head in ("-2LL", "AIC", "BIC", "(1 more)", " to "):
        assert head in done.out
    small, large = plain(capsys, "compare", study.fit, study.larger)["rows"]
    assert small["aic"] == pytest.approx(small["minus_2ll"] + 2 * 5)
    assert large["bic"] == pytest.approx(large["minus_2ll"] + 6 * math.log(10))
    assert small["test"] is None
    assert large["test"]["freedom"] == 1
    assert 0 <= large["test"]["p_low"] <= large["test"]["p_high"] <= 1


def test_compare_refuses_fits_of_different_data(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = json.loads(study.fit.read_text(encoding="utf-8"))
    other["data"]["sha256"] = "0" * 64
    path = tmp_path / "other.json"
    path.write_text(json.dumps(other), encoding="utf-8")
    done = said(capsys, "compare", study.fit, path)
    assert (done.code, done.out) == (2, "")
    assert "other.json and fit.json are fits of different data" in done.err


def test_vpc_of_a_kept_fit_covers_its_data(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "vpc.html"
    asked = ("vpc", study.fit, study.data, "--replicates", "100")
    done = said(capsys, *asked, "-o", page)
    assert done.code == 0, done.err
    assert "100 replicates of 10 patients, seed 1, time in d" in done.out
    assert "<svg" in page.read_text(encoding="utf-8")
    found = plain(capsys, *asked, "--corrected")
    assert [one["corrected"] for one in found["checks"]] == [False, True]
    bins = found["checks"][0]["panels"][0]["bins"]
    assert [one["from"] for one in bins] == list(DAYS)
    below = [row["CENS"] for row in invented_rows() if row["TIME"] == "60"]
    assert bins[-1]["below"]["observed"] == below.count("1") / len(below)


def test_vpc_with_other_data_says_so(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = written(tmp_path / "other.csv", invented_rows()[:24])
    asked = ("vpc", study.fit, other, "--replicates", "20")
    words = "these are not the data that were fitted"
    assert any(words in note for note in plain(capsys, *asked)["notes"])


@pytest.mark.parametrize("uncertain", [(), ("--with-uncertainty",)], ids=["as fitted", "unsure"])
def test_simulated_patients_are_a_data_set_that_can_be_read(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str], uncertain: tuple[str, ...]
) -> None:
    drawn = tmp_path / "drawn.csv"
    asked = ("simulate-fit", study.fit, "--subjects", "40", "--days", "28,1,60", "--limit", "50")
    found = plain(capsys, *asked, *uncertain, "-o", drawn)
    assert [one["time"] for one in found["by_time"]] == [1, 28, 60]
    read = plain(capsys, "data", "check", drawn)
    assert (read["usable"], read["patients"], read["samples"]) == (True, 40, 120)
    below = round(sum(40 * one["below"] for one in found["by_time"]))
    assert read["assays"][0]["below"] == below
    assert any("simulated patients are no patients" in note for note in found["notes"])


def test_simulation_needs_the_covariates_of_the_model(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = said(capsys, "simulate-fit", study.larger, "--subjects", "5")
    assert done.code == 2
    assert "the model needs WT: give a file of covariates with that column" in done.err
    weights = tmp_path / "weights.csv"
    weights.write_text("WT\n60\n80\n", encoding="utf-8")
    asked = ("simulate-fit", study.larger, "--subjects", "5", "--covariates", weights)
    assert plain(capsys, *asked)["subjects"] == 5
    unsure = said(capsys, *asked, "--with-uncertainty")
    assert "larger.json holds no uncertainty of its numbers" in unsure.err
    assert "fit again with --errors louis or sandwich" in unsure.err


def test_a_design_of_a_fit_beats_the_prior(
    study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("design", "--fit", study.fit, "--limit", "50", "--samples", "2")
    found = plain(capsys, *asked, "--grid", "1,7,14,28,60,90")
    best = found["schedules"][0]
    assert (best["name"], len(best["days"])) == ("best", 2)
    assert best["sd"] < found["prior_sd"]
    assert best["sd"] <= min(one["sd"] for one in found["schedules"] if len(one["days"]) == 2)


def test_a_design_of_a_published_population_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("design", "--population", "stein-2019", "--about", "auc", "--samples", "2")
    grid = ("--grid", "3,7,10,14,28")
    assert plain(capsys, *asked, *grid)["population"] == "stein-2019"


def test_nca_and_data_check_print_json_of_their_schema(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(plain(capsys, "nca", study.data)["profiles"]) == 10
    assert plain(capsys, "data", "check", study.data)["covariates"][0]["covariate"] == "WT"
    broken = [row | {"DV": "many"} for row in invented_rows()]
    done = said(capsys, "data", "check", written(tmp_path / "broken.csv", broken), "--json")
    assert done.code == 2
    jsonschema.validate(json.loads(done.out), SCHEMA)


def test_a_fit_that_was_interrupted_goes_on_to_the_same_numbers(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "fit.json"
    unfinished = tmp_path / ".fit.json.unfinished"
    typed = ["fit", str(study.data), *DECAY, "-o", str(again)]
    command = [sys.executable, "-m", "reinfuse", *typed]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as it:
        deadline = time.monotonic() + 110
        while not unfinished.exists() and it.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        it.send_signal(signal.SIGINT)
        out, err = it.communicate(timeout=60)
    assert (it.returncode, out) == (130, "")
    assert err == "reinfuse: interrupted; the same command goes on from where it stopped\n"
    assert [path.name for path in tmp_path.iterdir()] == [unfinished.name]
    assert said(capsys, *typed).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["fit.json"]
    assert numbers_of(again) == numbers_of(study.fit)


@pytest.mark.parametrize(
    "arguments",
    [
        ("fit", "data.csv", *DECAY, "-o", "data.csv"),
        ("fit", "data.csv", *DECAY, "--page", "data.csv"),
        ("fit", "data.csv", "--model", "model.yaml", "-o", "model.yaml"),
        ("vpc", "fit.json", "data.csv", "-o", "fit.json"),
        ("vpc", "fit.json", "data.csv", "-o", "data.csv"),
        ("simulate-fit", "fit.json", "-o", "fit.json"),
        ("simulate-fit", "fit.json", "--covariates", "data.csv", "-o", "data.csv"),
        ("nca", "data.csv", "-o", "data.csv"),
    ],
    ids=" ".join,
)
def test_an_output_never_overwrites_what_is_read(
    study: Study,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.csv").write_bytes(study.data.read_bytes())
    (tmp_path / "fit.json").write_bytes(study.fit.read_bytes())
    (tmp_path / "model.yaml").write_text("curve: decay\n", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    done = said(capsys, *arguments)
    assert (done.code, done.out) == (2, "")
    assert f"{arguments[-1]} would overwrite a file that is read" in done.err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
