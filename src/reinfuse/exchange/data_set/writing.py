"""Writes a data set as a table of NONMEM's columns, with what such a table cannot hold."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise

from reinfuse.exchange.data_set.cells import Unread, cell_of, missing
from reinfuse.record.data_set import DataSet, Dose, Known, Sample, Subject

_HEAD = ("ID", "TIME", "DV", "AMT", "RATE", "EVID", "MDV", "DVID", "CENS", "LIMIT", "OCC")
_NOTHING = "."
_SAMPLE, _DOSE, _OTHER = "0", "1", "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row before its covariates, and where it stands among the others of its subject."""

    time: float
    occasion: int
    cells: tuple[str, ...]
    first: bool  # a dose stands before the samples of its occasion


def write_data_set(data: DataSet) -> tuple[str, tuple[str, ...]]:
    """The table as CSV, and in words what it does not say of the set.

    Reading it gives the same set but for what the words name; a duration is written as RATE and
    comes back to the last digits.
    """
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    names = data.covariates
    writer.writerow([*_HEAD, *names])
    for subject in data.subjects:
        for row in _rows(subject, data):
            values = (_value_at(subject.covariates.get(name, ()), row.time) for name in names)
            writer.writerow([subject.name, *row.cells, *map(_written, values)])
    return stream.getvalue(), tuple(_losses(data))


def _rows(subject: Subject, data: DataSet) -> list[_Row]:
    rows = [_dose_row(one) for one in subject.doses]
    rows += [_sample_row(one, data) for one in subject.samples]
    taken = {row.time for row in rows}
    changes = {one.time for known in subject.covariates.values() for one in known}
    last = max((row.occasion for row in rows), default=1)
    for time in changes - taken:
        before = [row.occasion for row in rows if row.time <= time]
        occasion = max(before, default=min(1, last))
        nothing = (_NOTHING,) * 2
        cells = (
            repr(time), *nothing, "0", _OTHER, "1", _NOTHING, "0", _NOTHING, str(occasion),
        )  # fmt: skip
        rows.append(_Row(time=time, occasion=occasion, cells=cells, first=False))
    return sorted(rows, key=lambda row: (row.time, row.occasion, not row.first))


def _dose_row(dose: Dose) -> _Row:
    rate = dose.amount / dose.duration if dose.duration else 0.0
    cells = (
        repr(dose.time), _NOTHING, repr(dose.amount), repr(rate), _DOSE, "1", _NOTHING, "0",
        _NOTHING, str(dose.occasion),
    )  # fmt: skip
    return _Row(time=dose.time, occasion=dose.occasion, cells=cells, first=True)


def _sample_row(sample: Sample, data: DataSet) -> _Row:
    below = sample.high is not None
    level = sample.value if sample.quantified else (sample.high if below else sample.low)
    censored = "0" if sample.quantified else ("1" if below else "-1")
    other = sample.low if below else None
    cells = (
        repr(sample.time), repr(level), "0", "0", _SAMPLE, "0", data.assays[sample.assay].label,
        censored, _NOTHING if other is None else repr(other), str(sample.occasion),
    )  # fmt: skip
    return _Row(time=sample.time, occasion=sample.occasion, cells=cells, first=False)


def _value_at(known: tuple[Known, ...], time: float) -> float | str | None:
    value = None
    for one in known:
        if one.time > time:
            break
        value = one.value
    return value


def _written(value: float | str | None) -> str:
    if value is None:
        return _NOTHING
    return repr(value) if isinstance(value, float) else value


def _losses(data: DataSet) -> Iterator[str]:
    if data.logarithms:
        yield "that the values are logarithms: read it with --log"
    if data.time_unit != "d":
        yield f"that times are in {data.time_unit}: read it with --time-unit {data.time_unit}"
    units = [one for one in data.assays if one.unit]
    if units:
        yield f"the units of {', '.join(f'{one.label} ({one.unit})' for one in units)}"
    used = {sample.assay for subject in data.subjects for sample in subject.samples}
    unused = [one.label for place, one in enumerate(data.assays) if place not in used]
    if unused:
        yield f"assays by which nothing was measured: {', '.join(unused)}"
    for name in data.covariates:
        yield from _lost_of(data, name)


def _lost_of(data: DataSet, name: str) -> Iterator[str]:
    """What a table does not say of one covariate."""
    if any(isinstance(known.value, str) for known in _of(data, name)):
        yield f"the words of {name}, to NONMEM itself: it reads numbers only"
    if any(_forgotten(one.covariates.get(name, ())) for one in data.subjects):
        yield f"that {name} was unknown again after it had been known"
    if any(_taken_for_number(known) for known in _of(data, name)):
        yield f"that what looks like a number in {name} is a name"


def _of(data: DataSet, name: str) -> Iterator[Known]:
    for subject in data.subjects:
        yield from subject.covariates.get(name, ())


def _forgotten(known: tuple[Known, ...]) -> bool:
    return any(one.value is not None and other.value is None for one, other in pairwise(known))


def _taken_for_number(known: Known) -> bool:
    """Whether a word would be read as a number, or as nothing."""
    if not isinstance(known.value, str):
        return False
    return missing(known.value) or not isinstance(cell_of(known.value), Unread)
