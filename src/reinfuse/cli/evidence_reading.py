"""The table of studies that a command looks at: ours, or a file that somebody names."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reinfuse.cli.plain import Plain
from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.evidence import Study, read_studies
from reinfuse.evidence.studies import SHIPPED as SHIPPED_FILE

SHIPPED = "shipped"
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Studies of a table with what was found in it; `file` is a name alone, or `shipped`.

    `path` is None for the shipped table.
    """

    studies: tuple[Study, ...]
    findings: tuple[Finding, ...]
    file: str
    sha256: str
    path: Path | None

    @property
    def refused(self) -> tuple[Finding, ...]:
        """Findings for which a row was left out, or the whole table."""
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)

    def head(self) -> Plain:
        """What a JSON document says of it."""
        return {"table": self.file, "sha256": self.sha256}


def read_table(path: Path | None) -> Table:
    """The shipped table, or that of a file; raises ReinfuseError where it cannot be opened."""
    if path is not None and path.is_dir():
        raise ReinfuseError(f"{path.name} is a folder", fix="name a CSV file of studies")
    content = Path(SHIPPED_FILE if path is None else path).read_bytes()
    studies, findings = read_studies(path, today=datetime.now(UTC).date())
    return Table(
        studies=studies,
        findings=findings,
        file=SHIPPED if path is None else path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        path=path,
    )


def refuse_empty(table: Table) -> None:
    """ReinfuseError where no row is left, with everything that was found."""
    if table.studies:
        return
    told = [f"{one.where}: {one.what}" for one in table.refused]
    more = len(told) - _MOST_NAMED
    shown = [*told[:_MOST_NAMED], *([f"and {more} more"] if more > 0 else [])]
    fixes = list(dict.fromkeys(one.fix for one in table.refused))
    raise ReinfuseError(
        "; ".join(shown) or "the table holds no study",
        where="" if shown else table.file,
        fix=fixes[0]
        if len(fixes) == 1
        else "write one row for each outcome of a cohort, under the"
        " header of the shipped table (examples/evidence)",
    )


def finding_plain(finding: Finding) -> Plain:
    """A finding on a table: severity, rule, what, where, fix, about."""
    return {
        "severity": str(finding.severity),
        "rule": finding.rule,
        "what": finding.what,
        "where": finding.where,
        "fix": finding.fix,
        "about": list(finding.about),
    }


def finding_line(finding: Finding) -> str:
    """A finding on one line of a terminal."""
    where = f"{finding.where}: " if finding.where else ""
    fix = f"; {finding.fix}" if finding.fix else ""
    return f"{finding.severity}: {where}{finding.what} [{finding.rule}]{fix}"


def shown(text: str) -> str:
    """The text with every sign that a terminal would act on replaced."""
    return "".join(one if one.isprintable() or one == "\n" else "\ufffd" for one in text)
