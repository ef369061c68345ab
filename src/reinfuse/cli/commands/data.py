"""`reinfuse data check`: what a kinetic data set holds, and all that is wrong or doubtful in it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence

from reinfuse.cli.columns import columns
from reinfuse.cli.data_loading import DataReading, in_a_line, read_data
from reinfuse.cli.loading import MOST_SHOWN
from reinfuse.cli.parser import BAD_INPUT
from reinfuse.cli.plain import Plain, head_of, json_text
from reinfuse.errors import Finding, ReinfuseError
from reinfuse.record.data_set import DataSet, Known

_MOST_WORDS = 6


def run(options: Namespace) -> int:
    """Say what the set holds and what is doubtful; 2 where it cannot be used."""
    reading = read_data(options.files, options)
    if options.json:
        print(json_text(_as_plain(reading)))
        return 0 if reading.data is not None else BAD_INPUT
    if reading.data is None:
        raise ReinfuseError(reading.message)
    for line in _told(reading, reading.data):
        print(line)
    return 0


def _told(reading: DataReading, data: DataSet) -> Iterator[str]:
    occasions = {one.occasion for subject in data.subjects for one in subject.samples}
    counts = (
        _counted(len(data.subjects), "patient"),
        _counted(sum(len(one.samples) for one in data.subjects), "sample"),
        _counted(sum(len(one.doses) for one in data.subjects), "dose"),
        _counted(len(occasions), "occasion"),
        f"time in {data.time_unit}",
    )
    logarithms = ", values in natural logarithms" if data.logarithms else ""
    yield f"{reading.file}: {', '.join(counts)}{logarithms}"
    yield ""
    head = ("assay", "unit", "patients", "samples", "numbers", "below", "above", "between")
    yield from columns(head, [[str(cell) for cell in row.values()] for row in _assays(data)])
    if data.covariates:
        yield ""
        rows = [[str(cell) for cell in row.values()] for row in _covariates(data)]
        yield from columns(("covariate", "known for", "changes in", "values"), rows)
    yield ""
    yield f"{_counted(len(reading.notes), 'note')}{':' if reading.notes else ''}"
    for note in reading.notes[:MOST_SHOWN]:
        yield f"- {in_a_line(note)}"
    if len(reading.notes) > MOST_SHOWN:
        yield f"and {len(reading.notes) - MOST_SHOWN} more; --json lists them"


def _assays(data: DataSet) -> list[Plain]:
    """One row for each assay: how many samples there are of each sort."""
    rows = []
    for place, assay in enumerate(data.assays):
        per_subject = [
            [one for one in subject.samples if one.assay == place] for subject in data.subjects
        ]
        mine = [one for samples in per_subject for one in samples]
        between = sum(one.low is not None and one.high is not None for one in mine)
        rows.append(
            {
                "assay": assay.label,
                "unit": assay.unit,
                "patients": sum(bool(samples) for samples in per_subject),
                "samples": len(mine),
                "numbers": sum(one.quantified for one in mine),
                "below": sum(one.high is not None for one in mine) - between,
                "above": sum(one.low is not None for one in mine) - between,
                "between": between,
            }
        )
    return rows


def _covariates(data: DataSet) -> list[Plain]:
    """One row for each covariate: for how many it is known, in how many it changes, its values."""
    rows = []
    for name in data.covariates:
        each = [subject.covariates.get(name, ()) for subject in data.subjects]
        rows.append(
            {
                "covariate": name,
                "known_for": sum(any(one.value is not None for one in known) for known in each),
                "changes_in": sum(len(known) > 1 for known in each),
                "values": _values(each),
            }
        )
    return rows


def _values(each: Sequence[Sequence[Known]]) -> str:
    values = {one.value for known in each for one in known if one.value is not None}
    numbers = [one for one in values if isinstance(one, float)]
    if numbers:
        low, high = min(numbers), max(numbers)
        return f"{low:g}" if low == high else f"{low:g} to {high:g}"
    words = sorted(map(str, values))
    more = f", and {len(words) - _MOST_WORDS} more" if len(words) > _MOST_WORDS else ""
    return ", ".join(words[:_MOST_WORDS]) + more


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _as_plain(reading: DataReading) -> Plain:
    data = reading.data
    content: Plain = {
        "usable": data is not None,
        "errors": reading.errors,
        "problems": [_finding(one) for one in reading.problems],
        "notes": [_finding(one) for one in reading.notes],
    }
    if data is not None:
        content |= {
            "patients": len(data.subjects),
            "samples": sum(len(one.samples) for one in data.subjects),
            "doses": sum(len(one.doses) for one in data.subjects),
            "time_unit": data.time_unit,
            "logarithms": data.logarithms,
            "assays": _assays(data),
            "covariates": _covariates(data),
        }
    return head_of(reading.file, reading.sha256) | content


def _finding(one: Finding) -> Plain:
    return {
        "severity": str(one.severity),
        "rule": one.rule,
        "what": one.what,
        "where": one.where,
        "fix": one.fix,
    }
