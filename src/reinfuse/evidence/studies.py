"""Reading the study table: what was published about CAR-T, one outcome of one cohort per row.

The table beside this file is data, not code; its columns are the fields of `Study`.
"""

from __future__ import annotations

import csv
import os
from functools import cache

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.evidence.checks import Row, check_row, find_overlaps
from reinfuse.evidence.study import Counted, Counts, Infusion, Study
from reinfuse.source import Source, Standing

SHIPPED = os.path.join(os.path.dirname(__file__), "studies.csv")

COLUMNS = (
    *("id", "cohort", "label", "population", "disease", "product", "infusion", "site"),
    *("age_group", "costimulation", "outcome", "outcome_definition", "scale", "events", "n"),
    *("counted", "counts", "percent_low", "percent_high", "follow_up", "cite", "doi", "place"),
    *("standing", "quote_of_number", "fact", "overlaps", "not_a_target_because", "note"),
)

Reading = tuple[tuple[Study, ...], tuple[Finding, ...]]


def read_studies(path: str | os.PathLike[str] | None = None) -> Reading:
    """The studies of a table and what a reader must be told; without a path, the shipped table.

    Reading is patient: a row that cannot be so is left out and becomes a finding, the rest stays.
    A note never costs a row. A second row with an id already used is left out too.
    """
    file = os.path.basename(path or SHIPPED)
    header, *body = read_cells(path or SHIPPED, file, what="study", like="studies.csv") or [[]]
    missing = tuple(column for column in COLUMNS if column not in header)
    if missing:
        return (), (_table_without(missing, file),)

    studies: dict[str, Study] = {}
    findings: list[Finding] = []
    for number, cells in enumerate(body, start=2):  # row 1 of the file is the header
        where = f"{file} row {number}"
        if not cells:
            continue
        if len(cells) != len(header):
            findings.append(_torn(len(cells), len(header), where))
            continue
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
        problems = check_row(row, where)
        if row["id"] in studies:
            problems = (*problems, _twice(row["id"], where))
        findings.extend(problems)
        if not problems:
            studies[row["id"]] = _study(row)
    findings.extend(find_overlaps(studies.values(), file))
    return tuple(studies.values()), tuple(findings)


@cache
def shipped_studies() -> tuple[Study, ...]:
    """The studies that come with the package, in the order of the table."""
    return read_studies()[0]


def read_cells(path: str | os.PathLike[str], file: str, *, what: str, like: str) -> list[list[str]]:
    """The cells of a CSV file, or an error that names it; `like` is the shipped one to copy."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as handle:
            return list(csv.reader(handle))
    except (OSError, UnicodeDecodeError, csv.Error) as cause:
        raise ReinfuseError(
            f"the {what} table cannot be read: {type(cause).__name__}",
            where=file,
            fix=f"give a CSV file in UTF-8 with the columns of the shipped {like}",
        ) from cause


def _study(row: Row) -> Study:
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
        population=row["population"] or None,
        disease=row["disease"] or None,
        product=row["product"] or None,
        infusion=Infusion(row["infusion"]) if row["infusion"] else None,
        site=row["site"] or None,
        age_group=row["age_group"] or None,
        costimulation=row["costimulation"] or None,
        outcome_definition=row["outcome_definition"] or None,
        scale=row["scale"] or None,
        events=int(row["events"]) if row["events"] else None,
        n=int(row["n"]) if row["n"] else None,
        percent_low=float(row["percent_low"]) if row["percent_low"] else None,
        percent_high=float(row["percent_high"]) if row["percent_high"] else None,
        follow_up=row["follow_up"] or None,
        fact=row["fact"] or None,
        overlaps=tuple(name.strip() for name in row["overlaps"].split(";") if name.strip()),
        not_a_target_because=row["not_a_target_because"] or None,
        note=row["note"] or None,
    )


def _table_without(columns: tuple[str, ...], file: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        rule="missing-column",
        what=f"the table has no column {', '.join(columns)}",
        where=f"{file} row 1",
        fix="use the header of the shipped studies.csv",
    )


def _torn(cells: int, columns: int, where: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        rule="torn-row",
        what=f"the row has {cells} cells for {columns} columns",
        where=where,
        fix="put text with a comma in quotation marks",
    )


def _twice(name: str, where: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        rule="duplicate-id",
        what=f"id {name} is used twice",
        where=where,
        fix="give each row an id of its own",
        about=(name,),
    )
