"""A digital twin of the founding case: invented PET/CT with every true size known.

Synthetic, of nobody, and labelled so in every file.
"""

from reinfuse.imaging.twin.truth import TrueLesion, TrueScan, read_truth
from reinfuse.imaging.twin.writing import make_twin, write_twin

__all__ = ["TrueLesion", "TrueScan", "make_twin", "read_truth", "write_twin"]
