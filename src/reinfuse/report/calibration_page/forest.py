"""Forest charts of targets: what was published, and both populations of the model beneath it."""

from __future__ import annotations

from collections.abc import Sequence

from reinfuse.evidence import Interval, Target
from reinfuse.report.calibration_page.targets import counts_words, endpoint_words
from reinfuse.report.charts.values import Chart
from reinfuse.report.forecast.intervals import Across, Block, Line, Look, draw_intervals
from reinfuse.trials.calibration import (
    Compared,
    Population,
    Prediction,
    interval_shown,
    shown,
)

_PERCENT = 100.0
_LOOKS = {Population.PRIOR: Look.HOLLOW, Population.CALIBRATED: Look.FILLED}
RATES = Across(low=0.0, high=_PERCENT, ticks=(0, 25, 50, 75, 100), title="% of patients")
SHARES = Across(
    low=0.0, high=2 * _PERCENT, ticks=(0, 50, 100, 150, 200), title="% of the published value"
)


def target_charts(compared: Sequence[Compared], *, name: str, role: str) -> tuple[Chart, ...]:
    """One chart of rates, and one of values of the typical patient; only those there are."""
    rates = tuple(_block(one) for one in compared if one.target.published is None)
    values = tuple(_block(one) for one in compared if one.target.published is not None)
    drawn = (
        (rates, RATES, f"{name}-rates", f"Rates: targets {role}"),
        (values, SHARES, f"{name}-values", f"The typical patient: targets {role}"),
    )
    return tuple(
        draw_intervals(blocks, across, name=own, title=title)
        for blocks, across, own, title in drawn
        if blocks
    )


def _block(one: Compared) -> Block:
    target = one.target
    lines = (
        _line(target, "published", target.observed, target.interval, Look.PUBLISHED),
        *(_model(target, said) for said in (one.prior, one.calibrated)),
    )
    heading = f"{target.id}: {target.study.label}, {endpoint_words(target)}, {counts_words(target)}"
    return Block(heading=heading, lines=lines)


def _model(target: Target, said: Prediction) -> Line:
    label, score = str(said.population), said.score
    if score is None:
        return Line(label=label, told="says nothing")
    verdict = "hit" if score.hit else "miss"
    return _line(target, label, score.middle, score.predicted, _LOOKS[said.population], verdict)


def _line(
    target: Target, label: str, middle: float, ends: Interval, look: Look, verdict: str = ""
) -> Line:
    by = _PERCENT if target.published is None else _PERCENT / target.published.value
    told = f"{shown(target, middle)} ({interval_shown(target, ends).removesuffix(' %')})"
    return Line(
        label=label, told=f"{told} {verdict}".strip(), low=by * ends.low, high=by * ends.high,
        middle=by * middle, look=look,
    )  # fmt: skip
