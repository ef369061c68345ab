"""The approximations of the likelihood that are offered, and what each of them may be used for."""

from __future__ import annotations

from enum import StrEnum

from reinfuse.estimation.population.model import STUDENTS, Censoring, Residual
from reinfuse.estimation.population.problem import Problem
from reinfuse.estimation.population.result import NotFitted
from reinfuse.estimation.population.structure import ABSENT, VALUE


class Objective(StrEnum):
    """How the integral over random effects is replaced.

    FO: the curve is a straight line in the random effects around 0. FOCE: around each subject's
    mode, with the residual SD of the typical subject. FOCE_I: a Laplace approximation with the
    expected Hessian, the residual SD moving with the random effects ("interaction"); other
    programs call the same thing Laplace. LAPLACE: with the exact Hessian, as NONMEM's LAPLACIAN;
    the only one that takes censored values. LINDSTROM_BATES: nlme's; its value at given numbers
    is that of FOCE, but its fit keeps the straight line still while it moves the numbers.
    """

    FO = "FO"
    FOCE = "FOCE"
    FOCE_I = "FOCE-I"
    LAPLACE = "Laplace (exact Hessian)"
    LINDSTROM_BATES = "Lindstrom-Bates"


# Residual models whose SD is one number; each has that one parameter.
CONSTANT_SD = (Residual.ADDITIVE, Residual.LOG_NORMAL)


def refusal(problem: Problem, objective: Objective) -> NotFitted | None:
    """Why this objective is not defined for the problem; None where it is."""
    structure = problem.structure
    if structure.latents == 0:
        return NotFitted(
            why="the model has no random effect, so that there is nothing to approximate",
            fix="give one parameter a random effect (`random`)",
        )
    if objective is Objective.LAPLACE:
        return None
    laplace = f"use {Objective.LAPLACE.value}"
    limited = [kind for kind in structure.kinds if kind not in (ABSENT, VALUE)]
    if limited:
        return NotFitted(
            why=f"{objective.value} takes measurements for normal around the curve, and "
            "measurements beyond a limit enter by their probability, which has no such form",
            fix=f"{laplace}, or drop them with Censoring.M1, which biases the fit",
        )
    if structure.censoring is Censoring.M4:
        return NotFitted(
            why=f"{objective.value} takes measurements for normal, and under M4 they are not",
            fix=f"{laplace}, or censoring M3",
        )
    if any(kind in STUDENTS for kind in structure.residuals):
        return NotFitted(
            why=f"{objective.value} takes measurements for normal, and Student's t is not",
            fix=f"{laplace}, or a normal residual",
        )
    if objective is Objective.LINDSTROM_BATES:
        moving = [one.value for one in structure.residuals if one not in CONSTANT_SD]
        if moving:
            return NotFitted(
                why=f"Lindstrom-Bates needs a constant residual SD, and {moving[0]} is not",
                fix=f"use {Objective.FOCE_I.value}, or an additive or log-normal residual",
            )
    return None
