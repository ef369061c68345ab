"""Time-to-event endpoints of one course or one chart, by named definitions."""

from __future__ import annotations

from reinfuse.grading.endpoints.decide import decide
from reinfuse.grading.endpoints.definition import (
    Counts,
    Definition,
    EndpointTime,
    Landmark,
    Start,
    Status,
)
from reinfuse.grading.endpoints.definitions import DEFINITIONS, definition_named
from reinfuse.grading.endpoints.from_chart import endpoint_in_chart, history_of_chart
from reinfuse.grading.endpoints.from_course import (
    endpoint_in_course,
    endpoints_of_course,
    history_of_course,
)
from reinfuse.grading.endpoints.happening import Happening, History, What

__all__ = [
    "DEFINITIONS",
    "Counts",
    "Definition",
    "EndpointTime",
    "Happening",
    "History",
    "Landmark",
    "Start",
    "Status",
    "What",
    "decide",
    "definition_named",
    "endpoint_in_chart",
    "endpoint_in_course",
    "endpoints_of_course",
    "history_of_chart",
    "history_of_course",
]
