"""`reinfuse evidence`: what was published, and what is doubtful in a table of studies."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence

from reinfuse.cli.evidence_plain import evidence_plain
from reinfuse.cli.evidence_reading import Table, read_table, refuse_empty
from reinfuse.cli.evidence_table import finding_lines, outcome_lines, study_lines
from reinfuse.cli.plain import json_text
from reinfuse.errors import ReinfuseError
from reinfuse.evidence import Study
from reinfuse.evidence.outcomes import find_outcome, list_outcomes
from reinfuse.evidence.searching import search

REFUSED = 2


def run(options: Namespace) -> int:
    """List outcomes or rows, or check a table; 2 if a row was refused."""
    _refuse_contradictions(options)
    if options.check is not None:
        return _check(read_table(options.check), options)
    table = read_table(options.file)
    refuse_empty(table)
    asked = bool(options.query) or options.outcome is not None
    rows = _rows(table, options) if asked else None
    if options.json:
        outcomes = None if asked else list_outcomes(table.studies)
        print(json_text(evidence_plain(table, outcomes, rows)))
        return REFUSED if table.refused else 0
    if rows is None:
        lines = outcome_lines(list_outcomes(table.studies), table)
    else:
        lines = study_lines(rows)
    for line in lines:
        print(line)
    if table.path is not None:
        for line in finding_lines(table.findings):
            print(line)
    return _told(table)


def _check(table: Table, options: Namespace) -> int:
    if options.json:
        print(json_text(evidence_plain(table, None, None)))
        return REFUSED if table.refused else 0
    for line in finding_lines(table.findings):
        print(line)
    count = len(table.findings)
    refused = len({one.where for one in table.refused})
    print(
        f"{table.file}: {len(table.studies)} rows can be used, {refused} refused,"
        f" {count} finding{'' if count == 1 else 's'}"
    )
    return _told(table)


def _rows(table: Table, options: Namespace) -> Sequence[Study]:
    studies: Sequence[Study] = table.studies
    if options.outcome is not None:
        wanted = find_outcome(studies, options.outcome)
        studies = tuple(one for one in studies if one.outcome == wanted)
    if options.query:
        words = " ".join(options.query)
        studies = search(words, studies)
        if not studies:
            raise ReinfuseError(
                f"no row holds {words!r}",
                fix="try fewer words; `reinfuse evidence` lists the outcomes",
            )
    return studies


def _refuse_contradictions(options: Namespace) -> None:
    if options.check is None:
        return
    for name, given in (
        ("QUERY", options.query),
        ("--outcome", options.outcome),
        ("--file", options.file),
    ):
        if given:
            raise ReinfuseError(
                f"--check looks at a whole table, and {name} is given too",
                fix="leave one of them out",
            )


def _told(table: Table) -> int:
    rows = len({one.where for one in table.refused})
    if rows:
        print(
            f"reinfuse: {rows} row{'' if rows == 1 else 's'} of {table.file} refused\n"
            "  fix:   see the errors that are listed by row",
            file=sys.stderr,
        )
    return REFUSED if rows else 0
