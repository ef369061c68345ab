"""Tables of studies that are pooled, and what is said of them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from reinfuse.cli.parser import run

HOME = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((HOME / "docs/reference/output.schema.json").read_text(encoding="utf-8"))
JUDGE = HOME / "tests/judge/meta_analysis"
EXAMPLES = HOME / "examples/evidence"
CASE = str(HOME / "examples/founding-case.yaml")
OUTSIDE = (
    *(str(EXAMPLES / "extramedullary.csv"), "--outcome", "CR of the disease outside"),
    *("--site", "non-CNS extramedullary", "--mixing", "counted"),
)
HEADER = "id,cohort,label,outcome,events,n,counted,counts,cite,standing,quote_of_number"

Said = Callable[..., tuple[int, str, str]]
Write = Callable[..., str]


def asking(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """What runs `reinfuse pool`: its exit code, and what it said on both streams."""
    monkeypatch.setenv("COLUMNS", "140")

    def ask(*words: str) -> tuple[int, str, str]:
        code = run(["pool", *words])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return ask


def writing(folder: Path) -> Write:
    """What writes a table of cohorts, each with its events of patients."""

    def write(*pairs: tuple[object, object]) -> str:
        rows = [
            f"s{k},c{k},Cohort {k},CR,{x},{n},patient,printed,Author {k} 2020,abstract only,{x}/{n}"
            for k, (x, n) in enumerate(pairs, start=1)
        ]
        path = folder / "mine.csv"
        path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
        return str(path)

    return write


def write_bcg(path: Path) -> str:
    """The BCG trials as a table of studies of two arms, with latitude and allocation."""
    heads = (
        *("id", "cohort", "label", "outcome", "events", "n", "events_control", "n_control"),
        *("counted", "counts", "cite", "standing", "quote_of_number", "latitude", "allocation"),
    )
    with (
        (JUDGE / "bcg.csv").open(encoding="utf-8", newline="") as source,
        path.open("w", encoding="utf-8", newline="") as target,
    ):
        writer = csv.writer(target)
        writer.writerow(heads)
        for row in csv.DictReader(source):
            name, year = f"trial-{row['trial']}", row["year"]
            x, n = int(row["tpos"]), int(row["tpos"]) + int(row["tneg"])
            c, m = int(row["cpos"]), int(row["cpos"]) + int(row["cneg"])
            source_of = ("Colditz 1994", "read in a public port", f"{x}/{n}")
            counted = (x, n, c, m, "patient", "printed")
            writer.writerow(
                (*(name, name, f"{name}, {year}", "tuberculosis"), *counted, *source_of,
                 row["ablat"], row["alloc"])
            )  # fmt: skip
    return str(path)


def conform(document: object) -> None:
    schema = {"$defs": SCHEMA["$defs"], "$ref": "#/$defs/pool"}
    jsonschema.Draft202012Validator(schema).validate(document)


def pooled(said: Said, *words: str) -> dict:
    code, out, err = said(*words, "--json")
    assert code == 0, err
    document = json.loads(out)
    conform(document)
    return document
