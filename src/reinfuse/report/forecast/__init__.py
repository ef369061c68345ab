"""The section of a report on what another infusion would do in the model.

What draws it is imported late: a report without options needs neither engine nor fit.
"""

from reinfuse.report.forecast.inputs import ForecastInputs, NoForecast

__all__ = ["ForecastInputs", "NoForecast"]
