"""Published outcomes as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from reinfuse.cli.columns import columns, width
from reinfuse.cli.evidence_reading import Table, finding_line, shown
from reinfuse.cli.notice import NOTICE
from reinfuse.errors import Finding
from reinfuse.evidence import Counted, Counts, Study, bound_rate
from reinfuse.evidence.outcomes import Outcome

_NONE = "-"


def outcome_lines(outcomes: Sequence[Outcome], table: Table) -> Iterator[str]:
    """Every outcome with how many cohorts and patients it has, and how to go on."""
    rows = [
        (one.name, str(one.rows), str(one.cohorts), str(one.counted_n) if one.cohorts else _NONE)
        for one in outcomes
    ]
    heads = ("outcome", "rows", "cohorts with counts", "counted in them")
    yield from _shown(columns(heads, rows))
    yield ""
    file = f" --file {table.file}" if table.path is not None else ""
    pooled = f" {table.file}" if table.path is not None else ""
    yield from wrap(
        f"{sum(one.rows for one in outcomes)} rows, {len(outcomes)} outcomes. Cohorts that share"
        " patients are counted in each; recalled rows in none."
        f" `reinfuse evidence{file} --outcome NAME` lists the rows of one,"
        f" `reinfuse pool{pooled} --outcome NAME` pools them.",
        width(),
    )
    yield NOTICE


def study_lines(studies: Sequence[Study]) -> Iterator[str]:
    """The rows of each outcome with exact intervals, standing and shared patients."""
    for outcome in dict.fromkeys(one.outcome for one in studies):
        rows = [_row(one) for one in studies if one.outcome == outcome]
        heads = ("row", outcome, "x/n", "95 %, exact", "source", "standing", "shares patients with")
        yield from _shown(columns(heads, rows))
        yield ""
    yield NOTICE


def finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Each finding on its own lines, the gravest first as they were found."""
    for one in dict.fromkeys(findings):
        yield from wrap(shown(finding_line(one)), width(), subsequent_indent="  ")


def counted(study: Study) -> str:
    """`7/18`, and what was counted where it was no patient; `-` where no counts were printed."""
    if study.events is None or study.n is None:
        return printed(study) or _NONE
    unit = "" if study.counted is Counted.PATIENT else f" {study.counted}s"
    derived = ", derived" if study.counts is Counts.DERIVED else ""
    return f"{study.events}/{study.n}{unit}{derived}"


def printed(study: Study) -> str:
    """The percentage as printed, where there is one: `10 to 20 %`, `up to 34 %`, `38 %`."""
    low, high = study.percent_low, study.percent_high
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f"up to {high:g} %" if high is not None else f"{low:g} % or more"
    return f"{low:g} %" if low == high else f"{low:g} to {high:g} %"


def _row(study: Study) -> tuple[str, ...]:
    return (
        study.id,
        study.label,
        counted(study),
        _exact(study),
        study.source.cite,
        str(study.source.standing),
        ", ".join(study.overlaps) or _NONE,
    )


def _exact(study: Study) -> str:
    if study.events is None or study.n is None:
        return _NONE
    found = bound_rate(study.events, study.n)
    return f"{100 * found.low:.1f} to {100 * found.high:.1f} %"


def _shown(lines: Iterable[str]) -> Iterator[str]:
    yield from map(shown, lines)
