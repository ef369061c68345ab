"""What the scans say of the response as text for a terminal: sums, references, scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from reinfuse.cli.columns import columns
from reinfuse.cli.petct_grades import grade_lines
from reinfuse.cli.petct_outcome import Outcome

if TYPE_CHECKING:
    from reinfuse.imaging.following.references import Pool, References
    from reinfuse.imaging.measured import Results
    from reinfuse.imaging.measured.response import Score
    from reinfuse.imaging.measured.response_lean import NotGiven
    from reinfuse.imaging.measured.response_totals import Change, NoChange, ScanTotals

TLG = "TLG"
HEADS = ("scan", "lesions", "volume, mL", TLG, "hottest", "not in the sum")
_NONE = "-"


def summary(outcome: Outcome) -> Iterator[str]:
    """Sums over the lesions of each scan, liver and blood, suggested scores, and grades."""
    if not outcome.results.lesions:
        return
    response = outcome.response
    yield ""
    yield "all lesions together"
    yield from columns(with_unit(HEADS, outcome.results), [_total(one) for one in response.totals])
    unit = unit_of(outcome.results)
    yield from (_change(one, unit) for one in response.changes)
    yield ""
    units = {scan.name: scan.suv.short_unit for scan in outcome.results.scans}
    for one in outcome.results.references:
        yield from _reference(one, units.get(one.time_point, "SUV"))
    ungraded = _ungraded(outcome)
    yield from _scores(response.scores, ungraded)
    if ungraded:
        yield f"not graded: {ungraded}"
    yield from grade_lines(outcome.grades)


def unit_of(results: Results) -> str:
    """The unit of glycolysis in these scans."""
    from reinfuse.imaging.measures import tlg_unit

    return tlg_unit(results.normaliser.name)


def with_unit(heads: Sequence[str], results: Results) -> tuple[str, ...]:
    """Heads of columns, that of TLG with its unit."""
    return tuple(f"{one}, {unit_of(results)}" if one == TLG else one for one in heads)


def _total(one: ScanTotals) -> tuple[str, ...]:
    from reinfuse.imaging.measures import Totals

    left_out = ", ".join((*(f"{name}: below threshold" for name in one.below), *one.not_in))
    sums = one.sums
    if not isinstance(sums, Totals):
        return (one.scan, _NONE, _NONE, _NONE, _NONE, sums.reason)
    if not sums.lesions:
        # A sum of nothing is 0, and a lesion below its threshold need not be.
        return (one.scan, "0", "none drawn", _NONE, _NONE, left_out or _NONE)
    interval = sums.interval_ml
    volume = f"{sums.volume_ml:.3g} ({interval.low:.3g} to {interval.high:.3g})"
    hottest = _NONE if sums.max is None else f"{sums.hottest} {sums.max:.3g}"
    return (
        one.scan, str(sums.lesions), volume, f"{sums.tlg_ml:.3g}", hottest, left_out or _NONE,
    )  # fmt: skip


def _change(one: Change | NoChange, unit: str) -> str:
    from reinfuse.imaging.measured.response_totals import NoChange

    between = f"{one.scan} against {one.since}"
    if isinstance(one, NoChange):
        return f"{between}: not compared, {one.why}"
    volume = _percent(one.volume_ml, one.volume_percent, "mL")
    glycolysis = _percent(one.tlg_ml, one.tlg_percent, unit)
    return f"{between}, of what is drawn: volume {volume}, TLG {glycolysis}"


def _percent(amount: float, percent: float | None, unit: str) -> str:
    share = "" if percent is None else f" ({percent:+.0f} %)"
    return f"{amount:+.3g} {unit}{share}"


def _reference(one: References, unit: str) -> Iterator[str]:
    held = [
        f"{organ} {_pool(pool, unit)}"
        for organ, pool in (("liver", one.liver), ("mediastinum", one.mediastinum))
        if pool is not None
    ]
    if held:
        yield f"{one.time_point}: {'; '.join(held)}"


def _pool(pool: Pool, unit: str) -> str:
    return f"{unit}max {pool.max:.2f}, mean {pool.mean:.2f} (SD {pool.deviation:.2f})"


def _scores(scores: Sequence[Score], ungraded: str) -> Iterator[str]:
    """What three uptakes suggest, scan by scan; scans without a score for one reason together.

    What keeps grades away too, `ungraded`, is said with them.
    """
    from reinfuse.imaging.following.deauville import SOURCE, Suggestion

    unscored: dict[str, list[str]] = {}
    for one in scores:
        known = one.suggestion
        if not isinstance(known, Suggestion):
            unscored.setdefault(_why(known), []).append(one.scan)
            continue
        without = f"; without {'; '.join(one.without)}" if one.without else ""
        source = f"{SOURCE.cite}, {SOURCE.standing}"
        yield f"{one.scan}: five-point scale {known.words}{without} ({source})"
    for why, scans in unscored.items():
        if why != ungraded:
            yield f"{', '.join(scans)}: no score suggested, {why}"


def _ungraded(outcome: Outcome) -> str:
    """Why there is nothing to grade; nothing where there is."""
    from reinfuse.imaging.measured.response_lean import NotGiven

    chart = outcome.response.chart
    return _why(chart) if isinstance(chart, NotGiven) else ""


def _why(one: NotGiven) -> str:
    return f"{one.why}; {one.fix}" if one.fix else one.why
