"""PEtab, version 1: problems of parameter estimation as files, read and evaluated."""

from reinfuse.engine.petab.evaluation import Failure, PetabResult, evaluated
from reinfuse.engine.petab.problem import PetabProblem
from reinfuse.engine.petab.reading import read_petab
from reinfuse.engine.petab.scales import linear_parameters, scaled_parameters
from reinfuse.engine.petab.solving import Solve, Unsolved

__all__ = [
    "Failure",
    "PetabProblem",
    "PetabResult",
    "Solve",
    "Unsolved",
    "evaluated",
    "linear_parameters",
    "read_petab",
    "scaled_parameters",
]
