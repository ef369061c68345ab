"""What was published, listed by somebody who asks; a table of one's own, checked by row."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from scipy.stats import binomtest

from reinfuse.cli.parser import run

HOME = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((HOME / "docs/reference/output.schema.json").read_text(encoding="utf-8"))
EXAMPLE = HOME / "examples/evidence/extramedullary.csv"
HEADER = "id,cohort,label,outcome,events,n,counted,counts,cite,standing,quote_of_number"
Said = Callable[..., tuple[int, str, str]]
Write = Callable[..., str]
ROW = "{id},{id},Cohort {id},CR,{x},{n},patient,printed,Somebody 2020,abstract only,{x}/{n}"


def conform(document: object) -> None:
    schema = {"$defs": SCHEMA["$defs"], "$ref": "#/$defs/evidence"}
    jsonschema.Draft202012Validator(schema).validate(document)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """Run a command; its exit code, and what it said on both streams."""
    monkeypatch.setenv("COLUMNS", "140")

    def ask(*words: str) -> tuple[int, str, str]:
        code = run(["evidence", *words])
        out, err = capsys.readouterr()
        return code, out, err

    return ask


@pytest.fixture
def table(tmp_path: Path) -> Write:
    """Write a table of studies."""

    def write(*rows: str, header: str = HEADER, name: str = "mine.csv") -> str:
        path = tmp_path / name
        path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        return str(path)

    return write


def test_a_reader_sees_what_can_be_asked(said: Said) -> None:
    code, out, err = said()
    assert (code, err) == (0, "")
    rows = {line[:27].strip(): line[27:].split() for line in out.splitlines() if line[:1].isalpha()}
    assert int(rows["CRS grade >= 3"][1]) >= 10, "cohorts with counts"
    assert "CNS remission" in rows
    assert "For research; not for decisions about treatment." in out


def test_words_find_rows_with_their_exact_intervals(said: Said) -> None:
    code, out, _ = said("fabrizio", "cns3")
    assert code == 0
    line = next(line for line in out.splitlines() if line.startswith("e06 "))
    exact = binomtest(35, 40).proportion_ci(method="exact")
    assert "35/40" in line
    assert f"{100 * exact.low:.1f} to {100 * exact.high:.1f} %" in line
    assert "read in a secondary" in line


def test_an_outcome_that_is_not_there_names_the_nearest(said: Said) -> None:
    code, out, err = said("--outcome", "CRS grade 3")
    assert (code, out) == (2, "")
    assert "no row has the outcome 'CRS grade 3'" in err
    assert "CRS grade >= 3 (" in err
    code, out, err = said("nobody-wrote-this")
    assert (code, out) == (2, "")
    assert "no row holds 'nobody-wrote-this'" in err


def test_json_holds_outcomes_or_rows(said: Said) -> None:
    outcomes = json.loads(said("--json")[1])
    conform(outcomes)
    assert outcomes["studies"] is None
    assert outcomes["table"] == "shipped"
    rows = json.loads(said("--outcome", "cns remission", "--json")[1])
    conform(rows)
    assert rows["outcomes"] is None
    assert {one["outcome"] for one in rows["studies"]} == {"CNS remission"}


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (ROW.format(id="b", x=12, n=10), "more-events-than-n"),
        (ROW.format(id="b", x="80 %", n=10), "percent-sign"),
        (ROW.format(id="b", x='"7,5"', n=10), "decimal-comma"),
        (ROW.format(id="b", x="15-Oct", n=20), "date-for-count"),
        (ROW.format(id="b", x=-1, n=10), "negative-number"),
        (ROW.format(id="b", x=5, n=0), "nobody"),
        (ROW.format(id="a", x=5, n=10), "duplicate-id"),
        ("b,b,torn", "torn-row"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_name(
    said: Said, table: Write, row: str, rule: str
) -> None:
    file = table(ROW.format(id="a", x=3, n=9), row, ROW.format(id="c", x=4, n=9))
    code, out, err = said("--check", file)
    assert code == 2
    assert re.search(rf"error: mine.csv row 3: [^[]*\[{rule}\]", " ".join(out.split()))
    assert "2 rows can be used, 1 refused" in out
    assert "1 row of mine.csv refused" in err
    listed = said("--file", file)
    assert listed[0] == 2, "listing a table with a refused row tells so too"
    assert f"[{rule}]" in " ".join(listed[1].split())
    document = json.loads(said("--file", file, "--json")[1])
    conform(document)
    assert rule in {one["rule"] for one in document["findings"]}


def test_a_sound_table_is_listed_without_complaint(said: Said) -> None:
    code, out, err = said("--file", str(EXAMPLE), "--outcome", "CR of the disease outside")
    assert (code, err) == (0, "")
    assert "holland-em-cr" in out
    assert "[mixed-counted]" in " ".join(out.split())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        (HEADER + "\n", "no row"),
        ("name,age\nx,1\n", "column"),
        ("%PDF-1.7 \x01\x02", "column"),
    ],
)
def test_what_is_no_table_is_one_clear_message(
    said: Said, tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "secret-folder-name" / "mine.csv"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    code, out, err = said("--file", str(path))
    assert (code, out) == (2, "")
    assert "mine.csv" in err
    assert words in err
    assert "secret-folder-name" not in err
    assert "Traceback" not in err


def test_files_that_cannot_be_read_say_so(said: Said, tmp_path: Path) -> None:
    assert said("--file", str(tmp_path / "absent.csv"))[0] == 2
    code, _, err = said("--check", str(tmp_path))
    assert code == 2
    assert "is a folder" in err
    (tmp_path / "latin.csv").write_bytes(HEADER.encode() + b"\nR\xf6ver,1\n")
    code, _, err = said("--file", str(tmp_path / "latin.csv"))
    assert code == 2
    assert "UTF-8" in err


def test_a_check_takes_no_other_question(said: Said) -> None:
    code, _, err = said("--check", str(EXAMPLE), "--outcome", "CR")
    assert code == 2
    assert "--check looks at a whole table, and --outcome is given too" in err


def test_the_list_loads_no_numerics() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "reinfuse", "evidence", "fabrizio"]
    answer = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | {"COLUMNS": "140"}
    )
    loaded = set(re.findall(r"\|\s+(\w+)", answer.stderr))
    assert "reinfuse" in loaded
    assert not loaded & {"numpy", "scipy", "jax", "jinja2", "vl_convert"}
