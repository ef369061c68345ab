"""From tubes to results, over days, and into the record."""

from reinfuse.cytometry.measured.gathering import Watch
from reinfuse.cytometry.measured.measuring import measure_tubes
from reinfuse.cytometry.measured.observed import Observed, gates_in_words, observations, observe
from reinfuse.cytometry.measured.plain import COLUMNS, as_plain, finding_as_plain, rows
from reinfuse.cytometry.measured.values import (
    ControlTube,
    ControlUsed,
    Failed,
    Measured,
    NoResult,
    RatioResult,
    Result,
    Series,
    SeriesPoint,
    ShareResult,
    SplitResult,
    TubeMeasured,
)

__all__ = [
    "COLUMNS",
    "ControlTube",
    "ControlUsed",
    "Failed",
    "Measured",
    "NoResult",
    "Observed",
    "RatioResult",
    "Result",
    "Series",
    "SeriesPoint",
    "ShareResult",
    "SplitResult",
    "TubeMeasured",
    "Watch",
    "as_plain",
    "finding_as_plain",
    "gates_in_words",
    "measure_tubes",
    "observations",
    "observe",
    "rows",
]
