"""The section as what its template shows; everything was computed before."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from reinfuse.report.forecast.answers import (
    BEYOND,
    cell_charts,
    matrices,
    relapse_charts,
    seen_charts,
    toxicity_chart,
)
from reinfuse.report.forecast.differences import compared, difference_charts
from reinfuse.report.forecast.inputs import ForecastInputs
from reinfuse.report.forecast.learned import (
    assumed_rows,
    at_odds,
    directions,
    fixed_rows,
    learned_rows,
    products,
    quantities,
)
from reinfuse.report.forecast.measured import CHECK_HEADS, window_views
from reinfuse.trials.forecast.compared import ASSUMED, CANNOT_TELL
from reinfuse.trials.forecast.questions import moment
from reinfuse.trials.forecast.told import FAR_R_HAT, far_apart


def forecast_values(inputs: ForecastInputs) -> Mapping[str, object]:
    """What the template of the section shows."""
    fit, result = inputs.fit, inputs.result
    return {
        "asked": True,
        "inputs": inputs,
        "result": result,
        "sampler": fit.sampler,
        "windows": window_views(fit),
        "fit_windows": fit.windows,
        "check_heads": CHECK_HEADS,
        "learned": learned_rows(fit),
        "first_look": far_apart(fit),
        "FAR_R_HAT": f"{FAR_R_HAT:g}",
        "at_odds": at_odds(fit),
        "directions": directions(fit),
        "products": products(fit),
        "quantities": quantities(fit),
        "assumed": assumed_rows(fit),
        "fixed": fixed_rows(fit),
        "matrices": matrices(result),
        "seen": seen_charts(result),
        "relapse": relapse_charts(result),
        "effects": (toxicity_chart(result), *cell_charts(result)),
        "compared": compared(result),
        "difference_charts": difference_charts(result),
        "beyond": BEYOND,
        "end": moment(result.horizon),
        "ASSUMED": ASSUMED,
        "CANNOT_TELL": CANNOT_TELL,
    }


def forecast_css() -> str:
    """The styles of the section."""
    return files("reinfuse.report.forecast").joinpath("forecast.css").read_text(encoding="utf-8")
