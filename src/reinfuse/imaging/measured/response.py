"""What the scans say of the response: sums, suggested scores, and marks that criteria read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.following.deauville import Suggestion
from reinfuse.imaging.following.inputs import LesionNumbers, suggestions
from reinfuse.imaging.following.references import References
from reinfuse.imaging.measured.response_lean import NotGiven, lean_findings, lean_share
from reinfuse.imaging.measured.response_marks import chart_of, numbers_of_looks
from reinfuse.imaging.measured.response_references import doubted, sound
from reinfuse.imaging.measured.response_totals import (
    Change,
    NoChange,
    ScanTotals,
    changes_of,
    spilled_into,
    totals_of,
    undrawn,
)
from reinfuse.imaging.measured.results import Results
from reinfuse.imaging.suv.body import JAMES_128, Normaliser
from reinfuse.record.chart import Chart, Mark

# The lean mass of PERCIST 1.0 (recalled); another formula is the caller's to choose.
LEAN = JAMES_128
NEIGHBOURS = "the highest uptake in its place may be that of something beside it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What three uptakes of one scan suggest on the five-point scale, or why nothing.

    `without` are lesions of which this scan gave no uptake: one of them may be the hottest.
    """

    scan: str
    day: int
    suggestion: Suggestion | NotGiven
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Everything that criteria of response can be given; what cannot be had says why.

    `totals` and `scores` have an entry for each scan in order of time, `changes` for each later
    scan against the first and the one before. `sul_per_suv` is lean mass over weight by name of
    scan, by the formula `lean`. `chart` holds the marks, with the infusion as day 0.
    """

    totals: tuple[ScanTotals, ...]
    changes: tuple[Change | NoChange, ...]
    scores: tuple[Score, ...]
    lean: Normaliser
    sul_per_suv: Mapping[str, float | NotGiven]
    numbers: tuple[LesionNumbers, ...] | NotGiven
    chart: Chart | NotGiven
    findings: tuple[Finding, ...] = ()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of the chart; none where there is no chart."""
        return self.chart.marks if isinstance(self.chart, Chart) else ()


def respond(results: Results, *, lean: Normaliser = LEAN) -> Response:
    """What measured scans say of the response.

    Nothing that a person must see is put in its place: the five-point score is a suggestion, a
    lesion below its threshold is not absent, and no new lesion drawn is not none.
    """
    shares = {scan.name: lean_share(scan, lean) for scan in results.scans}
    known = {name: one for name, one in shares.items() if not isinstance(one, NotGiven)}
    numbers = numbers_of_looks(results, known)
    totals = totals_of(results)
    return Response(
        totals=totals,
        changes=changes_of(totals),
        scores=_scores(results, numbers),
        lean=lean,
        sul_per_suv=shares,
        numbers=numbers,
        chart=chart_of(results, numbers, known),
        findings=(
            *(one for scan in results.scans for one in lean_findings(scan, lean)),
            *_several_infusions(results),
        ),
    )


def _scores(results: Results, numbers: tuple[LesionNumbers, ...] | NotGiven) -> tuple[Score, ...]:
    rows = () if isinstance(numbers, NotGiven) else numbers
    found = suggestions(rows, [sound(one) for one in results.references])
    references = {one.time_point: one for one in results.references}
    scores = []
    for scan in results.scans:
        hot = {
            one.lesion for one in rows if one.time_point == scan.name and one.suv_max is not None
        }
        suggestion: Suggestion | NotGiven
        if isinstance(numbers, NotGiven):
            suggestion = numbers
        else:
            suggestion = found.get(scan.name) or _unscored(references.get(scan.name))
        without = {name: why for name, why in undrawn(results, scan.name) if name not in hot}
        without |= dict.fromkeys(spilled_into(results, scan.name), NEIGHBOURS)
        scores.append(
            Score(
                scan=scan.name,
                day=results.days[scan.name],
                suggestion=suggestion,
                without=tuple(f"{name}: {why}" for name, why in without.items()),
            )
        )
    return tuple(scores)


def _unscored(held: References | None) -> NotGiven:
    lacking = [
        organ
        for organ, pool in (
            ("liver", held and held.liver),
            ("mediastinum", held and held.mediastinum),
        )
        if pool is None
    ]
    if lacking:
        return NotGiven(
            why=f"nobody said where the {' and the '.join(lacking)} is",
            fix=f"write {' and '.join(f'`{one}`' for one in lacking)} beside the scan in the boxes",
        )
    for organ, why in (doubted(held) if held is not None else {}).items():
        return NotGiven(
            why=f"the {organ} of this scan is doubted, and given to no criterion: {why}",
            fix=f"look where it lies, and write `{organ}` beside the scan in the boxes",
        )
    return NotGiven(why="no lesion gave an uptake of its own in this scan")


def _several_infusions(results: Results) -> Iterator[Finding]:
    """A note where a chart with one day 0 holds scans that count from others."""
    counted = sorted({one.wanted.infusion for one in results.scans if one.wanted.infusion})
    if len(counted) > 1 and results.days_from_infusion:
        numbers = ", ".join(map(str, counted))
        yield Finding(
            severity=Severity.NOTE,
            rule="petct-several-infusions",
            what=f"scans count from infusions {numbers}; the marks count from number {counted[0]}",
            fix="for the response to a later infusion measure the scans around it alone",
        )
