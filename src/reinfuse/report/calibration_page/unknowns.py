"""What the targets to calibrate told of each unknown: prior, posterior, contraction."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reinfuse.report.charts.narrowing import Narrowing, Span, draw_narrowing
from reinfuse.report.charts.values import Chart, Drawable
from reinfuse.report.charts.words import shown
from reinfuse.trials.calibration import CalibrationResult, Learned
from reinfuse.trials.calibration.unknowns import Axis

TITLE = "How much the targets narrowed the prior"
NOTES = (
    "Each panel has its own scale. The number at the right is the contraction: 1 is nothing"
    " learned.",
    "Where it says “assumed”, no target told anything, and the prior is our own.",
)
TOLD, NOT_TOLD = "informed by targets", "assumed, not learned from any target"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownRow:
    """One unknown; all cells are words."""

    name: str
    note: str
    shipped: str
    prior: str
    posterior: str
    contraction: str
    standing: str
    informed: bool
    suggested: str
    targets: str


def unknown_rows(result: CalibrationResult) -> tuple[UnknownRow, ...]:
    """Every unknown in the order of its table."""
    return tuple(_row(one) for one in result.learned)


def contraction_chart(result: CalibrationResult) -> Drawable:
    """Before and after, for the unknowns that a target speaks of."""
    drawn = draw_narrowing(
        [
            Narrowing(
                parameter=one.unknown.name, unit=_unit(one), curve="population",
                before=Span(*one.prior), after=Span(*one.posterior), ratio=one.contraction,
                informed=one.informed, log=one.unknown.axis is Axis.LOG,
            )
            for one in result.learned
            if one.targets
        ],
        name="contraction",
    )  # fmt: skip
    if not isinstance(drawn, Chart):
        return drawn
    heads = (*drawn.table.headers[:-1], "Told by targets")
    return replace(drawn, title=TITLE, table=replace(drawn.table, headers=heads), notes=NOTES)


def _row(one: Learned) -> UnknownRow:
    unit = _unit(one)
    return UnknownRow(
        name=one.unknown.name, note=one.unknown.note,
        shipped=f"{shown(one.unknown.shipped)} {unit}".strip(),
        prior=_span(one.prior), posterior=_span(one.posterior) if one.targets else "as the prior",
        contraction=f"{one.contraction:.2f}", standing=TOLD if one.informed else NOT_TOLD,
        informed=one.informed,
        suggested="none" if one.suggested is None else shown(one.suggested),
        targets=", ".join(one.targets) or "none",
    )  # fmt: skip


def _span(numbers: tuple[float, float, float]) -> str:
    low, middle, high = numbers
    return f"{shown(middle)} ({shown(low)} to {shown(high)})"


def _unit(one: Learned) -> str:
    return "" if one.unknown.unit == "1" else one.unknown.unit
