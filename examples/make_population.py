"""Writes invented-population.csv: CAR-T kinetics of thirty invented patients by two assays.

`python examples/make_population.py` writes it again, the same every time. Nobody in it exists. The
curves follow the form and the typical values of Stein et al. 2019 (doi:10.1002/psp4.12388, read in
public ports), with the printed random effects taken as variances; everything else is made up.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
TABLE = "invented-population.csv"
COLUMNS = (
    "ID", "TIME", "DV", "AMT", "EVID", "DVID", "UNIT", "CENS", "LLOQ", "OCC",
    "AGE", "SEX", "WT", "BLASTS",
)  # fmt: skip
Row = tuple[str, ...]

SEED = 20_260_418
PATIENTS = 30
AGAIN = (3, 7, 8, 12, 17, 21, 26, 29)  # infused a second time
NOT_COUNTED = (5, 19)  # nobody counted their blasts
# Typical value and variance of each parameter.
FOLD, PEAK_DAY, PEAK = (3900.0, 2.4), (9.3, 0.38), (24_000.0, 0.65)
FAST, SHARE, SLOW = (0.16, 0.91), (0.0079, 0.80), (0.0032, 0.86)
RESIDUAL_SD = 0.56
GAINED = 1.04  # the weight at a second infusion, of that at the first
SECOND_PEAK, SECOND_SD = 0.35, 0.5  # of the first peak, and how much that differs
CELLS_PER_COPIES = 0.004  # cells/uL for each copy/ug, made up
LOWEST_COPIES, LOWEST_CELLS = 50.0, 1.0
DAYS = (1, 4, 7, 10, 14, 21, 28, 56, 84, 168, 270, 365)
DAYS_BY_CYTOMETRY = (4, 7, 10, 14, 21, 28, 56, 84, 168)
DAYS_AGAIN = (4, 7, 10, 14, 28, 56, 112)


@dataclass(frozen=True, slots=True)
class Curve:
    """Copies per ug after one infusion: an exponential rise, then two exponential declines."""

    fold: float
    peak_day: float
    peak: float
    fast: float
    share: float
    slow: float

    def copies(self, day: float) -> float:
        """The level on a day from the infusion."""
        if day < self.peak_day:
            return self.peak * self.fold ** (day / self.peak_day - 1)
        after = day - self.peak_day
        quick, lasting = math.exp(-self.fast * after), math.exp(-self.slow * after)
        return self.peak * ((1 - self.share) * quick + self.share * lasting)


def rows(generator: np.random.Generator) -> Iterator[Row]:
    """Every row of the table."""
    for number in range(1, PATIENTS + 1):
        yield from _patient(number, generator)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is infused; `again` is the day of a second infusion."""

    number: int
    age: int
    sex: str
    weight: float
    blasts: str
    again: int | None

    def row(self, day: float, cells: Row, occasion: int) -> Row:
        """One row; the weight was taken anew before a second infusion."""
        weight = self.weight if occasion == 1 else self.weight * GAINED
        who = (str(self.age), self.sex, f"{weight:.1f}", self.blasts)
        return (str(self.number), f"{day:g}", *cells, str(occasion), *who)


def _person(number: int, generator: np.random.Generator) -> Person:
    age = int(generator.integers(3, 25))
    weight = min(75.0, 8 + 3.1 * age) * math.exp(generator.normal(0.0, 0.12))
    blasts = f"{generator.beta(0.7, 1.4) * 100:.0f}"
    return Person(
        number=number,
        age=age,
        sex=str(generator.choice(["F", "M"])),
        weight=round(weight, 1),
        blasts="." if number in NOT_COUNTED else blasts,
        again=int(generator.integers(100, 260)) if number in AGAIN else None,
    )


def _patient(number: int, generator: np.random.Generator) -> Iterator[Row]:
    person, first = _person(number, generator), _curve(generator)
    yield person.row(0, _dose(person.weight), 1)
    for day in DAYS:
        if person.again is None or day < person.again:
            for cells in _samples(first.copies(day), day in DAYS_BY_CYTOMETRY, generator):
                yield person.row(day, cells, 1)
    if person.again is not None:
        yield from _second(person, first, person.again, generator)


def _second(
    person: Person, first: Curve, start: int, generator: np.random.Generator
) -> Iterator[Row]:
    """The second infusion, before which blood was taken once more."""
    change = math.exp(generator.normal(0.0, SECOND_SD))
    second = replace(first, peak=first.peak * SECOND_PEAK * change)
    for cells in _samples(first.copies(start), False, generator):
        yield person.row(start, cells, 1)
    yield person.row(start, _dose(person.weight * GAINED), 2)
    for since in DAYS_AGAIN:
        level = first.copies(start + since) + second.copies(since)
        for cells in _samples(level, True, generator):
            yield person.row(start + since, cells, 2)


def _curve(generator: np.random.Generator) -> Curve:
    drawn = (
        typical * math.exp(generator.normal(0.0, math.sqrt(variance)))
        for typical, variance in (FOLD, PEAK_DAY, PEAK, FAST, SHARE, SLOW)
    )
    fold, peak_day, peak, fast, share, slow = drawn
    return Curve(max(fold, 2.0), peak_day, peak, max(fast, slow), min(share, 0.9), min(fast, slow))


def _dose(weight: float) -> tuple[str, ...]:
    """An infusion of 3e6 cells per kg, as cells in millions."""
    return (".", f"{3 * weight:.0f}", "1", ".", ".", "0", ".")


def _samples(
    copies: float, by_cytometry: bool, generator: np.random.Generator
) -> Iterator[tuple[str, ...]]:
    """The cells of one visit by each assay."""
    yield _sample(copies, "qPCR", "{copies}/ug", LOWEST_COPIES, generator)
    if by_cytometry:
        yield _sample(copies * CELLS_PER_COPIES, "flow", "{cells}/uL", LOWEST_CELLS, generator)


def _sample(
    level: float, assay: str, unit: str, lowest: float, generator: np.random.Generator
) -> tuple[str, ...]:
    seen = level * math.exp(generator.normal(0.0, RESIDUAL_SD))
    below = seen < lowest
    value = lowest if below else float(f"{seen:.3g}")
    return (f"{value:g}", ".", "0", assay, unit, "1" if below else "0", f"{lowest:g}")


def table_text() -> str:
    """The whole table as CSV."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows(np.random.default_rng(SEED)))
    return stream.getvalue()


if __name__ == "__main__":
    (HERE / TABLE).write_text(table_text(), encoding="utf-8")
