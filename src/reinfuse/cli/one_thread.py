"""Leaves the processors to the solver: its threads and those of linear algebra would take turns."""

from __future__ import annotations

import os


def calm_linear_algebra() -> None:
    """Have small products of matrices done by the thread that asks; before NumPy is loaded.

    A fit of the mechanism solves on every processor and multiplies small matrices between; threads
    of linear algebra that wait for work by spinning made it a third slower. What is set already
    stays.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
