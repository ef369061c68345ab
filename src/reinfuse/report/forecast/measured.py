"""What was measured in each window, over the bands of the fit: a panel for each output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.estimation.mechanistic.observed import Change, Observed
from reinfuse.estimation.mechanistic.result import Band, Check, MechanismFit
from reinfuse.estimation.words import number_in_words, range_in_words
from reinfuse.report.charts.level_scale import LevelScale, log_scale, percent_scale
from reinfuse.report.charts.values import Chart, Table
from reinfuse.report.charts.words import days_shown, shown
from reinfuse.report.forecast.panel import Curve, Mark, Panel, draw_panel
from reinfuse.report.forecast.sheet import as_text, new_sheet

CAR, MARROW = "car_percent", "blasts_percent"
_MOST_DAYS = 110  # that are drawn of a curve: a day for every third pixel
_TABLE_DAYS = (0.0, 7.0, 14.0, 28.0, 60.0, 90.0, 150.0)
_SAID = {Change.PRESENT: "seen", Change.REDUCED: "smaller", Change.GONE: "not seen"}
_LOWEST = {MARROW: 1e-4}  # percent
_LOWEST_ML, _HIGHEST_ML = 0.1, 1000.0


@dataclass(frozen=True, slots=True)
class WindowView:
    """A window with its panels, and its checks as rows."""

    label: str
    charts: tuple[Chart, ...]
    checks: tuple[tuple[str, ...], ...]


CHECK_HEADS = (
    "What", "Day", "Measured", "The fitted model would measure: median (90 %)", "Agreement",
)  # fmt: skip


def window_views(fit: MechanismFit) -> tuple[WindowView, ...]:
    """Every window with what was measured in it, in order."""
    return tuple(
        WindowView(
            window.label,
            tuple(_charts(fit, place)),
            tuple(_check(check, fit) for check in fit.checks if check.window == place),
        )
        for place, window in enumerate(fit.windows)
    )


def _charts(fit: MechanismFit, place: int) -> Iterator[Chart]:
    own = [band for band in fit.bands if band.window == place]
    for number, band in enumerate(own, start=1):
        yield _chart(fit, band, f"forecast-window-{place + 1}-{number}")


def _chart(fit: MechanismFit, band: Band, name: str) -> Chart:
    window = fit.windows[band.window]
    seen = [one for one in window.observed if one.output == band.output]
    marks = tuple(_mark(one, fit) for one in seen)
    title = f"{window.label[0].upper()}{window.label[1:]}: {_what(band, fit)}"
    panel = Panel(
        curve=_curve(band), marks=marks, scale=_scale(band, marks), first=window.first_day,
        last=window.last_day, place=band.window,
    )  # fmt: skip
    told = "; ".join(f"{_measured(one, fit)} on {days_shown(*one.days)}" for one in seen)
    drawn = "bands of what nothing but assumptions say" if fit.prior_only else "bands of the fit"
    description = f"Measured: {told or 'nothing'}; {drawn} behind it."
    svg = new_sheet(height=panel.height, name=name, title=title, description=description)
    draw_panel(svg, panel, f"{_unit(band)} ({panel.scale.name})")
    rows = [(days_shown(*one.days), f"measured: {_measured(one, fit)}", "", "") for one in seen]
    return Chart(
        name=name, title=title, svg=as_text(svg), description=description,
        table=Table(("Day", "Measured, or median of the model", "50 % band", "90 % band"),
                    (*rows, *_band_rows(band))),
    )  # fmt: skip


def _what(band: Band, fit: MechanismFit) -> str:
    if band.output == CAR:
        return "CAR-T cells"
    if band.output == MARROW:
        return "marrow blasts and MRD"
    lesions = fit.windows[band.window].lesions
    return next(
        (lesion.site for lesion in lesions
         if band.output == f"lesion_{lesion.number}_volume"), band.output,
    )  # fmt: skip


def _unit(band: Band) -> str:
    return {CAR: "% of T cells", MARROW: "% of cells"}.get(band.output, band.unit)


def _mark(one: Observed, fit: MechanismFit) -> Mark:
    if one.change is not None:
        return Mark(days=one.days, said=_SAID[one.change])
    if one.value is not None:
        return Mark(days=one.days, level=one.value)
    if one.above is not None:
        return Mark(days=one.days, limit=(one.above, one.above), up=True)
    return Mark(days=one.days, limit=_limit(one, fit))


def _limit(one: Observed, fit: MechanismFit) -> tuple[float, float]:
    """A stated limit, or the range over which an unstated one was taken to lie."""
    if one.below is not None:
        return one.below, one.below
    ranges = (latent.range for latent in fit.latents if latent.kind is one.kind)
    return next((found for found in ranges if found is not None), (0.0, 0.0))


def _measured(one: Observed, fit: MechanismFit) -> str:
    if one.change is not None:
        return _SAID[one.change]
    if one.value is not None:
        return f"{shown(one.value)}{' (highest)' if one.peak else ''}"
    if one.above is not None:
        return f"above {shown(one.above)}"
    low, high = _limit(one, fit)
    if one.limit_unknown:
        return f"below a limit that is not stated ({shown(low)} to {shown(high)} assumed)"
    return f"below {shown(high)}"


def _curve(band: Band) -> Curve:
    """The quantiles on as many days as can be told apart in the drawing."""
    step = max(1, -(-len(band.days) // _MOST_DAYS))
    kept = np.unique([*range(0, len(band.days), step), len(band.days) - 1])
    repeated, middle = band.repeated[:, kept], band.curve[2, kept]
    low_90, low_50, _, high_50, high_90 = (row.tolist() for row in repeated)
    return Curve(
        days=band.days[kept].tolist(), low_90=low_90, low_50=low_50, middle=middle.tolist(),
        high_50=high_50, high_90=high_90,
    )  # fmt: skip


def _scale(band: Band, marks: Sequence[Mark]) -> LevelScale:
    levels = [mark.level for mark in marks if mark.level is not None]
    if band.output == CAR:
        return percent_scale(levels)
    if band.output == MARROW:
        return log_scale([_LOWEST[MARROW], 100.0], "% of cells")
    highest = max([_HIGHEST_ML, *levels])
    return log_scale([_LOWEST_ML, highest], "mL")


def _band_rows(band: Band) -> Iterator[tuple[str, ...]]:
    for day in _TABLE_DAYS:
        if band.days[0] <= day <= band.days[-1]:
            at = int(np.abs(band.days - day).argmin())
            low_90, low_50, _, high_50, high_90 = (_level(one) for one in band.repeated[:, at])
            yield (f"day {day:g}", _level(band.curve[2, at]), f"{low_50} to {high_50}",
                   f"{low_90} to {high_90}")  # fmt: skip


def _level(value: float) -> str:
    """Two digits; what nobody could measure is not given as a number."""
    least = 1e-4
    return shown(float(value), 2) if value >= least else f"< {shown(least)}"


def _check(check: Check, fit: MechanismFit) -> tuple[str, ...]:
    one = check.observed
    site = ""
    if one.lesion is not None:
        lesions = fit.windows[check.window].lesions
        site = next((f", {row.site}" for row in lesions if row.number == one.lesion), "")
    repeated = f"{number_in_words(check.repeated.median)} ({range_in_words(check.repeated)})"
    if one.change is not None:
        repeated = f"a volume of {repeated} mL"
    return (f"{one.kind}{site}", days_shown(*one.days), _measured(one, fit), repeated,
            _agreement(check))  # fmt: skip


def _agreement(check: Check) -> str:
    if check.lower is not None:
        return f"{100 * check.lower:.0f} % of repeats below what was measured"
    if check.agreeing is not None:
        return f"{100 * check.agreeing:.0f} % of repeats say the same"
    return "not compared"
