"""The patients of a cohort from course files or one table, and what could not be read."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reinfuse.cli.grading_table import line_rows
from reinfuse.cli.loading import is_table, load
from reinfuse.cli.outputs import check_outputs
from reinfuse.cli.progress import say, say_patients
from reinfuse.cli.table_loading import fed_by, from_transplant, load_table
from reinfuse.cli.tidy import grade_row
from reinfuse.cohort.distribution import Distribution, distributions, distributions_in_columns
from reinfuse.cohort.graded import grade_columns
from reinfuse.cohort.lanes import Lane, lane_of, severe_in_columns
from reinfuse.cohort.members import Member, member_of_chart, member_of_course
from reinfuse.cohort.reanchored import reanchored
from reinfuse.errors import ReinfuseError
from reinfuse.grading import Grade
from reinfuse.grading.catalogue import fitting
from reinfuse.grading.endpoints import Definition
from reinfuse.record.long_table import charts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The patients that could be read, their lanes and grades, and what could not be read."""

    members: tuple[Member, ...]
    lanes: tuple[Lane, ...]
    distributions: tuple[Distribution, ...]
    grade_rows: tuple[list[str], ...]
    without: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    sha256: str


def gather(
    options: Namespace, day_0: str, definitions: Sequence[Definition], outputs: Sequence[Path]
) -> Gathered:
    """Read everything; raises ReinfuseError for the first file that cannot be used.

    None of the `outputs` may be a table of a course.

    With `keep_going` such a file, or the bad rows of a table, are left out and told.
    """
    tables = [path for path in options.files if is_table(path)]
    if not tables:
        return _of_courses(options, day_0, definitions, outputs)
    if len(options.files) > 1:
        raise ReinfuseError(
            "a table is a cohort alone: its rows hold every patient",
            fix="give one table, or course files only",
        )
    return _of_table(tables[0], options, day_0, definitions)


def _of_courses(
    options: Namespace, day_0: str, definitions: Sequence[Definition], outputs: Sequence[Path]
) -> Gathered:
    members, without, refused, digests = list[Member](), list[str](), list[tuple[str, str]](), []
    for place, path in enumerate(options.files, start=1):
        say(f"reading {place} of {len(options.files)}")
        try:
            loaded = load(path)
        except ReinfuseError as error:
            if not options.keep_going:
                raise
            refused.append((path.name, str(error)))
            continue
        check_outputs(outputs, (path.parent / one.file for one in loaded.course.tables))
        member = member_of_course(path.stem, loaded.course, day_0, definitions)
        digests.append(loaded.sha256)
        if member is None:
            without.append(path.stem)
        else:
            members.append(member)
    say("")
    names = [member.name for member in members]
    if len(set(names)) < len(names):
        raise ReinfuseError("two course files have one name", fix="give each file once")
    return Gathered(
        members=tuple(members),
        lanes=tuple(lane_of(one, day_0) for one in members),
        distributions=distributions(grade for one in members for grade in _last_of_each(one)),
        grade_rows=tuple(grade_row(one.name, grade) for one in members for grade in one.grades),
        without=tuple(without),
        refused=tuple(refused),
        sha256=" ".join(digests),
    )


def _last_of_each(member: Member) -> list[Grade]:
    """One grade by each criterion and topic: of several assessments of a patient the last."""
    return list({(one.criterion.name, one.topic): one for one in member.grades}.values())


def _of_table(
    path: Path, options: Namespace, day_0: str, definitions: Sequence[Definition]
) -> Gathered:
    loaded = load_table(path, keep_going=options.keep_going, problems_to=None)
    table, without = reanchored(loaded.table, day_0)
    entries = fitting(fed_by(table), from_transplant=from_transplant(table))
    graded = grade_columns(table, [one.criterion.name for one in entries], progress=say_patients)
    severe = severe_in_columns(graded)
    members = []
    for place, chart in enumerate(charts_of(table), start=1):
        say(f"{place} of {len(table.patients)} patients followed")
        members.append(member_of_chart(chart, definitions))
    say("")
    topics = [one.topic for one in entries]
    rows = len(loaded.problems)
    refused = ((path.name, f"{rows} rows of {path.name} were left out"),) if rows else ()
    return Gathered(
        members=tuple(members),
        lanes=tuple(
            lane_of(one, day_0, severe.get(place, ())) for place, one in enumerate(members)
        ),
        distributions=distributions_in_columns(graded, topics),
        grade_rows=tuple(line_rows(table, graded, topics)),
        without=without,
        refused=refused,
        sha256=loaded.sha256,
    )
