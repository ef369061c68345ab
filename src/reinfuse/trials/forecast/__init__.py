"""Options for one infusion, replayed on the same draws of a fit and set against one another."""

from reinfuse.trials.forecast.asked import Asked, Option
from reinfuse.trials.forecast.forecast import forecast
from reinfuse.trials.forecast.reading import ReadOptions, read_options, read_options_text
from reinfuse.trials.forecast.replayed import replayed
from reinfuse.trials.forecast.result import Answer, Band, Difference, Driver, Forecast, Forecasted

__all__ = [
    "Answer",
    "Asked",
    "Band",
    "Difference",
    "Driver",
    "Forecast",
    "Forecasted",
    "Option",
    "ReadOptions",
    "forecast",
    "read_options",
    "read_options_text",
    "replayed",
]
