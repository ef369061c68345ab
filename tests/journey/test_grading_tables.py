"""Tables, criteria and cohorts as somebody uses them: in a process of its own, in a browser."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
COHORT = ROOT / "examples" / "invented-cohort.csv"
HEADER = "patient,day,item,value,unit\n"
GOOD = (
    "P01,0,infusion,yes,\nP01,2,temperature,39.2,Cel\nP01,2,oxygen device,none,\n"
    "P01,2,hypotension,no,\n"
)


def reinfuse(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reinfuse", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def written(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_patient_and_criterion_has_a_row(tmp_path: Path) -> None:
    output = tmp_path / "grades.csv"
    done = reinfuse("grade", COHORT, "--criterion", "ASTCT-CRS-2019", "-o", output)
    assert done.returncode == 0, done.stderr
    with output.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["patient"] for row in rows] == [f"P{number:02}" for number in range(1, 13)]
    assert [path.name for path in tmp_path.iterdir()] == ["grades.csv"]


def test_refused_rows_are_listed_and_the_others_graded(tmp_path: Path) -> None:
    bad = "P02,1,bananas,1,\nP02,1,temperature,Jane,Cel\n"
    table, problems = written(tmp_path, HEADER + GOOD + bad), tmp_path / "problems.csv"
    done = reinfuse("grade", table, "--keep-going", "--problems", problems)
    assert done.returncode == 2
    assert "ASTCT-CRS-2019" in done.stdout
    listed = problems.read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split(",")[0] for line in listed] == ["table.csv row 6", "table.csv row 7"]


def test_a_patient_without_a_dated_infusion_is_told_and_no_other(tmp_path: Path) -> None:
    text = (
        "patient,datetime,item,value,unit\nP01,2024-01-01,infusion,yes,\n"
        "P02,2024-01-03,temperature,39,Cel\nP02,2024-01-04,temperature,39,Cel\n"
    )
    done = reinfuse("grade", written(tmp_path, text))
    assert done.returncode == 2
    assert [number for number in range(1, 5) if f"row {number}:" in done.stderr] == [3, 4]


def test_a_table_without_a_header_repeats_none_of_its_cells(tmp_path: Path) -> None:
    done = reinfuse("grade", written(tmp_path, "Jane Canary,2,temperature,39,Cel\n"))
    assert done.returncode == 2
    assert "canary" not in done.stderr.casefold()


@pytest.mark.parametrize("option", ["-o", "--problems"])
def test_no_output_overwrites_what_is_read(tmp_path: Path, option: str) -> None:
    table = written(tmp_path, HEADER + GOOD)
    link = tmp_path / "link.csv"
    link.symlink_to(table)
    for output in (table, link):
        done = reinfuse("grade", table, option, output)
        assert (done.returncode, "overwrite" in done.stderr) == (2, True)
    assert table.read_text(encoding="utf-8") == HEADER + GOOD


def test_options_that_do_not_fit_are_told() -> None:
    course = ROOT / "examples" / "founding-case.yaml"
    for wrong in (
        ("grade", course, "--patient", "P01"),
        ("grade", course, "--topic", "CRS", "--criterion", "ASTCT-CRS-2019"),
        ("criteria", "ASTCT-CRS-2019", "--family", "blood"),
        ("criteria", "no such"),
    ):
        done = reinfuse(*wrong)
        assert (done.returncode, done.stdout, "fix:" in done.stderr) == (2, "", True), wrong


def test_the_page_of_a_cohort_is_quiet_alone_accessible_and_fits(tmp_path: Path) -> None:
    names = ("<script>alert(1)</script>", "LONG-CODE-" * 30)
    text = HEADER + GOOD + "".join(GOOD.replace("P01", name) for name in names)
    pages = {"invented": COHORT, "odd": written(tmp_path, text)}
    chromium = next(
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, table in pages.items():
            path = tmp_path / f"{name}.html"
            done = reinfuse("cohort", table, "-o", path)
            assert done.returncode == 0, done.stderr
            heard: list[str] = []
            page = browser.new_page(viewport={"width": 390, "height": 844})
            page.on("console", lambda message, into=heard: into.append(message.text))
            page.on("pageerror", lambda error, into=heard: into.append(str(error)))
            page.on("request", lambda request, into=heard: into.append(request.url))
            page.goto(path.as_uri())
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            assert [one for one in heard if not one.startswith(("file:", "data:"))] == []
            page.close()
        browser.close()
