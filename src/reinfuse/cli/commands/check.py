"""`reinfuse check`: what a reader of the course must be told."""

from __future__ import annotations

from argparse import Namespace
from textwrap import fill

from reinfuse.checks import check_course
from reinfuse.cli.columns import width
from reinfuse.cli.loading import load
from reinfuse.cli.plain import document, finding_as_plain
from reinfuse.errors import Severity
from reinfuse.grading import grade_course


def run(options: Namespace) -> int:
    """List the findings, the gravest first."""
    loaded = load(options.course)
    findings = check_course(loaded.course, grade_course(loaded.course))
    if options.json:
        print(document(loaded, findings=[finding_as_plain(item, loaded) for item in findings]))
        return 0
    for severity in Severity:
        group = [item for item in findings if item.severity is severity]
        if group:
            print(f"\n{severity.upper()} ({len(group)})")
        for item in group:
            where = f"{loaded.place(item.about) or item.where}  [{item.rule}]"
            _print(f"- {item.what}", 2, 4)
            _print(f"where: {where}", 4, 11)
            if item.fix:
                _print(f"fix:   {item.fix}", 4, 11)
    counts = ", ".join(
        f"{sum(item.severity is severity for item in findings)} {severity}" for severity in Severity
        if any(item.severity is severity for item in findings)
    )  # fmt: skip
    print(f"\n{loaded.file}: {counts or 'nothing found'}")
    return 0


def _print(text: str, first: int, later: int) -> None:
    print(fill(text, width(), initial_indent=" " * first, subsequent_indent=" " * later))
