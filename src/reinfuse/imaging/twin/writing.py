"""The digital twin of the founding case, written as DICOM with its truth beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from reinfuse.imaging.twin.dicom import Names, write_series
from reinfuse.imaging.twin.render import Rendered, render
from reinfuse.imaging.twin.scans import Scan, founding_scans, size_named
from reinfuse.imaging.twin.truth import LABEL, TrueScan, read_truth, told


def write_twin(
    folder: Path, *, seed: int, size: str = "small", scans: Sequence[Scan] | None = None
) -> tuple[TrueScan, ...]:
    """Write three PET/CT scans of the twin below a folder, and `truth.json`; the truth comes back.

    Each scan is a folder `before`, `month-1`, `month-3` with `PET` and `CT`. `size` is `small`
    (96 x 64 x 64, 6 mm) or `full` (300 x 168 x 168, CT 300 x 512 x 512). The same seed writes the
    same files. `scans` are written in place of the founding case where they are given.
    """
    grids = size_named(size)
    told_scans = []
    for number, scan in enumerate(founding_scans() if scans is None else scans):
        seen = render(scan, grids, _chance(seed, number))
        write_series(folder / scan.name, scan, seen, Names(seed=seed, scan=scan.name))
        told_scans.append(told(scan, seen))
    text = {"label": LABEL, "seed": seed, "size": size, "scans": told_scans}
    (folder / "truth.json").write_text(json.dumps(text) + "\n", encoding="utf-8")
    return read_truth(folder)


def make_twin(
    *, seed: int, size: str = "small", scans: Sequence[Scan] | None = None
) -> tuple[tuple[Scan, Rendered], ...]:
    """The scans that `write_twin` writes, as volumes in memory."""
    grids = size_named(size)
    return tuple(
        (scan, render(scan, grids, _chance(seed, number)))
        for number, scan in enumerate(founding_scans() if scans is None else scans)
    )


def _chance(seed: int, number: int) -> np.random.Generator:
    """A generator of its own for each scan, so that a scan does not depend on the others."""
    return np.random.default_rng([seed, number])
