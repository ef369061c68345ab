"""The criteria of this family, as the catalogue lists them."""

from reinfuse.grading.risk.criteria import CRITERIA

__all__ = ["CRITERIA"]
