"""Reading the target table: which published numbers a model is held against, and for what.

The table beside this file was written before the first run of any model. Targets to calibrate and
targets held out are named apart, and no held-out target shares patients with another target.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache

from reinfuse.errors import Finding, Severity
from reinfuse.evidence.studies import read_cells, shipped_studies
from reinfuse.evidence.study import Study
from reinfuse.evidence.target import Endpoint, Published, Role, Target
from reinfuse.evidence.target_checks import Row, check_table, check_target, read_settings

SHIPPED = os.path.join(os.path.dirname(__file__), "targets.csv")

COLUMNS = (
    *("id", "role", "study", "endpoint", "setting", "by_day"),
    *("value", "low", "high", "unit", "note"),
)

Reading = tuple[tuple[Target, ...], tuple[Finding, ...]]


def read_targets(
    path: str | os.PathLike[str] | None = None, studies: Iterable[Study] | None = None
) -> Reading:
    """The targets of a table and everything wrong with it; without a path, the shipped table.

    A row that cannot be so is left out and becomes a finding; the table as a whole is judged on
    the rows that remain. `studies` are the studies that rows may name, by default the shipped.
    """
    file = os.path.basename(path or SHIPPED)
    known = {study.id: study for study in (shipped_studies() if studies is None else studies)}
    header, *body = read_cells(path or SHIPPED, file, what="target", like="targets.csv") or [[]]
    missing = tuple(column for column in COLUMNS if column not in header)
    if missing:
        what = f"the table has no column {', '.join(missing)}"
        return (), (_wrong("missing-column", what, f"{file} row 1", "use the shipped header"),)

    targets: dict[str, Target] = {}
    findings: list[Finding] = []
    for number, cells in enumerate(body, start=2):  # row 1 of the file is the header
        where = f"{file} row {number}"
        if not cells:
            continue
        if len(cells) != len(header):
            what = f"the row has {len(cells)} cells for {len(header)} columns"
            findings.append(_wrong("torn-row", what, where, "put text with a comma in quotes"))
            continue
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
        problems = check_target(row, known, where)
        if row["id"] in targets:
            what = f"id {row['id']} is used twice"
            problems = (*problems, _wrong("duplicate-id", what, where, "give each row its own id"))
        findings.extend(problems)
        if not problems:
            targets[row["id"]] = _target(row, known[row["study"]])
    findings.extend(check_table(tuple(targets.values()), file))
    return tuple(targets.values()), tuple(findings)


@cache
def shipped_targets() -> tuple[Target, ...]:
    """The targets that come with the package, in the order of the table."""
    return read_targets()[0]


def _target(row: Row, study: Study) -> Target:
    return Target(
        id=row["id"],
        role=Role(row["role"]),
        study=study,
        endpoint=Endpoint(row["endpoint"]),
        settings=read_settings(row["setting"]),
        by_day=int(row["by_day"]),
        note=row["note"],
        published=_published(row) if row["value"] else None,
    )


def _published(row: Row) -> Published:
    return Published(
        value=float(row["value"]),
        low=float(row["low"]),
        high=float(row["high"]),
        unit=row["unit"],
    )


def _wrong(rule: str, what: str, where: str, fix: str) -> Finding:
    return Finding(severity=Severity.ERROR, rule=rule, what=what, where=where, fix=fix)
