"""`reinfuse grade TABLE.csv`: every patient of a table, by every criterion that it feeds."""

from __future__ import annotations

import math
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from textwrap import fill

import numpy as np

from reinfuse.cli.columns import columns, width
from reinfuse.cli.commands.grade import block
from reinfuse.cli.parser import BAD_INPUT
from reinfuse.cli.plain import grade_as_plain, head_of, json_text
from reinfuse.cli.progress import say_patients
from reinfuse.cli.resuming import Unfinished
from reinfuse.cli.table_loading import LoadedTable, fed_by, from_transplant, load_table
from reinfuse.cli.tidy import GRADE_COLUMNS, csv_text, grade_row, guarded
from reinfuse.cohort.distribution import level_in_words, shown_bounds
from reinfuse.cohort.graded import GradeColumns, grade_chunks, grade_columns
from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import write_whole
from reinfuse.grading import Grade
from reinfuse.grading.catalogue import criterion_named, fitting
from reinfuse.grading.rules.entry import Entry
from reinfuse.record.chart import Chart
from reinfuse.record.long_table import LongTable, charts_of

CHUNK_PATIENTS = 100  # between two words of progress, and between two parts on the disk
_LEGEND = (
    "Bounds say what the rows allow; as published is what the criterion's own rule for gaps gives."
    " `--patient CODE` prints one patient with reasons; `-o GRADES.csv` writes a row for each"
    " patient and criterion."
)
MOST_WORDS = 8  # of different results in one cell of the summary


def grade_table(path: Path, options: Namespace) -> int:
    """Grade a table; 2 where any row was refused."""
    loaded = load_table(path, keep_going=options.keep_going, problems_to=options.problems)
    entries = _entries(loaded, options)
    if options.patient is not None:
        _one_patient(loaded, entries, options)
    elif options.json or options.reasons:
        _with_reasons(loaded, entries, options)
    else:
        _in_columns(loaded, entries, options)
    return BAD_INPUT if len(loaded.problems) else 0


def _entries(loaded: LoadedTable, options: Namespace) -> tuple[Entry, ...]:
    """The criteria asked for, else all that are not recalled and that the table feeds."""
    if options.criterion:
        return tuple(dict.fromkeys(criterion_named(name) for name in options.criterion))
    found = tuple(
        entry
        for entry in fitting(fed_by(loaded.table), from_transplant=from_transplant(loaded.table))
        if _on_topic(entry, options.topic)
    )
    if not found and options.topic is not None:
        raise ReinfuseError(
            f"no criterion that the table feeds has {options.topic!r} in its topic or name",
            where=loaded.file,
            fix="leave out --topic to see which there are",
        )
    if not found:
        raise ReinfuseError(
            "no criterion grades the items of this table",
            where=loaded.file,
            fix="`reinfuse criteria NAME` lists the items of one; name a recalled one with"
            " --criterion",
        )
    return found


def _on_topic(entry: Entry, topic: str | None) -> bool:
    return topic is None or topic.casefold() in f"{entry.topic} {entry.criterion.name}".casefold()


def _one_patient(loaded: LoadedTable, entries: Sequence[Entry], options: Namespace) -> None:
    patients = loaded.table.patients
    if options.patient not in patients:
        raise ReinfuseError(
            "the table has no such patient",
            where=loaded.file,
            fix=f"it has {_patients(len(patients))}; the codes stand in its column `patient`",
        )
    place = patients.index(options.patient)
    charts = list(charts_of(loaded.table, place, place + 1))
    grades = [(charts[0], grade) for grade in _graded(charts[0], entries)]
    _put_out(loaded, grades, options)


def _with_reasons(loaded: LoadedTable, entries: Sequence[Entry], options: Namespace) -> None:
    count = len(loaded.table.patients)
    found: list[tuple[Chart, Grade]] = []
    for place, chart in enumerate(charts_of(loaded.table), start=1):
        found += [(chart, grade) for grade in _graded(chart, entries)]
        say_patients(place, count)
    _put_out(loaded, found, options)


def _graded(chart: Chart, entries: Sequence[Entry]) -> Iterator[Grade]:
    for entry in entries:
        yield entry.grade(chart)


def _put_out(
    loaded: LoadedTable, grades: Sequence[tuple[Chart, Grade]], options: Namespace
) -> None:
    if options.output is not None:
        rows = (grade_row(chart.subject, grade) for chart, grade in grades)
        write_whole(options.output, csv_text(GRADE_COLUMNS, rows))
        print(f"wrote {options.output}: {len(grades)} grades", file=sys.stderr)
    if options.json:
        print(_document(loaded, grades))
    elif options.output is None:
        for _, grade in grades:
            if grade.evaluable:
                print("\n".join(block(grade)))
        empty = sorted({grade.criterion.name for _, grade in grades if not grade.evaluable})
        if empty:
            print(fill(f"nothing charted for: {', '.join(empty)}", width()))


def _document(loaded: LoadedTable, grades: Sequence[tuple[Chart, Grade]]) -> str:
    content = {
        "problems": [
            {"where": one.where, "rule": one.rule, "what": one.what, "fix": one.fix}
            for one in loaded.problems
        ],
        "grades": [{"patient": chart.subject, **grade_as_plain(grade)} for chart, grade in grades],
    }
    return json_text(head_of(loaded.file, loaded.sha256) | content)


def _in_columns(loaded: LoadedTable, entries: Sequence[Entry], options: Namespace) -> None:
    if options.output is not None:
        _write_columns(loaded, entries, options.output)
        return
    names = [entry.criterion.name for entry in entries]
    graded = grade_columns(
        loaded.table, names, chunk_patients=CHUNK_PATIENTS, progress=say_patients
    )
    count = len(loaded.table.patients)
    rows = list(_summary(graded, entries))
    criteria = f"{len(names)} criteri{'on' if len(names) == 1 else 'a'}"
    print(f"{_patients(count)}, {len(loaded.table)} values, {criteria}\n")
    heads = ("criterion", "graded", "bounds (patients)", "as published (patients)")
    print("\n".join(columns(heads, rows)))
    told = {row[0] for row in rows}
    if silent := [name for name in names if name not in told]:
        print("\n" + fill(f"nothing charted for: {', '.join(silent)}", width()))
    print("\n" + fill(_LEGEND, width()))


def _patients(count: int) -> str:
    return f"{count} patient" if count == 1 else f"{count} patients"


def _write_columns(loaded: LoadedTable, entries: Sequence[Entry], output: Path) -> None:
    """A row for each patient and criterion; an interrupted run goes on where it stopped."""
    names = [entry.criterion.name for entry in entries]
    topics = [entry.topic for entry in entries]
    unfinished = Unfinished.of(output, loaded.sha256, *names)
    start = unfinished.done()
    if start:
        print(f"going on after the first {_patients(start)}", file=sys.stderr)
    chunks = grade_chunks(
        loaded.table, names, chunk_patients=CHUNK_PATIENTS, start=start, progress=say_patients
    )
    parts = (
        (int(chunk.patient.max()) + 1, map(guarded, line_rows(loaded.table, chunk, topics)))
        for chunk in chunks
    )
    try:
        count = unfinished.finish(GRADE_COLUMNS, parts, partial(write_whole, output))
    except KeyboardInterrupt:
        kept = unfinished.done()
        if kept:
            words = f"{_patients(kept)} kept in {unfinished.path.name}; the same command goes on"
            print(f"\n{words}", file=sys.stderr)
        else:
            unfinished.path.unlink(missing_ok=True)
        raise
    print(f"wrote {output}: {count} grades", file=sys.stderr)


def line_rows(table: LongTable, graded: GradeColumns, topics: Sequence[str]) -> Iterator[list[str]]:
    """A row for each patient and criterion, in the order of the tidy columns, without reasons."""
    for line in range(len(graded)):
        place = int(graded.criterion[line])
        criterion = graded.criteria[place]
        levels = (
            graded.level(line, graded.low),
            graded.level(line, graded.high),
            graded.level(line, graded.as_published),
        )
        cells = {
            "patient": table.patients[graded.patient[line]],
            "topic": topics[place],
            "criterion": criterion.name,
            "low": level_in_words(levels[0]),
            "high": level_in_words(levels[1]),
            "as_published": level_in_words(levels[2]),
            "onset_day": _day(graded.onset[line]),
            "peak_day": _day(graded.peak_day[line]),
            "source": str(criterion.source),
        }
        yield [cells.get(name) or "" for name in GRADE_COLUMNS]


def _day(day: float) -> str:
    return "" if math.isnan(day) else f"{day:.0f}"


def _summary(graded: GradeColumns, entries: Sequence[Entry]) -> Iterator[list[str]]:
    """A row for each criterion: how many patients, their bounds, their grades as published."""
    for place, entry in enumerate(entries):
        lines = [int(line) for line in np.flatnonzero(graded.criterion == place)]
        bounds = [shown_bounds(graded, line) for line in lines]
        patients = sum(one is not None for one in bounds)
        if patients:
            published = [level_in_words(graded.level(line, graded.as_published)) for line in lines]
            order = {shown: graded.low[line] for shown, line in zip(bounds, lines, strict=True)}
            by_rule = {shown: graded.as_published[line]
                       for shown, line in zip(published, lines, strict=True)}  # fmt: skip
            yield [
                entry.criterion.name,
                str(patients),
                _counted(bounds, order),
                _counted(published, by_rule),
            ]


def _counted(shown: Sequence[str | None], order: dict[str | None, float]) -> str:
    """Each of the words with its number of patients, mildest first."""
    counts = Counter(one for one in shown if one is not None)
    if len(counts) > MOST_WORDS:
        return f"{len(counts)} different, {counts.total()} patients"
    ordered = sorted(counts.items(), key=lambda one: (math.isnan(order[one[0]]), order[one[0]]))
    return "; ".join(f"{words} ({number})" for words, number in ordered)
