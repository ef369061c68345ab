"""The design of a virtual trial: a file that a person writes, checked."""

from reinfuse.trials.design.design import SIGNS_UNTIL, Arm, Assays, Design, Visits
from reinfuse.trials.design.endpoints import Endpoint, Sort, What, read_endpoint
from reinfuse.trials.design.reading import ReadDesign, design_of, read_design, read_design_text

__all__ = [
    "SIGNS_UNTIL",
    "Arm",
    "Assays",
    "Design",
    "Endpoint",
    "ReadDesign",
    "Sort",
    "Visits",
    "What",
    "design_of",
    "read_design",
    "read_design_text",
    "read_endpoint",
]
