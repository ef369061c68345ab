"""`reinfuse vpc` on a kept fit: what it prints, writes, and refuses."""

from __future__ import annotations

import csv
import json
from argparse import Namespace
from pathlib import Path

import pytest

from reinfuse.cli.commands.vpc import bins_of, run
from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.kept import fit_as_plain
from tests.unit.population_decay import decaying, design
from tests.unit.population_fits import fit_of


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("vpc")
    fit, data = folder / "fit.json", folder / "data.csv"
    fit.write_text(json.dumps(fit_as_plain(fit_of(design(10, limit=2.0)))), encoding="utf-8")
    with data.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["ID", "TIME", "DV", "CENS", "DVID", "sex"])
        for subject in decaying(10, seed=1, limit=2.0).subjects:
            for one in subject.samples:
                value = one.high if one.value is None else one.value
                sex = subject.covariates["sex"][0].value
                rows.writerow([subject.name, one.time, value, int(one.value is None), "qPCR", sex])
    return fit, data


def options(files: tuple[Path, Path], **changes: object) -> Namespace:
    fit, data = files
    fields: dict[str, object] = {
        "fit": fit, "data": [data], "replicates": 100, "bins": None, "by": None,
        "corrected": False, "seed": 1, "json": False, "output": None,
        "columns": None, "covariates": "sex", "occasions": None, "log": False,
    }  # fmt: skip
    return Namespace(**(fields | changes))


def test_it_prints_every_bin_with_bands(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(options(files)) == 0
    shown = capsys.readouterr().out
    assert "100 replicates of 10 patients, seed 1, time in d" in shown
    assert "below" in shown
    assert "lies outside the 95 % band" in shown
    assert "a model speaks as a model" in shown


def test_json_has_words_where_there_is_no_number(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(options(files, json=True, corrected=True, by=["sex"])) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["notice"].startswith("For research")
    assert [(one["corrected"], one["by"]) for one in found["checks"]] == [
        (False, ""), (True, ""), (False, "sex"), (True, "sex"),
    ]  # fmt: skip
    last = found["checks"][0]["panels"][0]["bins"][-1]
    assert last["quantiles"]["5 %"]["observed"] == "below the limit"
    assert 0 < last["below"]["observed"] <= 1
    assert last["limit"] == pytest.approx(2.0)


def test_it_writes_a_page(files: tuple[Path, Path], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert run(options(files, output=page, bins="0,2,9")) == 0
    text = page.read_text(encoding="utf-8")
    assert "reinfuse vpc fit.json data.csv" in text
    assert "--bins 0,2,9" in text


def test_a_fit_of_other_assays_is_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    plain = fit_as_plain(fit_of(design(10, limit=2.0)))
    plain["population"]["residual"] = [-1.0, -1.0]
    path = tmp_path / "fit.json"
    path.write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(ReinfuseError, match="2 residual sizes in the fit, 1 for these data"):
        run(options((path, files[1])))


def test_too_few_replicates_are_refused(files: tuple[Path, Path]) -> None:
    with pytest.raises(ReinfuseError, match="5 replicates are too few"):
        run(options(files, replicates=5))


BINS = """
    text     | bins
    8        | 8
    0,7,14   | [0.0, 7.0, 14.0]
"""


@pytest.mark.parametrize("line", BINS.strip().splitlines()[1:])
def test_bins_are_a_number_or_edges(line: str) -> None:
    text, wanted = (one.strip() for one in line.split("|"))
    assert str(bins_of(text)) == wanted


def test_bins_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ReinfuseError, match="'weekly' are no bins"):
        bins_of("weekly")
