"""Reading a course of 2,000 measurements, beside a YAML reader on the same data."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

from benchmarks.timing import alternate
from reinfuse.exchange.course_file import read_course

ROWS = 2000
TURNS = 5
PER_DAY = 20
COLUMNS = ("day", "site", "analyte", "value", "unit")
ANALYTES = (("neutrophils", "10*9/L"), ("platelets", "10*9/L"), ("hemoglobin", "g/L"))
HEAD = """title: Invented example for timing
kind: invented example
products:
  - {id: product-1, origin: autologous}
infusions:
  - {id: infusion-1, when: 2024-05-06, product: product-1}
"""


def time_reading() -> list[str]:
    """Rows of the result table: what was read, by whom, how long, against the peer."""
    with tempfile.TemporaryDirectory() as folder:
        beside, inside = Path(folder, "with-table.yaml"), Path(folder, "alone.yaml")
        beside.write_text(f"{HEAD}tables:\n  - {{file: rows.csv, anchor: infusion-1}}\n", "utf-8")
        Path(folder, "rows.csv").write_text(_as_csv(), encoding="utf-8")
        inside.write_text(HEAD + _as_yaml(), encoding="utf-8")
        text = inside.read_text(encoding="utf-8")
        for course in (beside, inside):
            _check(course)
        seconds = alternate(
            {
                "ruamel.yaml, round-trip loader, YAML": lambda: YAML(typ="rt").load(text),
                "ruamel.yaml, safe loader in Python, YAML": lambda: _safe().load(text),
                "reinfuse, the same YAML": lambda: read_course(inside),
                "reinfuse, course with a CSV table": lambda: read_course(beside),
            },
            TURNS,
        )
    peer = next(iter(seconds.values()))
    return [f"| {name} | {took:.2f} s | {took / peer:.2f} |" for name, took in seconds.items()]


def _safe() -> YAML:
    return YAML(typ="safe", pure=True)


def _check(course: Path) -> None:
    read = read_course(course).course
    if read is None or len(read.observations) != ROWS:
        raise SystemExit(f"{course.name} does not hold {ROWS} measurements")


def _measurements() -> Iterator[tuple[str, ...]]:
    for number in range(ROWS):
        analyte, unit = ANALYTES[number % len(ANALYTES)]
        value = f"{80 + number % 40}" if unit == "g/L" else f"{1 + number % 7}.{number % 10}"
        yield (str(number // PER_DAY), "blood", analyte, value, unit)


def _as_csv() -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *_measurements()])
    return text.getvalue()


def _as_yaml() -> str:
    lines = (
        f"  - {{when: infusion-1 day {day}, site: {site}, analyte: {analyte},"
        f" value: {value} {unit}}}"
        for day, site, analyte, value, unit in _measurements()
    )
    return "observations:\n" + "\n".join(lines) + "\n"
