"""Grading a cohort in columns, beside grading the same patients one by one; reading timed apart."""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reinfuse.cohort.columns import Chunk
from reinfuse.cohort.graded import by_charts, grade_chunk, grade_columns
from reinfuse.exchange.long_table import read_long_table
from reinfuse.grading.catalogue import catalogue, criterion_named
from reinfuse.record.long_table import NO_WORD, LongTable, Measure
from reinfuse.record.vocabulary import Kind, items

DAYS = 100
CHUNK_PATIENTS = 2000
COMPARED_PATIENTS = 20
READ_PATIENTS = 500
# The range that numbers are drawn from; for words, how often they say anything but the best.
NUMBERS = {
    "temperature": ("Cel", 36.4, 39.0),
    "systolic blood pressure": ("mm[Hg]", 80.0, 150.0),
    "oxygen saturation": ("%", 86.0, 100.0),
    "oxygen flow": ("L/min", 0.0, 8.0),
    "neutrophils": ("10*9/L", 0.0, 6.0),
    "platelets": ("10*9/L", 5.0, 300.0),
    "hemoglobin": ("g/L", 60.0, 150.0),
    "white blood cells": ("10*9/L", 0.1, 12.0),
    "lymphocytes": ("10*9/L", 0.0, 3.0),
    "fibrinogen": ("g/L", 0.8, 5.0),
    "ALT": ("U/L", 8.0, 300.0),
    "AST": ("U/L", 8.0, 300.0),
    "bilirubin": ("umol/L", 4.0, 80.0),
    "creatinine": ("umol/L", 40.0, 250.0),
    "albumin": ("g/L", 20.0, 48.0),
    "ICE score": ("{score}", 0.0, 10.0),
    "ALT upper limit of normal": ("U/L", 40.0, 40.0),
    "AST upper limit of normal": ("U/L", 40.0, 40.0),
    "creatinine upper limit of normal": ("umol/L", 80.0, 104.0),
}
WORDS = {
    "hypotension": 0.05,
    "tocilizumab given": 0.02,
    "wakefulness": 0.05,
    "oxygen device": 0.1,
}
TIMED = ("ASTCT-CRS-2019", "ASTCT-ICANS-2019", "ICAHT-2023 early", "ICAHT-2023 late")


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one size took, and the most memory that the process had by then."""

    patients: int
    values: int
    seconds: float
    peak_gb: float


def criteria() -> tuple[str, ...]:
    """The criteria that are timed: CRS, ICANS, ICAHT, and CTCAE 5.0 of every item in the table."""
    measured = set(NUMBERS)
    labs = [
        name
        for name, entry in catalogue().items()
        if name.startswith("CTCAE-5.0") and entry.topic == "CTCAE" and measured & {*entry.items}
    ]
    return (*TIMED, *labs)


def invented(patients: int, seed: int) -> LongTable:
    """A table with every item of every patient on each of 100 days, from random numbers."""
    chance = np.random.default_rng(seed)
    cells, width = patients * DAYS, len(NUMBERS) + len(WORDS)
    value, word = np.zeros((cells, width)), np.full((cells, width), NO_WORD, dtype=np.int8)
    for place, (_, low, high) in enumerate(NUMBERS.values()):
        own = np.repeat(chance.uniform(low, high, patients), DAYS)
        value[:, place] = np.round(0.6 * own + 0.4 * chance.uniform(low, high, cells), 2)
    for place, (name, often) in enumerate(WORDS.items(), start=len(NUMBERS)):
        item = items()[name]
        there = chance.random(cells) < often
        worst = 1 if item.kind is Kind.YES_NO else chance.integers(0, len(item.words), cells)
        word[:, place] = np.where(there, worst, 0)
    starts = np.arange(patients + 1, dtype=np.int64) * DAYS * width
    measures = (
        *(Measure(name, unit) for name, (unit, _, _) in NUMBERS.items()),
        *map(Measure, WORDS),
    )
    nothing = array("i")
    return LongTable(
        patients=tuple(f"S{number:06d}" for number in range(patients)),
        measures=measures,
        patient=_column("i", np.repeat(np.arange(patients), DAYS * width)),
        day=_column("d", np.repeat(np.tile(np.arange(DAYS), patients), width)),
        measure=_column("h", np.tile(np.arange(width), cells)),
        value=_column("d", value.ravel()),
        word=_column("b", word.ravel()),
        limit=_column("b", np.zeros(cells * width)),
        row=_column("i", np.arange(2, cells * width + 2)),
        starts=_column("q", starts),
        site=nothing,
        specimen=nothing,
        method=nothing,
        cause=nothing,
    )


def _column(code: str, numbers: np.ndarray) -> array:
    column = array(code)
    column.frombytes(numbers.astype(np.dtype(code)).tobytes())
    return column


def time_grading(patients: int) -> Timing:
    """Seconds to grade so many patients; a large cohort is invented and graded by chunks."""
    names, seconds, values = criteria(), 0.0, 0
    whole = patients <= 10_000
    for first in range(0, patients, patients if whole else CHUNK_PATIENTS):
        table = invented(patients if whole else min(CHUNK_PATIENTS, patients - first), first)
        values += len(table)
        began = time.perf_counter()
        found = grade_columns(table, names, chunk_patients=CHUNK_PATIENTS)
        seconds += time.perf_counter() - began
        assert len(found) == len(table.patients) * len(names)
    return Timing(patients, values, seconds, _peak_gb())


def time_against_charts() -> tuple[float, float]:
    """Seconds per patient in columns and by chart, of the same patients and criteria."""
    entries = [criterion_named(name) for name in criteria()]
    table = invented(COMPARED_PATIENTS * 10, 1)
    began = time.perf_counter()
    for entry in entries:
        grade_chunk(Chunk(table, 0, COMPARED_PATIENTS * 10), entry)
    columns = (time.perf_counter() - began) / (COMPARED_PATIENTS * 10)
    began = time.perf_counter()
    for entry in entries:
        by_charts(Chunk(table, 0, COMPARED_PATIENTS), entry)
    return columns, (time.perf_counter() - began) / COMPARED_PATIENTS


def time_reading() -> tuple[int, float]:
    """How many rows of a CSV file were read, and in how many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "cohort.csv")
        with file.open("w", encoding="utf-8") as out:
            out.writelines(_lines(invented(READ_PATIENTS, 2)))
        began = time.perf_counter()
        reading = read_long_table(file)
        seconds = time.perf_counter() - began
    if reading.table is None:
        raise SystemExit(reading.problems.message())
    return len(reading.table), seconds


def _lines(table: LongTable) -> Iterator[str]:
    yield "patient,day,item,value,unit\n"
    for place in range(len(table)):
        measure = table.measures[table.measure[place]]
        word, item = table.word[place], items()[measure.item]
        if word == NO_WORD:
            said = f"{table.value[place]:g}"
        else:
            said = ("no", "yes")[word] if item.kind is Kind.YES_NO else item.words[word]
        patient = table.patients[table.patient[place]]
        yield f"{patient},{table.day[place]:g},{measure.item},{said},{measure.unit}\n"


def _peak_gb() -> float:
    unit = 1e9 if sys.platform == "darwin" else 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main(arguments: Sequence[str]) -> int:
    """Print the timings of the sizes asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cohort_grading")
    parser.add_argument("--patients", type=int, nargs="*", default=[1000, 10_000, 100_000])
    sizes = parser.parse_args(arguments).patients
    rows, seconds = time_reading()
    print(f"reading: {rows} rows in {seconds:.1f} s, {rows / seconds:,.0f} rows/s", flush=True)
    columns, charts = time_against_charts()
    print(
        f"grading by {len(criteria())} criteria: {charts * 1e3:.1f} ms a patient by chart,"
        f" {columns * 1e3:.2f} ms in columns, ratio {charts / columns:.0f}",
        flush=True,
    )
    for size in sizes:
        one = time_grading(size)
        print(
            f"{one.patients} patients, {one.values / 1e6:.0f} million values:"
            f" {one.seconds:.1f} s, {one.seconds / one.patients * 1e3:.2f} ms a patient,"
            f" peak memory so far {one.peak_gb:.1f} GB",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
