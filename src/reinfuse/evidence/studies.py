"""Reading the study table: what was published about CAR-T, one outcome of one cohort per row.

The table beside this file is data, not code; its columns are the fields of `Study`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache

from reinfuse.errors import Finding
from reinfuse.evidence.checks import Row, check_identity, check_row, check_table, clean_row, refuses
from reinfuse.evidence.columns import COLUMNS, OPTIONAL, REQUIRED
from reinfuse.evidence.rules import tell
from reinfuse.evidence.study import Counted, Counts, Infusion, Measure, Study
from reinfuse.evidence.tables import (
    check_header,
    find_separator,
    read_cells,
    read_text,
    split_cells,
)
from reinfuse.source import Source, Standing

__all__ = ["COLUMNS", "SHIPPED", "read_cells", "read_studies", "shipped_studies"]

SHIPPED = os.path.join(os.path.dirname(__file__), "studies.csv")

Reading = tuple[tuple[Study, ...], tuple[Finding, ...]]


def read_studies(
    path: str | os.PathLike[str] | None = None, *, today: date | None = None
) -> Reading:
    """The studies of a table and what a reader must be told; without a path, the shipped table.

    Reading is patient: a row that cannot be so is left out and becomes a finding, the rest stays.
    What is odd is told and costs no row; `rules.RULES` says which is which. Columns that are not
    of a study table are kept as text in `Study.more`. `today` is for years still to come.

    Raises ReinfuseError for a file that cannot be opened or is not in UTF-8.
    """
    file = os.path.basename(path or SHIPPED)
    text = read_text(path or SHIPPED, file, what="study", like="studies.csv")
    separator = find_separator(text)
    cells = split_cells(text, separator, file, "study", "studies.csv")
    findings = list(check_header(text, separator, cells, file))
    if any(refuses(finding) for finding in findings):
        return (), tuple(findings)

    header = [name.strip() for name in cells[0]]
    studies: dict[str, Study] = {}
    places: dict[str, int] = {}
    known: dict[str, str] = {}
    for number, line in enumerate(cells[1:], start=2):  # row 1 of the file is the header
        where = f"{file} row {number}"
        if not any(cell.strip() for cell in line):
            continue
        if len(line) != len(header):
            findings.append(_torn(len(line), len(header), where))
            continue
        row, found = clean_row(dict(zip(header, line, strict=True)), where)
        row = dict.fromkeys(OPTIONAL, "") | row
        found = (*found, *check_row(row, where, today=today))
        found = (*found, *check_identity(row["id"], known, where))
        findings.extend(found)
        if not any(refuses(finding) for finding in found):
            studies[row["id"]] = _study(row)
            places[row["id"]] = number
            known[row["id"].casefold()] = row["id"]
    findings.extend(_placed(check_table(tuple(studies.values())), places, file))
    return tuple(studies.values()), tuple(findings)


@cache
def shipped_studies() -> tuple[Study, ...]:
    """The studies that come with the package, in the order of the table."""
    return read_studies()[0]


def _placed(findings: Iterable[Finding], places: dict[str, int], file: str) -> tuple[Finding, ...]:
    """The findings with the rows of the file that they are about."""
    placed = []
    for finding in findings:
        rows = [str(places[name]) for name in finding.about if name in places]
        where = f"{file} row{'s' if len(rows) > 1 else ''} {', '.join(rows)}" if rows else file
        placed.append(replace(finding, where=where))
    return tuple(placed)


def _study(row: Row) -> Study:
    def text(name: str) -> str | None:
        return row[name] or None

    def whole(name: str) -> int | None:
        return int(row[name]) if row[name] else None

    def number(name: str) -> float | None:
        return float(row[name]) if row[name] else None

    return Study(
        id=row["id"],
        cohort=row["cohort"],
        label=row["label"],
        outcome=row["outcome"],
        counted=Counted(row["counted"]),
        counts=Counts(row["counts"]),
        source=Source(
            cite=row["cite"],
            standing=Standing(row["standing"]),
            doi=row["doi"],
            place=row["place"],
        ),
        quote=row["quote_of_number"],
        population=text("population"),
        disease=text("disease"),
        product=text("product"),
        infusion=Infusion(row["infusion"]) if row["infusion"] else None,
        site=text("site"),
        age_group=text("age_group"),
        costimulation=text("costimulation"),
        outcome_definition=text("outcome_definition"),
        scale=text("scale"),
        events=whole("events"),
        n=whole("n"),
        percent_low=number("percent_low"),
        percent_high=number("percent_high"),
        follow_up=text("follow_up"),
        fact=text("fact"),
        overlaps=tuple(name.strip() for name in row["overlaps"].split(";") if name.strip()),
        not_a_target_because=text("not_a_target_because"),
        note=text("note"),
        called=text("called"),
        called_n=whole("called_n"),
        outcome_called=text("outcome_called"),
        part_of=text("part_of"),
        pooled_of=text("pooled_of"),
        measure=Measure(row["measure"]) if row["measure"] else None,
        estimate=number("estimate"),
        se=number("se"),
        low=number("low"),
        high=number("high"),
        mean=number("mean"),
        sd=number("sd"),
        events_control=whole("events_control"),
        n_control=whole("n_control"),
        reader_1=text("reader_1"),
        reader_2=text("reader_2"),
        events_2=whole("events_2"),
        n_2=whole("n_2"),
        more=tuple(
            (name, cell)
            for name, cell in row.items()
            if name and name not in OPTIONAL and name not in REQUIRED
        ),
    )


def _torn(cells: int, columns: int, where: str) -> Finding:
    what = f"the row has {cells} cells for {columns} columns"
    return tell("torn-row", what, where=where, fix="put text with a comma in quotation marks")
