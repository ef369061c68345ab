"""Leukemia and B cells: response, relapse, residual disease, CNS, testis, aplasia, hepatitis B."""

from reinfuse.grading.leukemia.criteria import CRITERIA

__all__ = ["CRITERIA"]
