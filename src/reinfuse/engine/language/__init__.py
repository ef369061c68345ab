"""Models as text and as values: read, checked, written."""

from reinfuse.engine.language.check import check_model
from reinfuse.engine.language.model import (
    Assignment,
    Event,
    Helper,
    Model,
    Observable,
    Parameter,
    State,
)
from reinfuse.engine.language.order import in_order
from reinfuse.engine.language.problems import BadModel, Problem, refusal
from reinfuse.engine.language.reading import read_model, read_model_file
from reinfuse.engine.language.writing import formula_text, written

__all__ = [
    "Assignment",
    "BadModel",
    "Event",
    "Helper",
    "Model",
    "Observable",
    "Parameter",
    "Problem",
    "State",
    "check_model",
    "formula_text",
    "in_order",
    "read_model",
    "read_model_file",
    "refusal",
    "written",
]
