"""`reinfuse flow`: from a folder of FCS files to a table, JSON, pages and a new course."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from scipy.stats import binomtest

from reinfuse.cli.parser import run
from reinfuse.cli.parser_flow import STRATEGIES
from reinfuse.cytometry.strategy import SHIPPED
from reinfuse.exchange.course_file import read_course, read_course_text
from tests.unit.cytometry_small_tubes import CHANNELS, PANEL, STRATEGY, tube, written

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/reference/output.schema.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs/reference/json.md").read_text(encoding="utf-8")
COURSE = """\
title: an invented course
kind: invented example
products:
  - {id: product-1, origin: autologous, target: [CD19]}
infusions:
  - {id: infusion-1, product: product-1, when: 2026-05-01}
"""
# Of 2000 T cells, those that carry the CAR, by day: a rise, a fall, and next to none.
CELLS = {"07": 400, "14": 900, "28": 120, "90": 2}
MORE = "".join(f"  - {{file: day-{day}.fcs, infusion: 1, day: {day}}}\n" for day in ("90",))
Flow = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a laboratory sends it: tubes, strategy, panel, and the course beside."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "tubes").mkdir()
    tubes = [
        tube(f"day-{day}.fcs", positive=cells, negative=2000 - cells)
        for day, cells in CELLS.items()
    ]
    fmo = tube("fmo.fcs", positive=2, negative=3998)
    written(folder / "tubes", *tubes, fmo)
    (folder / "small.yaml").write_text(STRATEGY, encoding="utf-8")
    (folder / "panel.yaml").write_text(PANEL + MORE, encoding="utf-8")
    (folder / "course.yaml").write_text(COURSE, encoding="utf-8")
    return folder


@pytest.fixture
def flow(lab: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Flow:
    """Runs the command in the folder; exit code, output and errors."""
    monkeypatch.chdir(lab)
    monkeypatch.setenv("COLUMNS", "140")

    def say(*arguments: str, usual: bool = True) -> tuple[int, str, str]:
        capsys.readouterr()
        more = ("--strategy", "small.yaml", "--panel", "panel.yaml") if usual else ()
        code = run(["flow", *arguments, *more])
        return code, *capsys.readouterr()

    return say


def test_help_needs_no_numerics_and_names_what_ships() -> None:
    code = (
        "import sys; from reinfuse.cli.parser import run\n"
        "try: run(['flow', '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'scipy', 'flowutils', 'ruamel', 'jinja2'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert STRATEGIES == SHIPPED
    joined = re.sub(r"\s+", "", done.stdout)  # lines break at dashes
    assert all(name in joined for name in STRATEGIES)


def test_several_tubes_are_one_table_and_what_concerns_all_is_said_once(flow: Flow) -> None:
    code, out, err = flow("tubes")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert "CAR-T, % of T cells" in lines
    rows = [line for line in lines if line.startswith("day-")]
    assert [line.split()[:3] for line in rows[:2]] == [
        ["day-07.fcs", "7", "20"],
        ["day-14.fcs", "14", "45"],
    ]
    assert len(rows) == len(CELLS)
    assert re.search(r"day-07.fcs +7 +20 +18.2 to 21.8 +quantified +79.8 \(", rows[0])
    assert re.search(r"day-90.fcs +90 +<0\.\d+ .* not detected$", rows[-1])
    assert "CD4+ of CAR-T  " not in out
    assert out.count("all tubes: CAR-T, background: 2 of 4,000 events") == 1
    assert out.count("for it was not recorded: carryover") == 1
    assert out.count("--details") == 1
    assert max(len(line) for line in lines) <= 140


def test_one_tube_is_shown_by_itself(flow: Flow) -> None:
    _, out, _ = flow("tubes/day-07.fcs", "tubes/fmo.fcs")
    assert re.search(r"^CAR-T +400 of 2,000", out, re.MULTILINE)
    assert re.search(r"^CD4\+ of CAR-T +200 of 400 +50 +45 to 55 +a share of 400 events", out, re.M)
    assert "all tubes" not in out
    assert "--details" not in out


def test_details_have_a_line_for_each_result_of_each_tube(flow: Flow) -> None:
    code, out, err = flow("tubes", "--details")
    assert (code, err) == (0, "")
    assert "4 tubes, 1 controls, 0 files that failed" in out
    lines = out.splitlines()
    assert max(len(line) for line in lines) <= 140
    rows = [line for line in lines if re.match(r"CAR-T +\d", line)]
    assert len(rows) == len(CELLS)
    first, last = rows[0], rows[-1]
    assert re.match(r"CAR-T +400 of 2,000 +20 +18.2 to 21.8 +quantified", first)
    assert re.match(r"CAR-T +2 of 2,000 +<0\.\d+ .* not detected", last)
    assert lines[-1] == "For research; not for decisions about treatment."


def keys_in(tree: object) -> set[str]:
    """All keys of a document at any depth, but markers, which are names."""
    if isinstance(tree, list):
        return {key for item in tree for key in keys_in(item)}
    if not isinstance(tree, dict):
        return set()
    own = (part for name, part in tree.items() if name != "channels")
    return {*tree, *(key for part in own for key in keys_in(part))}


def told_in(section: str) -> set[str]:
    found = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"`(\w+)`", found))


def test_json_is_of_its_schema_and_every_key_is_told(flow: Flow) -> None:
    code, out, err = flow("tubes", "--json")
    assert (code, err) == (0, "")
    document: dict[str, Any] = json.loads(out)
    jsonschema.validate(document, SCHEMA)
    plain = {"reinfuse", "notice"}
    of_findings = told_in("A finding")
    assert keys_in(document) - told_in("Measured tubes") - of_findings <= plain
    share = document["tubes"][0]["results"][0]
    assert (share["count"], share["of"], share["state"]) == (400, 2000, "quantified")
    limits = share["limits"]
    assert limits["lod_percent"] > 0
    # As the reference says: the limit of blank counts the background, that of detection does not.
    assert limits["lob_percent"] == pytest.approx(100 * limits["lob_events"] / share["of"])
    assert limits["lod_percent"] < 100 * limits["lod_events"] / share["of"]
    split = document["tubes"][0]["results"][1]
    assert (split["kind"], split["percent"], split["quantified"]) == ("split", 50, True)
    # A share without its blank is of no form that the schema has.
    del share["blank"]
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(document)


@pytest.fixture(scope="module")
def put(lab: Path) -> Path:
    """What the command leaves in a folder with a course."""
    folder = lab / "out"
    arguments = ["flow", str(lab / "tubes"), "--strategy", str(lab / "small.yaml")]
    arguments += ["--panel", str(lab / "panel.yaml"), "--course", str(lab / "course.yaml")]
    assert run([*arguments, "-o", str(folder)]) == 0
    return folder


def test_the_new_course_holds_the_series_and_the_old_is_kept(put: Path, lab: Path) -> None:
    assert (lab / "course.yaml").read_text(encoding="utf-8") == COURSE
    reading = read_course(put / "course.yaml")
    assert reading.problems == ()
    assert reading.course is not None
    found = {one.id: one for one in reading.course.observations}
    assert set(found) == {
        "cart-1-day-7", "cart-1-day-7-per-ul", "cart-1-day-14", "cart-1-day-14-per-ul",
        "cart-1-day-28", "cart-1-day-90",
    }  # fmt: skip
    assert str(found["cart-1-day-90"].result) == "not detected"
    assert found["cart-1-day-90"].limit is not None


def test_kinetics_and_check_work_on_the_new_course(
    put: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["kinetics", str(put / "course.yaml"), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    fit = document["infusions"][0]["fit"]
    assert fit["kind"] == "curve"
    peak = next(one for one in fit["quantities"] if one["name"] == "peak")
    assert 35 < peak["after"]["median"] < 60
    assert run(["check", str(put / "course.yaml"), "--json"]) == 0
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {"car-t-limit", "mrd-limit"}.isdisjoint(one["rule"] for one in findings)


def test_the_folder_holds_measurements_series_and_pages(put: Path) -> None:
    document = json.loads((put / "measurements.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, SCHEMA)
    names = {path.name for path in put.iterdir()}
    assert names == set(document["written"])
    assert len([name for name in names if name.startswith("tube-")]) == len(CELLS)
    assert "series.html" in names
    with (put / "series.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["result"] == "CAR-T"]
    assert [(row["day"], row["count"], row["of"]) for row in rows] == [
        (str(int(day)), str(cells), "2000") for day, cells in CELLS.items()
    ]
    assert all(float(row["lod_percent"]) > 0 for row in rows)


def test_a_second_time_is_refused_by_ids_and_leaves_nothing(put: Path, flow: Flow) -> None:
    course = str(put / "course.yaml")
    code, out, err = flow("tubes", "--course", course, "-o", "again")
    assert (code, out) == (2, "")
    assert "the course has entries of these ids: cart-1-day-7, cart-1-day-7-per-ul" in err
    assert not Path("again").exists()


@pytest.mark.parametrize(
    ("day", "denominator", "held"),
    [
        ("7", "T cells", "mine"),  # only the id is another
        ("8", "T cells", "mine"),
        ("8", "lymphocytes", "mine"),  # of something else, but one tube is of one day
        ("7", "lymphocytes", ""),
    ],
)
def test_a_tube_of_the_course_is_refused_under_another_id_or_day(
    day: str, denominator: str, held: str, flow: Flow, tmp_path: Path
) -> None:
    code, _, err = flow("tubes/day-07.fcs", "tubes/fmo.fcs", "-o", str(tmp_path / "first"))
    assert (code, err) == (0, "")
    entries = (tmp_path / "first/observations.yaml").read_text(encoding="utf-8")
    (whole,) = re.findall(r"  - id: cart-1-day-7\n(?:    .*\n)+", entries)
    mine = whole.replace("cart-1-day-7", "mine")
    for was, now in (("day 7\n", f"day {day}\n"), (": T cells\n", f": {denominator}\n")):
        assert mine.count(was) == 1
        mine = mine.replace(was, now)
    course = tmp_path / "course.yaml"
    course.write_text(f"{COURSE}observations:\n{mine}", encoding="utf-8")
    arguments = ("tubes/day-07.fcs", "tubes/fmo.fcs", "--course", str(course))
    code, _, err = flow(*arguments, "-o", str(tmp_path / "out"))
    digits = hashlib.sha256(Path("tubes/day-07.fcs").read_bytes()).hexdigest()[:12]
    told = f"FCS file {digits} as {held}, and now as cart-1-day-7"
    assert (code, told in err) == ((2, True) if held else (0, False))
    assert (tmp_path / "out").exists() is not bool(held)
    if held:
        assert "day-07.fcs" not in err
    # Another tube of the same patient is taken.
    code, _, err = flow(
        "tubes/day-14.fcs", "tubes/fmo.fcs", "--course", str(course), "-o", str(tmp_path / "more")
    )
    assert (code, err) == (0, "")


def test_pages_of_an_earlier_run_are_named_and_left(flow: Flow, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    _, _, err = flow("tubes/day-07.fcs", "tubes/fmo.fcs", "-o", str(folder))
    assert err == ""
    (first,) = folder.glob("tube-*.html")
    (folder / "tube-notes.html").write_text("of somebody else", encoding="utf-8")
    # The same run again writes the same pages, and has nothing to tell.
    _, _, err = flow("tubes/day-07.fcs", "tubes/fmo.fcs", "-o", str(folder))
    assert err == ""
    for more in ((), ("--json",)):
        code, out, err = flow("tubes/day-14.fcs", "tubes/fmo.fcs", "-o", str(folder), *more)
        assert code == 0
        assert re.search(rf"pages of an earlier run are still in .*: {first.name}\n", err)
        assert first.name not in out
    assert first.is_file()


def test_the_given_course_is_never_written_over(flow: Flow) -> None:
    code, out, err = flow("tubes", "--course", "course.yaml", "-o", ".")
    assert (code, out) == (2, "")
    assert "course.yaml would overwrite a file that is read" in err
    code, out, err = flow("tubes", "--course", "course.yaml")
    assert (code, out) == (2, "")
    assert "there is no place for the new course" in err


def test_without_a_course_entries_are_left_to_be_pasted(flow: Flow) -> None:
    code, _, err = flow("tubes/day-07.fcs", "tubes/fmo.fcs", "-o", "paste")
    assert (code, err) == (0, "")
    text = Path("paste/observations.yaml").read_text(encoding="utf-8")
    reading = read_course_text(COURSE + text, "course.yaml")
    assert reading.problems == ()
    assert reading.course is not None
    assert [one.id for one in reading.course.observations] == [
        "cart-1-day-7", "cart-1-day-7-per-ul"
    ]  # fmt: skip


def test_every_failure_is_named_and_the_rest_is_measured(flow: Flow, tmp_path: Path) -> None:
    lacking = {name: marker for name, marker in CHANNELS.items() if name != "R1-A"}
    written(
        tmp_path,
        tube("lacking.fcs", positive=5, negative=50, channels=lacking),
        tube("empty.fcs", positive=0, negative=0, dead=0),
    )
    (tmp_path / "broken.fcs").write_bytes(b"PDF-1.7 is no FCS file")
    code, out, err = flow("tubes", str(tmp_path), "-o", "part")
    assert code == 2
    for name in ("lacking.fcs", "empty.fcs", "broken.fcs"):
        assert name in err
    assert "CD3" in err
    assert "T cells holds no events" in err
    assert len(re.findall(r"^day-.* quantified", out, re.MULTILINE)) == 3
    assert re.search(r"^empty.fcs +- +- +- +none: T cells holds no events", out, re.MULTILINE)
    document = json.loads(Path("part/measurements.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, SCHEMA)
    assert {one["file"] for one in document["failed"]} == {"lacking.fcs", "broken.fcs"}
    assert not document["complete"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("tubes", "--strategy", "car"), "there is no strategy 'car'"),
        (("absent.fcs", "--strategy", "small.yaml"), "absent.fcs"),
        ((".", "--strategy", "small.yaml"), "there is no FCS file in the folder"),
        (("tubes", "--strategy", "small.yaml", "--panel", "absent.yaml"), "absent.yaml"),
    ],
)
def test_what_cannot_be_used_is_told(arguments: tuple[str, ...], told: str, flow: Flow) -> None:
    code, _, err = flow(*arguments, usual=False)
    assert code == 2
    assert told in err


def test_strategy_and_panel_are_told_of_at_once(flow: Flow) -> None:
    Path("bad-panel.yaml").write_text("name: nothing\n", encoding="utf-8")
    Path("bad-strategy.yaml").write_text("name: nothing\n", encoding="utf-8")
    code, _, err = flow(
        "tubes", "--strategy", "bad-strategy.yaml", "--panel", "bad-panel.yaml", usual=False
    )
    assert code == 2
    assert "bad-strategy.yaml" in err
    assert "bad-panel.yaml" in err


def test_gates_can_be_left_where_they_are_drawn(flow: Flow) -> None:
    _, moved, _ = flow("tubes/day-07.fcs", "tubes/fmo.fcs", "--json")
    code, fixed, _ = flow("tubes/day-07.fcs", "tubes/fmo.fcs", "--json", "--no-placing")
    assert code == 0
    assert json.loads(moved)["tubes"][0]["placed"] != []
    assert json.loads(fixed)["tubes"][0]["placed"] == []


def test_the_level_of_the_intervals_is_asked_for(flow: Flow) -> None:
    _, out, _ = flow("tubes/day-07.fcs", "tubes/fmo.fcs", "--json", "--level", "0.8")
    document = json.loads(out)
    narrow = document["tubes"][0]["results"][0]
    assert document["level"] == 0.8
    judge = binomtest(400, 2000).proportion_ci(0.8, method="exact")
    assert (narrow["low"], narrow["high"]) == pytest.approx((100 * judge.low, 100 * judge.high))
    with pytest.raises(SystemExit):
        flow("tubes", "--level", "95")
