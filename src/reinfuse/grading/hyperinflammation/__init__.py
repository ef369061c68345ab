"""The criteria of this family, as the catalogue lists them."""

from reinfuse.grading.hyperinflammation.criteria import CRITERIA

__all__ = ["CRITERIA"]
