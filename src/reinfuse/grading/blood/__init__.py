"""The criteria of this family, as the catalogue lists them."""

from reinfuse.grading.blood.entries import CRITERIA

__all__ = ["CRITERIA"]
